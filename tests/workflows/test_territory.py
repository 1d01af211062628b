"""Places by code, by the name of today, and by the name that people still use."""

import csv
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workflows.definition import Status
from workflows.errors import BadInputError
from workflows.territory import Table, Territory, fold

FOLDER = Path("workflows/data/territory")


def rows(name):
    return list(csv.DictReader((FOLDER / "66" / name).read_text("utf-8").splitlines()))


def read(name):
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


COMMUNES, OLD_UNITS = rows("communes.csv"), rows("legacy.csv")
TERRITORY = Territory.of(
    read("provinces.yaml"),
    {"66": Table.of(COMMUNES, OLD_UNITS, read("66/offices.yaml"))},
)


def refusal(text, province="66"):
    with pytest.raises(BadInputError) as refused:
        TERRITORY.resolve(province, text)
    (problem,) = refused.value.problems
    assert problem.key == "commune"
    return problem.text


def test_dak_lak_has_its_102_communes():
    assert len(TERRITORY.communes("66")) == 102


@pytest.mark.parametrize(
    "text",
    [
        "24133",
        " Phường Buôn Ma Thuột ",
        "buon ma thuot",
        "P. Buôn Ma Thuột",
        "BUÔN MA THUỘT, Đắk Lắk",
        "Buonmathuot",
    ],
)
def test_one_commune_is_found_however_it_is_written(text):
    assert TERRITORY.resolve("66", text) == "24133"


@pytest.mark.parametrize("text", ["Ea H'leo", "ea hleo", "Xã Ea H’Leo", "EA H`LEO"])
def test_apostrophes_do_not_matter(text):
    assert TERRITORY.resolve("66", text) == "24184"


@pytest.mark.parametrize("text", ["Hoà Phú", "Hòa Phú", "hoa phu"])
def test_both_ways_of_setting_the_tone_mark_are_read(text):
    assert TERRITORY.resolve("66", text) == "24175"


def test_an_old_name_leads_to_the_commune_of_today():
    assert TERRITORY.find("66", "Thị trấn La Hai").name == "Xã Đồng Xuân"


def test_an_old_code_leads_to_the_commune_of_today():
    assert TERRITORY.resolve("66", "22018") == "22015"


def test_the_word_before_the_name_tells_the_old_commune_from_the_ward_of_today():
    assert TERRITORY.resolve("66", "Phường Tân Lập") == "24121"
    assert TERRITORY.resolve("66", "Xã Tân Lập") == "24316"
    assert TERRITORY.resolve("66", "Tân Lập") == "24121"


def test_the_old_district_decides_between_namesakes():
    assert TERRITORY.resolve("66", "Ea Bar, Buôn Đôn") == "24250"
    assert TERRITORY.resolve("66", "Xã Hòa Phú, huyện Tây Hòa") == "22250"


def test_a_name_of_today_that_was_an_old_name_elsewhere_says_so():
    place = TERRITORY.find("66", "Hòa Phú")

    assert place.code == "24175"
    assert "Huyện Tây Hòa, nay là Xã Sơn Thành (22250)" in place.note


def test_a_name_with_its_accents_is_not_mixed_up_with_another():
    assert TERRITORY.resolve("66", "Xã Hòa Đông") == "24505"
    assert "nhiều nơi" in refusal("xa hoa dong")


@pytest.mark.parametrize("text", ["Ea BHốk", "24550"])
def test_an_old_unit_that_was_split_names_the_new_ones(text):
    said = refusal(text)

    assert "Xã Ea Ktur (24544)" in said
    assert "Xã Dray Bhăng (24561)" in said
    assert text in said


def test_a_name_that_many_places_had_names_them_all():
    said = refusal("Hòa An")

    assert "Huyện Phú Hòa, nay là Phường Tuy Hòa (22015)" in said
    assert "Huyện Krông Pắc, nay là Xã Krông Pắc (24490)" in said


def test_two_communes_of_today_that_fold_alike_are_both_named():
    twins = [
        {**COMMUNES[0], "code": "10001", "name": "Xã Hòa An", "branch": "x"},
        {**COMMUNES[0], "code": "10002", "name": "Xã Hoa Ẩn", "branch": "x"},
    ]
    territory = Territory.of(read("provinces.yaml"), {"66": Table.of(twins)})

    with pytest.raises(BadInputError, match="nhiều nơi"):
        territory.resolve("66", "hoa an")
    assert territory.resolve("66", "Hòa An") == "10001"


def test_a_mistyped_name_is_answered_with_the_nearest():
    assert "Phường Buôn Ma Thuột (24133)" in refusal("Buôn Ma Thuộc")


def test_a_name_unlike_any_says_what_is_allowed():
    assert "tên mới hoặc tên cũ" in refusal("qqqq")


def test_a_code_that_is_not_of_the_province_says_what_is_allowed():
    assert "99999 không thuộc tỉnh Đắk Lắk" in refusal("99999")
    assert "102 mã" in refusal("99999")


@pytest.mark.parametrize("text", ["1", "2413", "241333"])
def test_a_number_that_is_no_code_is_not_taken_for_a_name(text):
    assert text in refusal(text)


@pytest.mark.parametrize("text", ["", "   ", "’"])
def test_nothing_is_not_a_place(text):
    assert "còn trống" in refusal(text)


def test_a_province_without_a_table_takes_a_code_and_says_that_it_is_unchecked():
    place = TERRITORY.find("15", "02680")

    assert (place.code, place.name) == ("02680", None)
    assert "chưa có danh sách xã" in place.note
    assert TERRITORY.note("15", "02680") == place.note
    assert TERRITORY.note("66", "24133") is None
    assert TERRITORY.commune_name("15", "02680") is None
    assert TERRITORY.communes("15") == ()


def test_a_province_without_a_table_cannot_read_names():
    assert "mã xã năm chữ số" in refusal("Sa Pa", province="15")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("66", "66"),
        ("Đắk Lắk", "66"),
        ("tỉnh dak lak", "66"),
        ("15", "15"),
        ("01", "01"),
    ],
)
def test_a_province_is_known_by_code_or_name_and_any_two_digits_will_do(text, code):
    assert TERRITORY.province(text) == code


@pytest.mark.parametrize("text", ["abc", "6", "666", ""])
def test_what_is_no_province_is_refused_with_what_is_allowed(text):
    with pytest.raises(BadInputError, match=r"66 \(Đắk Lắk\)"):
        TERRITORY.province(text)


def test_a_province_is_called_by_its_name_when_there_is_one():
    assert TERRITORY.province_name("66") == "Đắk Lắk"
    assert TERRITORY.province_name("01") == "01"
    assert [each.code for each in TERRITORY.provinces] == ["15", "66"]


def test_search_shows_names_of_today_first_and_old_ones_with_what_they_became():
    found = TERRITORY.search("66", "hoa p")

    assert found[0].name == "Xã Hòa Phú"
    assert found[0].old is None
    assert {(each.name, each.old.name) for each in found[1:]} == {
        ("Xã Sơn Thành", "Xã Hòa Phú"),
        ("Xã Cư Pui", "Xã Hòa Phong"),
        ("Xã Tây Hòa", "Xã Hòa Phong"),
    }


def test_search_reads_the_first_digits_of_a_code():
    assert [each.code for each in TERRITORY.search("66", "2413")] == ["24133"]


def test_search_finds_nothing_in_nothing():
    assert TERRITORY.search("66", " ") == ()
    assert TERRITORY.search("15", "sa pa") == ()


def test_the_branch_is_a_hint_that_says_it_is_not_verified():
    hint = TERRITORY.branch_of("66", "24133")

    assert hint.name == "Chi nhánh khu vực Buôn Ma Thuột"
    assert hint.status is Status.UNVERIFIED
    assert "chưa xác minh" in hint.text


@pytest.mark.parametrize("code", ["22015", "22240"])
def test_a_ward_made_of_several_districts_has_no_branch_but_places_to_ask(code):
    hint = TERRITORY.branch_of("66", code)

    assert hint.name is None
    assert len(hint.candidates) > 1
    assert all(name in hint.text for name in hint.candidates)


def test_every_commune_has_a_hint_and_other_provinces_have_none():
    assert all(TERRITORY.branch_of("66", row["code"]) for row in COMMUNES)
    assert TERRITORY.branch_of("15", "02680") is None
    assert TERRITORY.branch_of("66", "99999") is None


def test_what_was_not_found_says_whom_to_ask():
    assert "Hỏi" in TERRITORY.offices("66").unknown["tax_base_office"]
    assert TERRITORY.offices("15") is None


def test_an_old_unit_that_leads_nowhere_is_an_error():
    lost = [{**OLD_UNITS[0], "new_code": "99999"}]

    with pytest.raises(ValueError, match="99999"):
        Table.of(COMMUNES, lost)


def test_a_commune_of_a_branch_that_does_not_exist_is_an_error():
    strange = [{**COMMUNES[1], "branch": "nowhere"}]

    with pytest.raises(ValueError, match="nowhere"):
        Table.of(strange, (), read("66/offices.yaml"))


@given(st.sampled_from(COMMUNES))
def test_every_name_of_today_leads_to_its_own_code(row):
    assert TERRITORY.resolve("66", row["name"]) == row["code"]
    assert TERRITORY.resolve("66", row["code"]) == row["code"]
    assert TERRITORY.resolve("66", fold(row["name"])) == row["code"]


@given(st.sampled_from(OLD_UNITS))
def test_every_old_name_with_its_district_leads_to_one_of_its_successors(row):
    successors = {each["new_code"] for each in OLD_UNITS if each["code"] == row["code"]}
    written = f"{row['name']}, {row['district']}"

    if len(successors) == 1:
        assert TERRITORY.resolve("66", written) in successors
    else:
        said = refusal(written)
        assert all(code in said for code in successors)


@given(st.text(max_size=40))
def test_any_text_is_either_a_commune_or_refused_in_words(text):
    try:
        said = TERRITORY.commune_name("66", TERRITORY.resolve("66", text))
    except BadInputError as refused:
        said = refused.problems[0].text

    assert said

"""An address with old units leads to the commune of today, or is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.addresses import AddressKind, address_now
from workflows.loader import load_territory

TERRITORY = load_territory()
UNITS = TERRITORY.old_units("66")
PLACES = {}
for unit in UNITS:
    PLACES.setdefault(unit.code, set()).add(unit.new_code)


def read(text):
    return address_now(TERRITORY, text)


@pytest.mark.parametrize(
    ("printed", "now"),
    [
        (
            "Buôn Kŏ Tam, Ea Tu, Thành phố Buôn Ma Thuột, Đắk Lắk",
            "Buôn Kŏ Tam, phường Tân An, tỉnh Đắk Lắk",
        ),
        ("P. Tân Lợi, TP. BMT, Dak Lak", "phường Buôn Ma Thuột, tỉnh Đắk Lắk"),
        (
            "12 y jut, p.tan loi, tp.bmt, daklak",
            "12 y jut, phường Buôn Ma Thuột, tỉnh Đắk Lắk",
        ),
        ("Thôn 1, Ea Ninh, Cư Kuin, Đắc Lắc", "Thôn 1, xã Ea Ning, tỉnh Đắk Lắk"),
        ("An Ninh Tây, Tuy An, Phú Yên", "xã Tuy An Đông, tỉnh Đắk Lắk"),
        ("Thôn 2, TT Ea Súp, Ea Súp, Đắk Lắk", "Thôn 2, xã Ea Súp, tỉnh Đắk Lắk"),
        ("Xã Ea Kao, tỉnh Đắk Lắk", "phường Ea Kao, tỉnh Đắk Lắk"),
        ("Ea Tu, Buôn Ma Thuột", "phường Tân An, tỉnh Đắk Lắk"),
    ],
)
def test_an_old_unit_with_one_place_today_gives_a_whole_new_line(printed, now):
    reading = read(printed)

    assert (reading.kind, reading.lines) == (AddressKind.ONE, (now,))
    assert "nay là" in reading.note


def test_an_old_unit_that_was_split_is_asked_about():
    reading = read("Thôn 3, Ea Bhốk, Cư Kuin, Đắk Lắk")

    assert reading.kind is AddressKind.SEVERAL
    assert reading.lines == (
        "Thôn 3, xã Ea Ktur, tỉnh Đắk Lắk",
        "Thôn 3, xã Dray Bhăng, tỉnh Đắk Lắk",
    )
    assert "đơn vị cũ, nay nằm ở nhiều nơi" in reading.note


def test_a_name_of_today_that_was_the_name_of_another_place_is_asked_about():
    reading = read("Xã Hòa Phú, tỉnh Đắk Lắk")

    assert reading.kind is AddressKind.SEVERAL
    assert reading.lines == (
        "xã Hòa Phú, tỉnh Đắk Lắk",
        "xã Sơn Thành, tỉnh Đắk Lắk",
    )


def test_the_old_district_decides_between_namesakes():
    assert read("Hòa Phú, Tây Hòa, Phú Yên").lines == ("xã Sơn Thành, tỉnh Đắk Lắk",)
    assert read("Hòa Phú, Buôn Ma Thuột, Đắk Lắk").lines == (
        "xã Hòa Phú, tỉnh Đắk Lắk",
    )


def test_the_old_province_leaves_out_the_namesakes_of_the_other():
    lines = read("Hòa An, Phú Yên").lines

    assert "xã Krông Pắc, tỉnh Đắk Lắk" not in lines
    assert "xã Krông Pắc, tỉnh Đắk Lắk" in read("Hòa An, Đắk Lắk").lines


def test_an_address_of_today_may_stand():
    reading = read("Buôn X, Phường Tân An, Tỉnh Đắk Lắk")

    assert (reading.kind, reading.lines) == (AddressKind.PRESENT, ())


def test_an_address_of_today_without_its_words_is_offered_with_them():
    reading = read("Buôn X, Tân An, Đắk Lắk")

    assert reading.kind is AddressKind.PRESENT
    assert reading.lines == ("Buôn X, phường Tân An, tỉnh Đắk Lắk",)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        " , ,",
        "Đắk Lắk",
        "Phú Yên",
        "Tổ 1, Trà Bá, Thành phố Pleiku, Gia Lai",
        "Phường Tân Lập, Thành phố Thái Nguyên, Thái Nguyên",
        "12 Lê Duẩn, Buôn Ma Thuột, Đắk Lắk",
        "Thôn 3, Krông Năng, Đắk Lắk",
        "Thôn 3, huyện Krông Năng, Đắk Lắk",
        "phường Tân An",
        "Thôn 3, Ea Lạ Lùng, Cư Kuin, Đắk Lắk",
    ],
)
def test_what_is_not_recognised_is_said_to_be_so(printed):
    reading = read(printed)

    assert (reading.kind, reading.lines) == (AddressKind.UNKNOWN, ())
    assert "chưa tìm ra" in reading.note


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: f"{unit.code}-{unit.new_code}")
def test_every_old_unit_leads_to_its_places_and_no_other(unit):
    communes = {each.code: each for each in TERRITORY.communes("66")}
    former = communes[unit.new_code].former_province
    lines = read(f"Thôn 1, {unit.name}, {unit.district}, {former}").lines

    names = {communes[code].name for code in PLACES[unit.code]}
    assert {line.split(", ")[1].casefold() for line in lines} == {
        name.casefold() for name in names
    }


@given(
    st.text()
    | st.lists(
        st.sampled_from(["Xã Hòa Phú", "Ea Tu", "TP BMT", "Phú Yên", "Đắk Lắk", "x"])
    ).map(",".join)
)
def test_any_text_gets_an_answer(text):
    assert read(text).note.endswith(".")

"""First registration, another purpose, land data: whose words stand where."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest

from forms import prefill, sentences
from forms.catalog import Catalog
from tests.forms.papers import DAK_LAK, DAY, LAO_CAI, edition, printed, squash, text_of

FIRST = {
    "goal": "first_certificate",
    "province": "66",
    "property.kind": "land_and_house",
    "party[hnguot].role": "applicant",
    "party[hnguot].share": "1/2",
    "party[hnguot].full_name": "H'Nguôt Êban Ênuôl",
    "party[hnguot].birth_date": "1962-05-04",
    "party[hnguot].person_id": "066162000123",
    "party[hnguot].address": "Buôn Ƀuôr, xã Ea Ƀar, tỉnh Đắk Lắk",
    "land.address": "Buôn Ƀuôr, xã Ea Ƀar, tỉnh Đắk Lắk",
    "land.area_m2": "1204.5",
    "land.purpose": "CLN",
    "land.term": "2043-10-15",
    "land.used_since": "Trước ngày 15/10/1993",
    "certificate.wanted": True,
    "debt.requested": False,
}
SPOUSE = {
    "party[yblim].role": "applicant",
    "party[yblim].share": "1/2",
    "party[yblim].full_name": "Y Blim Niê Kdăm",
    "party[yblim].birth_date": "1960-01-02",
    "party[yblim].person_id": "066060000789",
}
PURPOSE = FIRST | {
    "goal": "change_land_use_purpose",
    "purpose.target": "ONT",
    "purpose.area_m2": "200",
}


def filled(form, facts, chain=DAK_LAK):
    return prefill.fill(edition(form, chain), facts)


def words(form, facts, chain=DAK_LAK):
    return squash(text_of(printed(filled(form, facts, chain))))


def test_the_first_registration_writes_the_name_in_capitals_with_the_year():
    paper = filled("F-FIRST", FIRST)

    assert paper.by_id["1a"].value == "H'NGUÔT ÊBAN ÊNUÔL, sinh năm 1962"
    assert paper.by_id["2d.since"].value == "Trước ngày 15/10/1993"
    assert paper.by_id["2d.term"].value == "đến ngày 15/10/2043"
    assert paper.by_id["to"].value == "Ủy ban nhân dân xã Ea Ƀar, tỉnh Đắk Lắk"


def test_what_the_owner_asks_is_ticked_and_what_he_vouches_for_is_not():
    paper = filled("F-FIRST", FIRST | {"debt.requested": True})

    ticked = {one.id for one in paper.fields if one.value is True}
    assert {"4a", "4b", "4c"} <= ticked
    assert paper.by_id["3i"].value is None
    assert "Cam kết" in str(paper.by_id["3i"].blank_reason)


@pytest.mark.parametrize(
    ("chain", "number"), [(DAK_LAK, "15"), (LAO_CAI, "21")], ids=["nd151", "lao-cai"]
)
def test_co_users_stand_on_the_list_that_goes_with_the_form(chain, number):
    alone = words("F-FIRST", FIRST, chain)
    couple = filled("F-FIRST", FIRST | SPOUSE, chain)

    title = squash("NHỮNG NGƯỜI SỬ DỤNG CHUNG THỬA ĐẤT")
    assert title not in alone
    assert [row[1].value for row in couple.rows["21a"]] == [
        "H'Nguôt Êban Ênuôl",
        "Y Blim Niê Kdăm",
    ]
    assert [row[2].value for row in couple.rows["21a"]] == ["1962", "1960"]
    text = squash(text_of(printed(couple)))
    assert title in text
    assert squash(f"(Kèm theo Mẫu số {number})") in text


def test_fields_of_a_list_that_is_left_out_are_not_told_as_blank():
    alone = {one.id for one in filled("F-FIRST", FIRST).blanks}
    blank = {one.id for one in prefill.blank(edition("F-FIRST")).blanks}

    assert "21a.date" not in alone
    assert {"21a.date", "21b.date", "21c.date"} <= blank


def test_thirty_co_users_flow_over_the_pages_and_none_is_lost():
    many = dict(FIRST)
    for number in range(30):
        party = f"party[p{number}]"
        many[f"{party}.role"] = "applicant"
        many[f"{party}.full_name"] = f"H'Nguôt Êban ê̆ ô̆ ơ̆ ư̆ ƀ số {number:02}"
    content = printed(filled("F-FIRST", many))

    text = squash(text_of(content))
    assert all(squash(f"ơ̆ ư̆ ƀ số {number:02}") in text for number in range(30))
    sides = [page.get_size() for page in pypdfium2.PdfDocument(content)]
    assert any(width > height for width, height in sides)


def test_parcels_of_one_household_stand_on_their_own_list():
    parcels = [
        {"parcel_no": str(number), "map_sheet_no": "7", "area_m2": "512.4"}
        for number in (11, 12)
    ]
    paper = filled("F-FIRST", FIRST | {"land.parcels": parcels})

    assert [row[1].value for row in paper.rows["21b"]] == ["11", "12"]
    assert [row[4].value for row in paper.rows["21b"]] == ["512,4", "512,4"]


FARM = FIRST | {
    "property.kind": "land",
    "land.parcel_no": "11",
    "land.parcels": [
        {"parcel_no": str(number), "map_sheet_no": "7", "area_m2": "512.4"}
        for number in range(11, 26)
    ],
}


@pytest.mark.parametrize(
    ("chain", "number"), [(DAK_LAK, "15"), (LAO_CAI, "21")], ids=["nd151", "lao-cai"]
)
def test_many_parcels_leave_the_form_for_its_list_and_the_form_says_so(chain, number):
    paper = filled("F-FIRST", FARM, chain)

    said = f"15 thửa, kê khai từng thửa đất theo Mẫu số {number}b"
    assert paper.by_id["2a"].value == said
    assert paper.by_id["2a"].provenance == sentences.COUNTED
    assert {paper.by_id[name].blank_reason for name in ("2b", "2c", "2d", "2e")} == {
        sentences.IN_THE_LIST
    }
    assert len(paper.rows["21b"]) == 15
    assert squash(said) in squash(text_of(printed(paper)))


def test_a_single_parcel_stays_on_the_form_itself():
    one = filled("F-FIRST", FARM | {"land.parcels": FARM["land.parcels"][:1]})

    assert one.by_id["2a"].value == "11"
    assert one.rows["21b"] == ()


def test_a_list_told_in_plain_lines_is_not_lost():
    told = "Thửa 11, tờ 7, rẫy cà phê\nThửa 12, tờ 7, ruộng"
    rows = filled("F-FIRST", FARM | {"land.parcels": told}).rows["21b"]

    assert [row[3].value for row in rows] == told.splitlines()


def test_the_purpose_form_of_each_province_says_what_is_asked():
    here = filled("F-PURPOSE", PURPOSE)
    there = filled("F-PURPOSE", PURPOSE, LAO_CAI)

    assert here.by_id["what"].value == "Cho phép chuyển mục đích sử dụng đất"
    assert here.by_id["7"].value == "ONT (đang là CLN)"
    assert there.by_id["5.what"].value == "200 m2, từ CLN sang ONT"
    assert here.by_id["10.other"].value is None
    assert there.by_id["7.other"].value is None


def test_the_grant_slip_divides_land_before_and_after():
    for chain, now, former in (
        (DAK_LAK, "3.1.6", "3.1.6.former"),
        (LAO_CAI, "III.6", "III.6.former"),
    ):
        changed = filled("F-SLIP-GRANT", PURPOSE, chain).by_id
        first = filled("F-SLIP-GRANT", FIRST, chain).by_id

        assert (changed[now].value, changed[former].value) == ("ONT", "CLN")
        assert (first[now].value, first[former].value) == ("CLN", None)


TRANSFER = {
    "goal": "give",
    "property.kind": "land_and_house",
    "contract.number": "1234/2026/HĐTC",
    "contract.date": "2026-11-10",
    "contract.notary": "Văn phòng công chứng Ban Mê",
    **{
        key: value
        for role, count in (("transferor", 2), ("receiver", 12))
        for number in range(1, count + 1)
        for key, value in {
            f"party[{role}{number}].role": role,
            f"party[{role}{number}].full_name": f"H'Nguôt Êban {role} {number}",
            f"party[{role}{number}].share": f"1/{count}",
        }.items()
    },
}


@pytest.mark.parametrize("chain", [DAK_LAK, LAO_CAI], ids=["dak-lak", "lao-cai"])
def test_all_who_receive_and_all_who_give_stand_on_the_annex_of_the_slip(chain):
    paper = filled("F-SLIP-TRANSFER", TRANSFER, chain)

    assert paper.by_id["II.1.1"].value == "H'Nguôt Êban receiver 1"
    assert len(paper.rows["users"]) == 12
    assert {row[5].value for row in paper.rows["users"]} == {"1/12"}
    assert [row[1].value for row in paper.rows["changes"]] == [
        "H'Nguôt Êban transferor 1",
        "H'Nguôt Êban transferor 2",
    ]
    assert paper.rows["changes"][0][2].value == "1234/2026/HĐTC"
    text = squash(text_of(printed(paper)))
    assert squash("Mẫu số 25a BẢNG KÊ CHI TIẾT") in text
    assert squash("H'Nguôt Êban receiver 12") in text


def test_a_slip_for_one_giver_and_one_receiver_has_no_annex():
    alone = {
        key: value
        for key, value in TRANSFER.items()
        if not key.startswith("party") or "r1]" in key
    }

    assert "BẢNG KÊ" not in text_of(printed(filled("F-SLIP-TRANSFER", alone)))


def test_the_slip_of_2025_says_the_area_of_the_part_that_passes():
    then = Catalog.load().edition(
        "F-SLIP-TRANSFER", ("vn-nd151-2025",), date(2025, 12, 1)
    )
    facts = {"goal": "sell", "land.area_m2": "512.4", "transfer.area_m2": "80.5"}

    whole = prefill.fill(then, facts | {"transfer.whole": True})
    part = prefill.fill(then, facts | {"transfer.whole": False})

    assert whole.by_id["3.1.4"].value == "512,4"
    assert part.by_id["3.1.4"].value == "80,5"


@pytest.mark.parametrize("variant", ["bac-ninh", "thanh-hoa"])
def test_another_layout_of_the_change_form_names_the_receivers(variant):
    paper = filled(f"F-CHANGE.{variant}", TRANSFER)
    values = "\n".join(str(one.value) for one in paper.fields)

    assert "12) H'Nguôt Êban receiver 12" in values
    assert "transferor" not in values
    assert "Nhận tặng cho quyền sử dụng đất" in values


def test_the_pledges_of_the_new_layout_are_never_written_for_the_citizen():
    facts = TRANSFER | {"dispute.open": False, "dispute.on_file": False}
    paper = filled("F-CHANGE.bac-ninh", facts)

    for name in ("V.1", "V.2", "V.3"):
        assert paper.by_id[name].value is None
        assert "tự" in str(paper.by_id[name].blank_reason)


MERGE = FIRST | {
    "goal": "merge_parcels",
    "land.parcel_no": "11",
    "merge.parcel_no": "12",
    "merge.map_sheet_no": "7",
    "merge.area_m2": "80.5",
}


@pytest.mark.parametrize(
    ("chain", "number"), [(DAK_LAK, "22"), (LAO_CAI, "28")], ids=["nd151", "lao-cai"]
)
def test_the_drawing_sheet_names_the_parcels_and_leaves_room_to_draw(chain, number):
    paper = filled("F-SPLIT-DRAWING", MERGE, chain)

    assert paper.by_id["I"].value == "Hợp thửa"
    assert paper.by_id["1a.parcel"].value == "11"
    assert paper.by_id["2"].value == "Thửa số: 12, tờ bản đồ số: 7, diện tích: 80,5 m2"
    assert "tự ghi" in str(paper.by_id["1c"].blank_reason)
    text = text_of(printed(paper))
    assert squash(f"Mẫu số {number}. Bản vẽ") in squash(text)
    assert "CỘNG HÒA" not in text


def test_who_sells_a_part_splits_it_first_and_the_form_says_which_part():
    facts = TRANSFER | {
        "goal": "sell",
        "transfer.whole": False,
        "transfer.area_m2": "80.5",
        "land.parcel_no": "11",
        "land.area_m2": "512.4",
    }
    paper = filled("F-SPLIT", facts).by_id

    assert str(paper["1a"].value).startswith("1) H'Nguôt Êban transferor 1")
    assert (paper["2a.parcel"].value, paper["2a.area"].value) == ("11", "512,4")
    assert paper["2a.first.area"].value == "80,5"
    assert paper["2a.second.area"].value is None
    assert paper["3"].value == "Để chuyển nhượng một phần thửa đất"
    assert paper["2b.parcel"].blank_reason == sentences.NOT_THIS_CASE
    assert filled("F-SPLIT-DRAWING", facts).by_id["I"].value == "Tách thửa"


@pytest.mark.parametrize(
    ("chain", "now", "before"),
    [
        (DAK_LAK, "3.1.3.table", "3.1.3.former"),
        (LAO_CAI, "price.table", "price.former"),
    ],
)
def test_the_levy_of_a_change_is_told_the_price_after_and_the_price_before(
    chain, now, before
):
    facts = PURPOSE | {"land.table_price": 300_000}
    paper = filled("F-SLIP-GRANT", facts, chain).by_id
    assert (paper[now].value, paper[before].value) == (None, "300.000")

    paper = filled(
        "F-SLIP-GRANT", facts | {"purpose.table_price": 2_300_000}, chain
    ).by_id
    assert (paper[now].value, paper[before].value) == ("2.300.000", "300.000")

    first = filled("F-SLIP-GRANT", FIRST | {"land.table_price": 300_000}, chain).by_id
    assert (first[now].value, first[before].value) == ("300.000", None)


def test_the_model_of_the_ministry_names_one_and_lists_all_who_hold_the_land():
    alone = filled("F-CHANGE.bnnmt", FIRST)
    assert alone.by_id["I.name"].value == "H'NGUÔT ÊBAN ÊNUÔL, sinh năm 1962"
    assert alone.by_id["I.id"].value == "066162000123"
    assert alone.rows["18a"] == ()

    two = filled("F-CHANGE.bnnmt", FIRST | SPOUSE)
    assert two.by_id["I.name"].value == "H'NGUÔT ÊBAN ÊNUÔL, sinh năm 1962"
    assert [row[1].value for row in two.rows["18a"]] == [
        "H'Nguôt Êban Ênuôl",
        "Y Blim Niê Kdăm",
    ]


@pytest.mark.parametrize(
    ("form", "place"),
    [("F-FIRST", "2d"), ("F-AGRI-TERM", "3.4"), ("F-EXTEND", "4c")],
)
def test_the_land_type_stands_in_words_with_its_code(form, place):
    named = FIRST | {"land.purpose_name": "Đất trồng cây lâu năm"}

    assert filled(form, FIRST).by_id[place].value == "CLN"
    assert filled(form, named).by_id[place].value == "Đất trồng cây lâu năm (CLN)"


@pytest.mark.parametrize("chain", [DAK_LAK, LAO_CAI])
def test_the_sheet_for_the_tax_office_names_people_with_their_year_of_birth(chain):
    facts = {
        "goal": "sell",
        "party[an].role": "receiver",
        "party[an].full_name": "Lê Văn An",
        "party[an].birth_date": "1988-03-02",
        "party[ba].role": "transferor",
        "party[ba].full_name": "Lê Văn Ba",
    }
    paper = filled("F-SLIP-TRANSFER", facts, chain).by_id

    assert paper["II.1.1"].value == "Lê Văn An, sinh năm 1988"
    assert paper["II.2.1"].value == "Lê Văn Ba"


def test_an_extension_says_how_many_years():
    facts = PURPOSE | {"land.extension_years": "20"}

    assert filled("F-EXTEND", facts).by_id["5a"].value == "20 năm"


def test_heirs_split_what_they_inherited():
    facts = {
        "goal": "inherit",
        "party[an].role": "heir",
        "party[an].full_name": "Lê Văn An",
        "party[mat].role": "deceased",
        "party[mat].full_name": "Lê Văn Cả",
        "land.parcel_no": "11",
    }
    paper = filled("F-SPLIT", facts).by_id

    assert (paper["1a"].value, paper["2a.parcel"].value) == ("Lê Văn An", "11")


@pytest.mark.parametrize("form", ["F-SPLIT", "F-AGRI-TERM"])
@pytest.mark.parametrize(
    ("office", "place"),
    [
        ("Chi nhánh Văn phòng đăng ký đất đai khu vực Tân An", "khu vực Tân An"),
        ("Chi nhánh khu vực Tân An", "khu vực Tân An"),
        ("Văn phòng Đăng ký đất đai tỉnh Đắk Lắk", "tỉnh Đắk Lắk"),
        ("Bộ phận Một cửa xã Ea Ktur", "Bộ phận Một cửa xã Ea Ktur"),
    ],
)
def test_the_words_that_the_form_prints_before_the_office_are_not_said_twice(
    form, office, place
):
    facts = FIRST | {"goal": "divide_parcel", "land_office.name": office}

    assert filled(form, facts).by_id["to"].value == place


def test_the_public_list_says_what_the_commune_found():
    facts = FIRST | SPOUSE | {"planning.fits": True, "dispute.on_file": False}
    rows = filled("F-PUBLIC-LIST", facts).rows["rows"]

    assert [row[1].value for row in rows] == ["H'Nguôt Êban Ênuôl", "Y Blim Niê Kdăm"]
    assert [cell.value for cell in rows[0][-2:]] == [
        "Không có đơn tranh chấp",
        "Phù hợp",
    ]
    page = pypdfium2.PdfDocument(printed(filled("F-PUBLIC-LIST", facts)))[0]
    width, height = page.get_size()
    assert width > height


def test_a_request_for_data_ticks_only_what_is_wanted():
    facts = FIRST | {"data.wanted": "history", "data.medium": "paper"}
    paper = filled("F-DATA", facts)

    ticked = {one.id for one in paper.fields if one.value is True}
    assert ticked == {"5a.history", "5a.paper"}


def test_the_details_of_a_request_for_data_go_with_what_is_asked_and_no_more():
    alone = words("F-DATA", FIRST | {"data.wanted": "history"})
    maps = filled("F-DATA", FIRST | {"data.subject": "cadastral_map"})

    assert squash("Mẫu số 14a.") not in alone
    text = squash(text_of(printed(maps)))
    assert squash("THÔNG TIN, DỮ LIỆU CHI TIẾT VỀ BẢN ĐỒ ĐỊA CHÍNH") in text
    assert squash("xã: xã Ea Ƀar, tỉnh: tỉnh Đắk Lắk") in text
    assert squash("Mẫu số 14b.") not in text


def test_the_details_that_are_left_out_are_not_told_as_blank():
    paper = filled("F-DATA", FIRST | {"data.subject": "cadastral_map"})
    told = {one.id for one in paper.blanks}

    assert "14a.1.vector" in told
    assert not [name for name in told if name.startswith(("14b", "14c", "14d", "14đ"))]


def test_the_request_for_data_is_one_for_the_whole_country():
    both = {edition("F-DATA", chain).edition for chain in (DAK_LAK, LAO_CAI)}

    assert both == {"vn-nd151-2025/F-DATA@2025-07-01"}


def test_a_paper_whose_official_words_were_not_seen_says_so_on_its_face():
    lines = [{"kind": "land_use_levy", "amount": 84_000_000, "payer": "hnguot"}]
    text = words("TAX-NOTICE-LEVY", PURPOSE | {"notice.lines": lines})

    assert squash("Chưa thấy mẫu chính thức") in text
    assert squash("84.000.000") in text


def test_the_mandate_is_given_by_the_owner_to_who_brings_the_dossier():
    facts = FIRST | {"party[tam].role": "submitter", "party[tam].full_name": "Tám"}
    paper = filled("F-MANDATE", facts)

    assert [row[1].value for row in paper.rows["1"]] == ["H'Nguôt Êban Ênuôl"]
    assert [row[1].value for row in paper.rows["2"]] == ["Tám"]
    assert "Không có mẫu chính thức" in paper.edition.notice


def test_the_book_holds_the_dossier_at_hand_or_the_entries_it_is_given():
    one = filled("ONESTOP-07", FIRST | {"case.code": "H15-261124-0001"})
    book = [{"code": "H15-261124-0002", "owner": "Lê Thị Hoa"}]
    many = filled("ONESTOP-07", {"book.entries": book})

    assert [row[1].value for row in one.rows["entries"]] == ["H15-261124-0001"]
    assert [row[4].value for row in many.rows["entries"]] == ["Lê Thị Hoa"]


def test_each_form_of_the_plan_of_forms_is_there():
    catalog = Catalog.load()
    wanted = (
        "F-CHANGE F-CHANGE.bac-ninh F-CHANGE.thanh-hoa F-FIRST F-SPLIT "
        "F-SPLIT-DRAWING F-REVIEW-ORG F-REVIEW-KEEPER "
        "F-PURPOSE F-EXTEND F-AGRI-TERM F-DATA "
        "F-SLIP-TRANSFER F-SLIP-GRANT F-RESULT-NOTICE F-PUBLIC-LIST F-MORTGAGE "
        "F-MORTGAGE-DISCHARGE F-MANDATE NOTARY-INTAKE TAX-03-BDS-TNCN TAX-01-LPTB "
        "TAX-01-SDDPNN TAX-NOTICE-PIT TAX-NOTICE-LPTB TAX-NOTICE-SDDPNN "
        "TAX-NOTICE-LEVY ONESTOP-01 ONESTOP-02 ONESTOP-03 ONESTOP-04 ONESTOP-05 "
        "ONESTOP-06 ONESTOP-07 APOLOGY"
    )

    for form in wanted.split():
        assert catalog.edition(
            form, (*DAK_LAK, "vn-secured-nd99", "vn-notary-2025"), DAY
        )


def test_what_changes_does_not_begin_with_a_comma_when_its_beginning_is_not_known():
    facts = {"goal": "register_dispute_outcome", "land.area_m2": "512.4"}

    assert filled("F-CHANGE", facts).by_id["2"].value == "diện tích 512,4 m²"


def test_another_change_is_called_by_the_name_of_its_procedure():
    named = {
        "case.procedure_title": "Đăng ký kết quả giải quyết tranh chấp",
        "case.stage": "reaches",
    }
    facts = named | {"goal": "register_dispute_outcome", "land.parcel_no": "11"}

    said = filled("F-CHANGE", facts).by_id["2"].value
    sale = filled("F-CHANGE", facts | {"goal": "sell"}).by_id["2"].value

    assert said == "Đăng ký kết quả giải quyết tranh chấp; thửa đất số 11"
    assert sale == "Nhận chuyển nhượng quyền sử dụng đất; thửa đất số 11"


PLACE = "tổ dân phố số 12 khu vực đường liên xã cạnh trường học cũ " * 7
LAND_FORMS = [
    "F-CHANGE",
    "F-CHANGE.bac-ninh",
    "F-CHANGE.thanh-hoa",
    "F-FIRST",
    "F-SPLIT",
    "F-SPLIT-DRAWING",
    "F-PURPOSE",
    "F-EXTEND",
    "F-AGRI-TERM",
    "F-DATA",
    "F-SLIP-TRANSFER",
    "F-SLIP-GRANT",
    "F-RESULT-NOTICE",
    "F-PUBLIC-LIST",
    "F-REVIEW-ORG",
    "F-REVIEW-KEEPER",
]
# These are told for one: who asks for data, which organisation reports.
FOR_ONE = {"F-DATA", "F-REVIEW-ORG", "F-REVIEW-KEEPER"}


def beyond_the_margin(content: bytes) -> list[str]:
    """Return the runs of text that reach into the right margin of their page."""
    return [
        each.get_textpage().get_text_bounded(left=each.get_width() - 40)
        for each in pypdfium2.PdfDocument(content)
        if each.get_textpage().get_text_bounded(left=each.get_width() - 40).strip()
    ]


def crowded(role: str) -> dict[str, object]:
    """Return twelve owners, fifteen parcels, five houses, twenty papers."""
    facts: dict[str, object] = dict(PURPOSE)
    for key in [key for key in facts if key.startswith("party")]:
        del facts[key]
    for number in range(1, 13):
        party = f"party[p{number}]"
        facts[f"{party}.role"] = role
        facts[f"{party}.full_name"] = f"H'Nguôt Êban ê̆ ô̆ ơ̆ ư̆ ƀ số {number:02}"
        facts[f"{party}.person_id"] = f"0661780000{number:02}"
        facts[f"{party}.address"] = f"Số {number:02} {PLACE}, xã Ea Ƀar, tỉnh Đắk Lắk"
    facts["land.address"] = f"{PLACE}, xã Ea Ƀar, tỉnh Đắk Lắk"
    facts["land.purpose"] = facts["land.origin"] = facts["house.kind"] = PLACE
    facts["certificate.book_no"] = facts["certificate.serial_no"] = PLACE
    facts["land_office.name"] = f"Chi nhánh Văn phòng Đăng ký đất đai {PLACE}"
    facts["land.parcels"] = [
        {"parcel_no": f"7{number:02}", "map_sheet_no": "7", "origin": PLACE}
        for number in range(15)
    ]
    facts["house.parts"] = [
        {"kind": f"Nhà kho số {number}", "area_m2": "50"} for number in range(5)
    ]
    facts["case.papers"] = [
        {"name": f"Giấy tờ thứ {number:02} {PLACE}"} for number in range(20)
    ]
    return facts


@pytest.mark.parametrize("form", LAND_FORMS)
def test_nothing_is_cut_where_there_are_many_and_long_answers(form):
    role = "receiver" if "SLIP-TRANSFER" in form else "applicant"
    paper = filled(form, crowded(role))
    content = printed(paper)
    text = squash(text_of(content))

    assert beyond_the_margin(content) == []
    said = {
        line
        for one in paper.fields
        if isinstance(one.value, str)
        for line in "".join(each.text for each in one.pieces).splitlines()
        or one.value.splitlines()
    }
    assert not [line for line in said if squash(line) not in text]
    named = [f"H'Nguôt Êban ê̆ ô̆ ơ̆ ư̆ ƀ số {number:02}" for number in range(1, 13)]
    if form not in FOR_ONE:
        assert all(squash(name).casefold() in text.casefold() for name in named)

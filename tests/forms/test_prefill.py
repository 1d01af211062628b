from fractions import Fraction

import pytest

from forms import prefill, sentences
from forms.bindings import split_address
from forms.loader import load_editions
from tests.forms.papers import LAO_CAI, edition
from tests.forms.samples import PROVENANCE, TYPICAL

SALE = TYPICAL | {"goal": "sell"}


def filled(form, facts=TYPICAL, provenance=PROVENANCE, **chain):
    return prefill.fill(edition(form, **chain), facts, provenance)


def without(*keys, told=TYPICAL):
    return {key: value for key, value in told.items() if key not in keys}


def test_the_change_form_takes_the_receivers_on_a_gift():
    paper = filled("F-CHANGE")

    assert paper.by_id["1a"].value == "1) Lê Thị Hoa\n2) Y Krăng Niê Kdăm"
    assert "Nguyễn Thị Sáu" not in str(paper.by_id["1a"].value)


def test_the_change_form_takes_the_applicant_when_nothing_is_transferred():
    facts = {
        "goal": "replace_lost_certificate",
        "party[sau].role": "applicant",
        "party[sau].full_name": "Nguyễn Thị Sáu",
        "certificate.serial_no": "AA 01695788",
    }

    paper = filled("F-CHANGE", facts)

    assert paper.by_id["1a"].value == "Nguyễn Thị Sáu"
    assert paper.by_id["2"].value == (
        "Đề nghị cấp lại Giấy chứng nhận do bị mất; "
        "Số phát hành Giấy chứng nhận (Số seri): AA 01695788"
    )


def test_who_brings_the_dossier_is_never_mixed_with_the_owner():
    receipt = filled("ONESTOP-01")
    told = {one.id: one.value for one in receipt.fields}

    assert told["submitter"] == "Trần Văn Tám"
    assert "Trần Văn Tám" not in str(told["owner"])
    assert "0905000999" not in str(told["phone"])
    for form in ("F-CHANGE", "TAX-03-BDS-TNCN", "TAX-01-LPTB", "F-SLIP-TRANSFER"):
        values = " ".join(str(one.value) for one in filled(form).fields)
        assert "Trần Văn Tám" not in values
        assert "0905000999" not in values


def test_a_sale_is_declared_by_who_transfers_and_a_gift_by_who_receives():
    gift = filled("TAX-03-BDS-TNCN").rows["04"]
    sale = filled("TAX-03-BDS-TNCN", SALE).rows["04"]

    assert [row[1].value for row in gift] == ["Lê Thị Hoa", "Y Krăng Niê Kdăm"]
    assert [row[1].value for row in sale] == ["Nguyễn Thị Sáu"]


def test_several_owners_are_the_payer_and_the_co_owners():
    paper = filled("TAX-01-LPTB")

    assert paper.by_id["04"].value == "Lê Thị Hoa"
    assert [row[1].value for row in paper.rows["5"]] == ["Y Krăng Niê Kdăm"]
    assert [row[4].value for row in paper.rows["5"]] == ["50"]


def test_a_share_that_is_a_fraction_is_written_too():
    facts = TYPICAL | {"party[hoa].share": Fraction(1, 3)}

    assert filled("TAX-03-BDS-TNCN", facts).rows["04"][0][-1].value == "1/3"


def test_each_value_says_where_it_comes_from_and_each_blank_why():
    for each in load_editions():
        for one in prefill.fill(each, TYPICAL, PROVENANCE).fields:
            if one.is_blank:
                assert one.blank_reason, one
            else:
                assert one.provenance, one


def test_the_source_of_a_fact_stands_with_its_value():
    paper = filled("TAX-01-LPTB")

    assert paper.by_id["11"].provenance == "chị Hoa trả lời 24/11/2026"
    assert paper.by_id["1.5"].provenance == "Giấy chứng nhận"
    assert paper.by_id["04"].provenance == sentences.FROM_DOSSIER


def test_a_fact_that_nobody_gave_is_named():
    paper = filled("TAX-01-LPTB", without("party[hoa].tax_code"))

    assert paper.by_id["06"].blank_reason == sentences.NOT_KNOWN
    assert paper.by_id["06"].keys == ("party[hoa].tax_code",)


def test_a_fact_that_cannot_be_known_yet_says_why():
    why = {"land_office.name": "Biết khi mở hồ sơ."}
    facts = {key: value for key, value in TYPICAL.items() if key not in why}

    paper = prefill.fill(edition("F-CHANGE"), facts, PROVENANCE, why)

    assert paper.by_id["to"].blank_reason == "Biết khi mở hồ sơ."


def test_a_paper_that_the_form_names_itself_is_not_listed_twice():
    book = {"id": "certificate", "name": "Giấy chứng nhận quyền sử dụng đất"}
    deed = {"id": "contract", "name": "Hợp đồng tặng cho"}

    paper = filled("F-CHANGE", TYPICAL | {"case.papers": [book, deed]})

    assert paper.by_id["3"].value == "Hợp đồng tặng cho"


def test_a_house_stands_on_the_mortgage_only_when_there_is_one():
    with_house = filled("F-MORTGAGE")
    facts = {key: value for key, value in TYPICAL.items() if key != "property.kind"}
    unknown = filled("F-MORTGAGE", facts)

    assert with_house.by_id["house.parcel"].value == "125"
    assert with_house.by_id["house.issued"].value == "10/09/2024"
    assert unknown.by_id["house.parcel"].value is None
    assert unknown.by_id["parcel"].value == "125"


def test_a_line_of_a_notice_names_only_who_owes_it():
    owed = [
        {"kind": "personal_income_tax", "payer": "hoa", "amount": 2_000_000},
        {"kind": "personal_income_tax", "payer": "ykrang", "amount": 3_000_000},
    ]

    rows = filled("TAX-NOTICE-PIT", TYPICAL | {"notice.lines": owed}).rows["3.2"]

    assert [row[1].value for row in rows] == ["Lê Thị Hoa", "Y Krăng Niê Kdăm"]


def test_an_edition_names_every_fact_that_it_reads():
    keys = edition("TAX-03-BDS-TNCN").keys()

    assert {"contract.date", ".exemption_reason", "goal"} <= keys
    assert {"goal", "land.address", "case.papers", "property.kind"} <= keys
    assert "land.address#commune" not in keys


def test_two_sources_that_disagree_are_listed_and_not_merged():
    facts = TYPICAL | {"party[hoa].phone": ["0905000456", "0905000457"]}
    sources = {"party[hoa].phone": ["chị Hoa trả lời", "hồ sơ năm 2024"]}

    paper = filled("TAX-01-LPTB", facts, sources)

    assert paper.by_id["11"].value is None
    assert [conflict.key for conflict in paper.conflicts] == ["party[hoa].phone"]
    assert paper.conflicts[0].told == (
        "0905000456 (chị Hoa trả lời)",
        "0905000457 (hồ sơ năm 2024)",
    )
    assert "hồ sơ năm 2024" in str(paper.by_id["11"].blank_reason)


def test_two_sources_that_agree_are_one_value():
    facts = TYPICAL | {"party[hoa].phone": ["0905000456", "0905000456"]}

    paper = filled("TAX-01-LPTB", facts)

    assert paper.by_id["11"].value == "0905000456"
    assert not paper.conflicts


def test_the_value_of_a_gift_is_the_sum_that_the_note_of_the_form_asks():
    paper = filled("TAX-03-BDS-TNCN")

    assert paper.by_id["25"].value == "1.250.000.000"
    assert paper.by_id["25"].provenance == (
        "cộng các mục [20.9], [21.19], [21.28], [22.2]"
    )
    assert paper.by_id["24"].value is None
    assert paper.by_id["24"].blank_reason == sentences.NOT_THIS_CASE


def test_a_price_that_differs_from_its_parts_is_told():
    paper = filled("TAX-03-BDS-TNCN", SALE | {"contract.price": 1_300_000_000})

    assert paper.by_id["24"].value == "1.250.000.000"
    assert any("1.300.000.000" in problem for problem in paper.problems)


def test_a_sum_with_an_unknown_part_takes_the_price_of_the_contract():
    facts = without("contract.house_value", "contract.price", told=SALE)

    open_ = filled("TAX-03-BDS-TNCN", facts)
    priced = filled("TAX-03-BDS-TNCN", facts | {"contract.price": 900_000_000})

    assert open_.by_id["24"].blank_reason == sentences.SUM_NOT_KNOWN
    assert priced.by_id["24"].value == "900.000.000"
    assert not priced.problems


def test_land_alone_is_worth_the_whole_price():
    facts = {
        "goal": "sell",
        "property.kind": "land",
        "contract.price": 700_000_000,
    }

    paper = filled("TAX-03-BDS-TNCN", facts)

    assert paper.by_id["20.9"].value == "700.000.000"
    assert paper.by_id["24"].value == "700.000.000"
    assert paper.by_id["12"].value is True
    assert paper.by_id["13"].value is False


@pytest.mark.parametrize("each", load_editions(), ids=lambda each: each.edition)
def test_what_only_the_citizen_may_say_stays_blank_whatever_is_known(each):
    facts = TYPICAL | {
        "transferor.only_home": True,
        "dispute.open": False,
        "exemption.by_kinship": True,
        "exemption.reason": "mẹ cho con",
        "land.residential_limit_m2": "400",
    }

    paper = prefill.fill(each, facts, PROVENANCE)
    reasons = {field.id: field.never_prefill for field in each.fields()}
    reasons |= {
        column.id: column.never_prefill
        for table in each.tables()
        for column in table.columns
    }

    for one in paper.fields:
        reason = reasons.get(one.id.partition("#")[0])
        if reason:
            assert one.is_blank
            assert one.blank_reason == reason


FREED = {
    "party[hoa].exemption_reason": "mẹ cho con",
    "party[ykrang].exemption_reason": "ông nội cho cháu",
}


def test_the_only_home_is_never_ticked_for_the_citizen():
    rows = filled("TAX-03-BDS-TNCN", TYPICAL | FREED).rows["26"]

    assert [row[1].value for row in rows] == ["Lê Thị Hoa", "Y Krăng Niê Kdăm"]
    assert all(row[3].is_blank for row in rows)
    assert [row[4].value for row in rows] == ["mẹ cho con", "ông nội cho cháu"]


def test_of_two_who_receive_only_the_one_who_is_related_is_exempt():
    one = TYPICAL | {"party[hoa].exemption_reason": "mẹ cho con"}

    rows = filled("TAX-03-BDS-TNCN", one).rows["26"]
    fee = filled("TAX-01-LPTB", one).by_id["4"].value

    assert [row[1].value for row in rows] == ["Lê Thị Hoa"]
    assert rows[0][4].value == "mẹ cho con"
    assert fee == "Lê Thị Hoa: mẹ cho con"


def test_a_sale_between_relatives_does_not_claim_to_be_free_of_the_fee():
    sale = TYPICAL | {"goal": "sell", "party[sau].exemption_reason": "mẹ bán cho con"}

    assert filled("TAX-03-BDS-TNCN", sale).rows["26"][0][1].value == "Nguyễn Thị Sáu"
    assert filled("TAX-01-LPTB", sale).by_id["4"].is_blank


def test_nobody_is_exempt_until_the_rule_says_so():
    nobody = without("party[hoa].exemption_reason", "exemption.reason")

    assert filled("TAX-03-BDS-TNCN", nobody).rows["26"] == ()


def test_the_facts_of_the_parcel_stand_under_their_own_numbers():
    paper = filled("TAX-03-BDS-TNCN", SALE | {"contract.price": 1_250_000_000})
    told = {
        one.number: one.value for one in paper.fields if one.value not in {None, ""}
    }

    assert {
        number: told[number] for number in told if number[:3] in {"[16", "[18"}
    } == {
        "[16.1]": "Giấy chứng nhận quyền sử dụng đất",
        "[16.2]": "AA 01695788",
        "[16.3]": "Chi nhánh Văn phòng Đăng ký đất đai",
        "[16.4]": "10/09/2024",
        "[18.1]": "1234/2026/HĐTC",
        "[18.2]": "Phường Tân An, tỉnh Đắk Lắk",
        "[18.3]": "10/11/2026",
        "[18.4]": "Văn phòng công chứng Ban Mê",
        "[18.5]": "10/11/2026",
    }
    assert (told["[20.1]"], told["[20.2]"]) == ("125", "37")
    assert (told["[20.9]"], told["[21.19]"]) == ("1.000.000.000", "250.000.000")


def test_the_parts_of_an_address_go_to_their_own_lines():
    paper = filled("TAX-03-BDS-TNCN")

    assert paper.by_id["20.3"].value == "Buôn Kŏ Tam"
    assert paper.by_id["20.4"].value == "phường Tân An"
    assert paper.by_id["20.5"].value == "tỉnh Đắk Lắk"
    assert split_address("Kŏ Tam") == {"street": "Kŏ Tam", "hamlet": "Kŏ Tam"}


def test_an_address_without_its_province_still_names_the_commune():
    parts = split_address("Buôn Kŏ Tam, phường Tân An")

    assert parts["commune"] == "phường Tân An"
    assert parts["street"] == "Buôn Kŏ Tam"
    assert "province" not in parts


def test_the_number_of_a_house_the_road_and_the_hamlet_go_to_their_own_places():
    address = "Số 25 đường Mạc Thị Bưởi, phường Buôn Ma Thuột, tỉnh Đắk Lắk"
    unsaid = {"land.house_no": None, "land.street": None, "land.address": address}
    paper = filled("TAX-01-LPTB", TYPICAL | unsaid)

    assert paper.by_id["1.2.1"].value == "25"
    assert paper.by_id["1.2.1.street"].value == "Mạc Thị Bưởi"
    assert paper.by_id["1.2.1.hamlet"].value is None
    parts = split_address("Tổ 3, Phố Y Ơn, phường Tân Lập, tỉnh Đắk Lắk")
    assert (parts["hamlet"], parts["road"], "house" in parts) == ("Tổ 3", "Y Ơn", False)
    parts = split_address("Đường liên xã, thôn 4, xã Ea Kao, tỉnh Đắk Lắk")
    assert (parts["road"], parts["hamlet"]) == ("liên xã", "thôn 4")


def test_the_hour_of_the_appointment_is_the_hour_of_the_counter():
    paper = filled("ONESTOP-01")

    said = "".join(piece.text for piece in paper.by_id["4"].pieces)
    assert said == "08 giờ 30 phút, ngày 24 tháng 11 năm 2026"


def test_an_appointment_without_an_hour_leaves_room_for_it():
    paper = filled("ONESTOP-01", TYPICAL | {"case.appointment": "2026-12-04"})

    said = "".join(piece.text for piece in paper.by_id["5"].pieces)
    assert said == " giờ  phút, ngày 04 tháng 12 năm 2026"


def test_the_certificate_that_the_form_prints_is_not_listed_twice():
    assert filled("F-CHANGE").by_id["3"].value == (
        "Hợp đồng tặng cho quyền sử dụng đất\nGiấy khai sinh chứng minh quan hệ mẹ con"
    )


def test_the_lines_of_a_notice_are_those_of_its_kind_and_add_up():
    facts = TYPICAL | {
        "notice.lines": [
            {"kind": "personal_income_tax", "amount": 4_000_000},
            {"kind": "registration_fee", "amount": 1_000_000},
            {"kind": "registration_fee", "amount": 250_000, "name": "Lê Thị Hoa"},
        ]
    }

    paper = filled("TAX-NOTICE-LPTB", facts)

    assert [row[6].value for row in paper.rows["III.3"]] == ["1.000.000", "250.000"]
    assert paper.by_id["III.3.11"].value == "1.250.000"
    assert paper.rows["IV"][1][1].value == "Lê Thị Hoa"


def test_the_lines_of_a_supplement_may_be_one_text():
    facts = TYPICAL | {"supplement.items": "Hợp đồng\nGiấy khai sinh\n"}

    rows = filled("ONESTOP-02", facts).rows["papers"]

    assert [row[1].value for row in rows] == ["Hợp đồng", "Giấy khai sinh"]


def test_a_value_of_the_wrong_kind_is_told_and_left_blank():
    paper = filled("TAX-01-LPTB", TYPICAL | {"land.area_m2": "rộng lắm"})

    assert paper.by_id["1.5"].value is None
    assert any("rộng lắm" in problem for problem in paper.problems)


def test_a_term_that_is_a_date_is_not_a_long_term():
    paper = filled("TAX-03-BDS-TNCN", TYPICAL | {"land.term": "2063-10-15"})

    assert paper.by_id["20.8.long"].value is False
    assert "".join(piece.text for piece in paper.by_id["20.8.to"].pieces) == (
        "15/10/2063"
    )


def test_each_field_has_a_name_for_the_screen():
    for each in load_editions():
        for one in prefill.blank(each).fields:
            assert one.caption.strip(" :;.,…"), (each.edition, one.id)


def test_a_blank_form_has_nothing_at_all():
    for each in load_editions():
        assert all(one.is_blank for one in prefill.blank(each).fields), each.edition


def test_decomposed_letters_are_put_together():
    facts = TYPICAL | {"party[hoa].full_name": "Le\u0302 Thi\u0323 Hoa"}

    assert filled("TAX-01-LPTB", facts).by_id["04"].value == "Lê Thị Hoa"


def test_the_two_layouts_of_the_change_form_are_filled_alike():
    here, there = filled("F-CHANGE"), filled("F-CHANGE", chain=LAO_CAI)

    assert [one.value for one in here.fields] == [one.value for one in there.fields]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("TAX-03-BDS-TNCN", "20.6.area"),
        ("TAX-01-LPTB", "1.5"),
        ("TAX-01-SDDPNN", "19.5"),
        ("TAX-NOTICE-PIT", "2.1.3.v"),
        ("TAX-NOTICE-LPTB", "1.3.3.v"),
        ("TAX-NOTICE-SDDPNN", "4"),
        ("F-SLIP-TRANSFER", "III.1.4"),
    ],
)
def test_a_part_of_a_parcel_is_declared_with_its_own_area(form, field):
    part = TYPICAL | {"transfer.whole": False, "transfer.area_m2": "80.5"}

    assert filled(form).by_id[field].value == "512,4"
    assert filled(form, part).by_id[field].value == "80,5"
    assert filled(form, part | {"transfer.area_m2": None}).by_id[field].is_blank


def test_the_change_form_says_the_area_of_the_part_that_passes():
    part = TYPICAL | {"transfer.whole": False, "transfer.area_m2": "80.5"}

    said = filled("F-CHANGE", part).by_id["2"].value

    assert "(một phần thửa đất)" in said
    assert ", diện tích phần chuyển 80,5 m²" in said
    assert "512,4" not in said
    assert (
        "512,4"
        not in filled("F-CHANGE", part | {"transfer.area_m2": None}).by_id["2"].value
    )
    assert ", diện tích 512,4 m²" in filled("F-CHANGE").by_id["2"].value


RENUMBERED = TYPICAL | {
    "certificate.numbers_differ": True,
    "certificate.parcel_no": "12",
    "certificate.map_sheet_no": "5",
    "certificate.address": "Thôn 3, xã Ea Kao, thành phố Buôn Ma Thuột",
}


@pytest.mark.parametrize("form", ["F-CHANGE", "NOTARY-INTAKE", "F-MANDATE", "F-DATA"])
def test_a_paper_with_room_prints_the_number_now_and_that_of_the_certificate(form):
    paper = filled(form, RENUMBERED)
    values = " ".join(str(one.value) for one in paper.fields)

    assert "125" in values
    assert (
        "(trên Giấy chứng nhận ghi: thửa đất số 12, tờ bản đồ số 5, "
        "Thôn 3, xã Ea Kao, thành phố Buôn Ma Thuột)"
    ) in values
    assert not paper.problems


@pytest.mark.parametrize("form", ["TAX-01-LPTB", "TAX-03-BDS-TNCN", "F-MORTGAGE"])
def test_a_form_with_one_place_says_that_the_certificate_has_another_number(form):
    told = " ".join(filled(form, RENUMBERED).problems)

    assert "số thửa: đang ghi “125” như hiện nay, còn sổ in “12”" in told
    assert "số tờ bản đồ: đang ghi “37” như hiện nay, còn sổ in “5”" in told
    assert not filled(form).problems


def test_the_number_of_the_certificate_is_never_guessed():
    unsure = {key: RENUMBERED[key] for key in RENUMBERED if "land.parcel" not in key}
    alike = RENUMBERED | {"certificate.parcel_no": " 125 "}

    assert filled("TAX-01-LPTB", unsure).by_id["1.1.parcel"].value is None
    assert "số thửa" not in " ".join(filled("TAX-01-LPTB", alike).problems)


@pytest.mark.parametrize("form", ["TAX-03-BDS-TNCN", "TAX-01-LPTB", "TAX-01-SDDPNN"])
def test_a_return_is_the_first_until_it_is_said_to_amend_another(form):
    unsaid = TYPICAL | {"declaration.first": None}
    first = filled(form, unsaid | {"declaration.amendment_no": None})
    amended = filled(form, unsaid | {"declaration.amendment_no": "1"})

    assert first.by_id["02"].value is True
    assert amended.by_id["02"].value is False

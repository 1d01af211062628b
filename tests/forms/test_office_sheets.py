"""What the sheets of offices print: the tax office, the counter, the commune."""

from __future__ import annotations

import pypdfium2
import pytest

from forms import prefill
from tests.forms.papers import DAK_LAK, edition, printed, text_of
from tests.forms.samples import OVERLONG, TYPICAL

SECURED = ("vn-secured-nd99", *DAK_LAK)
KEY = "notice.number"
TAX = {
    "tax_office.name": "Thuế cơ sở 1 tỉnh Đắk Lắk",
    "request.items": "Vị trí thửa đất\nThời hạn sử dụng đất",
    "exemption.claimed": True,
    "exemption.by_kinship": True,
    "party[hoa].exemption_reason": "Mẹ cho con",
}


def test_a_number_that_comes_with_its_ending_does_not_get_it_twice():
    said = {
        number: text_of(printed(filled("TAX-NOTICE-PIT", TYPICAL | {KEY: number})))
        for number in ("0123", "0123/TB-TCS")
    }

    assert said["0123"].count("/TB") == said["0123/TB-TCS"].count("/TB") == 2
    assert "0123/TB-TCS" in said["0123/TB-TCS"]


def test_a_letter_says_what_it_is_about_under_its_number_and_has_no_title():
    text = text_of(printed(filled("TAX-ASK-OFFICE", TYPICAL | TAX)))

    subject = text.index("V/v đề nghị cung cấp thông tin")
    assert text.index("Số:") < subject < text.index("CỘNG HÒA XÃ HỘI")
    assert text.count("V/v đề nghị cung cấp thông tin") == 1


def test_each_line_of_what_the_tax_office_asks_is_a_line_of_its_letter():
    for form in ("TAX-ASK-OFFICE", "TAX-ASK-PAYER"):
        asked = filled(form, TYPICAL | TAX).by_id["items"].value
        assert asked == "Vị trí thửa đất\nThời hạn sử dụng đất"


def test_the_decision_frees_only_who_is_related():
    sheet = filled("TAX-EXEMPTION", TYPICAL | TAX)

    assert sheet.by_id["1.payer"].value == "Lê Thị Hoa, 066178000456"
    assert sheet.by_id["1.1.why"].value == "Lê Thị Hoa: Mẹ cho con"
    assert sheet.by_id["1.1"].value == "thuế thu nhập cá nhân"


def test_the_sides_of_a_mortgage_stand_in_capitals_where_the_form_says_so():
    sheet = filled("F-MORTGAGE", TYPICAL, SECURED)

    bank = str(TYPICAL["party[nganhang].full_name"])
    assert sheet.by_id["mortgagor.name"].value == "NGUYỄN THỊ SÁU"
    assert sheet.by_id["mortgagee.name"].value == bank.upper()


@pytest.mark.parametrize(
    "form", ["F-MORTGAGE", "F-MORTGAGE-CHANGE", "F-MORTGAGE-DISCHARGE"]
)
def test_who_asks_about_a_mortgage_is_ticked_and_named_alike(form):
    owner = filled(form, TYPICAL | {"mortgage.requester": None}, SECURED)
    bank = filled(form, TYPICAL | {"mortgage.requester": "mortgagee"}, SECURED)
    other = filled(form, TYPICAL | {"mortgage.requester": "other"}, SECURED)

    assert owner.by_id["name"].value == "Nguyễn Thị Sáu"
    assert owner.by_id["role.mortgagor"].value is True
    assert bank.by_id["name"].value == TYPICAL["party[nganhang].full_name"]
    assert bank.by_id["role.mortgagee"].value is True
    assert bank.by_id["role.mortgagor"].value is False
    assert other.by_id["name"].value is None


def test_a_change_of_a_mortgage_says_what_changes_and_by_which_paper():
    change = {
        "mortgage.change_description": "Thêm tài sản bảo đảm là nhà ở",
        "mortgage.change_paper": "Phụ lục hợp đồng thế chấp",
        "mortgage.change_day": "2026-11-20",
        "mortgage.requester": "mortgagor",
    }

    sheet = filled("F-MORTGAGE-CHANGE", TYPICAL | change, SECURED)

    assert sheet.by_id["what"].value == "Thêm tài sản bảo đảm là nhà ở"
    assert sheet.by_id["change.effective"].value == "20/11/2026"
    assert sheet.by_id["name"].value == "Nguyễn Thị Sáu"


def test_no_sheet_of_the_tax_office_has_its_signature_alone_on_a_page():
    forms = (
        "TAX-ACCEPTANCE",
        "TAX-ASK-OFFICE",
        "TAX-ASK-PAYER",
        "TAX-EXEMPTION",
        "TAX-EXEMPTION-REFUSED",
    )
    for form in forms:
        for facts in ({}, TYPICAL | TAX, OVERLONG | TAX):
            *_, last = pypdfium2.PdfDocument(printed(filled(form, facts)))
            above, _, _ = last.get_textpage().get_text_range().partition("Nơi nhận")
            assert above.strip(" 0123456789\r\n"), form


def filled(form: str, facts: dict[str, object], chain=DAK_LAK) -> prefill.FilledForm:
    if not facts:
        return prefill.blank(edition(form, chain))
    return prefill.fill(edition(form, chain), facts)

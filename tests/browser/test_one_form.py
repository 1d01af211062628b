"""One form, field by field: who said it, why it is blank, which of two words holds."""

import pytest

from service.usecases.matter.answer_question import record_facts
from tests.browser.people import Person
from tests.factories import GIFT, a_matter

pytestmark = pytest.mark.browser

PEOPLE = {"hoa": {"full_name": "Nguyễn Thị Mẫu Hoa"}}
TOLD = GIFT | {
    "parties": [party | PEOPLE.get(party["id"], {}) for party in GIFT["parties"]]
}
NAME = "party[hoa].full_name"
STEP = "register_gift"


@pytest.fixture
def gift(town):
    """A gift whose receiver is named otherwise on her card."""
    opened, citizen = a_matter(town.desk, TOLD)
    record_facts(
        town.desk, citizen, opened.code, {NAME: "Nguyễn Thị Hoa"}, "identity_card_qr"
    )
    return opened


def opened_by(person: Person, gift) -> Person:
    person.opens("/mo-lai").types("Mã việc", gift.code).types("Số mở, 6 số", gift.pin)
    return person.presses("Mở")


def form(gift, name="TAX-01-LPTB"):
    return f"/ho-so/{gift.code}/buoc/{STEP}/giay/{name}"


@pytest.mark.parametrize("script", [True, False])
def test_two_words_that_differ_are_shown_until_the_citizen_chooses(town, gift, script):
    person = opened_by(town.somebody(script=script), gift)

    person.opens(f"/ho-so/{gift.code}/buoc/{STEP}")
    person.sees("1 mục hai nơi nói khác nhau").follows("Xem từng mục")
    person.sees("Hai nơi nói khác nhau: Họ và tên", "Nguyễn Thị Mẫu Hoa")
    person.presses("Lấy giá trị đã chọn").sees("Hãy chọn một giá trị")
    person.chooses("Nguyễn Thị Hoa").presses("Lấy giá trị đã chọn")

    person.does_not_see("Hai nơi nói khác nhau")
    person.sees("Nguyễn Thị Hoa", "chọn theo mã QR trên căn cước")


def test_the_answers_show_what_differs_and_take_the_choice(town, gift):
    person = opened_by(town.somebody(), gift).opens(f"/ho-so/{gift.code}")

    person.follows("1 mục hai nơi nói khác nhau").sees(
        "Hai nơi nói khác nhau: Họ và tên"
    )
    person.presses("Lấy giá trị đã chọn").sees("Hãy chọn một giá trị")
    person.chooses("Nguyễn Thị Mẫu Hoa").presses("Lấy giá trị đã chọn")

    assert person.path == f"/ho-so/{gift.code}/kiem-tra"
    person.does_not_see("Hai nơi nói khác nhau")


def test_a_choice_that_no_page_offers_is_asked_for_again(town, gift):
    person = opened_by(town.somebody(), gift).opens(form(gift))

    offered = person.page.locator("[name=dung]").first
    offered.evaluate("it => { it.value = '9'.repeat(5000); it.checked = true }")
    person.presses("Lấy giá trị đã chọn")

    assert person.status == 422
    person.sees("Hãy chọn một giá trị")


def test_a_blank_leads_to_its_question_and_back(town, gift):
    person = opened_by(town.somebody(), gift).opens(form(gift))

    person.follows("Trả lời: Số điện thoại của")
    person.answers("0905000456")

    assert person.path == form(gift)
    person.sees("0905000456", "ông bà trả lời")


def test_the_way_back_leads_nowhere_else(town, gift):
    person = opened_by(town.somebody(), gift)

    person.opens(
        f"/ho-so/{gift.code}/cau-hoi/land.area_m2?tro-ve=//xa.vidu/buoc/x/giay/y"
    )
    person.answers("201")

    assert person.path.startswith(f"/ho-so/{gift.code}/cau-hoi")


def test_a_form_that_does_not_hold_on_the_day_is_refused_with_its_days(town):
    opened, _ = a_matter(town.desk, TOLD | {"on": "2026-07-10"})
    person = opened_by(town.somebody(), opened)

    person.opens(form(opened, "F-NOTHING"))
    assert person.status == 404
    person.sees("Không có mẫu")
    person.opens(form(opened, "F-CHANGE.thanh-hoa"))
    assert person.status == 404
    person.sees(
        "Không dùng được mẫu F-CHANGE.thanh-hoa cho ngày 10/07/2026",
        "dùng từ 27/07/2026",
    )


def test_blanks_in_a_row_for_one_reason_share_a_line(town, gift):
    person = opened_by(town.somebody(), gift).opens(form(gift))

    line = person.page.locator("dl.form .blank").filter(has_text="Số tầng nổi")

    assert line.locator("dt").count() > 1
    assert line.locator("dd").count() == 1
    assert line.locator("a").count() == 0

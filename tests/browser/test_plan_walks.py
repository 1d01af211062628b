"""From the first page to a plan in the hand, by search and triage, and otherwise."""

import re

import pypdfium2
import pytest

from tests.browser.people import PHONE, Person
from tests.browser.scenes import Scene
from tests.factories import GIFT, a_matter

pytestmark = pytest.mark.browser


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as paper:
        pages = [page.get_textpage().get_text_range() for page in paper]
    return " ".join(" ".join(pages).split())


def begins(person: Person) -> str:
    """Press the button of a goal, keep the code, and go on."""
    person.presses("Bắt đầu")
    code = re.search(r"DAT-[A-Z0-9-]+", person.words)[0]
    person.follows("Tôi đã chép lại, đi tiếp")
    return code


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_from_words_without_accents_to_a_sheet_in_the_hand(town, script):
    person = town.somebody(PHONE, script=script).opens("/")
    person.page.locator("#q").fill("mat so do o Cu Kuin")
    person.presses("Tìm").sees("Đất ở nơi nào?").follows("Xã Ea Ktur")
    person.page.get_by_role("link", name=re.compile("^Mất sổ đỏ")).click()
    person.sees("Dắt ghi sẵn điều ông bà vừa chọn", "Xã Ea Ktur")
    code = begins(person)
    person.opens(f"/ke-hoach/{code}").sees("Xin cấp lại sổ bị mất", "Làm trước tiên")
    assert person.page.locator("details.step[open]").count() == 1
    sheet = words_of(person.downloads("In kế hoạch"))
    assert "Nói với quầy" in sheet
    assert code in sheet


def test_the_plan_is_sent_as_a_link_that_asks_for_the_number(town):
    person = town.somebody(PHONE).opens("/viec/give")
    code = begins(person)
    person.opens(f"/ke-hoach/{code}").sees("Đây mới là kế hoạch chung")
    person.opens(f"/ke-hoach/{code}/gui")
    text = person.page.locator("#loi-nhan").input_value()
    address = re.search(r"/mo-lai\?ma=\S+", text)[0]
    neighbour = town.somebody(PHONE).opens(address)
    neighbour.sees("Số mở").does_not_see("Ký hợp đồng")


def test_whoever_does_not_know_the_name_of_it_is_led_to_a_plan(town):
    person = town.somebody(PHONE, script=False).opens("/")
    person.follows("Tôi chưa rõ tên việc của mình")
    for answer in ("Sang đất cho người khác", "Còn sống", "Có, bán hoặc mua"):
        person.page.get_by_role("link", name=re.compile(f"^{answer}")).click()
    person.page.get_by_role("link", name=re.compile("^Ở ngân hàng, đang vay")).click()
    person.sees("Sổ có đang thế chấp ở ngân hàng không?", "Có")
    code = begins(person)
    person.opens(f"/ke-hoach/{code}").sees("thế chấp")
    person.opens(f"/ho-so/{code}/kiem-tra").sees(
        "Sổ có đang thế chấp ở ngân hàng không?"
    )


def test_the_way_back_through_the_triage_asks_the_same_again(town):
    person = town.somebody(PHONE).opens("/chua-ro-viec?di=so.hong")
    person.sees("Sổ mất, cũ rách hay ghi sai?").follows("‹ Câu trước")
    person.sees("Cuốn sổ thế nào?")
    person.page.get_by_role("link", name=re.compile("^Tôi chưa rõ")).click()
    person.sees("Quầy Một cửa").follows("Chọn câu trả lời khác")
    person.sees("Cuốn sổ thế nào?")


def test_what_if_another_way_is_better_it_becomes_the_answers(town):
    scene = Scene(town)
    code, pin = scene.ready
    person = town.somebody(PHONE).opens("/mo-lai")
    person.types("Mã việc", code).types("Số mở, 6 số", pin).presses("Mở")
    person.opens(f"/ke-hoach/{code}").follows("So sánh: nếu làm khác đi?")
    person.page.get_by_label(re.compile("^Ủy ban nhân dân xã, phường")).check()
    person.presses("So sánh").sees("Khác nhau").follows("Dùng cách này")
    person.sees("Bây giờ: Chưa trả lời").presses("Dùng cách này")
    assert person.path == f"/ke-hoach/{code}"
    person.sees("Ký hợp đồng ở Ủy ban")
    person.opens(f"/ho-so/{code}/kiem-tra").sees("Ủy ban nhân dân xã")


def test_what_if_a_family_sold_is_seen_beside_the_gift_and_nothing_is_kept(town):
    opened, _ = a_matter(town.desk, GIFT)
    code = opened.code
    family = town.somebody(script=False)
    family.opens("/mo-lai").types("Mã việc", code).types("Số mở, 6 số", opened.pin)
    family.presses("Mở").opens(f"/ke-hoach/{code}")

    family.follows("So sánh: nếu làm khác đi?")
    family.chooses("Tách thửa trước").presses("So sánh")
    family.sees("Xong muộn hơn".lower(), "Tách thửa", "Khác nhau")

    family.chooses("Cả thửa").chooses("Bán").presses("So sánh")
    family.sees("Cho hay bán?", "Sang tên đất đã mua", "Lệ phí trước bạ")
    family.follows("Giữ kế hoạch này").sees("Kế hoạch: Cho đất con, người thân")


def test_every_goal_of_the_law_is_chosen_from_the_first_page_below_its_topic(town):
    somebody = town.somebody(script=False).opens("/")
    topics = somebody.page.locator("main details")
    chosen = {
        link.get_attribute("href").removeprefix("/viec/").partition("?")[0]
        for link in topics.locator("a").all()
    }

    assert chosen == set(town.desk.law.edition("66", town.desk.today()).goals)
    topics.filter(has_text="Vay tiền, thế chấp").locator("summary").click()
    somebody.follows("Xóa thế chấp").sees("Bắt đầu")

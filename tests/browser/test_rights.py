"""On a phone: see, correct, take out, delete what is hers; agree to messages."""

import json
import re
import secrets

import pytest

from service.usecases.outside.working import run_until_idle
from tests.browser.people import PHONE
from tests.factories import a_matter, filed

pytestmark = pytest.mark.browser


@pytest.fixture(params=["script", "no script"])
def she(request, town):
    return town.somebody(PHONE, script=request.param == "script")


def opens(person, opened):
    person.opens("/mo-lai").types("Mã việc", opened.code)
    return person.types("Số mở, 6 số", opened.pin).presses("Mở")


def test_she_sees_corrects_takes_out_and_deletes_what_is_hers(town, she):
    opened, _ = a_matter(town.desk)
    opens(she, opened).follows("Thông tin của tôi")
    she.unfolds("Về việc này").sees("Thửa đất rộng bao nhiêu", "200")
    row = she.page.locator("dl.kv > div").filter(has_text="rộng bao nhiêu")
    with she.page.expect_navigation():
        row.get_by_role("link", name="Sửa").click()
    she.answers("215")
    she.opens(f"/ho-so/{opened.code}/quyen").unfolds("Về việc này").sees("215")
    told = json.loads(she.downloads("Lấy về máy tôi"))
    assert told["code"] == opened.code
    assert any(fact["value"] == "215" for fact in told["records"]["fact"])
    she.follows("Bản để đọc và in").sees("Thông tin Dắt đang giữ", "215")
    she.opens(f"/ho-so/{opened.code}/quyen").follows("Xóa")
    she.sees("Xóa rồi không lấy lại được", "Còn lại")
    she.types("Số mở, 6 số", opened.pin).presses("Xóa hẳn").sees("Đã xóa")
    opens(she, opened).sees("Mã việc hoặc số mở chưa đúng")


def test_a_dossier_is_not_deleted_at_once_and_the_days_of_the_request_run(town, she):
    with town.alone() as desk:
        matter = filed(desk)
        run_until_idle(desk)
    opens(she, matter).follows("Thông tin của tôi").follows("Xóa")
    she.sees("Chưa xóa ngay được", "Luật Lưu trữ", "chưa xác minh")
    she.follows("Gửi yêu cầu xóa")
    she.types("Điều gì, sai ở đâu, muốn thành thế nào", "Xóa số điện thoại cũ")
    she.presses("Gửi yêu cầu")
    she.sees("Đang tính ngày", "còn", "Làm xong chậm nhất", "chưa xác minh")
    boss = town.somebody()
    town.sign_in(boss, "quantri")
    boss.opens("/quan-tri/quyen").follows("Xóa thông tin").chooses("Làm được một phần")
    boss.types("Câu trả lời, viết cho người yêu cầu đọc", "Đã xóa số cũ ở Dắt.")
    boss.presses("Gửi câu trả lời")
    she.opens(f"/ho-so/{matter.code}/quyen").sees(
        "Đã trả lời: Làm được một phần", "Đã xóa số cũ ở Dắt."
    )


def test_she_agrees_to_messages_with_the_code_on_the_page_of_the_trial(town, she):
    matter = filed(town.desk)
    opens(she, matter).follows("Tin nhắn về việc này")
    assert she.ticked() == []
    she.chooses("Tin nhắn SMS").chooses("Báo tin khi hồ sơ")
    # A number of her own: the page of the trial shows those of everybody.
    number = f"0912{secrets.randbelow(10**6):06}"
    she.types("Số điện thoại, hoặc địa chỉ thư", number)
    she.presses("Đồng ý và gửi mã xác nhận").sees("Gõ mã vừa gửi")
    asked = she.path
    she.follows("Bản thử nghiệm: xem mã ở đây")
    she.waits_until_the_page_says(number)
    digits = re.search(r"\b\d{6}\b", she.words)[0]
    she.opens(asked).types("Mã xác nhận, 6 số", digits).presses("Xác nhận")
    assert len(she.ticked()) == 1
    she.presses("Thôi nhận tin ở đây").does_not_see(number)

"""A day with the rules of the counter: letters, a second pair of eyes, an apology."""

import re
from datetime import timedelta

import pytest

from tests.browser.scenes import at_the_counter

pytestmark = pytest.mark.browser

FIRST = "Yêu cầu bổ sung (một lần, đầy đủ)"
SECOND = "Yêu cầu bổ sung lần 2 (tính quá hạn)"
ITEMS = "Nội dung cần bổ sung, hoàn thiện (đầy đủ, một lần)"
WHY = "Lý do yêu cầu bổ sung"
NUMBER = "Số văn bản làm căn cứ tạm dừng tính ngày"
SORRY = "Xin lỗi, hẹn lại (một lần, trước khi hết hạn)"
NEW_DAY = "Ngày hẹn trả lại"
ASK = "Gửi lãnh đạo xác nhận"
REFUSAL = "Không đủ điều kiện, trả hồ sơ kèm lý do"
RETURN = "Trả lại người đề nghị"


def test_a_case_is_received_supplemented_twice_put_off_and_refused_by_two(town):
    with town.alone() as desk:
        _, _, code = at_the_counter(desk)
    case = f"/can-bo/ho-so/{code}"
    counter, land = town.clerk("motcua"), town.clerk("datdai")
    boss = town.clerk("truongdatdai")

    counter.opens(case).takes("Tiếp nhận, in giấy hẹn")
    hands_over(counter, code)

    land.opens(case).takes(FIRST)
    land.types(ITEMS, "Bản sao giấy khai sinh").types(WHY, "Bản nộp bị mờ")
    land.presses(FIRST).sees("Cần ghi: Số văn bản làm căn cứ tạm dừng tính ngày.")
    land.types(NUMBER, "17/HDHS").presses(FIRST)
    land.sees("17/HDHS ngày")

    counter.opens(case).takes("Đã nhận bổ sung")

    land.opens(case).takes(SECOND).sees("hồ sơ bị tính quá hạn")
    land.types(ITEMS, "Giấy khai sinh khác").types(WHY, "Bản nộp bị tẩy xóa")
    land.types("Lý do lần trước chưa nêu", "Lần trước chưa có giấy này")
    land.types(NUMBER, "18/HDHS").presses(ASK)
    land.sees("Người đề nghị không tự xác nhận được", "18/HDHS")

    boss.opens("/can-bo/duyet").follows(SECOND).presses(RETURN)
    boss.sees("Cần ghi lý do, để người đề nghị biết phải sửa gì.")
    boss.types("Lý do trả lại", "Giấy đã đủ, xem lại").presses(RETURN)
    land.opens(case).sees("Đề nghị bị trả lại", "Giấy đã đủ, xem lại")

    promised, new_day = days_of(town, code)
    land.takes(SORRY).types("Lý do chậm", "Phải đối chiếu hồ sơ lưu")
    land.types(NEW_DAY, promised).presses(SORRY).sees("không ở sau ngày đã hẹn")
    land.types(NEW_DAY, new_day).presses(SORRY)
    land.sees(new_day, f"Chưa làm được: {SORRY}")

    land.takes(REFUSAL).types("Lý do từ chối", "Sổ không khớp thửa đất")
    land.presses(ASK).sees("Chờ lãnh đạo cùng cơ quan xác nhận")
    boss.opens("/can-bo/duyet").follows(REFUSAL).sees("Sổ không khớp thửa đất")
    boss.presses("Xác nhận, làm luôn")
    boss.sees("Từ chối đăng ký", "Ông Phạm Mẫu Thành xác nhận")


def hands_over(counter, code):
    """Let the counter give the dossier on and see that it is off the list."""
    counter.opens("/can-bo/ban-giao").sees(code)
    row = counter.page.locator("#giao label.opt").filter(has_text=re.compile(code))
    row.locator("input").check()
    counter.presses("Đã giao hồ sơ đã chọn").does_not_see(code)


def days_of(town, code) -> tuple[str, str]:
    """Return the promised day, and a working day well after it, as people write."""
    with town.alone() as desk, desk.database.reading() as uow:
        row = uow.cases.by_code(code)
        promised = max(row.appointment, row.due_on)
        later = desk.calendar.roll(promised + timedelta(days=5))
    return promised.strftime("%d/%m/%Y"), later.strftime("%d/%m/%Y")

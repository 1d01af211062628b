"""A morning of the administrator: a new colleague, a delegation, a day off too late."""

import pytest

from tests.browser.scenes import AT_LAND_OFFICE, GIFT_OF_LAND
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

OFFICE = "Chi nhánh đăng ký đất đai khu vực Buôn Ma Thuột (mẫu)"
OWN = "rừng khộp mùa thay lá"


def test_the_administrator_adds_a_clerk_a_delegation_and_a_day_off(town, scene):
    case = scene.case(scene.demo(AT_LAND_OFFICE)[0], GIFT_OF_LAND)
    admin = town.clerk("quantri").sees("Mọi thay đổi ở đây đều ghi lại")

    # Somebody new at the land office, who may not sign.
    admin.follows("Tài khoản").follows("Thêm người")
    admin.types("Họ tên", "Chị Mẫu Mới").types("Tên đăng nhập", "moi")
    admin.types("Mật khẩu lúc đầu", PASSWORD).chooses("Cán bộ")
    admin.picks("Cơ quan", OFFICE).chooses("Giải quyết hồ sơ")
    admin.presses("Thêm người này").sees("Đã thêm người này", OFFICE)
    newcomer = town.somebody()
    town.sign_in(newcomer, "moi")
    newcomer.types("Mật khẩu mới", OWN).types("Gõ lại mật khẩu mới", OWN)
    newcomer.presses("Đặt mật khẩu")
    assert newcomer.path == "/can-bo"

    # Their superior is away and lets her sign.
    admin.opens("/quan-tri/giao-ky").picks("Ở cơ quan nào", OFFICE)
    admin.presses("Chọn cơ quan này").picks("Người giao", "Ông Phạm Mẫu Thành")
    admin.picks("Người nhận, ký thay", "Chị Mẫu Mới")
    admin.types("Từ ngày", "2026-11-25").types("Đến hết ngày", "2026-12-04")
    admin.types("Số văn bản giao", "12/QĐ-VPĐK")
    admin.types("Ngày của văn bản", "2026-11-24").presses("Giao việc ký này")
    admin.sees("Ông Phạm Mẫu Thành → Chị Mẫu Mới", "đang ký thay")

    # A notice of a day off comes after receipts were printed.
    admin.opens("/quan-tri/ngay-nghi").chooses("Ngày nghỉ theo thông báo")
    admin.types("Từ ngày", "2026-11-30").types("Dịp nghỉ, lý do", "Ngày nghỉ mẫu")
    admin.types("Văn bản nào, số và ngày", "Thông báo 1/TB ngày 25/11/2026")
    admin.presses("Ghi vào lịch")
    admin.sees("Ngày đã in cho dân vẫn là ngày cũ", case, "7/12/2026", "8/12/2026")
    clerk = town.clerk("motcua").opens(f"/can-bo/ho-so/{case}")
    clerk.sees("7/12/2026").does_not_see("8/12/2026")

    admin.presses("Tính lại ngày hẹn").sees("Cần ghi vì sao tính lại")
    admin.types("Vì sao tính lại", "Theo Thông báo 1/TB")
    admin.presses("Tính lại ngày hẹn").waits_until_the_page_says("đã xong")
    admin.sees(case, "7/12/2026", "8/12/2026", "Giấy hẹn mới nằm trong từng hồ sơ")
    clerk.opens(f"/can-bo/ho-so/{case}").sees("8/12/2026")
    admin.opens("/quan-tri/ngay-nghi/ho-so").sees("Không có hồ sơ nào đang làm")

    admin.opens("/quan-tri/nhat-ky").sees(
        "Thêm tài khoản", "Giao việc ký", "Thêm ngày nghỉ", "Lệnh tính lại ngày hẹn"
    )

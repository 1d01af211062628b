"""What the administrator's pages say, in plain Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

# --- fields of every form -------------------------------------------------------------

DAY = "Chọn một ngày có trong lịch."
NEEDED = "Ô này còn trống."
GONE = "Mục này không còn nữa. Tải lại trang để xem tình trạng mới nhất."

# --- signing in somebody's place ------------------------------------------------------

GIVER = "Chọn người giao việc ký: cán bộ đang dùng tài khoản và có quyền ký."
TAKER = "Chọn người nhận việc ký: cán bộ đang dùng tài khoản, cùng cơ quan, người khác."
UNTIL = "Ngày cuối không được trước ngày đầu, cũng không được đã qua."
PAPER = "Cần số của văn bản giao việc ký, như 12/QĐ-VPĐK."
PAPER_DAY = "Ngày của văn bản không được sau ngày đầu."


def delegated_already(until: date) -> str:
    """Say that the same two people have a delegation in these days."""
    day = f"{until.day}/{until.month}/{until.year}"
    return f"Hai người này đã có văn bản giao ký đến hết ngày {day}. Kết thúc nó trước."


# --- the log --------------------------------------------------------------------------

CHANGES: Mapping[str, str] = {
    "account.added": "Thêm tài khoản",
    "account.changed": "Sửa tài khoản",
    "account.disabled": "Khóa tài khoản",
    "account.enabled": "Mở lại tài khoản",
    "account.password": "Đặt mật khẩu mới",
    "delegation.added": "Giao việc ký",
    "delegation.ended": "Kết thúc giao việc ký",
}
FIELDS: Mapping[str, str] = {
    "name": "Tên đăng nhập",
    "display_name": "Họ tên",
    "kind": "Vai trò",
    "office": "Cơ quan",
    "duties": "Việc được làm",
    "giver": "Người giao",
    "taker": "Người nhận",
    "from_day": "Từ ngày",
    "until_day": "Đến hết ngày",
    "paper_number": "Số văn bản",
    "paper_day": "Ngày văn bản",
}

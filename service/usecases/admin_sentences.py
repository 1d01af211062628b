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


# --- days on which offices work -------------------------------------------------------

HOLIDAY_KIND = "Chọn một loại: ngày nghỉ, ngày làm bù, hay đóng cửa tại chỗ."
HOLIDAY_LAST = "Ngày cuối không được trước ngày đầu, và cả đợt dài nhất 31 ngày."
HOLIDAY_WHY = "Cần ghi nghỉ dịp gì, hay vì sao đóng cửa."
HOLIDAY_NOTICE = "Cần số và ngày của văn bản, như Thông báo 123/TB-BNV ngày 1/12/2026."
OFF_ALREADY = "Những ngày này vốn đã là ngày nghỉ trong lịch, không có gì để thêm."
WORKED_ALREADY = (
    "Ngày làm bù phải là một ngày vốn được nghỉ. Ngày này đang là ngày làm việc."
)
COMMUNES_ONLY_CLOSED = "Chỉ chọn xã, phường khi đóng cửa tại chỗ."
WITHDRAW_WHY = "Cần ghi vì sao bỏ ngày này."
RECOUNT_REASON = "Cần ghi vì sao tính lại, như số của thông báo."
HOLIDAYS_CHANGED = "Lịch nghỉ vừa thay đổi. Xem lại danh sách mới rồi bấm lần nữa."
HOLIDAY_KINDS: Mapping[str, str] = {
    "off": "Ngày nghỉ theo thông báo",
    "worked": "Ngày làm bù",
    "closed": "Đóng cửa tại chỗ (bão, lũ, mất điện)",
}

# --- the log --------------------------------------------------------------------------

CHANGES: Mapping[str, str] = {
    "account.added": "Thêm tài khoản",
    "account.changed": "Sửa tài khoản",
    "account.disabled": "Khóa tài khoản",
    "account.enabled": "Mở lại tài khoản",
    "account.password": "Đặt mật khẩu mới",
    "delegation.added": "Giao việc ký",
    "delegation.ended": "Kết thúc giao việc ký",
    "holiday.added": "Thêm ngày nghỉ, ngày làm bù",
    "holiday.withdrawn": "Bỏ ngày nghỉ, ngày làm bù",
    "recount.ordered": "Lệnh tính lại ngày hẹn",
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
    "first": "Từ ngày",
    "last": "Đến hết ngày",
    "communes": "Xã, phường",
    "why": "Dịp, lý do",
    "notice": "Văn bản",
    "reason": "Lý do",
}

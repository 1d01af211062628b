"""What is said about messages to people, in plain Vietnamese."""

from __future__ import annotations

CHANNEL = "Chọn một cách nhận tin: Zalo, tin nhắn SMS hoặc thư điện tử."
ADDRESSES = {
    "phone": "Số điện thoại có 10 số, bắt đầu bằng 0, như 0912 345 678.",
    "email": "Địa chỉ thư viết như ten@example.vn.",
}
PURPOSES = "Chọn ít nhất một loại tin muốn nhận."
HOUR = "Giờ viết như 21:00."
WRONG_CODE = "Mã chưa đúng hoặc đã hết hạn. Xem lại tin mới nhất, hoặc bấm gửi lại mã."
HIDDEN_CODE = "••••••"
STATES = {
    "queued": "Chờ gửi",
    "sent": "Đã gửi, chưa biết đã tới máy chưa",
    "delivered": "Đã tới máy",
    "failed": "Không gửi được, xem ở trang này",
    "unknown": "Chưa rõ đã gửi được chưa, Dắt đang thử lại",
    "shown": "Chỉ hiện ở trang này",
}

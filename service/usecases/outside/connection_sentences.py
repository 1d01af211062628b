"""How it stands with the outside offices, in words."""

from __future__ import annotations

from collections.abc import Mapping

OFFICE_NAMES: Mapping[str, str] = {
    "tax": "Cơ quan thuế",
    "notary": "Tổ chức công chứng",
    "land_registry": "Cơ sở dữ liệu đất đai",
    "portal": "Cổng dịch vụ công quốc gia",
    "payment": "Nơi thu tiền trực tuyến",
    "messaging": "Dịch vụ gửi tin nhắn",
    "identity": "Định danh điện tử",
    "messaging-zalo": "Tin nhắn Zalo",
    "messaging-sms": "Tin nhắn SMS",
    "messaging-email": "Thư điện tử",
}

# What a comparison of books did, in the order in which it is told.
COUNTS: Mapping[str, str] = {
    "taken_in": "nhận thêm",
    "sent_again": "gửi lại",
    "settled": "đã đến nơi, ghi là xong",
    "same_vouchers": "chứng từ thu tiền khớp",
    "different": "lệch, cần người xem",
}

MODES: Mapping[str, str] = {
    "live": "nối thật",
    "simulated": "thử nghiệm, qua mạng",
    "twin": "thử nghiệm, trong chương trình",
    "paper": "chưa nối, đi bằng giấy",
}

DIRECTIONS: Mapping[str, str] = {"out": "gửi đi", "in": "nhận về"}

OUTCOMES: Mapping[str, str] = {
    "accepted": "đã nhận",
    "duplicate": "tin lặp lại",
    "quarantined": "giữ riêng, cần người xem",
    "refused": "bị từ chối",
    "unknown": "không có trả lời",
}

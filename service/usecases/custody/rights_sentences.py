"""What is said about a person's own data, in plain Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping

PIN_WRONG = "Số mở chưa đúng. Chưa có gì bị xóa."
ABOUT = "Viết ngắn gọn muốn sửa, xem hay xóa điều gì."
ABOUT_TOO_LONG = "Viết ngắn hơn, nhiều nhất 1000 chữ cái."
KIND = "Chọn một việc muốn yêu cầu."
OUTCOME = "Chọn kết quả trả lời."
ANSWER = "Viết câu trả lời cho người yêu cầu: đã làm gì, hoặc vì sao không làm được."
WITHDREW = "Đã dừng người giúp và mọi tin nhắn ngay lúc ông bà yêu cầu."
ALL_CONSENTS = "Mọi sự đồng ý: người giúp, tin nhắn."
ITSELF = "Dắt"
OF_THE_MATTER = "Về việc này"
LOOKS: Mapping[str, str] = {
    "matter": "Xem các câu trả lời và kế hoạch",
    "case": "Xem hồ sơ",
    "foreign": "Xem hồ sơ từ cơ quan khác, có nêu lý do",
    "export": "Tải thông tin về",
    "photo": "Xem ảnh giấy tờ",
    "together": "Làm một việc cho nhiều hồ sơ cùng lúc",
    "follow": "Xem trang theo dõi bằng số mở hay 4 số cuối",
}
LOOKED = "Xem"
# What is stored, by the table that it stands in.
STORED: Mapping[str, str] = {
    "fact": "câu trả lời và điều cơ quan ghi",
    "condition_met": "điều kiện đã đạt",
    "case": "hồ sơ đã nộp",
    "document": "giấy tờ",
    "consent": "lần cho người giúp",
    "help_request": "lời đồng ý đã hỏi",
    "help_note": "ghi chú đi thăm của người giúp",
    "access_log": "lần có người xem",
    "contact": "nơi nhận tin",
    "message_consent": "lần đồng ý nhận tin",
    "one_time_code": "mã xác nhận",
    "message": "tin nhắn",
    "rights_request": "yêu cầu về thông tin",
    "profile": "người đã giữ lại cho việc khác",
    "land_question": "lần hỏi ngăn chặn về thửa đất",
    "identity_matter": "người đăng nhập là mở được việc này",
    "paper_page": "trang giấy đã chụp",
    "paper_check": "lần soát giấy tờ",
    "rating": "lời đánh giá cơ quan",
    "session": "máy đang mở việc này",
    "case_note": "ghi chú nội bộ của cơ quan",
    "case_search": "từ để cơ quan tìm hồ sơ",
    "legal_hold": "lệnh giữ nguyên hồ sơ",
}
OTHER = "mục khác"
# The clock of a request.
RUNNING, LATE, ANSWERED = "running", "late", "answered"
CLOCKS: Mapping[str, str] = {
    RUNNING: "Đang tính ngày",
    LATE: "Quá hạn",
    ANSWERED: "Đã trả lời",
}

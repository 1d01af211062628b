"""What the page of a case says to clerks, in plain Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping

# Why a clerk reads a dossier of other offices. The resident reads the reason too.
WHY_VISITED: Mapping[str, str] = {
    "linked": "Hồ sơ liên quan đến hồ sơ của cơ quan tôi",
    "asked": "Người dân nhờ tôi xem",
    "complaint": "Giải quyết phản ánh, khiếu nại",
    "order": "Cấp trên yêu cầu kiểm tra",
    "other": "Lý do khác",
}
CHOOSE_WHY = "Chọn vì sao cần xem hồ sơ này."
SAY_WHY = "Ghi rõ hơn, ít nhất 10 chữ cái: ai nhờ, văn bản nào, hồ sơ nào của cơ quan."
WHY_TOO_LONG = "Ghi lý do ngắn hơn, nhiều nhất 500 chữ cái."
NOTE_EMPTY = "Ghi chú đang để trống."
NOTE_TOO_LONG = "Ghi chú dài nhất 2000 chữ cái. Viết ngắn hơn, hoặc tách làm hai."

# Papers that an action needs without naming one.
NEEDED: Mapping[str, str] = {
    "all_in": "đủ giấy tờ của hồ sơ",
    "originals": "đủ bản chính",
}

# Who takes a step that is not for the reader, by the duty it takes.
DUTIES: Mapping[str, str] = {
    "receive": "Việc này do người tiếp nhận ở quầy làm.",
    "handle": "Việc này do người giải quyết hồ sơ làm.",
    "sign": "Việc này do người ký kết quả làm.",
    "lead": "Việc này do lãnh đạo cơ quan làm.",
}


def visited_because(why: str, words: str) -> str:
    """Join the kind of reason and what the clerk wrote, for the resident to read."""
    return f"{WHY_VISITED[why]}: {words}"

"""What people read when the land register or the notaries are asked about land."""

from __future__ import annotations

from collections.abc import Mapping

BY_HAND = "Chưa có gì thay đổi, ông bà cứ tự trả lời như thường."
NOT_CONNECTED = f"Nơi này chưa nối với cơ sở dữ liệu đất đai. {BY_HAND}"
TOO_LITTLE = (
    "Cần số của sổ, hoặc xã, phường cùng số tờ và số thửa, thì mới hỏi được. "
    "Ghi một trong hai rồi hỏi lại."
)
SILENT = (
    "Cơ sở dữ liệu đất đai chưa trả lời, hoặc trả lời không đọc được. Xin hỏi lại sau "
    f"ít phút. {BY_HAND}"
)
REFUSED = f"Cơ sở dữ liệu đất đai không nhận câu hỏi này. {BY_HAND}"
NOTHING = f"Cơ sở dữ liệu đất đai không có thửa đất hoặc sổ này. {BY_HAND}"
OTHER_LAND = (
    "Cơ sở dữ liệu đất đai trả lời về thửa đất khác nên Dắt không lấy. " + BY_HAND
)
EMPTY = f"Cơ sở dữ liệu đất đai không ghi mục nào mà việc này cần. {BY_HAND}"
OLD = f"Câu trả lời này đã cũ, xin hỏi lại. {BY_HAND}"
NOTHING_TICKED = "Đánh dấu mục muốn ghi, hoặc bấm “Không ghi”."
UNFIT = "Ghi ở đó không đúng dạng, Dắt không lấy."

CERTIFICATE = "Số của sổ"

# --- asking the notaries --------------------------------------------------------------

NO_NOTARY = (
    "Nơi này chưa nối với tổ chức hành nghề công chứng nào. Hỏi thẳng công chứng viên."
)
NO_ANSWER: Mapping[str, str] = {
    "silent": "Chưa trả lời, hoặc trả lời không đọc được.",
    "refused": "Nơi được hỏi không nhận câu hỏi này.",
    "other_land": "Nơi được hỏi trả lời về thửa đất khác nên Dắt không lấy.",
}


def too_often(minutes: int) -> str:
    """Say that this matter asked often enough for now."""
    return f"Việc này đã hỏi nhiều lần. Xin đợi {minutes} phút rồi hỏi lại. {BY_HAND}"


def notary_too_often(minutes: int) -> str:
    """Say that the notaries were asked about this matter often enough for now."""
    return f"Việc này đã hỏi nhiều lần. Xin đợi {minutes} phút rồi hỏi lại."


def place(commune: str, sheet: str, parcel: str) -> str:
    """Write a parcel as people say it."""
    return f"thửa {parcel}, tờ bản đồ {sheet}, {commune}"

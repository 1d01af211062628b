"""The captions of the files about processing of data, in plain Vietnamese."""

from __future__ import annotations

from datetime import date

REGISTER = "Sổ ghi hoạt động xử lý dữ liệu cá nhân"
IMPACT = "Hồ sơ đánh giá tác động xử lý dữ liệu cá nhân (bản điền sẵn)"
WHO = "Ai chịu trách nhiệm"
KEEPER = "Bên kiểm soát dữ liệu"
WHAT = "Xử lý gì, theo căn cứ nào"
SENSITIVE, SENSITIVE_WHAT = "Dữ liệu nhạy cảm", "Ảnh giấy tờ tùy thân"
MEASURES = "Biện pháp bảo vệ"
PERSONS, CATEGORIES = "Dữ liệu của ai", "Loại dữ liệu"
BASIS, RECEIVERS = "Căn cứ", "Ai nhận"
KEPT, PROTECTION, TABLES = "Giữ bao lâu", "Bảo vệ thế nào", "Nằm ở bảng nào"
MARKS = (
    "Dấu sau mỗi mục: V có người đã thấy tận nơi; V2 chỉ thấy trong bản tóm tắt luật;"
    " R nhớ lại; P lựa chọn của phần mềm. Dòng chấm là chỗ cơ quan phải điền."
)


def based_on(instrument: str, at: str) -> str:
    """Return the texts on which a file rests."""
    return f"Căn cứ: {instrument} ({at})."


def measure(number: int) -> str:
    """Return the caption of a measure."""
    return f"Biện pháp {number}"


def days(count: int | None) -> str:
    """Return a number of days as it is set; none is said."""
    return f"{count} ngày" if count else "chưa đặt"


def printed(day: date) -> str:
    """Return when a file was made."""
    return f"Lập ngày {day.day}/{day.month}/{day.year} từ cấu hình của nơi này."

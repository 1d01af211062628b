"""Words about lists of other one-stop systems, plain and to the point."""

from __future__ import annotations

FILE_TOO_BIG = "Tệp lớn hơn 5 MB. Chia danh sách ra rồi nhập từng phần."
TOO_MUCH_IN_IT = (
    "Bảng trong tệp quá lớn. Bỏ các cột và dòng không cần, chia danh sách ra rồi nhập"
    " từng phần."
)
OLD_OR_LOCKED = (
    "Tệp Excel kiểu cũ (.xls), hoặc có mật khẩu. Lưu lại thành .xlsx, không mật khẩu."
)
NO_FILE = "Chưa chọn tệp danh sách."
NO_LINES = (
    "Tệp không có dòng nào dưới dòng tên cột. Của tệp XLSX chỉ đọc trang tính đầu tiên."
)
NOT_UTF8 = (
    "Tệp CSV không phải chữ viết theo UTF-8. Lưu lại theo UTF-8, hoặc gửi tệp XLSX."
)
NOT_A_TABLE = "Tệp không đọc được như một bảng. Gửi tệp CSV hoặc XLSX."
# What became of a line.
OUTCOMES = {
    "new": "Ghi mới, để theo dõi",
    "changed": "Cập nhật theo danh sách mới",
    "same": "Đã có, không đổi",
    "known": "Là hồ sơ đang làm ở đây",
    "tied": "Đã gắn mã vào hồ sơ ở đây",
    "refused": "Không nhận dòng này",
}
TAKEN = "Mã này đã gắn với một hồ sơ khác ở đây."
NO_CHANNEL = "Chọn một kênh nộp trong danh sách."
NOTHING_SAID = "Ghi mã hồ sơ của hệ thống kia, hoặc chọn kênh nộp."


def too_many_lines(most: int) -> str:
    """Say how many lines one list may have."""
    return f"Danh sách có hơn {most} dòng. Chia ra rồi nhập từng phần."


def no_column(caption: str, seen: str) -> str:
    """Say which column a list lacks, and which it has."""
    return f"Danh sách không có cột “{caption}”. Các cột đọc được: {seen}."


def twice_column(caption: str) -> str:
    """Say that two columns of a list mean the same."""
    return f"Danh sách có hai cột cùng là “{caption}”. Bỏ bớt một cột."


def bad_code(typed: str, example: str) -> str:
    """Say that a code is none, and what one looks like."""
    return f"“{typed}” không phải mã hồ sơ. Mã viết như {example}."


def no_code(example: str) -> str:
    """Say that a line has no code."""
    return f"Dòng không có mã hồ sơ. Mã viết như {example}."


def bad_day(typed: str) -> str:
    """Say that a day is none, and how days are written."""
    return f"“{typed}” không phải ngày có thật. Viết như 25/11/2026."


def bad_status(typed: str) -> str:
    """Say that a status is none of the ten."""
    return (
        f"“{typed}” không phải một trong mười trạng thái."
        " Ghi số từ 1 đến 10, hoặc tên trạng thái."
    )


def no_such_case(code: str) -> str:
    """Say that our own code is not known."""
    return f"Ở đây không có hồ sơ mã {code}."


def not_followed(code: str) -> str:
    """Say that nothing is followed here under a code."""
    return f"Ở đây không theo dõi hồ sơ nào mang mã {code}."


def other_code(code: str, external: str) -> str:
    """Say that a case already has another code of the other system."""
    return f"Hồ sơ {code} ở đây đã mang mã {external}. Không ghi đè."


def other_status(theirs: str, ours: str) -> str:
    """Say that the two systems tell a different status of one dossier."""
    return (
        f"Danh sách ghi “{theirs}”, ở đây là “{ours}”."
        " Hồ sơ ở đây không bị đổi theo danh sách."
    )


def twice_line(code: str, line: int) -> str:
    """Say that a code stood in the list before."""
    return f"Mã {code} đã có ở dòng {line} của danh sách này."


def column_of(caption: str, text: str) -> str:
    """Name the column in which something is wrong."""
    return f"Cột “{caption}”: {text}"


def no_such_office(office_id: str, known: str) -> str:
    """Say that an id is that of no office, and which ids there are."""
    return f"Không có cơ quan {office_id!r}. Các cơ quan: {known or 'chưa có'}."

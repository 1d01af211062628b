"""What is said of what an account saw and took, in plain Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping

UNKNOWN_ACCOUNT = "Không có tài khoản này."
NOT_A_TIME = "Ghi ngày giờ có thật, ví dụ 2026-11-24 hay 2026-11-24 08:30."
TURNED = "Lúc đầu phải trước lúc cuối."
WHY = "Ghi vì sao tra, văn bản nào: dòng này nằm lại trong nhật ký quản trị."
TAKEN: Mapping[str, str] = {
    "worklist": "Danh sách việc trên bàn",
    "book": "Sổ theo dõi hồ sơ",
    "office": "Toàn bộ dữ liệu của cơ quan",
    "cases": "Mọi hồ sơ của tỉnh",
}
# Kinds of data by the last part of the key of a fact.
KINDS: Mapping[str, str] = {
    "full_name": "họ tên",
    "person_id": "số định danh cá nhân",
    "birth_date": "ngày sinh",
    "birth_year": "năm sinh",
    "address": "nơi ở",
    "phone": "số điện thoại",
    "email": "thư điện tử",
    "share": "phần quyền được hưởng",
    "gender": "giới tính",
    "nationality": "quốc tịch",
    "tax_code": "mã số thuế",
}
LAND, MONEY, RELATIONS, OTHER = (
    "thửa đất, giấy chứng nhận",
    "tiền, giá, nghĩa vụ tài chính",
    "quan hệ gia đình",
    "câu trả lời khác",
)
HEAD = (
    *("Mã việc", "Hồ sơ", "Lần đầu", "Lần cuối", "Số lần xem", "Đã xem gì", "Lý do"),
    *("Số người trong việc", "Loại dữ liệu có trong việc", "Đã đổi gì"),
)
# Nobody here has seen the text of the article or of the form: only two digests.
SOURCE = "Luật 91/2025/QH15 Điều 23; Nghị định 356/2025/NĐ-CP Điều 28, mẫu 08"
MARK = "V2"
NOT_SEEN = (
    "Chưa ai ở đây đọc được nguyên văn Điều 28 và mẫu 08: các mục dưới đây là dự thảo"
    " từ số liệu máy có, đối chiếu với mẫu chính thức rồi mới gửi."
)
LIMITS = (
    "Máy ghi mỗi lần mở một việc, một hồ sơ, ảnh giấy tờ, mỗi lần in, mỗi lần tải danh"
    " sách, và hồ sơ nào có tên trên trang danh sách đã hiện ra; cùng một trang xem lại"
    " trong 10 phút chỉ ghi một lần."
)
LISTED = "Có tên trên trang danh sách"
BLANK = "……………………"
REPORT: tuple[tuple[str, str], ...] = (
    ("keeper", "Bên kiểm soát dữ liệu"),
    ("detected", "Lúc phát hiện"),
    ("deadline", "Báo chậm nhất lúc (72 giờ từ khi phát hiện)"),
    ("happened", "Việc gì đã xảy ra"),
    ("persons", "Số người bị ảnh hưởng"),
    ("records", "Số việc, số hồ sơ"),
    ("kinds", "Loại dữ liệu cá nhân"),
    ("taken", "Tệp đã lấy ra"),
    ("period", "Khoảng thời gian"),
    ("harm", "Hậu quả có thể xảy ra"),
    ("done", "Đã làm gì để ngăn và khắc phục"),
    ("officer", "Người phụ trách bảo vệ dữ liệu, cách liên lạc"),
    ("told", "Đã báo cho người bị ảnh hưởng chưa, bằng cách nào"),
)


def happened(who: str, matters: int, files: int) -> str:
    """Return what the log says happened."""
    return f"Tài khoản của {who} đã xem {matters} việc, lấy ra {files} tệp danh sách."


def records(matters: int, cases: int, listed: int) -> str:
    """Return how much was seen, and of how many cases no more than a line of a list."""
    return f"{matters} việc, {cases} hồ sơ; có tên trên danh sách: {listed} hồ sơ"


def taken(what: str, rows: int) -> str:
    """Return a file that was taken out, and how many lines it had."""
    return f"{TAKEN.get(what, what)}: {rows} dòng"

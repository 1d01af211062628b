"""What the packages say to people: a gap in the law, a figure that is not known."""

from __future__ import annotations

from datetime import date

COMMUNE_NOT_KNOWN = "Chưa biết thửa đất ở xã nào nên chưa biết có áp dụng hay không."
BRANCH_NOT_KNOWN = "Chưa biết trường hợp nào áp dụng."
CHANGED_SINCE = (
    "the files of the packages changed since the program began; start it anew"
)


def day(value: date) -> str:
    """Write a legal day: 01/07/2026."""
    return f"{value:%d/%m/%Y}"


def gap(title: str, package: str, first: date | None, last: date | None) -> str:
    """Say for which days no package takes the place of the named one."""
    return (
        f"{_period(first, last)} chưa có gói pháp luật nào có hiệu lực "
        f"thay cho “{title}” ({package})."
    )


def _period(first: date | None, last: date | None) -> str:
    if first is None:
        return "Hiện" if last is None else f"Đến hết ngày {day(last)}"
    start = f"Từ ngày {day(first)}"
    return start if last is None else f"{start} đến hết ngày {day(last)}"


def nothing_for(place: str) -> str:
    """Say that no package was loaded for a place at all."""
    return f"Chưa có gói pháp luật nào cho địa bàn {place}."


def learned_later(title: str, package: str, known_since: date) -> str:
    """Say that a package was not known yet on the day that was asked for."""
    return f"Đến ngày {day(known_since)} mới biết gói “{title}” ({package})."


# --- what differs between two editions -----------------------------------------------

NOT_THERE = "không có số liệu này"
NOT_YET = "chưa có số liệu trước ngày {day:%d/%m/%Y}"
SAME = "Hai gói không khác nhau."
NO_PLACE = "(không có)"
PROCEDURE_ADDED = "Thủ tục mới."
PROCEDURE_REMOVED = "Thủ tục không còn."
SOURCE_ONLY = "nội dung như cũ, căn cứ đổi"
SOURCES_ONLY = "Nội dung như cũ, chỉ đổi căn cứ"
BEFORE = "trước"
AFTER = "sau"
UNVERIFIED = "chưa xác minh"
YES, NO = "có", "không"
LEFT_OUT = "bỏ"
PUT_IN = "thêm"
OTHER_ORDER = "thứ tự khác"
PART_TITLES = {
    "captions": "Mẫu đơn, số mẫu",
    "days": "Thời hạn",
    "fees": "Tiền phải nộp",
    "papers": "Giấy tờ",
    "competence": "Cơ quan làm",
    "requires": "Điều kiện",
    "states": "Các bước (trạng thái)",
    "events": "Các việc chuyển bước",
    "labels": "Câu chữ",
    "other": "Phần khác",
}
SECTION_TITLES = {
    "parameters": "Số liệu theo ngày",
    "lists": "Danh mục",
    "conditions": "Điều kiện chung",
    "goals": "Việc người dân cần",
    "questions": "Câu hỏi",
    "papers": "Tên giấy tờ",
    "facts": "Thông tin ghi nhận",
    "offices": "Loại cơ quan",
    "messages": "Tin nhắn",
    "ordinary": "Điều tạm coi khi chưa biết",
    "warnings": "Lời lưu ý",
    "comparisons": "Cách làm đặt cạnh nhau",
    "migrations": "Điều khoản chuyển tiếp",
    "instruments": "Văn bản",
}
KEY_WORDS = {
    "by": "người làm",
    "change": "khi thay đổi",
    "copy": "loại bản",
    "dd": "điểm đ",
    "do": "việc kéo theo",
    "edition": "mẫu",
    "establishes": "kết quả",
    "except": "trừ",
    "final": "kết thúc",
    "if": "khi",
    "inside": "thuộc bước",
    "made_by": "người lập",
    "n": "số ngày",
    "needs": "cần có",
    "number": "số mẫu",
    "office": "cơ quan",
    "owner": "người đang giữ việc",
    "fact": "thông tin",
    "list": "danh mục",
    "one_of": "chọn trong",
    "payer": "người nộp",
    "source": "căn cứ",
    "values": "các mức",
    "records": "thông tin phải ghi",
    "show": "ghi chú hiện cho dân",
    "since": "từ ngày",
    "status": "tình trạng",
    "stops": "dừng tính hạn",
    "title": "tên",
    "to": "sang bước",
    "unknown": "chưa biết",
    "value": "giá trị",
    "when": "khi",
    "citizen": "nói với dân",
    "clerk": "nói với cán bộ",
}
UNITS = {"working_day": "ngày làm việc", "day": "ngày"}
ROW_NAMES = {
    "addon": "cộng thêm của",
    "after": "hẹn giờ ở bước",
    "target": "mức nên xong ở bước",
    "in": "nộp",
    "out": "nhận",
}


# --- the register of instruments ------------------------------------------------------

IN_FORCE, NOT_IN_FORCE = "có hiệu lực", "không có hiệu lực"
SINCE = "từ {day:%d/%m/%Y}"
UNTIL = "đến hết {day:%d/%m/%Y}"
ISSUED = "ban hành {day:%d/%m/%Y}"
RELATIONS = {
    "replaces": "thay cho",
    "replaced_by": "được thay bằng",
    "amends": "sửa đổi",
    "amended_by": "được sửa đổi bởi",
}
RESTING = {
    "packages": "gói dựa vào",
    "procedures": "thủ tục dựa vào",
    "figures": "số liệu dựa vào",
}


# --- running cases carried over to another edition -----------------------------------

MIGRATION_GAPS = {
    "procedure": "bản mới không có thủ tục {name}",
    "state": "bước {name} không có bước tương ứng ở bản mới",
    "configuration": "các bước {name} không thể cùng đang làm ở bản mới",
    "flag": "dấu {name} không có ở bản mới",
    "new_flag": "bản mới có thêm dấu {name}, chưa ai quy định giá trị ban đầu",
    "link": "bản mới không mở việc liên thông {name}",
    "child": "bản mới mở thủ tục liên thông khác, không phải {name}",
    "fact": "bản mới không có chỗ cho thông tin {name}",
    "clock": "bản mới không có thời hạn {name}",
    "history": "chỗ quay lại {name} không có ở bản mới",
    "event": "tin đang giữ lại {name} không ai nhận ở bản mới",
    "timer": "theo bản mới thì hẹn giờ {name} đã hết từ trước",
}

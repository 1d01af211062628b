"""What people read about what other offices said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NUMBER = "Số giấy"
# Offices that speak of a dossier without taking part in its chart.
OF_DOSSIER = frozenset({"land_registry"})
OFFICES: Mapping[str, str] = {
    "tax": "Cơ quan thuế",
    "notary": "Tổ chức hành nghề công chứng",
    "land_registry": "Cơ sở dữ liệu đất đai",
    "portal": "Cổng dịch vụ công",
}
NUMBER_OF_DISPATCH = "Số công văn gửi đi"
DAY_OF_DISPATCH = "Ngày gửi"
# The sheets that are printed for what an effect tells another office.
SHEETS_OF: Mapping[str, frozenset[str]] = {
    "send": frozenset({"F-SLIP-TRANSFER", "F-SLIP-GRANT"}),
}
CAME_BY_WIRE = "Giấy này đã đến qua hệ thống và đã ghi vào hồ sơ. Không cần nhập lại."
SAY_WHY = "Ghi vì sao trả lại, nhiều nhất 300 chữ cái."
ASK_PERSON = "Đối chiếu với giấy, hỏi lại cơ quan gửi rồi mới ghi tiếp."


def needed(label: str) -> str:
    """Say that a field must not be empty."""
    return f"Cần ghi: {label}."


def photo_of(label: str) -> str:
    """Name the photo of a paper."""
    return f"Ảnh giấy: {label}"


def unknown_kind(what: str) -> str:
    """Say that nobody here knows this kind of message."""
    return f"Chương trình chưa biết loại tin {what}. Hỏi cơ quan gửi."


def unreadable(label: str, labels: Sequence[str]) -> str:
    """Say which parts of a message cannot be read."""
    return f"{label}: không đọc được {_listed(labels)}. Hỏi cơ quan gửi."


def other_case(number: str, code: str) -> str:
    """Say that a paper was entered on another case before."""
    return f"Giấy số {number} cùng ngày đã ghi ở hồ sơ {code}. {ASK_PERSON}"


def at_some_case(number: str) -> str:
    """Say the same to somebody who may not see that case."""
    return f"Giấy số {number} cùng ngày đã ghi ở một hồ sơ khác. {ASK_PERSON}"


def other_kind(number: str, label: str) -> str:
    """Say that a paper was entered as another kind before."""
    return f"Giấy số {number} cùng ngày đã ghi là “{label}”. {ASK_PERSON}"


def differs(number: str, labels: Sequence[str]) -> str:
    """Say where a paper says something else than before."""
    where = _listed(labels)
    return f"Giấy số {number} cùng ngày đã ghi, nay khác ở: {where}. {ASK_PERSON}"


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(label[:1].lower() + label[1:] for label in labels) or "nội dung"

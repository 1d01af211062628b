"""Words of the pages on which the administrator reads the law."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from service.usecases.sentences import COPIES, MONEY_KINDS, PAYERS, PEOPLE, ROLES

DONG = "VND"
NOT_FOUND = "Chưa có số"
OFFICE_UNKNOWN = "Chưa rõ cơ quan nào"
PARALLEL = "các phần bên trong chạy cùng lúc"
END = "hồ sơ kết thúc"
EVENTS = {"": "Tự đi tiếp theo điều kiện", "submit": "Nộp hồ sơ"}
MACHINES = {
    "citizen": PEOPLE,
    "timer": "Đồng hồ",
    "child": "Hồ sơ liên thông",
    "ledger": "Sổ tiền",
    "calendar": "Hết thời gian chờ",
    "supervisor": "Lãnh đạo",
    "anyone": "Bất cứ ai",
    "other_office": "Cơ quan khác",
    "given_by_parent": "Cơ quan do hồ sơ chính chỉ định",
}
MARKS = {
    "V": "đã thấy văn bản",
    "V-q": "đã thấy lời văn được trích",
    "V2": "biết qua nguồn khác, chưa xác minh",
    "INF": "suy ra, chưa xác minh",
    "D": "tính ra từ quy định, chưa xác minh",
    "R": "nhớ lại, chưa xác minh",
    "NF": "chưa thấy văn bản",
}


def not_yet(first: date) -> str:
    """Say that the figure begins later."""
    return f"Chưa có, từ {first.day}/{first.month}/{first.year} mới có"


def either(names: Iterable[str]) -> str:
    """Join alternatives."""
    return " hoặc ".join(names)


def copies(kinds: Iterable[str]) -> str:
    """Say which copy."""
    return " hoặc ".join(COPIES.get(kind, kind) for kind in kinds)


def when(guard: str) -> str:
    """Say under which condition of the data a line holds."""
    return f"khi {guard}"


def money_kind(name: str) -> str:
    """Name a kind of money."""
    return MONEY_KINDS.get(name, name)


def payer(role: str) -> str:
    """Say who pays."""
    return f"{PAYERS.get(role, MACHINES.get(role, role))} nộp"


def role(name: str) -> str:
    """Name a role that no office plays."""
    return MACHINES.get(name) or ROLES.get(name) or PAYERS.get(name, name)


def holder(name: str) -> str:
    """Say who has the ball."""
    return f"đang chờ {name[0].lower()}{name[1:]}" if name else ""


def stops(reason: str) -> str:
    """Say that the clock stands."""
    return f"đồng hồ dừng: {reason[0].lower()}{reason[1:]}"


def event(name: str) -> str:
    """Name an event that has no words of its own."""
    return EVENTS.get(name, name)


def stays(where: str) -> str:
    """Say that nothing moves."""
    return f"{where}: ở nguyên bước"


def done_by(names: Iterable[str]) -> str:
    """Say who does it."""
    return f"người làm: {', '.join(names)}"


def recorded(names: Iterable[str]) -> str:
    """Say what must be recorded."""
    return f"phải ghi: {'; '.join(names)}"


def only_recorded(events: Iterable[str]) -> str:
    """Say which events are written down without a move."""
    return f"chỉ ghi nhận, không đổi bước: {', '.join(events)}"


def put_off(events: Iterable[str]) -> str:
    """Say which events wait until a later state."""
    return f"để lại xử lý ở bước sau: {', '.join(events)}"

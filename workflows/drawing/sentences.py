"""Words on the drawings that no package of the law brings."""

from __future__ import annotations

from datetime import date

FAMILY = "Gia đình"
CALENDAR_TITLE = "Lịch của kế hoạch theo từng nơi"
LANE_NAMES = {"citizen": FAMILY, "parent": "Hồ sơ chính"}
LANES_KEY = (
    "✓ xong. ● đang ở đây. ↩ rồi trở lại đường chính. ■ hồ sơ kết thúc. "
    "Nét liền: đường thường đi. Nét đứt: chưa tới, hoặc có khi mới phải đi."
)
TOGETHER = "Các ô trong cùng một khung nền chạy cùng lúc."
RECORDED = "Có việc đến giữa chừng chỉ được ghi nhận, hồ sơ ở nguyên bước."
DEFERRED = "Có việc đến sớm được giữ lại, tới bước sau mới xử lý."
LATE = "Việc đến muộn, khi hồ sơ đã kết thúc, chỉ được ghi nhận."
NOTHING_TO_DO = "Không có bước nào phải làm."
OTHER_OFFICE = "Nơi khác"
OFFICE_UNKNOWN = "Chưa rõ nơi nào"


def day(value: date) -> str:
    """Write a day: 21/1/2027."""
    return f"{value.day}/{value.month}/{value.year}"


def short_day(value: date) -> str:
    """Write a day without its year: 21/1."""
    return f"{value.day}/{value.month}"


def law_changes(value: date) -> str:
    """Mark the day on which the law changes."""
    return f"{short_day(value)} đổi luật"


def meanwhile(step: int) -> str:
    """Say what the family does while an office works."""
    return f"Chuẩn bị giấy cho bước {step}"


def whole(first: date, last: date) -> str:
    """Say from when to when a plan runs."""
    return f"Từ {day(first)} đến {day(last)}."


def stretch(step: int, lane: str, label: str, last: date) -> str:
    """Say one bar of the calendar."""
    return f"Bước {step}, {lane}: {label}, đến {day(last)}."


def lanes_title(procedure: str) -> str:
    """Name the drawing of a procedure."""
    return f"Các bước: {procedure}"


def now_at(labels: str) -> str:
    """Say where a case is."""
    return f"Đang ở: {labels}."


def order(labels: str) -> str:
    """Say the usual order of the states."""
    return f"Thứ tự thường gặp: {labels}."


def from_anywhere(labels: str) -> str:
    """Say which ends may be reached from any state."""
    return f"Từ bước nào cũng có thể: {labels}."


def way_title(procedure: str) -> str:
    """Name the drawing of one case on its way."""
    return f"Đường đi của hồ sơ: {procedure}"


def way_said(done: str, here: str, later: str) -> str:
    """Say which states lie behind a case, where it is, and which come next."""
    said = [f"Đã xong: {done}." if done else "", now_at(here) if here else ""]
    said.append(f"Chưa đến: {later}." if later else "")
    return " ".join(part for part in said if part)

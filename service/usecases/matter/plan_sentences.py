"""What the plan says on paper, at the counter, and in a message to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from forms import words
from workflows.sentences import day as short

FILLED = "Dắt điền sẵn, đọc lại rồi mới ký"
AT_COUNTER = "Xin mẫu tại quầy"
RECEIPT = "Giấy hẹn hoặc giấy biên nhận. Xem đúng tên, đúng ngày hẹn."
HOW_MUCH = "Tiền là bao nhiêu, nộp ở đâu?"
HOW_LONG = "Bao lâu thì xong?"
NOT_SURE_OF_DAYS = "chưa kể phần chưa có số ngày"
ASKS_NUMBER = "Mở đường dẫn này thì Dắt hỏi số mở."


def errand(title: str, official: str) -> str:
    """Say at the counter what one has come for."""
    return f"Tôi đến làm việc này: {_small(title)}. Giấy tờ gọi là {_small(official)}."


def comes_back(names: Iterable[str]) -> str:
    """Say what is handed out when the step is over."""
    return f"Khi có kết quả: {', '.join(_small(name) for name in names)}."


def handed_in(starts: date, ends: date) -> str:
    """Say when a step is over if it is handed in on the day of the plan."""
    on = words.weekday(ends)
    return f"Nộp {short(starts)} thì sớm nhất xong {short(ends)}, {on}."


def when(starts: date, ends: date) -> str:
    """Say from which day to which a step runs at the earliest."""
    return f"Sớm nhất {short(starts)} đến {short(ends)}."


def finish(day: date, *, partial: bool) -> str:
    """Say when everything is over at the earliest."""
    gap = f", {NOT_SURE_OF_DAYS}" if partial else ""
    return f"Xong cả việc sớm nhất {words.date_said(day)}{gap}."


def total(known: int, gaps: int) -> str:
    """Say what all of it costs, as far as it is known."""
    if not gaps:
        return f"Cả việc: {words.dong(known)}."
    return f"Tiền đã tính được: {words.dong(known)}, còn {gaps} khoản chưa có số."


def printed_on(day: date) -> str:
    """Say on which day the sheet was printed."""
    return f"In ngày {short(day)}."


def step_line(number: int, title: str, place: str, days: str) -> str:
    """Say a step in one line of a message."""
    return f"{number}. {title}: {_small(place)}. {days}"


def _small(text: str) -> str:
    """Write a title as it stands inside a sentence; an abbreviation stays."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"

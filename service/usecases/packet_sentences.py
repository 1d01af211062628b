"""What the cover of a packet says: where, with what, for how much, until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from forms import words
from workflows.journey.duties import Duty
from workflows.journey.sentences import length_text
from workflows.payments import Payment

PAY_HERE = "Nộp ở nơi mang hồ sơ đến"
PAY_ELSEWHERE = "Khoản khác của cả việc, hỏi quầy nộp ở đâu"
FREE = "Không phải nộp"
ASK = "Hỏi nơi nhận hồ sơ"
ANSWERS_MISSING = "Còn câu chưa trả lời nên chưa tính được"
OF_ALL_STEPS = "Số này gộp mấy bước của cả việc"
LASTS_UNKNOWN = "Chưa có số ngày. Hỏi nơi nhận hồ sơ."
AT_COUNTER = "Lấy mẫu tại quầy"
FETCHED = "Không cần nếu cơ quan tra được trong dữ liệu"
FROM_EARLIER = "Có từ bước trước"


def by_notice(office: str) -> str:
    """Say that money is paid when an office has sent its notice."""
    return f"Nộp sau, theo thông báo của {office[:1].lower()}{office[1:]}"


def latest(day: date) -> str:
    """Say until which day."""
    return f"Chậm nhất {words.date_said(day)}"


def term(duty: Duty) -> str:
    """Say by when the family must come, as far as anybody knows."""
    since = f"{duty.since[:1].lower()}{duty.since[1:]}"
    length = "thời hạn chưa có số" if duty.length is None else length_text(duty.length)
    if duty.due is None or duty.started is None:
        return f"Trong {length}, tính từ {since}."
    started = words.date_said(duty.started)
    return f"{latest(duty.due)}: {length}, tính từ {since} ({started})."


def parts(payments: Iterable[Payment]) -> str:
    """Say by when each part of a sum is paid; nothing when no notice asks for it."""
    found = list(payments)
    said = []
    for each in found:
        sum_ = f"{words.dong(each.amount)} " if each.amount and len(found) > 1 else ""
        if each.due is not None:
            said.append(
                f"{sum_}{latest(each.due).lower()}" if sum_ else latest(each.due)
            )
        else:
            said.append(f"{sum_}Trong {each.days} ngày từ ngày ra thông báo")
    return "; ".join(said)


def lasts(days: int | None, longest: int | None, waiting: int) -> tuple[str, ...]:
    """Say how long the office takes, and how long one waits beside it."""
    if days is None:
        return (LASTS_UNKNOWN,)
    own = f"{days} ngày làm việc" if days else "Trong ngày"
    if longest and longest > days:
        own += f", lâu nhất {longest} ngày làm việc"
    waits = f"Thêm {waiting} ngày chờ không tính vào hạn của cơ quan."
    return (f"{own}.", waits) if waiting else (f"{own}.",)


def earliest(starts: date, ends: date) -> str:
    """Say when it is over if it is handed in on the day of the plan."""
    return f"Nộp {words.date_said(starts)} thì sớm nhất xong {words.date_said(ends)}."

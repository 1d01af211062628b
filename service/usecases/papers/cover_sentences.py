"""What the cover of a packet says: where, with what, for how much, until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from forms import words
from workflows.journey.duties import Duty
from workflows.journey.sentences import length_text
from workflows.payments import Payment

PAY_HERE = "Nộp ở nơi mang hồ sơ đến"
PAY_ELSEWHERE = "Khoản khác của cả việc, hỏi quầy nộp ở đâu"
FREE_ELSEWHERE = "Khoản khác của cả việc"
FREE = "Không phải nộp"
ASK = "Hỏi nơi nhận hồ sơ"
ANSWERS_MISSING = "Còn câu chưa trả lời nên chưa tính được"
MAY_CHANGE = "Còn có thể đổi theo câu chưa trả lời"
OF_ALL_STEPS = "Số này gộp mấy bước của cả việc"
UNVERIFIED = "Quy định của tỉnh chưa xác minh, số ngày có thể khác."
LASTS_UNKNOWN = "Chưa có số ngày. Hỏi nơi nhận hồ sơ."
AT_COUNTER = "Lấy mẫu tại quầy"
FETCHED = "Không cần nếu cơ quan tra được trong dữ liệu"
OUTCOMES = {
    "go": "đi được rồi. Nhớ mang bản chính.",
    "not_yet": "chưa nên đi.",
    "unchecked": "còn chỗ chưa rõ.",
}
MOST_TROUBLES = 3
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
    said = "; ".join(_part(each, alone=len(found) == 1) for each in found)
    if len(found) > 1:
        said = f"nộp {len(found)} lần: {said}"
    return f"{said[:1].upper()}{said[1:]}"


def _part(payment: Payment, *, alone: bool) -> str:
    when = f"trong {payment.days} ngày từ ngày ra thông báo"
    if payment.due is not None:
        when = f"chậm nhất {words.date_said(payment.due)}"
    if alone or payment.amount is None:
        return when
    return f"{words.dong(payment.amount)} {when}"


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


def checked(outcome: str, troubles: Sequence[str], day: date) -> tuple[str, ...]:
    """Say what came of looking the papers over: the answer, then what speaks against.

    ``outcome`` is go, not_yet or unchecked; so many troubles are named, others counted.
    """
    more = len(troubles) - MOST_TROUBLES
    others = (f"Còn {more} chỗ nữa, xem trên trang của việc.",) if more > 0 else ()
    head = f"Xem giấy tờ trước, {words.date_said(day)}: {OUTCOMES[outcome]}"
    return (head, *troubles[:MOST_TROUBLES], *others)

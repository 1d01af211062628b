"""The money ledger of a case: what is owed, until when, and what was paid on what.

A small machine of its own. Each act returns the ledger after it and the events that
the chart of the case hears: ``ledger.paid_part``, ``ledger.paid_all``,
``ledger.term_ended``. Money is a whole number of đồng.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from workflows import sentences
from workflows.calendar import Calendar
from workflows.deadlines import due
from workflows.definition import Length, ObligationOrder, ObligationSpec
from workflows.errors import BadInputError, Problem
from workflows.money_ledger import (
    Credit,
    Ledger,
    Line,
    LineState,
    Part,
    Voucher,
    late_interest,
)

__all__ = [
    "EVERYTHING",
    "PAID_ALL",
    "PAID_PART",
    "TERM_ENDED",
    "Instalment",
    "Ledger",
    "Line",
    "LineState",
    "Notice",
    "NoticeLine",
    "Payment",
    "adjust_notice",
    "cancel",
    "charge_interest",
    "defer",
    "instalments",
    "late_interest",
    "open_notice",
    "pay",
    "perform",
    "read_lines",
    "release",
    "tick",
]

PAID_PART = "ledger.paid_part"
PAID_ALL = "ledger.paid_all"
TERM_ENDED = "ledger.term_ended"
EVERYTHING = "all"
LONGER_TERM_ONLY_IF_MORE = "longer_term_only_if_more"


# --- a notice -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One sum of a notice: its kind, who pays, how many đồng."""

    kind: str
    payer: str
    amount: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """A share of a sum and the term for it; no length when the term is not known."""

    share: Decimal
    within: Length | None


Terms: TypeAlias = Mapping[str, Sequence[Instalment]]
_AT_ONCE = (Instalment(Decimal(1), None),)
_WITHDRAWN = LineState.CANCELLED


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of the tax office: number, day of issue, lines, and terms by kind.

    Terms run from the day of issue, not of receipt (NĐ 252/2026 Điều 21). A kind
    without terms has no due day, so it never runs late.
    """

    number: str
    issued: date
    lines: tuple[NoticeLine, ...]
    terms: Terms
    calendar: Calendar


def read_lines(
    raw: object, specs: Mapping[str, ObligationSpec], key: str = "notice.lines"
) -> tuple[NoticeLine, ...]:
    """Read the lines as recorded, ``[{"kind", "amount", "payer"?}]``.

    The payer is the one that the procedure names for the kind, unless the line says
    otherwise. Raises BadInputError with every problem: a kind that the procedure does
    not have, a kind and payer twice, an amount that is no whole number of đồng.
    """
    if not isinstance(raw, list | tuple):
        raise BadInputError([Problem(key, raw, sentences.not_a_list(key, raw))])
    problems: list[Problem] = []
    lines: dict[tuple[str, str], NoticeLine] = {}
    for index, item in enumerate(raw):
        place = f"{key}[{index}]"
        found = _line_problem(item, specs, place)
        if found is not None:
            problems.append(found)
            continue
        payer = str(item.get("payer") or specs[item["kind"]].payer)
        line = NoticeLine(item["kind"], payer, item["amount"])
        if (line.kind, payer) in lines:
            problems.append(Problem(place, item, sentences.said_twice(place)))
        lines[line.kind, payer] = line
    if problems:
        raise BadInputError(problems)
    return tuple(lines.values())


def _line_problem(
    item: object, specs: Mapping[str, ObligationSpec], place: str
) -> Problem | None:
    if not isinstance(item, Mapping):
        return Problem(place, item, sentences.not_an_object(place))
    kind, amount = item.get("kind"), item.get("amount")
    if not isinstance(kind, str) or kind not in specs:
        key = f"{place}.kind"
        return Problem(key, kind, sentences.not_allowed(key, kind, sorted(specs)))
    return _money_problem(f"{place}.amount", amount, least=0)


def _money_problem(key: str, amount: object, *, least: int) -> Problem | None:
    if isinstance(amount, int) and not isinstance(amount, bool) and amount >= least:
        return None
    text = sentences.wrong_type(key, amount, sentences.WHOLE_DONG)
    return Problem(key, amount, text)


def instalments(value: object) -> tuple[Instalment, ...]:
    """Return the terms that a figure means: one Length, or shares each with a Length.

    ``value`` is a Length, ``{n, unit}``, or ``[{share, within: {n, unit}}]`` whose
    shares make up the whole; None means a term that nobody knows.
    """
    if value is None:
        return _AT_ONCE
    if not isinstance(value, list | tuple):
        return (Instalment(Decimal(1), Length.model_validate(value)),)
    parts = tuple(
        Instalment(Decimal(str(each["share"])), Length.model_validate(each["within"]))
        for each in value
    )
    if sum(part.share for part in parts) != 1:
        raise ValueError(f"the shares do not make up the whole: {value}")
    return parts


@dataclass(frozen=True, slots=True)
class Payment:
    """A voucher: its reference number, đồng, day, and the line or kind it is for.

    Without ``line`` it pays what is due first.
    """

    voucher: str
    amount: int
    on: date
    line: str | None = None


Told: TypeAlias = tuple[Ledger, tuple[str, ...]]

# --- acts -----------------------------------------------------------------------------


def open_notice(ledger: Ledger, notice: Notice) -> Told:
    """Open the lines of a notice; the same notice again changes nothing.

    One that was withdrawn and is issued again by its number is owed again.
    """
    standing = {line.id for line in ledger.lines if line.state is not _WITHDRAWN}
    fresh = [
        line for line in map(_opener(notice), notice.lines) if line.id not in standing
    ]
    if not fresh:
        return ledger, ()
    lines = list(ledger.lines)
    for line in fresh:
        _put(lines, line)
    return _tell(replace(ledger, lines=tuple(lines)), notice.issued)


def adjust_notice(ledger: Ledger, notice: Notice) -> Told:
    """Bring the lines of the notice to their new amounts and tell the state again.

    What is added has its own term from the new notice; what is taken away shortens
    nothing, the original term stays (NĐ 252/2026 Điều 21 khoản 9, 10). Lines that the
    notice does not name stay as they are.
    """
    lines = list(ledger.lines)
    opener = _opener(notice)
    for wanted in notice.lines:
        at = _position(lines, wanted)
        if at is None:
            _put(lines, opener(wanted))
        else:
            lines[at] = _adjusted(lines[at], wanted.amount, notice)
    return _tell(replace(ledger, lines=tuple(lines)), notice.issued)


def defer(ledger: Ledger, which: str = EVERYTHING, until: date | None = None) -> Told:
    """Record the lines of a kind as a debt (ghi nợ): their term does not run."""
    return _in_state(ledger, which, LineState.DEFERRED, until, {LineState.OPEN}), ()


def cancel(ledger: Ledger, which: str = EVERYTHING) -> Told:
    """Withdraw the lines of a kind; what was paid on them becomes excess."""
    live = {LineState.OPEN, LineState.DEFERRED}
    return _in_state(ledger, which, LineState.CANCELLED, None, live), ()


def release(ledger: Ledger) -> Told:
    """Let go what is unpaid, because the land case ended without being done."""
    live = {LineState.OPEN, LineState.DEFERRED}
    return _in_state(ledger, EVERYTHING, LineState.RELEASED, None, live), ()


def charge_interest(ledger: Ledger, rate: Decimal) -> Told:
    """Let late interest run at the rate a day (of the amount that is late)."""
    return replace(ledger, rate=rate), ()


def pay(ledger: Ledger, payment: Payment) -> Told:
    """Credit a voucher; one that was taken before changes nothing.

    It pays the line or the kind that it names, else all open lines, the soonest due
    first; deferred debts come last. What is over is kept as ``unplaced``. Raises
    BadInputError for a voucher without number or an amount that is not positive.
    """
    _check(payment)
    number = payment.voucher.strip()
    if any(voucher.number == number for voucher in ledger.vouchers):
        return ledger, ()
    rest = payment.amount
    lines = {line.id: line for line in ledger.lines}
    touched: list[str] = []
    for line in _payable(ledger, payment.line):
        piece = min(rest, line.left)
        if piece:
            credit = Credit(number, piece, payment.on)
            lines[line.id] = replace(line, credits=(*line.credits, credit))
            touched.append(line.id)
        rest -= piece
    voucher = Voucher(number, payment.amount, payment.on, rest)
    after = replace(
        ledger, lines=tuple(lines.values()), vouchers=(*ledger.vouchers, voucher)
    )
    if not touched:
        return after, ()
    settled = after.left == 0 and not any(lines[each].left for each in touched)
    return after, (PAID_ALL if settled else PAID_PART,)


def tick(ledger: Ledger, day: date) -> Told:
    """Tell of terms that ended before the day, each of them once."""
    if not any(line.untold(day) for line in ledger.lines):
        return ledger, ()
    lines = tuple(line.told(day) for line in ledger.lines)
    return replace(ledger, lines=lines), (TERM_ENDED,)


def perform(
    ledger: Ledger,
    order: ObligationOrder,
    *,
    notice: Notice | None = None,
    rate: Decimal | None = None,
    parent_done: bool = False,
) -> Told:
    """Carry out what a transition orders, with the facts that its actor recorded.

    ``open`` and ``adjust`` need the notice, ``interest`` the rate of the day; an order
    that lacks what it needs, or names a rule that is not this one, raises ValueError.
    ``defer`` and ``cancel`` name a kind, or ``all``.
    """
    if order.rule not in {None, LONGER_TERM_ONLY_IF_MORE}:
        raise ValueError(f"no such rule for a notice: {order.rule!r}")
    if order.open is not None or order.adjust is not None:
        if notice is None:
            raise ValueError("an order to open or adjust needs the notice")
        act = open_notice if order.open is not None else adjust_notice
        return act(ledger, notice)
    if order.defer is not None:
        return defer(ledger, order.defer)
    if order.cancel is not None:
        return cancel(ledger, order.cancel)
    if order.interest is not None:
        if rate is None:
            raise ValueError("an order to charge interest needs the rate")
        return charge_interest(ledger, rate)
    return (ledger, ()) if parent_done else release(ledger)


# --- how ------------------------------------------------------------------------------


def _opener(notice: Notice) -> Callable[[NoticeLine], Line]:
    def opened(line: NoticeLine) -> Line:
        return Line(
            id=f"{notice.number}/{line.kind}/{line.payer}",
            kind=line.kind,
            payer=line.payer,
            notice=notice.number,
            parts=_parts(notice, line.kind, line.amount),
        )

    return opened


def _parts(notice: Notice, kind: str, amount: int) -> tuple[Part, ...]:
    """Divide an amount by the instalments; the last takes what rounding leaves."""
    terms = notice.terms.get(kind) or _AT_ONCE
    parts: list[Part] = []
    rest = amount
    for number, term in enumerate(terms, start=1):
        share = rest if number == len(terms) else int(amount * term.share)
        day = None
        if term.within is not None:
            day = due(notice.issued, term.within, notice.calendar).due
        parts.append(Part(share, day))
        rest -= share
    return _sorted(parts)


def _sorted(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(
        sorted(parts, key=lambda part: (part.due is None, part.due or date.min))
    )


def _put(lines: list[Line], line: Line) -> None:
    """Put an opened line where a withdrawn one of its id is, with what was paid on it.

    Else it is the last: no id stands twice in a ledger.
    """
    for at, known in enumerate(lines):
        if known.id == line.id and known.state is _WITHDRAWN:
            lines[at] = replace(line, credits=known.credits)
            return
    lines.append(line)


def _position(lines: Sequence[Line], wanted: NoticeLine) -> int | None:
    """Return where the newest standing line of the kind and payer is."""
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if line.live and (line.kind, line.payer) == (wanted.kind, wanted.payer):
            return at
    return None


def _adjusted(line: Line, amount: int, notice: Notice) -> Line:
    more = amount - line.amount
    if more > 0:
        added = _parts(notice, line.kind, more)
        return replace(line, parts=_sorted([*line.parts, *added]), notice=notice.number)
    return replace(line, parts=tuple(_less(line.parts, -more)), notice=notice.number)


def _less(parts: tuple[Part, ...], by: int) -> list[Part]:
    """Take an amount away, from the part that is due last."""
    kept: list[Part] = []
    for part in reversed(parts):
        piece = min(by, part.amount)
        by -= piece
        kept.insert(0, replace(part, amount=part.amount - piece))
    return [part for part in kept if part.amount] or kept[:1]


def _in_state(
    ledger: Ledger,
    which: str,
    state: LineState,
    until: date | None,
    only: set[LineState],
) -> Ledger:
    lines = tuple(
        replace(line, state=state, until=until)
        if line.state in only and _meant(line, which)
        else line
        for line in ledger.lines
    )
    return replace(ledger, lines=lines)


def _meant(line: Line, which: str) -> bool:
    return which in {EVERYTHING, line.kind, line.id}


def _payable(ledger: Ledger, which: str | None) -> list[Line]:
    lines = [
        line
        for line in ledger.lines
        if line.live and line.left and _meant(line, which or EVERYTHING)
    ]
    return sorted(
        lines,
        key=lambda line: (
            line.state is LineState.DEFERRED,
            line.due is None,
            line.due or date.min,
        ),
    )


def _tell(ledger: Ledger, day: date) -> Told:
    """Tell the chart how things stand after a notice: paid, in part, late, or new."""
    events: list[str] = []
    standing = [line for line in ledger.lines if line.live]
    credited = sum(line.credited for line in standing)
    if standing and ledger.left == 0:
        events.append(PAID_ALL)
    elif credited:
        events.append(PAID_PART)
    if ledger.late(day):
        ledger = replace(ledger, lines=tuple(each.told(day) for each in ledger.lines))
        events.append(TERM_ENDED)
    return ledger, tuple(events)


def _check(payment: Payment) -> None:
    problem = _money_problem("payment.amount", payment.amount, least=1)
    problems = [] if problem is None else [problem]
    if not payment.voucher.strip():
        key = "payment.voucher"
        text = sentences.missing_key(key, sentences.TEXT)
        problems.append(Problem(key, payment.voucher, text))
    if problems:
        raise BadInputError(problems)

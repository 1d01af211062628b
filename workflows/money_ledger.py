"""What is owed on a case and what was paid on it: values without a will of their own.

Money is a whole number of đồng. ``obligations`` holds the acts that change a ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypedDict


class LineState(StrEnum):
    """Whether a line is still to be paid."""

    OPEN = "open"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Part:
    """A sum with its own due day (None: not known); ``told`` once it was said late."""

    amount: int
    due: date | None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """What one voucher paid on a line, and on which day."""

    voucher: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation. Always ``credited + left == owed`` and nothing is negative."""

    id: str
    kind: str
    payer: str
    notice: str
    parts: tuple[Part, ...]
    credits: tuple[Credit, ...] = ()
    state: LineState = LineState.OPEN
    until: date | None = None

    @property
    def amount(self) -> int:
        """Return the sum of the notice as last adjusted."""
        return sum(part.amount for part in self.parts)

    @property
    def paid(self) -> int:
        """Return everything that vouchers brought in for the line."""
        return sum(credit.amount for credit in self.credits)

    @property
    def owed(self) -> int:
        """Return what must be paid in all: nothing once cancelled."""
        match self.state:
            case LineState.CANCELLED:
                return 0
            case LineState.RELEASED:
                return min(self.paid, self.amount)
            case LineState.OPEN | LineState.DEFERRED:
                return self.amount

    @property
    def credited(self) -> int:
        """Return how much of what is owed is paid."""
        return min(self.paid, self.owed)

    @property
    def left(self) -> int:
        """Return what is still to be paid."""
        return self.owed - self.credited

    @property
    def excess(self) -> int:
        """Return what was paid beyond what is owed, to be given back or set off."""
        return self.paid - self.credited

    @property
    def live(self) -> bool:
        """Return whether the line still stands, to be paid now or later."""
        return self.state in {LineState.OPEN, LineState.DEFERRED}

    @property
    def due(self) -> date | None:
        """Return the due day of what must be paid next, None when there is none."""
        days = [part.due for part, left in self.unpaid() if left and part.due]
        return days[0] if days and self.state is LineState.OPEN else None

    def unpaid(self) -> Iterator[tuple[Part, int]]:
        """Yield each part, the soonest due first, with what is left of it."""
        paid = self.paid
        for part in self.parts:
            left = max(part.amount - paid, 0)
            paid = max(paid - part.amount, 0)
            yield part, left

    def late(self, day: date) -> bool:
        """Return whether something was due before the day and is not paid."""
        return self.state is LineState.OPEN and any(
            left > 0 and part.due is not None and part.due < day
            for part, left in self.unpaid()
        )

    def untold(self, day: date) -> bool:
        """Return whether a term has ended that the chart has not been told of."""
        return self.state is LineState.OPEN and any(
            left > 0 and not part.told and part.due is not None and part.due < day
            for part, left in self.unpaid()
        )

    def told(self, day: date) -> Line:
        """Return it with the ended terms marked as told."""
        if self.state is not LineState.OPEN:
            return self
        parts = tuple(
            replace(part, told=True)
            if left > 0 and part.due is not None and part.due < day
            else part
            for part, left in self.unpaid()
        )
        return replace(self, parts=parts)

    def interest(self, day: date, rate: Decimal) -> int:
        """Return the late interest if what is left were paid on the day.

        Calendar days from the day after the due day to the day before payment
        (NĐ 252/2026 Điều 26 khoản 1 điểm a); each voucher by its own day. A deferred
        line has no term that runs, so it bears none.
        """
        if self.state is not LineState.OPEN:
            return 0
        payments = [(credit.on, credit.amount) for credit in self.credits]
        payments.append((day, self.left))
        total = Decimal(0)
        for part in self.parts:
            for on, share in _take(payments, part.amount):
                if part.due is not None:
                    total += _interest(share, (on - part.due).days - 1, rate)
        return _rounded(total)


def late_interest(amount: int, days: int, rate: Decimal) -> int:
    """Return the late interest of an amount for so many days, rounded to a đồng."""
    return _rounded(_interest(amount, days, rate))


def _interest(amount: int, days: int, rate: Decimal) -> Decimal:
    return amount * rate * max(days, 0)


def _rounded(total: Decimal) -> int:
    return int(total.quantize(Decimal(1), ROUND_HALF_UP))


def _take(payments: list[tuple[date, int]], amount: int) -> Iterator[tuple[date, int]]:
    """Take the amount out of the payments, in their order, and yield the pieces."""
    while amount > 0 and payments:
        on, sum_ = payments.pop(0)
        piece = min(sum_, amount)
        amount -= piece
        if sum_ > piece:
            payments.insert(0, (on, sum_ - piece))
        yield on, piece


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher as taken; ``unplaced`` is what found nothing left to pay."""

    number: str
    amount: int
    on: date
    unplaced: int


class _PartJson(TypedDict):
    amount: int
    due: str | None
    told: bool


class _CreditJson(TypedDict):
    voucher: str
    amount: int
    on: str


class _LineJson(TypedDict):
    id: str
    kind: str
    payer: str
    notice: str
    parts: list[_PartJson]
    credits: list[_CreditJson]
    state: str
    until: str | None


class _VoucherJson(TypedDict):
    number: str
    amount: int
    on: str
    unplaced: int


class LedgerJson(TypedDict):
    """The ledger as stored: plain JSON, days as ISO dates, the rate as text."""

    lines: list[_LineJson]
    vouchers: list[_VoucherJson]
    rate: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every line and every voucher of a case; ``rate`` once late interest runs."""

    lines: tuple[Line, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    rate: Decimal | None = None

    @property
    def left(self) -> int:
        """Return what is to be paid now: deferred debts do not count."""
        return sum(line.left for line in self._open)

    @property
    def paid(self) -> int:
        """Return everything that came in."""
        return sum(voucher.amount for voucher in self.vouchers)

    @property
    def is_open(self) -> bool:
        """Return whether anything is still to be paid now."""
        return self.left > 0

    @property
    def due(self) -> date | None:
        """Return the next due day, None when nothing is owed or no term is known."""
        return min((line.due for line in self._open if line.due), default=None)

    @property
    def next_tick(self) -> date | None:
        """Return the due day after which ``tick`` has something new to tell."""
        days = [
            part.due
            for line in self._open
            for part, left in line.unpaid()
            if left and part.due and not part.told
        ]
        return min(days, default=None)

    @property
    def _open(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.state is LineState.OPEN)

    def late(self, day: date) -> bool:
        """Return whether something was due before the day and is not paid."""
        return any(line.late(day) for line in self.lines)

    def interest(self, day: date) -> int:
        """Return the late interest if all were paid on the day; 0 before it runs."""
        if self.rate is None:
            return 0
        return sum(line.interest(day, self.rate) for line in self.lines)

    def to_json(self) -> LedgerJson:
        """Return it as plain JSON for the store."""
        return {
            "lines": [_line_json(line) for line in self.lines],
            "vouchers": [
                {
                    "number": each.number,
                    "amount": each.amount,
                    "on": each.on.isoformat(),
                    "unplaced": each.unplaced,
                }
                for each in self.vouchers
            ],
            "rate": None if self.rate is None else str(self.rate),
        }

    @classmethod
    def from_json(cls, raw: LedgerJson) -> Ledger:
        """Read it back."""
        return cls(
            lines=tuple(_line_of(each) for each in raw["lines"]),
            vouchers=tuple(
                Voucher(
                    each["number"],
                    each["amount"],
                    date.fromisoformat(each["on"]),
                    each["unplaced"],
                )
                for each in raw["vouchers"]
            ),
            rate=None if raw["rate"] is None else Decimal(raw["rate"]),
        )


def _line_json(line: Line) -> _LineJson:
    return {
        "id": line.id,
        "kind": line.kind,
        "payer": line.payer,
        "notice": line.notice,
        "parts": [
            {
                "amount": part.amount,
                "due": _iso(part.due),
                "told": part.told,
            }
            for part in line.parts
        ],
        "credits": [
            {"voucher": each.voucher, "amount": each.amount, "on": each.on.isoformat()}
            for each in line.credits
        ],
        "state": line.state.value,
        "until": _iso(line.until),
    }


def _line_of(raw: _LineJson) -> Line:
    return Line(
        id=raw["id"],
        kind=raw["kind"],
        payer=raw["payer"],
        notice=raw["notice"],
        parts=tuple(
            Part(each["amount"], _day(each["due"]), each["told"])
            for each in raw["parts"]
        ),
        credits=tuple(
            Credit(each["voucher"], each["amount"], date.fromisoformat(each["on"]))
            for each in raw["credits"]
        ),
        state=LineState(raw["state"]),
        until=_day(raw["until"]),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

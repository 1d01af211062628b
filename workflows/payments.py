"""By which day each part of a money line is to be paid, counted from its notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from workflows.calendar import Calendar
from workflows.deadlines import due
from workflows.definition import Length
from workflows.rules.law import DatedLaw
from workflows.rules.money import LineKind, LineStatus, MoneyLine, to_dong

ONE_TERM = "tax.payment_term"
TERMS = {
    LineKind.PERSONAL_INCOME_TAX: ONE_TERM,
    LineKind.REGISTRATION_FEE: ONE_TERM,
    LineKind.LAND_USE_LEVY: "land_use_levy.instalments",
}


@dataclass(frozen=True, slots=True)
class Payment:
    """A part of a line, in đồng, and how many days after the notice it is due.

    ``due`` is None until the day of the notice and the calendar are known; a last day
    that is a day off moves to the next working day.
    """

    amount: int | None
    days: int
    due: date | None

    def to_json(self) -> dict[str, object]:
        """Return the payment as it stands in a money line."""
        day = None if self.due is None else self.due.isoformat()
        return {"amount": self.amount, "days": self.days, "due": day}


def payments_of(
    line: MoneyLine, law: DatedLaw, notice: date | None, calendar: Calendar | None
) -> tuple[Payment, ...]:
    """Return the parts in which the line is paid; none for what no notice asks.

    The parts add up to the line: the last one takes what rounding leaves.
    """
    parameter = TERMS.get(line.kind)
    if parameter is None or line.status is LineStatus.EXEMPT or line.amount == 0:
        return ()
    if parameter not in law.edition.parameters:
        return ()
    parts = _parts(law.at(parameter, notice).value)
    amounts = _shared_out(line.amount, [share for _, share in parts])
    return tuple(
        Payment(amount, length.n, _due(notice, length, calendar))
        for (length, _), amount in zip(parts, amounts, strict=True)
    )


def _due(notice: date | None, length: Length, calendar: Calendar | None) -> date | None:
    if notice is None or calendar is None:
        return None
    return due(notice, length, calendar).due


def _parts(value: object) -> list[tuple[Length, Fraction]]:
    """Read one term for the whole, or a list of shares, each ``within`` its term."""
    rows = value if isinstance(value, list | tuple) else [value]
    return [
        (
            Length.model_validate(row.get("within", row)),
            Fraction(str(row.get("share", 1))),
        )
        for row in rows
        if isinstance(row, Mapping)
    ]


def _shared_out(amount: int | None, shares: Sequence[Fraction]) -> list[int | None]:
    if amount is None:
        return [None for _ in shares]
    found: list[int | None] = [to_dong(amount * share) for share in shares[:-1]]
    left = amount - sum(part or 0 for part in found)
    return [*found, left] if shares else []

"""What every money rule shares: the line, and the one place where đồng are rounded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from workflows.rules.law import Basis

PARTIES_TOGETHER = "parties"


class LineKind(StrEnum):
    """What a money line is for."""

    PERSONAL_INCOME_TAX = "personal_income_tax"
    REGISTRATION_FEE = "registration_fee"
    NOTARY_FEE = "notary_fee"
    CERTIFICATION_FEE = "certification_fee"
    LAND_USE_LEVY = "land_use_levy"
    LATE_INTEREST = "late_interest"
    APPRAISAL_FEE = "appraisal_fee"
    CERTIFICATE_FEE = "certificate_fee"
    LAND_DATA_FEE = "land_data_fee"
    SECURITY_REGISTRATION_FEE = "security_registration_fee"
    RICE_LAND_CHARGE = "rice_land_charge"


class LineStatus(StrEnum):
    """Whether a line has a figure, is nothing by law, or is not known yet."""

    COMPUTED = "computed"
    EXEMPT = "exempt"
    UNKNOWN = "unknown"


def to_dong(amount: Fraction) -> int:
    """Round to whole đồng, half up.

    Fees and taxes are paid in whole đồng. No instrument that was read says how to
    round, so the program rounds each line once, at its end, the way of accounts; a
    sum is then always the sum of the lines that people see.
    """
    return floor(amount + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """What one payer owes for one thing, in đồng; ``base`` times ``rate`` where it is.

    ``taxpayer`` is who owes by law when somebody else pays. ``needs`` are the facts
    that are not known and keep the amount open; ``assumed`` are facts that nobody has
    told yet and that could still make the line smaller; ``presumed`` are those that it
    rests on although nobody has told them, and that could make it larger. ``parcel``
    is the resulting parcel that the line is for, when there are several. ``asked_by``
    are the procedures whose fee it is, several when one line adds them up; none for
    what a rule computes.
    """

    kind: LineKind
    payer: str
    base: int | None
    rate: Decimal | None
    amount: int | None
    status: LineStatus
    reason: str
    basis: tuple[Basis, ...]
    taxpayer: str | None = None
    needs: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()
    parcel: str | None = None
    asked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The money lines of one rule; what keeps some of them open is ``unknown``."""

    lines: tuple[MoneyLine, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the facts that keep an amount open, each once."""
        return tuple(dict.fromkeys(need for line in self.lines for need in line.needs))

    @property
    def assumed(self) -> tuple[str, ...]:
        """Return the facts that nobody has told and that could change an amount."""
        return tuple(
            dict.fromkeys(
                fact for line in self.lines for fact in (*line.assumed, *line.presumed)
            )
        )


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays a line and, when he pays for somebody else, who owes it by law."""

    id: str
    taxpayer: str
    note: str = ""


def unknown_line(
    kind: LineKind,
    payer: Payer,
    rate: Decimal | None,
    basis: tuple[Basis, ...],
    needs: tuple[str, ...],
    why: str = "",
) -> MoneyLine:
    """Return a line whose amount waits for the facts named in ``needs``.

    ``why`` says what the law itself leaves open; what is missing of the facts is put
    into words when the estimate is made, from the questions of the edition.
    """
    return MoneyLine(
        kind=kind,
        payer=payer.id,
        base=None,
        rate=rate,
        amount=None,
        status=LineStatus.UNKNOWN,
        reason=why,
        basis=basis,
        taxpayer=payer.taxpayer,
        needs=needs,
    )


def exempt_line(
    kind: LineKind,
    payer: Payer,
    rate: Decimal | None,
    basis: tuple[Basis, ...],
    reason: str,
    base: int | None = None,
) -> MoneyLine:
    """Return a line that is nothing by law; ``base`` is what it would be taken of."""
    return MoneyLine(
        kind=kind,
        payer=payer.id,
        base=base,
        rate=rate,
        amount=0,
        status=LineStatus.EXEMPT,
        reason=reason,
        basis=basis,
        taxpayer=payer.taxpayer,
    )

"""Interest on what is paid late: so much a day on each payer's taxes and fee."""

from __future__ import annotations

from fractions import Fraction

from workflows import sentences
from workflows.definition import Mark
from workflows.rules.law import DatedLaw, basis_of, cited, decimal, gap, unique
from workflows.rules.money import (
    LineKind,
    Lines,
    LineStatus,
    MoneyLine,
    Payer,
    to_dong,
    unknown_line,
)
from workflows.rules.registry import Place, rule

LATE = Place("nd252-2026", "Đ26.1.a", Mark.SEEN)


@rule("money.owed")
def owed(
    *,
    money__income_tax_of_sale: Lines,
    money__income_tax_of_gift: Lines,
    money__registration_fee: Lines,
    money__registration_fee_of_change: Lines,
    money__registration_fee_of_first: Lines,
    money__land_use_levy: Lines,
) -> Lines:
    """Return every line that the tax office collects and that can be paid late."""
    found = (
        money__income_tax_of_sale,
        money__income_tax_of_gift,
        money__registration_fee,
        money__registration_fee_of_change,
        money__registration_fee_of_first,
        money__land_use_levy,
    )
    return Lines(tuple(line for lines in found for line in lines.lines))


@rule("money.late_interest", basis=(LATE,))
def late_interest(
    money__owed: Lines, obligation__days_late: int | None, law: DatedLaw
) -> Lines:
    """Return one line for each payer who is late, in plain days (every day counts).

    From the day after the term to the day before payment. Silence about being late is
    being in time.
    """
    if not obligation__days_late:
        return Lines()
    figure = law.at("tax.late_rate")
    rate = decimal(figure)
    basis = unique((*cited(figure), *basis_of((LATE,))))
    lines_owed = money__owed.lines
    found: list[MoneyLine] = []
    for payer in dict.fromkeys(line.payer for line in lines_owed):
        lines = [line for line in lines_owed if line.payer == payer]
        amounts = [line.amount for line in lines]
        known = [amount for amount in amounts if amount is not None]
        if rate is None or len(known) < len(amounts):
            needs = tuple(need for line in lines for need in line.needs)
            found.append(
                unknown_line(
                    LineKind.LATE_INTEREST,
                    Payer(payer, payer),
                    rate,
                    basis,
                    needs,
                    gap(figure),
                )
            )
        elif sum(known):
            base = sum(known)
            interest = base * Fraction(rate) * obligation__days_late
            found.append(
                MoneyLine(
                    kind=LineKind.LATE_INTEREST,
                    payer=payer,
                    base=base,
                    rate=rate,
                    amount=to_dong(interest),
                    status=LineStatus.COMPUTED,
                    reason=sentences.late(obligation__days_late, rate),
                    basis=basis,
                    taxpayer=payer,
                )
            )
    return Lines(tuple(found))

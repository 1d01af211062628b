"""What the deed costs: the notary's tariff, or the commune's fee for certification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows import sentences
from workflows.definition import Mark
from workflows.rules.deal import Sides
from workflows.rules.law import DatedLaw, basis_of, cited, dong, gap, unique
from workflows.rules.money import (
    PARTIES_TOGETHER,
    LineKind,
    Lines,
    LineStatus,
    MoneyLine,
    Payer,
    exempt_line,
    to_dong,
    unknown_line,
)
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import CertifiedBy, Deal

TARIFF = Place("tt257-2016", "Đ4.2", Mark.SEEN)
FIXED = Place("tt257-2016", "Đ4.3", Mark.SEEN)
COMMUNE_FEE = Place("tt226-2016", "Đ4", Mark.SEEN)


@dataclass(frozen=True, slots=True)
class Bracket:
    """A step of the tariff: a sum, and a rate of what lies over ``over`` đồng."""

    up_to: int | None
    below: int | None
    fixed: Fraction
    over: int
    rate: Fraction
    cap: int | None

    def covers(self, value: Fraction) -> bool:
        """Return whether a value of so many đồng is read on this step."""
        if self.below is not None:
            return value < self.below
        return self.up_to is None or value <= self.up_to

    def fee(self, value: Fraction) -> Fraction:
        """Return the fee of a value that lies on this step."""
        fee = self.fixed + self.rate * (value - self.over)
        return fee if self.cap is None else min(fee, Fraction(self.cap))

    @property
    def plain_rate(self) -> Decimal | None:
        """Return the rate when the whole value is multiplied by it, else None."""
        if self.fixed or self.over or not self.rate:
            return None
        return Decimal(self.rate.numerator) / Decimal(self.rate.denominator)


def brackets(value: object) -> tuple[Bracket, ...]:
    """Read the tariff as it stands in the package: steps from the lowest up."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(_bracket(row) for row in value if isinstance(row, Mapping))


def _bracket(row: Mapping[str, object]) -> Bracket:
    return Bracket(
        up_to=_whole(row.get("upto")),
        below=_whole(row.get("below")),
        fixed=Fraction(str(row.get("fixed", 0))),
        over=_whole(row.get("over")) or 0,
        rate=Fraction(str(row.get("rate", 0))),
        cap=_whole(row.get("cap")),
    )


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))


@dataclass(frozen=True, slots=True)
class Deed:
    """What a deed is about: a deal, or a mortgage for a loan of so many đồng.

    ``by_loan`` says that the tariff is read on the loan, be it known or not.
    """

    deal: Deal | None
    loan: int | None = None
    rural_credit: bool = False
    by_loan: bool = False


@rule("deed")
def deed(
    *,
    deal__sides: Sides | None,
    goal__mortgages: bool | None,
    loan__amount: int | None,
    loan__stated: bool | None,
    loan__rural_credit: bool | None,
) -> Deed | None:
    """Return the deed that the goal needs; None when it needs none."""
    if deal__sides is not None:
        return Deed(deal__sides.kind)
    if not goal__mortgages:
        return None
    return Deed(
        None,
        loan__amount,
        rural_credit=bool(loan__rural_credit),
        by_loan=loan__stated is not False,
    )


@rule("value.deed", basis=(TARIFF,))
def deed_value(deed: Deed | None, value__notary: Fraction | None) -> Fraction | None:
    """Return what the tariff is read on, in đồng: of a mortgage the loan it states.

    A mortgage that states no loan counts with the value of the property.
    """
    if deed is None or not deed.by_loan:
        return value__notary
    return None if deed.loan is None else Fraction(deed.loan)


@rule("money.notary_fee", basis=(TARIFF,))
def notary_fee(
    deed: Deed | None,
    value__deed: Fraction | None,
    certification__by: str | None,
    day__contract: date,
    law: DatedLaw,
) -> Lines:
    """Return the notary's fee for the deed, unless the commune certifies it.

    Value added tax is inside the tariff. Who pays is for the parties to agree. Until
    somebody chooses the place the notary is taken, and the line says so. A swap of
    farm land is notarised only on request, at a fixed fee.
    """
    if deed is None or certification__by == CertifiedBy.COMMUNE:
        return Lines()
    assumed = () if certification__by else ("certification.by",)
    if deed.deal is Deal.FARM_LAND_SWAP:
        return _fixed(certification__by, day__contract, law)
    figure = law.at("notary.tariff", day__contract)
    places = unique((*cited(figure), *basis_of((TARIFF,))))
    steps = brackets(figure.value)
    if value__deed is None or not steps:
        wanted = "loan.amount" if deed.by_loan else "value.notary"
        needs = (wanted,) if value__deed is None else ()
        payer = Payer(PARTIES_TOGETHER, PARTIES_TOGETHER)
        line = unknown_line(
            LineKind.NOTARY_FEE, payer, None, places, needs, gap(figure)
        )
        return Lines((replace(line, taxpayer=None),))
    step = next(step for step in steps if step.covers(value__deed))
    base = to_dong(value__deed)
    reasons = [sentences.notary_tariff(base)]
    if deed.by_loan:
        reasons.insert(0, sentences.on_loan(base))
    if assumed:
        reasons.append(sentences.notary_place())
    line = MoneyLine(
        kind=LineKind.NOTARY_FEE,
        payer=PARTIES_TOGETHER,
        base=base,
        rate=step.plain_rate,
        amount=to_dong(step.fee(value__deed)),
        status=LineStatus.COMPUTED,
        reason=" ".join(reasons),
        basis=places,
        assumed=assumed,
    )
    return Lines((line,))


def _fixed(certification_by: str | None, day: date, law: DatedLaw) -> Lines:
    if certification_by != CertifiedBy.NOTARY:
        return Lines()
    parameter = "notary.fixed.farm_land_swap"
    amount = dong(law.at(parameter, day))
    return Lines((_one_amount(LineKind.NOTARY_FEE, amount, law, parameter, day),))


@rule("money.certification_fee", basis=(COMMUNE_FEE,))
def certification_fee(
    deed: Deed | None,
    certification__by: str | None,
    day__contract: date,
    law: DatedLaw,
) -> Lines:
    """Return the commune's fee when the contract is certified there.

    It takes nothing for a mortgage of rural credit.
    """
    if deed is None or certification__by != CertifiedBy.COMMUNE:
        return Lines()
    kind = LineKind.CERTIFICATION_FEE
    if deed.rural_credit:
        figure = law.at("certification.fixed.rural_credit_mortgage", day__contract)
        payer = Payer(PARTIES_TOGETHER, PARTIES_TOGETHER)
        reason = sentences.rural_credit()
        line = exempt_line(kind, payer, None, cited(figure), reason)
        return Lines((replace(line, taxpayer=None),))
    parameter = "certification.fixed.contract"
    amount = dong(law.at(parameter, day__contract))
    assumed = ("loan.rural_credit",) if deed.deal is None else ()
    line = _one_amount(kind, amount, law, parameter, day__contract)
    return Lines((replace(line, assumed=assumed),))


def _one_amount(
    kind: LineKind, amount: int | None, law: DatedLaw, parameter: str, day: date
) -> MoneyLine:
    figure = law.at(parameter, day)
    return MoneyLine(
        kind=kind,
        payer=PARTIES_TOGETHER,
        base=None,
        rate=None,
        amount=amount,
        status=LineStatus.UNKNOWN if amount is None else LineStatus.COMPUTED,
        reason=figure.unknown or sentences.fixed_fee(),
        basis=cited(figure),
    )

"""What another use of land costs: the levy, and the fee for the land as it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows import sentences
from workflows.definition import Mark
from workflows.parties import Party, PartyRole, in_roles
from workflows.rules.deal import one_or_role
from workflows.rules.law import (
    DatedLaw,
    basis_of,
    cited,
    decimal,
    dong,
    gap,
    unique,
)
from workflows.rules.money import (
    LineKind,
    Lines,
    LineStatus,
    MoneyLine,
    Payer,
    to_dong,
    unknown_line,
)
from workflows.rules.registration_fee import Case
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import AreaClass

DIFFERENCE = Place("nq254-2025", "Đ10.2", Mark.SEEN)
FEE_OF_CHANGE = Place("tt13-2022", "Đ3.1.a", Mark.QUOTED)
FEE_EXEMPT = Place("nd10-2022", "Đ10.16", Mark.QUOTED)


@rule("purpose.is_residential")
def becomes_residential(
    *, goal__changes_purpose: bool | None, purpose__target: str | None, law: DatedLaw
) -> bool | None:
    """Return whether the land is to become residential land, by the code's group."""
    if not goal__changes_purpose:
        return goal__changes_purpose
    item = law.items("land_purposes").get(purpose__target or "")
    return None if item is None else item.data.get("group") == "residential"


@rule("purpose.area")
def area_of_change(
    *,
    purpose__area_m2: Decimal | None,
    purpose__whole: bool | None,
    land__area_m2: Decimal | None,
) -> Decimal | None:
    """Return the area that gets the new use, in m²: all of it for a whole parcel."""
    if purpose__area_m2 is not None:
        return purpose__area_m2
    return land__area_m2 if purpose__whole else None


@rule("purpose.gain", basis=(DIFFERENCE,))
def gain(purpose__table_price: int | None, land__table_price: int | None) -> int | None:
    """Return how much a square metre gains by the table, in đồng; never below zero."""
    if purpose__table_price is None or land__table_price is None:
        return None
    return max(0, purpose__table_price - land__table_price)


@rule("purpose.weighted_area", basis=(DIFFERENCE,))
def weighted_area(
    *,
    purpose__area: Decimal | None,
    purpose__relief: bool | None,
    land__residential_limit_m2: Decimal | None,
    law: DatedLaw,
) -> Fraction | None:
    """Return the area as it is charged: whole, or by the tiers of the relief.

    The relief is claimed in the application, so silence about it is no claim.
    """
    if purpose__area is None:
        return None
    if not purpose__relief:
        return Fraction(purpose__area)
    tiers = law.at("land_use_levy.relief_tiers").value
    if land__residential_limit_m2 is None or not isinstance(tiers, Sequence):
        return None
    limit = Fraction(land__residential_limit_m2)
    return sum(_charged(Fraction(purpose__area), limit, tiers), Fraction(0))


def _charged(
    area: Fraction, limit: Fraction, tiers: Sequence[object]
) -> Iterator[Fraction]:
    below = Fraction(0)
    for tier in tiers:
        if not isinstance(tier, Mapping):
            continue
        ends = tier.get("up_to_limits")
        top = area if ends is None else min(area, limit * Fraction(str(ends)))
        yield max(Fraction(0), top - below) * Fraction(str(tier["share"]))
        below = max(below, top)


@rule("money.land_use_levy", basis=(DIFFERENCE,))
def land_use_levy(
    *,
    purpose__is_residential: bool | None,
    purpose__gain: int | None,
    purpose__area: Decimal | None,
    purpose__weighted_area: Fraction | None,
    purpose__relief: bool | None,
    parties: tuple[Party, ...],
    law: DatedLaw,
) -> Lines:
    """Return the levy when land becomes residential: the gain of each square metre.

    With the one-off relief the part inside the limit of residential allocation counts
    less, the next part of that size more, and the rest in full.
    """
    if not purpose__is_residential:
        return Lines()
    payer = _payer(parties)
    tiers = law.at("land_use_levy.relief_tiers")
    basis = unique(
        (*basis_of((DIFFERENCE,)), *(cited(tiers) if purpose__relief else ()))
    )
    if purpose__gain is None or purpose__area is None or purpose__weighted_area is None:
        needs = ("purpose.gain", "purpose.weighted_area")
        kind = LineKind.LAND_USE_LEVY
        return Lines((unknown_line(kind, payer, None, basis, needs, gap(tiers)),))
    amount = to_dong(purpose__gain * purpose__weighted_area)
    reason = sentences.levy_relief() if purpose__relief else sentences.levy_full()
    line = MoneyLine(
        kind=LineKind.LAND_USE_LEVY,
        payer=payer.id,
        base=to_dong(purpose__gain * Fraction(purpose__area)),
        rate=None,
        amount=amount,
        status=LineStatus.COMPUTED,
        reason=reason,
        basis=basis,
        taxpayer=payer.taxpayer,
        assumed=("purpose.relief",) if purpose__relief is None else (),
    )
    return Lines((line,))


@rule("purpose.fee_value", basis=(FEE_OF_CHANGE,))
def fee_value(
    purpose__area: Decimal | None, purpose__table_price: int | None
) -> Fraction | None:
    """Return area times the table price of the new use, in đồng."""
    if purpose__area is None or purpose__table_price is None:
        return None
    return Fraction(purpose__area) * purpose__table_price


@rule("purpose.fee_free")
def free_of_fee(
    *,
    exemption__fee_cases: tuple[Case, ...],
    household__poor: bool | None,
    commune__area_class: str | None,
) -> str | None:
    """Return the case by which the new residential land is free of the fee, if any."""
    hard = commune__area_class not in {None, AreaClass.NONE}
    claims = {
        "exempt.poor_household_home": bool(household__poor),
        "exempt.difficult_area_home": hard,
    }
    in_force = (case.fact for case in exemption__fee_cases)
    return next((fact for fact in in_force if claims.get(fact)), None)


@rule("money.registration_fee_of_change", basis=(FEE_OF_CHANGE, FEE_EXEMPT))
def registration_fee_of_change(
    *,
    purpose__is_residential: bool | None,
    purpose__fee_value: Fraction | None,
    purpose__fee_free: str | None,
    parties: tuple[Party, ...],
    day__registration: date,
    law: DatedLaw,
) -> Lines:
    """Return the registration fee that land certified without fee owes as residential.

    Its base is the price of the new use. It stays free only when the owner is the same
    and no levy is due, which is not so for land that becomes residential.
    """
    if not purpose__is_residential:
        return Lines()
    figure = law.at("registration_fee.rate", day__registration)
    most = dong(law.at("registration_fee.cap", day__registration))
    rate, payer = decimal(figure), _payer(parties)
    basis = unique((*cited(figure), *basis_of((FEE_OF_CHANGE, FEE_EXEMPT))))
    kind = LineKind.REGISTRATION_FEE
    if purpose__fee_value is None or rate is None:
        needs = ("purpose.fee_value",)
        return Lines((unknown_line(kind, payer, rate, basis, needs, gap(figure)),))
    fee = purpose__fee_value * Fraction(rate)
    if most is not None:
        fee = min(fee, Fraction(most))
    base = to_dong(purpose__fee_value)
    exempt = sentences.EXEMPT_CASES.get(purpose__fee_free or "")
    line = MoneyLine(
        kind=kind,
        payer=payer.id,
        base=base,
        rate=rate,
        amount=0 if exempt else to_dong(fee),
        status=LineStatus.EXEMPT if exempt else LineStatus.COMPUTED,
        reason=sentences.exempt_reason(exempt)
        if exempt
        else sentences.rate_of(rate, base),
        basis=basis,
        taxpayer=payer.taxpayer,
    )
    return Lines((line,))


def _payer(parties: tuple[Party, ...]) -> Payer:
    applicants = in_roles(parties, (PartyRole.APPLICANT,))
    name = one_or_role(applicants, PartyRole.APPLICANT)
    return Payer(name, name)

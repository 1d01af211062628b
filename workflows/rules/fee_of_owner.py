"""Registration fee and levy where nobody else gets the right: the owner registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows import sentences
from workflows.definition import ListItem, Mark
from workflows.parties import Party
from workflows.rules.change_of_purpose import Reckoning, applying
from workflows.rules.law import (
    Basis,
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
    exempt_line,
    to_dong,
    unknown_line,
)
from workflows.rules.registration_fee import Case
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import AreaClass, HowReckoned

FEE_OF_CHANGE = Place("tt13-2022", "Đ3.1.a", Mark.QUOTED)
SAME_OWNER = Place("nd10-2022", "Đ10.16", Mark.QUOTED)
FEE_LAND = Place("nd10-2022", "Đ7.1.a", Mark.QUOTED)
OWN_HOUSE = Place("nd10-2022", "Đ10.11", Mark.QUOTED)
DEFERRAL = Place("nd101-2024", "Đ18.11", Mark.SEEN)

HOME_CASES = {
    "exempt.poor_household_home": "household.poor",
    "exempt.difficult_area_home": "commune.area_class",
}


@dataclass(frozen=True, slots=True)
class Rates:
    """Rate and highest amount of the fee, with the places behind them."""

    rate: Decimal | None
    cap: int | None
    basis: tuple[Basis, ...]
    cap_basis: tuple[Basis, ...]
    gap: str


@rule("fee.rates")
def rates(day__registration: date, law: DatedLaw) -> Rates:
    """Return what the registration fee is reckoned by on the day of registration."""
    rate = law.at("registration_fee.rate", day__registration)
    cap = law.at("registration_fee.cap", day__registration)
    return Rates(decimal(rate), dong(cap), cited(rate), cited(cap), gap(rate))


def _line(
    payer: Payer,
    rates: Rates,
    value: Fraction,
    places: tuple[Place, ...],
    notes: Sequence[str] = (),
    assumed: tuple[str, ...] = (),
) -> MoneyLine:
    rate = rates.rate or Decimal(0)
    whole, base = value * Fraction(rate), to_dong(value)
    reasons = [sentences.rate_of(rate, base), *notes]
    basis = (*rates.basis, *basis_of(places))
    if rates.cap is not None and whole > rates.cap:
        whole = Fraction(rates.cap)
        reasons.append(sentences.capped(rates.cap))
        basis = (*basis, *rates.cap_basis)
    return MoneyLine(
        kind=LineKind.REGISTRATION_FEE,
        payer=payer.id,
        base=base,
        rate=rate,
        amount=to_dong(whole),
        status=LineStatus.COMPUTED,
        reason=" ".join(reasons),
        basis=unique(basis),
        taxpayer=payer.taxpayer,
        assumed=assumed,
    )


def _free_by(case: Case, payer: Payer, rates: Rates, value: Fraction | None) -> Lines:
    places = () if case.basis is None else (case.basis,)
    line = exempt_line(
        LineKind.REGISTRATION_FEE,
        payer,
        rates.rate,
        unique((*places, *rates.basis)),
        sentences.exempt_reason(case.label),
        None if value is None else to_dong(value),
    )
    return Lines((line,))


# --- change of purpose ----------------------------------------------------------------


@rule("purpose.fee_value", basis=(FEE_OF_CHANGE,))
def fee_value(
    purpose__area: Decimal | None, purpose__table_price: int | None
) -> Fraction | None:
    """Return area times the table price of the new use, in đồng."""
    if purpose__area is None or purpose__table_price is None:
        return None
    return Fraction(purpose__area) * purpose__table_price


@dataclass(frozen=True, slots=True)
class Claims:
    """Cases by which new residential land is free, and the answers still silent."""

    free: Case | None
    silent: tuple[str, ...]


@rule("purpose.fee_claims")
def claims(
    *,
    exemption__fee_cases: tuple[Case, ...],
    purpose__is_residential: bool | None,
    household__poor: bool | None,
    commune__area_class: str | None,
) -> Claims:
    """Return the case by which the land as it becomes is free, if one is told.

    A case of a home is decided by the new use, every other by what was claimed.
    """
    told = {
        "exempt.poor_household_home": household__poor,
        "exempt.difficult_area_home": None
        if commune__area_class is None
        else commune__area_class != AreaClass.NONE,
    }
    free: Case | None = None
    silent: list[str] = []
    for case in exemption__fee_cases:
        if case.fact not in told:
            holds: bool | None = case.holds
        elif not purpose__is_residential:
            holds = False
        else:
            holds = told[case.fact]
            silent += [HOME_CASES[case.fact]] if holds is None else []
        free = free or (case if holds else None)
    return Claims(free, tuple(silent))


@rule("money.registration_fee_of_change", basis=(FEE_OF_CHANGE, SAME_OWNER))
def of_change(
    *,
    goal__changes_purpose: bool | None,
    purpose__reckoning: Reckoning | None,
    money__land_use_levy: Lines,
    purpose__fee_value: Fraction | None,
    purpose__fee_claims: Claims,
    fee__rates: Rates,
    parties: tuple[Party, ...],
) -> Lines:
    """Return the fee that land certified without fee owes for its new use.

    Its base is the price of the new use. It is free when the owner stays the same and
    no levy is due (NĐ 10/2022 Đ10.16).
    """
    if not goal__changes_purpose:
        return Lines()
    payer, rate = applying(parties), fee__rates.rate
    kind, value = LineKind.REGISTRATION_FEE, purpose__fee_value
    places = unique((*fee__rates.basis, *basis_of((FEE_OF_CHANGE, SAME_OWNER))))
    if purpose__reckoning is None:
        needs = ("purpose.target",)
        return Lines((unknown_line(kind, payer, rate, places, needs),))
    if purpose__fee_claims.free is not None:
        return _free_by(purpose__fee_claims.free, payer, fee__rates, value)
    levies = [line.amount for line in money__land_use_levy.lines]
    if purpose__reckoning.how is HowReckoned.FREE or levies == [0]:
        basis = unique((*basis_of((SAME_OWNER,)), *purpose__reckoning.basis, *places))
        reason = sentences.exempt_reason(sentences.NO_LEVY_SAME_OWNER)
        return Lines((exempt_line(kind, payer, rate, basis, reason),))
    if value is None or rate is None:
        wanted = ("purpose.fee_value",) if value is None else ()
        return Lines((unknown_line(kind, payer, rate, places, wanted, fee__rates.gap),))
    notes = [sentences.new_purpose_counts()]
    if purpose__reckoning.how is HowReckoned.ASK:
        notes.append(sentences.no_fee_without_levy())
    silent = purpose__fee_claims.silent
    used = (FEE_OF_CHANGE, SAME_OWNER)
    return Lines((_line(payer, fee__rates, value, used, notes, silent),))


# --- first certificate ----------------------------------------------------------------


@rule("first.fee_value", basis=(FEE_LAND,))
def first_fee_value(
    *,
    land__area_m2: Decimal | None,
    land__residential_area_m2: Decimal | None,
    land__table_price: int | None,
) -> Fraction | None:
    """Return the table value of what the fee is due on, in đồng: the residential part.

    Without a residential part told, it is the whole parcel.
    """
    area = land__residential_area_m2 or land__area_m2
    if area is None or land__table_price is None:
        return None
    return Fraction(area) * land__table_price


@dataclass(frozen=True, slots=True)
class FirstNotes:
    """What the fee of a first certificate leaves out, or takes for granted."""

    own_house: bool
    use_untold: bool


@rule("first.notes", basis=(OWN_HOUSE,))
def first_notes(
    *,
    property__has_house: bool | None,
    land__purpose: str | None,
    land__residential_area_m2: Decimal | None,
) -> FirstNotes:
    """Return whether a house stands on the land, and whether the use is not told."""
    untold = land__purpose is None and land__residential_area_m2 is None
    return FirstNotes(own_house=property__has_house is True, use_untold=untold)


@rule("money.registration_fee_of_first", basis=(FEE_LAND, OWN_HOUSE))
def of_first(
    *,
    goal__first_certificate: bool | None,
    first__fee_value: Fraction | None,
    first__notes: FirstNotes,
    exemption__fee_cases: tuple[Case, ...],
    exemption__fee_silent: tuple[str, ...],
    fee__rates: Rates,
    parties: tuple[Party, ...],
) -> Lines:
    """Return the fee of a first certificate: being recognised is no exemption.

    Farm land is free, and so is the house that the owner built himself.
    """
    if not goal__first_certificate:
        return Lines()
    payer, rate = applying(parties), fee__rates.rate
    value = first__fee_value
    held = next((case for case in exemption__fee_cases if case.holds), None)
    if held is not None:
        return _free_by(held, payer, fee__rates, value)
    needs = (
        *(case.fact for case in exemption__fee_cases if case.holds is None),
        *(("first.fee_value",) if value is None else ()),
    )
    kind = LineKind.REGISTRATION_FEE
    if needs or value is None or rate is None:
        places = unique((*fee__rates.basis, *basis_of((FEE_LAND,))))
        return Lines((unknown_line(kind, payer, rate, places, needs, fee__rates.gap),))
    own_house = first__notes.own_house
    notes = (sentences.own_house_free(),) if own_house else ()
    used = (FEE_LAND, OWN_HOUSE) if own_house else (FEE_LAND,)
    untold = ("land.purpose",) if first__notes.use_untold else ()
    silent = (*exemption__fee_silent, *untold)
    return Lines((_line(payer, fee__rates, value, used, notes, silent),))


# --- goals that the lists name --------------------------------------------------------


@rule("money.registration_fee_of_same_owner", basis=(SAME_OWNER,))
def of_same_owner(
    goal: str | None, fee__rates: Rates, parties: tuple[Party, ...], law: DatedLaw
) -> Lines:
    """Return the exempt line of a goal in which a new certificate keeps its owner."""
    item = law.items("fee_free_goals").get(goal or "")
    if item is None:
        return Lines()
    line = exempt_line(
        LineKind.REGISTRATION_FEE,
        applying(parties),
        fee__rates.rate,
        _places(item),
        sentences.exempt_reason(item.label.citizen),
    )
    return Lines((line,))


@rule("money.levy_to_ask", basis=(DEFERRAL,))
def levy_to_ask(
    goal: str | None, parties: tuple[Party, ...], on: date, law: DatedLaw
) -> Lines:
    """Return the open lines of a goal whose levy or fee no loaded figure gives.

    ``asks`` of the list names the kinds of line. For a first certificate the line of
    the levy also tells until when it may be owed.
    """
    item = law.items("levy_to_ask").get(goal or "")
    if item is None:
        return Lines()
    reasons, basis = [sentences.sentence(item.label.citizen)], _places(item)
    last = law.at("land_use_levy.deferral_until")
    if item.data.get("deferral") and isinstance(last.value, str):
        until = date.fromisoformat(last.value)
        if on <= until:
            reasons.append(sentences.may_be_deferred(until))
            basis = unique((*basis, *cited(last)))
    kinds = item.data.get("asks")
    payer, why = applying(parties), " ".join(reasons)
    return Lines(
        tuple(
            unknown_line(LineKind(kind), payer, None, basis, (), why)
            for kind in (kinds if isinstance(kinds, list | tuple) else ())
        )
    )


def _places(item: ListItem) -> tuple[Basis, ...]:
    return basis_of((Place(item.source.instrument, item.source.at, item.source.mark),))

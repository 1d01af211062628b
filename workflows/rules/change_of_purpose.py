"""What another use of land costs: the levy, and what must be true for its relief."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows import sentences
from workflows.definition import ListItem, Mark
from workflows.parties import Party, PartyRole, in_roles
from workflows.rules.deal import one_or_role
from workflows.rules.law import (
    Basis,
    DatedLaw,
    basis_of,
    cited,
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
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import HowReckoned, LandGroup, ReliefGround

DIFFERENCE = Place("nq254-2025", "Đ10.2", Mark.SEEN)
RELIEF_TABLE = Place("nd50-2026", "Đ6.4", Mark.SEEN)
WITH_COEFFICIENT = Place("nd50-2026", "Đ13.2.b, Đ13.4", Mark.SEEN)
ONE_LIMIT = Place("nd50-2026", "Đ6.5.b", Mark.SEEN)
ONCE = Place("nd50-2026", "Đ6.1-6.3", Mark.SEEN)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How the levy of a change is found, in which words, and where that stands."""

    how: HowReckoned
    label: str
    basis: tuple[Basis, ...]
    untold: tuple[str, ...]


@rule("purpose.is_residential")
def becomes_residential(
    *, goal__changes_purpose: bool | None, purpose__target: str | None, law: DatedLaw
) -> bool | None:
    """Return whether the land is to become residential land, by the code's group."""
    if not goal__changes_purpose:
        return goal__changes_purpose
    group = _group(purpose__target, law)
    return None if group is None else group == LandGroup.RESIDENTIAL


@rule("purpose.reckoning", basis=(DIFFERENCE,))
def reckoning(
    *,
    goal__changes_purpose: bool | None,
    purpose__target: str | None,
    land__purpose: str | None,
    law: DatedLaw,
) -> Reckoning | None:
    """Return how the levy of this change is found, by the list ``levy_of_change``.

    None while the new use is not known. Land whose use nobody told is taken for farm
    land, the ordinary case; the line says so.
    """
    after = _group(purpose__target, law)
    if not goal__changes_purpose or after is None:
        return None
    before = _group(land__purpose, law) or LandGroup.AGRICULTURAL
    rows = law.items("levy_of_change").values()
    found = [row for row in rows if _fits(row, before, after, purpose__target)]
    otherwise = [row for row in rows if "before" not in row.data]
    row = (*found, *otherwise)[0]
    place = Place(row.source.instrument, row.source.at, row.source.mark)
    how = HowReckoned(str(row.data["how"]))
    untold = ("land.purpose",) if land__purpose is None else ()
    return Reckoning(how, row.label.citizen, basis_of((place,)), untold)


def _fits(row: ListItem, before: str, after: str, target: str | None) -> bool:
    barred = row.data.get("not_to", ())
    if isinstance(barred, list | tuple) and target in barred:
        return False
    return (row.data.get("before"), row.data.get("after")) == (before, after)


def _group(code: str | None, law: DatedLaw) -> str | None:
    item = law.items("land_purposes").get(code or "")
    return None if item is None else str(item.data.get("group"))


@rule("day.levy", basis=(RELIEF_TABLE,))
def levy_day(on: date, purpose__decision_date: date | None) -> date:
    """Return the day that decides tiers and prices: that of the decision, or today."""
    return purpose__decision_date or on


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


@rule("purpose.with_relief", basis=(DIFFERENCE, ONCE))
def with_relief(
    *,
    purpose__relief: bool | None,
    purpose__relief_ground: str | None,
    purpose__relief_used: bool | None,
) -> bool:
    """Return whether the claimed relief is taken into the sum.

    Silence about it is no claim; a claim holds until an answer speaks against it.
    """
    if not purpose__relief or purpose__relief_used:
        return False
    return purpose__relief_ground != ReliefGround.NONE


@rule("purpose.weighted_area", basis=(DIFFERENCE,))
def weighted_area(
    *,
    purpose__area: Decimal | None,
    purpose__with_relief: bool,
    land__residential_limit_m2: Decimal | None,
    day__levy: date,
    law: DatedLaw,
) -> Fraction | None:
    """Return the area as it is charged, in m²: whole, or by the tiers of the relief."""
    if purpose__area is None:
        return None
    if not purpose__with_relief:
        return Fraction(purpose__area)
    tiers = law.at("land_use_levy.relief_tiers", day__levy).value
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


@dataclass(frozen=True, slots=True)
class Coefficient:
    """What the prices of the table are multiplied by, and whether that counts here."""

    counts: bool
    factor: Fraction
    untold: tuple[str, ...]


@rule("purpose.coefficient", basis=(RELIEF_TABLE, WITH_COEFFICIENT))
def coefficient(
    purpose__relief_ground: str | None, land__price_coefficient: Decimal | None
) -> Coefficient:
    """Return 1 where the table alone counts, else the coefficient of the province.

    For land of the kinds of NQ 254/2025 Đ10.2.c the table counts alone, with the relief
    or without (NĐ 50/2026 Đ6.4); for other farm land table and coefficient, where the
    province has one. Until somebody tells of which kind it is, the table is taken.
    """
    if purpose__relief_ground != ReliefGround.NONE:
        return Coefficient(counts=False, factor=Fraction(1), untold=())
    if land__price_coefficient is None:
        untold = ("land.price_coefficient",)
        return Coefficient(counts=True, factor=Fraction(1), untold=untold)
    return Coefficient(counts=True, factor=Fraction(land__price_coefficient), untold=())


@dataclass(frozen=True, slots=True)
class Difference:
    """What the area gains, in đồng: in full, and as the tiers charge it."""

    full: Fraction
    charged: Fraction
    coefficient: Coefficient


@rule("purpose.difference", basis=(DIFFERENCE,))
def difference(
    *,
    purpose__gain: int | None,
    purpose__area: Decimal | None,
    purpose__weighted_area: Fraction | None,
    purpose__coefficient: Coefficient,
) -> Difference | None:
    """Return the gain of the area; None while price, area or limit is not known."""
    if purpose__gain is None or purpose__area is None or purpose__weighted_area is None:
        return None
    each = purpose__gain * purpose__coefficient.factor
    return Difference(
        each * Fraction(purpose__area),
        each * purpose__weighted_area,
        purpose__coefficient,
    )


@dataclass(frozen=True, slots=True)
class Relief:
    """Whether the one-off relief is claimed and holds, and what it rests on untold."""

    claimed: bool | None
    holds: bool
    untold: tuple[str, ...]


@rule("purpose.relief_terms", basis=(ONCE,))
def relief_terms(
    *,
    purpose__relief: bool | None,
    purpose__relief_ground: str | None,
    purpose__relief_used: bool | None,
    purpose__with_relief: bool,
) -> Relief:
    """Return the claim of the relief with the answers that could still undo it."""
    rests_on = {
        "purpose.relief_ground": purpose__relief_ground,
        "purpose.relief_used": purpose__relief_used,
    }
    untold = tuple(key for key, said in rests_on.items() if said is None)
    return Relief(
        purpose__relief, purpose__with_relief, untold if purpose__with_relief else ()
    )


@rule("money.land_use_levy", basis=(DIFFERENCE,))
def land_use_levy(
    *,
    goal__changes_purpose: bool | None,
    purpose__reckoning: Reckoning | None,
    purpose__difference: Difference | None,
    purpose__relief_terms: Relief,
    parties: tuple[Party, ...],
    day__levy: date,
    law: DatedLaw,
) -> Lines:
    """Return the levy of a change of purpose, always a line, owed by all applicants.

    Farm land that becomes residential owes the gain of each square metre. With the
    one-off relief the part inside the limit of residential allocation counts less, the
    next part of that size more, and the rest in full; co-owners have one limit.
    """
    if not goal__changes_purpose:
        return Lines()
    payer, kind = applying(parties), LineKind.LAND_USE_LEVY
    found, relief = purpose__reckoning, purpose__relief_terms
    if found is None:
        needs = ("purpose.target",)
        places = basis_of((DIFFERENCE,))
        return Lines((unknown_line(kind, payer, None, places, needs),))
    if found.how is HowReckoned.FREE:
        reason = sentences.exempt_reason(found.label)
        return Lines((exempt_line(kind, payer, None, found.basis, reason),))
    if found.how is HowReckoned.ASK:
        why = sentences.sentence(found.label)
        return Lines((unknown_line(kind, payer, None, found.basis, (), why),))
    tiers = law.at("land_use_levy.relief_tiers", day__levy)
    basis = unique((*found.basis, *(cited(tiers) if relief.holds else ())))
    if purpose__difference is None:
        why = gap(tiers) if relief.holds else ""
        needs = ("purpose.difference",)
        return Lines((unknown_line(kind, payer, None, basis, needs, why),))
    reasons, notes = _words_of(relief, purpose__difference, parties)
    untold = (*found.untold, *purpose__difference.coefficient.untold, *relief.untold)
    line = MoneyLine(
        kind=kind,
        payer=payer.id,
        base=to_dong(purpose__difference.full),
        rate=None,
        amount=to_dong(purpose__difference.charged),
        status=LineStatus.COMPUTED,
        reason=" ".join(reasons),
        basis=unique((*basis, *basis_of(notes))),
        taxpayer=payer.taxpayer,
        assumed=("purpose.relief",) if relief.claimed is None else (),
        presumed=untold,
    )
    return Lines((line,))


def _words_of(
    relief: Relief, gain: Difference, parties: tuple[Party, ...]
) -> tuple[list[str], list[Place]]:
    """Say how the levy was reckoned, and on which further places that rests."""
    reasons = [sentences.levy_relief() if relief.holds else sentences.levy_full()]
    notes = [WITH_COEFFICIENT if gain.coefficient.counts else RELIEF_TABLE]
    if relief.claimed:
        notes.append(ONCE)
    if relief.claimed and not relief.holds:
        reasons.insert(0, sentences.levy_no_relief())
    if gain.coefficient.counts:
        reasons.append(sentences.coefficient_counts())
    if len(in_roles(parties, (PartyRole.APPLICANT,))) > 1:
        reasons.append(sentences.one_limit())
        notes.append(ONE_LIMIT)
    return reasons, notes


@rule("purpose.leaves_rice")
def leaves_rice(
    *,
    goal__changes_purpose: bool | None,
    purpose__target: str | None,
    land__purpose: str | None,
    law: DatedLaw,
) -> bool | None:
    """Return whether rice land is given up for something that is no farm land."""
    if not goal__changes_purpose:
        return goal__changes_purpose
    now = law.items("land_purposes").get(land__purpose or "")
    after = _group(purpose__target, law)
    if now is None or after is None:
        return None
    return bool(now.data.get("rice")) and after != LandGroup.AGRICULTURAL


@rule("money.rice_land_charge")
def rice_land_charge(
    *, purpose__leaves_rice: bool | None, parties: tuple[Party, ...], law: DatedLaw
) -> Lines:
    """Return the charge for rice land that is built on: the province sets the amount.

    Nothing while the kind of land is not known: the levy of the change asks for it.
    """
    if not purpose__leaves_rice:
        return Lines()
    figure = law.at("rice_land.charge")
    line = unknown_line(
        LineKind.RICE_LAND_CHARGE,
        applying(parties),
        None,
        cited(figure),
        (),
        sentences.sentence(gap(figure)),
    )
    return Lines((line,))


def applying(parties: tuple[Party, ...]) -> Payer:
    """Return who owes what the applicants owe together: one of them, or the role."""
    applicants = in_roles(parties, (PartyRole.APPLICANT,))
    name = one_or_role(applicants, PartyRole.APPLICANT)
    return Payer(name, name)

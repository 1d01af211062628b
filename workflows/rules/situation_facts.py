"""Plain facts that follow from what people said, used by guards of the procedures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workflows.definition import Mark
from workflows.parties import (
    TAKING,
    Pair,
    Party,
    PartyRole,
    Relationship,
    in_roles,
    pairs_of,
)
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import (
    CHANGE_OF_PURPOSE,
    DATA_REQUEST,
    DEAL_OF_GOAL,
    EXTENSION,
    FIRST_CERTIFICATE,
    LOST_CERTIFICATE,
    MORTGAGE,
    AreaClass,
    CertifiedBy,
    Deal,
    PropertyKind,
)

# NĐ 151 adds days in hard areas and names no list; this one is taken for it.
ND96_AREAS = Place("nd96-2026", "Đ22", Mark.INFERRED)


@rule("deal.kind")
def deal_kind(goal: str | None) -> Deal | None:
    """Return how the right passes; None when the goal passes no right."""
    return DEAL_OF_GOAL.get(goal or "")


@rule("goal.passes_right")
def passes_right(goal: str | None) -> bool | None:
    """Return whether the goal hands the right to somebody else."""
    return None if goal is None else goal in DEAL_OF_GOAL


@rule("goal.is_sale")
def is_sale(goal: str | None) -> bool | None:
    """Return whether the right passes for a price."""
    return _deal_is(goal, Deal.SALE)


@rule("goal.is_gift")
def is_gift(goal: str | None) -> bool | None:
    """Return whether the right passes as a gift."""
    return _deal_is(goal, Deal.GIFT)


@rule("goal.is_inheritance")
def is_inheritance(goal: str | None) -> bool | None:
    """Return whether the right passes by inheritance."""
    return _deal_is(goal, Deal.INHERITANCE)


@rule("goal.by_contract")
def by_contract(goal: str | None) -> bool | None:
    """Return whether two living sides sign a contract: sale, gift or swap."""
    if goal is None:
        return None
    return DEAL_OF_GOAL.get(goal) in {Deal.SALE, Deal.GIFT, Deal.FARM_LAND_SWAP}


@rule("goal.changes_purpose")
def changes_purpose(goal: str | None) -> bool | None:
    """Return whether the goal is another kind of use for the land."""
    return None if goal is None else goal == CHANGE_OF_PURPOSE


@rule("goal.first_certificate")
def first_certificate(goal: str | None) -> bool | None:
    """Return whether the goal is a certificate for land that never had one."""
    return None if goal is None else goal == FIRST_CERTIFICATE


@rule("goal.extends_term")
def extends_term(goal: str | None) -> bool | None:
    """Return whether the goal is more years for land whose term ends."""
    return None if goal is None else goal == EXTENSION


@rule("goal.asks_data")
def asks_data(goal: str | None) -> bool | None:
    """Return whether the goal is to learn what the land register holds."""
    return None if goal is None else goal == DATA_REQUEST


@rule("goal.mortgages")
def mortgages(goal: str | None) -> bool | None:
    """Return whether the goal is to mortgage the land."""
    return None if goal is None else goal == MORTGAGE


def _deal_is(goal: str | None, deal: Deal) -> bool | None:
    return None if goal is None else DEAL_OF_GOAL.get(goal) == deal


@rule("never")
def never() -> bool:
    """Return False: a condition that no fact makes true beforehand."""
    return False


@rule("parties.transferor")
def has_transferor(parties: tuple[Party, ...]) -> bool | None:
    """Return True when somebody gives or sells; None until somebody is named."""
    return _somebody(parties, PartyRole.TRANSFEROR)


@rule("parties.receiver")
def has_receiver(parties: tuple[Party, ...]) -> bool | None:
    """Return True when somebody receives; None until somebody is named."""
    return _somebody(parties, PartyRole.RECEIVER)


@rule("parties.deceased")
def has_deceased(parties: tuple[Party, ...]) -> bool | None:
    """Return True when the dead owner is named; None until then."""
    return _somebody(parties, PartyRole.DECEASED)


@rule("parties.heir")
def has_heir(parties: tuple[Party, ...]) -> bool | None:
    """Return True when an heir is named; None until then."""
    return _somebody(parties, PartyRole.HEIR)


@rule("parties.applicant")
def has_applicant(parties: tuple[Party, ...]) -> bool | None:
    """Return True when somebody applies; None until somebody is named."""
    return _somebody(parties, PartyRole.APPLICANT)


def _somebody(parties: tuple[Party, ...], role: PartyRole) -> bool | None:
    return True if in_roles(parties, (role,)) else None


@rule("receivers.several")
def several_receivers(parties: tuple[Party, ...]) -> bool | None:
    """Return whether more than one person will hold the right."""
    takers = in_roles(parties, TAKING)
    return len(takers) > 1 if takers else None


@rule("filed_by_representative")
def filed_by_representative(parties: tuple[Party, ...]) -> bool:
    """Return whether somebody other than the owners carries the papers in."""
    return bool(in_roles(parties, (PartyRole.SUBMITTER,)))


@rule("kinship.pairs")
def kinship_pairs(
    parties: tuple[Party, ...], relationships: tuple[Relationship, ...] | None
) -> tuple[Pair, ...]:
    """Return every giver with every taker, and how the two are related."""
    return pairs_of(parties, relationships)


@rule("certificate.in_hand")
def certificate_in_hand(*, certificate__lost: bool | None) -> bool | None:
    """Return False for a lost certificate; otherwise it must be asked."""
    return False if certificate__lost else None


@rule("certificate.lost")
def certificate_lost(goal: str | None) -> bool | None:
    """Return True for who comes because the certificate is lost."""
    return True if goal == LOST_CERTIFICATE else None


@rule("certificate.exists")
def certificate_exists(
    *,
    goal: str | None,
    certificate__in_hand: bool | None,
    certificate__lost: bool | None,
) -> bool | None:
    """Return whether a certificate was ever given: held, or lost, both say yes.

    Who comes for a first certificate says that there was none, unless he holds one.
    """
    if certificate__in_hand or certificate__lost:
        return True
    return False if goal == FIRST_CERTIFICATE else None


@rule("certification.at_commune")
def certified_at_commune(certification__by: str | None) -> bool | None:
    """Return whether the contract is certified at the commune, not notarised."""
    if certification__by is None:
        return None
    return certification__by == CertifiedBy.COMMUNE


@rule("area.difficult", basis=(ND96_AREAS,))
def difficult_area(commune__area_class: str | None) -> bool | None:
    """Return whether the commune is one of hard living conditions (class I to III)."""
    if commune__area_class is None:
        return None
    return commune__area_class != AreaClass.NONE


@rule("property.has_house")
def has_house(property__kind: str | None, house__value: int | None) -> bool | None:
    """Return whether a house or a flat passes with the land."""
    if property__kind is None:
        return True if house__value else None
    return property__kind != PropertyKind.LAND


@rule("property.has_land")
def has_land(property__kind: str | None, land__area_m2: Decimal | None) -> bool | None:
    """Return whether a parcel of its own passes; a flat has its share in its price."""
    if property__kind is None:
        return True if land__area_m2 is not None else None
    return property__kind != PropertyKind.APARTMENT


@rule("day.contract")
def contract_day(on: date, contract__date: date | None) -> date:
    """Return the day the contract takes effect, or the day of asking until then."""
    return contract__date or on


@rule("day.registration")
def registration_day(on: date, contract__date: date | None) -> date:
    """Return the earliest day of registration: not before the contract."""
    return max(on, contract__date or on)

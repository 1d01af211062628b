"""The two sides of a deal, and the value that each charge is reckoned from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from workflows.definition import Mark
from workflows.parties import (
    GIVING,
    TAKING,
    Pair,
    Party,
    PartyRole,
    in_roles,
)
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import (
    DEAL_OF_GOAL,
    WITHOUT_PRICE,
    Deal,
    TaxesPaidBy,
)

SALE_MOMENT = Place("nd253-2026", "Đ57.5", Mark.SEEN)
SALE_BASE = Place("nd253-2026", "Đ57.2-57.3", Mark.SEEN)
FEE_CONTRACT = Place("nd10-2022", "Đ7.1.d (NĐ 175/2025)", Mark.QUOTED)
NOTARY_BASE = Place("tt257-2016", "Đ4.2.d", Mark.SEEN)


@dataclass(frozen=True, slots=True)
class Sides:
    """Who gives, who takes, and every pair of the two with its kinship."""

    goal: str
    kind: Deal
    givers: tuple[Party, ...]
    takers: tuple[Party, ...]
    pairs: tuple[Pair, ...]

    @property
    def without_price(self) -> bool:
        """Return whether nothing is paid for the right."""
        return self.kind in WITHOUT_PRICE

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the facts about people that are missing: one side, or both."""
        estate = self.kind is Deal.INHERITANCE
        wanted = (
            (self.givers, PartyRole.DECEASED if estate else PartyRole.TRANSFEROR),
            (self.takers, PartyRole.HEIR if estate else PartyRole.RECEIVER),
        )
        return tuple(f"parties.{role}" for people, role in wanted if not people)

    @property
    def taking_together(self) -> str:
        """Return the payer of a charge that all takers owe together."""
        return one_or_role(self.takers, PartyRole.RECEIVER)


def one_or_role(people: tuple[Party, ...], role: PartyRole) -> str:
    """Return the id of the only person, or the role when they are several or none."""
    if len(people) == 1:
        return people[0].id
    return str(people[0].role if people else role)


def name_of(party: Party) -> str:
    """Return how a person is called in a sentence: by name, or by id."""
    full_name = party.facts.get("full_name")
    return full_name if isinstance(full_name, str) else party.id


def relationship_key(pair: Pair) -> str:
    """Return the fact key of the kinship of a pair."""
    return f"relationship[{pair.giver.id},{pair.taker.id}]"


@rule("deal.sides")
def sides(
    goal: str | None, parties: tuple[Party, ...], kinship__pairs: tuple[Pair, ...]
) -> Sides | None:
    """Return the two sides; None when the goal passes no right to anybody."""
    kind = DEAL_OF_GOAL.get(goal or "")
    if kind is None or goal is None:
        return None
    givers, takers = in_roles(parties, GIVING), in_roles(parties, TAKING)
    return Sides(goal, kind, givers, takers, kinship__pairs)


@rule("day.income", basis=(SALE_MOMENT,))
def income_day(
    deal__kind: Deal | None,
    taxes_paid_by: str | None,
    day__contract: date,
    day__registration: date,
) -> date:
    """Return the day that decides figures and prices of the income tax.

    A sale: the day the contract takes effect; when the receiver pays the tax, the day
    of registration. A gift or an inheritance: the day of registration.
    """
    if deal__kind is Deal.SALE and taxes_paid_by != TaxesPaidBy.RECEIVER:
        return day__contract
    return day__registration


@dataclass(frozen=True, slots=True)
class SaleValue:
    """What income tax of a sale is taken of, and whether the contract names it."""

    amount: Fraction
    by_contract: bool


@rule("value.sale", basis=(SALE_BASE,))
def sale_value(
    contract__price: int | None, value__floor: Fraction | None
) -> SaleValue | None:
    """Return the price of the contract, not below the State's prices."""
    if contract__price is None or value__floor is None:
        return None
    amount = max(Fraction(contract__price), value__floor)
    return SaleValue(amount, by_contract=amount == contract__price)


@rule("value.fee", basis=(FEE_CONTRACT,))
def fee_value(
    deal__kind: Deal | None,
    contract__price: int | None,
    value__table: Fraction | None,
) -> Fraction | None:
    """Return the base of the registration fee: the higher of table and sale price.

    Decree and circular differ on bare land (NĐ 10/2022 Đ7.1.d, TT 13/2022 Đ3.1.a);
    the higher of the two is taken for both.
    """
    if value__table is None:
        return None
    if deal__kind is not Deal.SALE:
        return value__table
    if contract__price is None:
        return None
    return max(Fraction(contract__price), value__table)


@rule("value.notary", basis=(NOTARY_BASE,))
def notary_value(
    deal__kind: Deal | None,
    contract__price: int | None,
    value__table: Fraction | None,
) -> Fraction | None:
    """Return the value that the notary's tariff is read on.

    The agreed price, or the State's price when it is lower or, in a gift or an
    inheritance, when none is agreed.
    """
    if value__table is None:
        return None
    if contract__price is not None:
        return max(Fraction(contract__price), value__table)
    return None if deal__kind is Deal.SALE else value__table

"""Who pays nothing, or only for a part: kinship, the only home, cases of the fee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows.definition import Mark
from workflows.parties import Pair, Party
from workflows.rules.deal import Sides
from workflows.rules.law import DatedLaw, dong, names
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import AreaClass, Deal, FeeCase

PIT_KINSHIP = Place("nd253-2026", "Đ18.1", Mark.SEEN)
PIT_DIVORCE = Place("nd253-2026", "Đ18.2", Mark.SEEN)
SOLE_HOME = Place("nd253-2026", "Đ19", Mark.SEEN)
FEE_POOR = Place("nd175-2025", "Đ1.6.đ", Mark.QUOTED)
FEE_FARM_LAND = Place("nd10-2022", "Đ10.3", Mark.QUOTED)
FEE_SWAP = Place("nd10-2022", "Đ10.5", Mark.QUOTED)


@dataclass(frozen=True, slots=True)
class Split:
    """A part of the whole, cut by kinship: free, taxed, or not known which."""

    exempt: Fraction
    taxed: Fraction
    open: Fraction
    open_pairs: tuple[Pair, ...]

    @property
    def most(self) -> Fraction:
        """Return the taxed part if everything open turned out to be taxed."""
        return self.taxed + self.open


def split_by_kinship(pairs: Iterable[Pair], exempt_kinds: frozenset[str]) -> Split:
    """Cut the shares of the pairs into exempt, taxed and open ones."""
    exempt = taxed = unsure = Fraction(0)
    open_pairs: list[Pair] = []
    for pair in pairs:
        if pair.kind is None:
            unsure += pair.share
            open_pairs.append(pair)
        elif pair.kind in exempt_kinds:
            exempt += pair.share
        else:
            taxed += pair.share
    return Split(exempt, taxed, unsure, tuple(open_pairs))


@rule("exemption.kinds_for_income_tax", basis=(PIT_KINSHIP,))
def kinds_for_income_tax(day__income: date, law: DatedLaw) -> frozenset[str]:
    """Return the kinds of kinship between which no income tax is due.

    By the day that decides the tax itself: of a gift the registration, not the deed.
    """
    return names(law.at("pit.kinship.exempt", day__income))


@dataclass(frozen=True, slots=True)
class TaxFree:
    """What makes a deal free of income tax: kinds of kinship, or a divorce."""

    kinds: frozenset[str]
    divorce: bool


@rule("exemption.of_income_tax", basis=(PIT_KINSHIP, PIT_DIVORCE))
def of_income_tax(
    exemption__kinds_for_income_tax: frozenset[str], fee__case: str | None
) -> TaxFree:
    """Return what may make the deal free of income tax; silence is no divorce."""
    divorce = fee__case == FeeCase.DIVORCE
    return TaxFree(exemption__kinds_for_income_tax, divorce)


@rule("exemption.by_kinship", basis=(PIT_KINSHIP,))
def by_kinship(
    kinship__pairs: tuple[Pair, ...], exemption__kinds_for_income_tax: frozenset[str]
) -> bool | None:
    """Return whether some pair is exempt, so that the kinship must be proven."""
    split = split_by_kinship(kinship__pairs, exemption__kinds_for_income_tax)
    if split.exempt:
        return True
    return None if split.open_pairs else False


@rule("exemption.reason", basis=(PIT_KINSHIP,))
def reason(
    *,
    kinship__pairs: tuple[Pair, ...],
    exemption__kinds_for_income_tax: frozenset[str],
    law: DatedLaw,
) -> str | None:
    """Return the kinships that make it free, in the words of the question about them.

    None when none does; the only home is claimed by the citizen's own hand.
    """
    return _in_words(kinship__pairs, exemption__kinds_for_income_tax, law)


@rule("exemption.reasons_of_payers", basis=(PIT_KINSHIP,))
def reasons_of_payers(
    *,
    deal__sides: Sides | None,
    exemption__kinds_for_income_tax: frozenset[str],
    law: DatedLaw,
) -> Mapping[str, str]:
    """Return, by party id, why kinship frees each one who owes the tax, if it does.

    Of a sale those who give owe it, else those who take; who is related to nobody on
    the other side is not among them.
    """
    if deal__sides is None:
        return {}
    owed_by_taker = deal__sides.without_price
    payers = deal__sides.takers if owed_by_taker else deal__sides.givers
    said = {
        payer.id: _in_words(
            (
                pair
                for pair in deal__sides.pairs
                if (pair.taker if owed_by_taker else pair.giver).id == payer.id
            ),
            exemption__kinds_for_income_tax,
            law,
        )
        for payer in payers
    }
    return {party: words for party, words in said.items() if words is not None}


def _in_words(
    pairs: Iterable[Pair], exempt_kinds: frozenset[str], law: DatedLaw
) -> str | None:
    asked = law.edition.questions.get("relationship")
    words = {choice.value: choice.label for choice in asked.choices} if asked else {}
    kinds = dict.fromkeys(pair.kind for pair in pairs if pair.kind is not None)
    said = [words.get(kind, kind) for kind in kinds if kind in exempt_kinds]
    return "; ".join(said) or None


@dataclass(frozen=True, slots=True)
class HomeClaim:
    """What must hold together for the only home to be free (NĐ 253/2026 Đ19)."""

    only_home: bool | None
    is_home: bool | None
    whole: bool | None
    owned_days: int | None
    least_days: int | None

    @property
    def holds(self) -> bool | None:
        """Decide the claim; None while a part of it is not known.

        Nobody has to claim it, so silence about the only home is no claim. The land
        type is asked only when it speaks against it: silence leaves the claim.
        """
        if not self.only_home or self.is_home is False or self.whole is False:
            return False
        if self.owned_days is None or self.least_days is None:
            return None
        if self.owned_days < self.least_days:
            return False
        return True if self.whole else None


@dataclass(frozen=True, slots=True)
class HomeAnswers:
    """The answers about the only home that hold for all transferors alike."""

    only_home: bool | None
    first_certificate: date | None
    is_home: bool | None
    whole: bool | None
    least_days: int | None

    def of(self, party: Party, transferred: date) -> HomeClaim:
        """Return the claim of one transferor; what he says himself goes first."""
        first = party.facts.get("first_certificate_date", self.first_certificate)
        only = party.facts.get("only_home", self.only_home)
        return HomeClaim(
            only if isinstance(only, bool) else None,
            self.is_home,
            self.whole,
            (transferred - first).days if isinstance(first, date) else None,
            self.least_days,
        )


@rule("exemption.home_answers", basis=(SOLE_HOME,))
def home_answers(
    *,
    transferor__only_home: bool | None,
    transferor__first_certificate_date: date | None,
    property__is_home: bool | None,
    transfer__whole: bool | None,
    day__income: date,
    law: DatedLaw,
) -> HomeAnswers:
    """Gather what the article on the only home asks, with its number of days."""
    return HomeAnswers(
        transferor__only_home,
        transferor__first_certificate_date,
        property__is_home,
        transfer__whole,
        dong(law.at("pit.sole_home.min_days", day__income)),
    )


# --- cases of the registration fee --------------------------------------------------


@rule("exempt.poor_household_home", basis=(FEE_POOR,))
def poor_household_home(
    *, household__poor: bool | None, property__is_home: bool | None
) -> bool | None:
    """Return whether a home passes to a poor household; silence is no claim."""
    return _claimed(claim=household__poor, is_home=property__is_home)


@rule("exempt.difficult_area_home", basis=(FEE_POOR,))
def difficult_area_home(
    commune__area_class: str | None, *, property__is_home: bool | None
) -> bool | None:
    """Return whether a home lies in a commune of hard conditions; see ``assumed``."""
    hard = (
        None if commune__area_class is None else commune__area_class != AreaClass.NONE
    )
    return _claimed(claim=hard, is_home=property__is_home)


@rule("exempt.farm_land_swap", basis=(FEE_SWAP,))
def farm_land_swap(deal__kind: Deal | None) -> bool:
    """Return whether households swap farm land."""
    return deal__kind == Deal.FARM_LAND_SWAP


CLAIMED = {
    FeeCase.DIVORCE: "exempt.reregistration",
    FeeCase.HOUSEHOLD_SPLIT: "exempt.reregistration",
    FeeCase.SPOUSES_MERGE: "exempt.reregistration",
    FeeCase.AREA_INCREASE: "exempt.reregistration",
    FeeCase.COMPENSATION: "exempt.compensation",
    FeeCase.CHARITY_HOUSE: "exempt.charity_house",
    FeeCase.FARM_LAND_ALLOCATED: "exempt.farm_land_allocated",
    FeeCase.FARM_LAND_RECLAIMED: "exempt.farm_land_reclaimed",
    FeeCase.YEARLY_RENT: "exempt.yearly_rent",
}


@dataclass(frozen=True, slots=True)
class ClaimedCase:
    """The case that was claimed by name, and how the question calls it."""

    fact: str
    label: str


@rule("exempt.claimed")
def claimed_case(fee__case: str | None, law: DatedLaw) -> ClaimedCase | None:
    """Return the case of the fee that somebody claims; silence is no claim."""
    if fee__case is None or fee__case not in tuple(FeeCase):
        return None
    question = law.edition.questions.get("fee.case")
    choices = () if question is None else question.choices
    words = {choice.value: choice.label for choice in choices}
    label = words.get(fee__case, fee__case)
    return ClaimedCase(CLAIMED[FeeCase(fee__case)], label[:1].lower() + label[1:])


@rule("exempt.first_of_farm_land", basis=(FEE_FARM_LAND,))
def first_of_farm_land(
    *,
    goal__first_certificate: bool | None,
    land__is_agricultural: bool | None,
    land__residential_area_m2: Decimal | None,
) -> bool:
    """Return whether farm land alone is recognised for the first time."""
    return bool(
        goal__first_certificate
        and land__is_agricultural
        and not land__residential_area_m2
    )


def _claimed(*, claim: bool | None, is_home: bool | None) -> bool | None:
    return is_home if claim else False

"""Registration fee (lệ phí trước bạ) when a right passes: a line for each receiver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows import sentences
from workflows.definition import Mark
from workflows.parties import Party
from workflows.rules.deal import Sides, name_of, relationship_key
from workflows.rules.exemptions import ClaimedCase, Split, split_by_kinship
from workflows.rules.law import (
    Basis,
    DatedLaw,
    basis_of,
    cited,
    decimal,
    dong,
    gap,
    names,
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
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import Deal

FEE = Place("nd10-2022", "Đ7-8", Mark.QUOTED)
BY_CONTRACT = (
    Place("nd10-2022", "Đ7.1.d (NĐ 175/2025)", Mark.QUOTED),
    Place("tt13-2022", "Đ3.1.a", Mark.QUOTED),
)
KINSHIP = Place("nd10-2022", "Đ10.10", Mark.QUOTED)

# Facts behind the cases of exemption that nobody need claim: silence is no claim.
CLAIMS = {
    "exempt.poor_household_home": "household.poor",
    "exempt.difficult_area_home": "commune.area_class",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A case in which the fee is not due: whether it holds, and where it stands."""

    fact: str
    holds: bool | None
    label: str
    basis: Basis | None


@rule("exemption.fee_cases")
def fee_cases(
    *,
    day__registration: date,
    exempt__poor_household_home: bool | None,
    exempt__difficult_area_home: bool | None,
    exempt__farm_land_swap: bool,
    exempt__first_of_farm_land: bool,
    exempt__claimed: ClaimedCase | None,
    law: DatedLaw,
) -> tuple[Case, ...]:
    """Return the cases in force that the matter may fall under, each decided or open.

    Which cases are in force stands in the parameter.
    """
    known = {
        "exempt.poor_household_home": exempt__poor_household_home,
        "exempt.difficult_area_home": exempt__difficult_area_home,
        "exempt.farm_land_swap": exempt__farm_land_swap,
        "exempt.farm_land_allocated": exempt__first_of_farm_land,
    }
    labels: dict[str, str] = dict(sentences.EXEMPT_CASES)
    if exempt__claimed is not None:
        known[exempt__claimed.fact] = True
        labels[exempt__claimed.fact] = exempt__claimed.label
    listed = law.at("registration_fee.exemptions", day__registration).value
    rows = listed if isinstance(listed, list | tuple) else ()
    return tuple(
        _case(row, known[row["fact"]], labels)
        for row in rows
        if isinstance(row, Mapping) and row.get("fact") in known
    )


def _case(
    row: Mapping[str, object],
    holds: bool | None,  # noqa: FBT001  three-valued fact
    labels: Mapping[str, str],
) -> Case:
    source = row.get("source")
    basis = None
    if isinstance(source, Mapping):
        mark = Mark(str(source.get("mark", Mark.RECALLED)))
        (basis,) = basis_of(
            (Place(str(source["instrument"]), str(source["at"]), mark),)
        )
    fact = str(row["fact"])
    return Case(fact, holds, labels[fact], basis)


@rule("exemption.fee_silent")
def silent_claims(
    *,
    exemption__fee_cases: tuple[Case, ...],
    property__is_home: bool | None,
    household__poor: bool | None,
    commune__area_class: str | None,
) -> tuple[str, ...]:
    """Return the facts nobody has told that could still make a home free of the fee."""
    if property__is_home is False:
        return ()
    told = {
        "household.poor": household__poor,
        "commune.area_class": commune__area_class,
    }
    in_force = {CLAIMS.get(case.fact) for case in exemption__fee_cases}
    return tuple(
        fact for fact, value in told.items() if value is None and fact in in_force
    )


@rule("money.registration_fee", basis=(FEE, KINSHIP))
def registration_fee(
    *,
    deal__sides: Sides | None,
    value__fee: Fraction | None,
    value__table: Fraction | None,
    exemption__fee_cases: tuple[Case, ...],
    exemption__fee_silent: tuple[str, ...],
    day__registration: date,
    law: DatedLaw,
) -> Lines:
    """Return one line for each receiver: his part of the fee of the whole asset.

    In a swap both sides receive.
    The fee of the asset is rate times value, at most the cap; the part that comes from
    exempt kin is free where the deal is one that the kinship exemption covers. A price
    above the table counts; decree and circular differ on bare land, so both are named.
    """
    if deal__sides is None:
        return Lines()
    rate = law.at("registration_fee.rate", day__registration)
    cap = law.at("registration_fee.cap", day__registration)
    goals = names(law.at("registration_fee.kinship.goals", day__registration))
    kinds = names(law.at("registration_fee.kinship.exempt", day__registration))
    terms = _Terms(
        sides=deal__sides,
        value=value__fee,
        by_contract=value__fee != value__table,
        cases=exemption__fee_cases,
        silent=exemption__fee_silent,
        exempt_kinds=kinds if deal__sides.goal in goals else frozenset(),
        rate=decimal(rate),
        cap=dong(cap),
        basis=unique((*cited(rate), *basis_of((FEE,)))),
        cap_basis=cited(cap),
        gap=gap(rate),
    )
    if deal__sides.needs:
        return Lines((terms.nobody_yet(),))
    swap = deal__sides.kind is Deal.FARM_LAND_SWAP
    owing = (*(deal__sides.givers if swap else ()), *deal__sides.takers)
    return Lines(tuple(terms.line(taker) for taker in owing))


@dataclass(frozen=True, slots=True)
class _Terms:
    sides: Sides
    value: Fraction | None
    by_contract: bool
    cases: tuple[Case, ...]
    silent: tuple[str, ...]
    exempt_kinds: frozenset[str]
    rate: Decimal | None
    cap: int | None
    basis: tuple[Basis, ...]
    cap_basis: tuple[Basis, ...]
    gap: str

    def nobody_yet(self) -> MoneyLine:
        payer = self.sides.taking_together
        return unknown_line(
            LineKind.REGISTRATION_FEE,
            Payer(payer, payer),
            self.rate,
            self.basis,
            self.sides.needs,
        )

    def line(self, taker: Party) -> MoneyLine:
        split = self._split(taker)
        if not split.most:
            return self._exempt(taker, self._kin_reason(taker), basis_of((KINSHIP,)))
        held = next((case for case in self.cases if case.holds), None)
        if held is not None:
            places = () if held.basis is None else (held.basis,)
            return self._exempt(taker, sentences.exempt_reason(held.label), places)
        needs = (
            *(relationship_key(pair) for pair in split.open_pairs),
            *(case.fact for case in self.cases if case.holds is None),
            *(("value.fee",) if self.value is None else ()),
        )
        if needs or self.value is None or self.rate is None:
            return unknown_line(
                LineKind.REGISTRATION_FEE,
                Payer(taker.id, taker.id),
                self.rate,
                self.basis,
                needs,
                self.gap,
            )
        return self._computed(taker, split, self.value, self.rate)

    def _split(self, taker: Party) -> Split:
        pairs = [pair for pair in self.sides.pairs if pair.taker.id == taker.id]
        if not self.exempt_kinds:
            return Split(Fraction(0), taker.share, Fraction(0), ())
        return split_by_kinship(pairs, self.exempt_kinds)

    def _computed(
        self, taker: Party, split: Split, value: Fraction, rate: Decimal
    ) -> MoneyLine:
        base = value * split.taxed
        whole = value * Fraction(rate)
        is_capped = self.cap is not None and whole > self.cap
        fee = Fraction(self.cap) if is_capped and self.cap is not None else whole
        reasons = [sentences.rate_of(rate, to_dong(base))]
        basis = self.basis
        if self.by_contract:
            reasons.append(sentences.contract_counts())
            basis = unique((*basis, *basis_of(BY_CONTRACT)))
        if is_capped and self.cap is not None:
            reasons.append(sentences.capped(self.cap))
        if split.exempt:
            reasons.append(sentences.kin_partly(str(split.taxed / taker.share)))
        return MoneyLine(
            kind=LineKind.REGISTRATION_FEE,
            payer=taker.id,
            base=to_dong(base),
            rate=rate,
            amount=to_dong(fee * split.taxed),
            status=LineStatus.COMPUTED,
            reason=" ".join(reasons),
            basis=unique((*basis, *self.cap_basis)) if is_capped else basis,
            taxpayer=taker.id,
            assumed=self.silent,
        )

    def _exempt(
        self, taker: Party, reason: str, places: tuple[Basis, ...]
    ) -> MoneyLine:
        base = None if self.value is None else to_dong(self.value * taker.share)
        return MoneyLine(
            kind=LineKind.REGISTRATION_FEE,
            payer=taker.id,
            base=base,
            rate=self.rate,
            amount=0,
            status=LineStatus.EXEMPT,
            reason=reason,
            basis=unique((*places, *self.basis)),
            taxpayer=taker.id,
        )

    def _kin_reason(self, taker: Party) -> str:
        givers = sorted(name_of(giver) for giver in self.sides.givers)
        return sentences.kin_exempt(name_of(taker), givers)

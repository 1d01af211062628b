"""Personal income tax when a right passes: each transferor of a sale, each receiver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows import sentences
from workflows.definition import Mark
from workflows.parties import Party, PartyRole
from workflows.rules.deal import SaleValue, Sides, name_of, relationship_key
from workflows.rules.exemptions import (
    PIT_DIVORCE,
    PIT_KINSHIP,
    SOLE_HOME,
    HomeAnswers,
    Split,
    TaxFree,
    split_by_kinship,
)
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
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import Deal, TaxesPaidBy

SALE = Place("nd253-2026", "Đ57", Mark.SEEN)
SHARES = Place("nd253-2026", "Đ57.6.a", Mark.SEEN)
GIFT = Place("nd253-2026", "Đ61", Mark.SEEN)
FARM_SWAP = Place("nd253-2026", "Đ23", Mark.SEEN)

HOME_FACTS = (
    "transferor.first_certificate_date",
    "transfer.whole",
)


# --- sale ---------------------------------------------------------------------------


@rule("money.income_tax_of_sale", basis=(SALE, SHARES, PIT_KINSHIP, SOLE_HOME))
def of_sale(
    deal__sides: Sides | None,
    value__sale: SaleValue | None,
    exemption__of_income_tax: TaxFree,
    exemption__home_answers: HomeAnswers,
    day__income: date,
    taxes_paid_by: str | None,
    law: DatedLaw,
) -> Lines:
    """Return one line for each transferor of a sale.

    Rate times his share of the price, or of the State's prices when they are higher;
    nothing on what goes to exempt kin, nothing when it is his only home.
    """
    if deal__sides is None or deal__sides.kind is not Deal.SALE:
        return Lines()
    figure = law.at("pit.sale.rate", day__income)
    terms = _SaleTerms(
        deal__sides,
        value__sale,
        exemption__of_income_tax,
        exemption__home_answers,
        day__income,
        decimal(figure),
        unique((*cited(figure), *basis_of((SALE, SHARES)))),
        gap(figure),
        receiver_pays=taxes_paid_by == TaxesPaidBy.RECEIVER,
    )
    if deal__sides.needs:
        return Lines((terms.nobody_yet(),))
    return Lines(tuple(terms.line(giver) for giver in deal__sides.givers))


@dataclass(frozen=True, slots=True)
class _SaleTerms:
    sides: Sides
    value: SaleValue | None
    free: TaxFree
    home: HomeAnswers
    day: date
    rate: Decimal | None
    basis: tuple[Basis, ...]
    gap: str
    receiver_pays: bool

    def nobody_yet(self) -> MoneyLine:
        return unknown_line(
            LineKind.PERSONAL_INCOME_TAX,
            Payer(PartyRole.TRANSFEROR, PartyRole.TRANSFEROR),
            self.rate,
            self.basis,
            self.sides.needs,
        )

    def line(self, giver: Party) -> MoneyLine:
        split = split_by_kinship(
            (pair for pair in self.sides.pairs if pair.giver.id == giver.id),
            self.free.kinds,
        )
        claim = self.home.of(giver, self.day)
        if self.free.divorce:
            return self._exempt(giver, sentences.divorce_exempt(), PIT_DIVORCE)
        if not split.most:
            reason = sentences.kin_exempt(name_of(giver), _names(self.sides.takers))
            return self._exempt(giver, reason, PIT_KINSHIP)
        if claim.holds:
            return self._exempt(giver, sentences.sole_home(), SOLE_HOME)
        needs = (
            *(relationship_key(pair) for pair in split.open_pairs),
            *(HOME_FACTS if claim.holds is None else ()),
            *(("value.sale",) if self.value is None else ()),
        )
        silent = claim.only_home is None and claim.whole is not False
        assumed = (
            ("transferor.only_home",) if silent and claim.is_home is not False else ()
        )
        payer = self._payer(giver)
        if needs or self.value is None or self.rate is None:
            return unknown_line(
                LineKind.PERSONAL_INCOME_TAX,
                payer,
                self.rate,
                self.basis,
                needs,
                self.gap,
            )
        base = self.value.amount * split.taxed
        return MoneyLine(
            kind=LineKind.PERSONAL_INCOME_TAX,
            payer=payer.id,
            base=to_dong(base),
            rate=self.rate,
            amount=to_dong(base * Fraction(self.rate)),
            status=LineStatus.COMPUTED,
            reason=" ".join(
                part
                for part in (
                    sentences.rate_of(self.rate, to_dong(base)),
                    "" if self.value.by_contract else sentences.table_counts(),
                    sentences.kin_partly(str(split.taxed)) if split.exempt else "",
                    payer.note,
                )
                if part
            ),
            basis=self.basis,
            taxpayer=payer.taxpayer,
            assumed=assumed,
        )

    def _exempt(self, giver: Party, reason: str, place: Place) -> MoneyLine:
        payer = self._payer(giver)
        return MoneyLine(
            kind=LineKind.PERSONAL_INCOME_TAX,
            payer=payer.id,
            base=None
            if self.value is None
            else to_dong(self.value.amount * giver.share),
            rate=self.rate,
            amount=0,
            status=LineStatus.EXEMPT,
            reason=reason,
            basis=unique((*basis_of((place,)), *self.basis)),
            taxpayer=payer.taxpayer,
        )

    def _payer(self, giver: Party) -> Payer:
        if not self.receiver_pays:
            return Payer(giver.id, giver.id)
        return Payer(self.sides.taking_together, giver.id, sentences.paid_by_receiver())


# --- gift and inheritance -----------------------------------------------------------


@rule("money.income_tax_of_gift", basis=(GIFT, PIT_KINSHIP))
def of_gift(
    *,
    deal__sides: Sides | None,
    value__floor: Fraction | None,
    exemption__of_income_tax: TaxFree,
    day__income: date,
    law: DatedLaw,
) -> Lines:
    """Return one line for each receiver of a gift or an inheritance.

    Rate times what he gets from those who are not exempt kin, less one threshold: it
    is counted once for a receiver and an occurrence, however many give.
    """
    if deal__sides is None or not deal__sides.without_price:
        return Lines()
    rate = law.at("pit.gift.rate", day__income)
    free = law.at("pit.gift.threshold", day__income)
    terms = _GiftTerms(
        deal__sides,
        value__floor,
        exemption__of_income_tax,
        decimal(rate),
        dong(free),
        unique((*cited(rate, free), *basis_of((GIFT,)))),
        gap(rate, free),
    )
    if deal__sides.needs:
        return Lines((terms.nobody_yet(),))
    return Lines(tuple(terms.line(taker) for taker in deal__sides.takers))


@dataclass(frozen=True, slots=True)
class _GiftTerms:
    sides: Sides
    value: Fraction | None
    free: TaxFree
    rate: Decimal | None
    threshold: int | None
    basis: tuple[Basis, ...]
    gap: str

    def nobody_yet(self) -> MoneyLine:
        payer = self.sides.taking_together
        return unknown_line(
            LineKind.PERSONAL_INCOME_TAX,
            Payer(payer, payer),
            self.rate,
            self.basis,
            self.sides.needs,
        )

    def line(self, taker: Party) -> MoneyLine:
        split = split_by_kinship(
            (pair for pair in self.sides.pairs if pair.taker.id == taker.id),
            self.free.kinds,
        )
        payer = Payer(taker.id, taker.id)
        if self.free.divorce:
            return self._exempt(
                taker, taker.share, sentences.divorce_exempt(), PIT_DIVORCE
            )
        if not split.most:
            reason = sentences.kin_exempt(name_of(taker), _names(self.sides.givers))
            return self._exempt(taker, split.exempt, reason, PIT_KINSHIP)
        least, most = self._taxable(split.taxed), self._taxable(split.most)
        if self.rate is None or least is None or least != most:
            needs = (
                *(relationship_key(pair) for pair in split.open_pairs),
                *(("value.floor",) if self.value is None else ()),
            )
            return unknown_line(
                LineKind.PERSONAL_INCOME_TAX,
                payer,
                self.rate,
                self.basis,
                needs,
                self.gap,
            )
        return self._computed(taker, split, least, self.rate, self.threshold or 0)

    def _taxable(self, share: Fraction) -> Fraction | None:
        if self.value is None or self.threshold is None:
            return None
        return max(Fraction(0), self.value * share - self.threshold)

    def _computed(
        self,
        taker: Party,
        split: Split,
        taxable: Fraction,
        rate: Decimal,
        free: int,
    ) -> MoneyLine:
        reason = (
            sentences.threshold(free, rate)
            if taxable
            else sentences.below_threshold(free)
        )
        if split.exempt:
            reason += " " + sentences.kin_partly(str(split.most / taker.share))
        return MoneyLine(
            kind=LineKind.PERSONAL_INCOME_TAX,
            payer=taker.id,
            base=to_dong(taxable),
            rate=rate,
            amount=to_dong(taxable * Fraction(rate)),
            status=LineStatus.COMPUTED,
            reason=reason,
            basis=self.basis,
            taxpayer=taker.id,
        )

    def _exempt(
        self, taker: Party, share: Fraction, reason: str, place: Place
    ) -> MoneyLine:
        return exempt_line(
            LineKind.PERSONAL_INCOME_TAX,
            Payer(taker.id, taker.id),
            self.rate,
            unique((*basis_of((place,)), *self.basis)),
            reason,
            None if self.value is None else to_dong(self.value * share),
        )


# --- swap ---------------------------------------------------------------------------


@rule("money.income_tax_of_swap", basis=(FARM_SWAP,))
def of_swap(deal__sides: Sides | None) -> Lines:
    """Return one exempt line for each side that swaps farm land."""
    if deal__sides is None or deal__sides.kind is not Deal.FARM_LAND_SWAP:
        return Lines()
    return Lines(
        tuple(
            MoneyLine(
                kind=LineKind.PERSONAL_INCOME_TAX,
                payer=party.id,
                base=None,
                rate=None,
                amount=0,
                status=LineStatus.EXEMPT,
                reason=sentences.swap_exempt(),
                basis=basis_of((FARM_SWAP,)),
                taxpayer=party.id,
            )
            for party in (*deal__sides.givers, *deal__sides.takers)
        )
    )


def _names(people: tuple[Party, ...]) -> tuple[str, ...]:
    return tuple(sorted(name_of(party) for party in people))

"""What a matter costs: every tax and fee as a line with payer, base, rate and basis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from workflows import sentences
from workflows.calendar import Calendar
from workflows.definition import Fee
from workflows.factgraph import FactGraph
from workflows.guards import evaluate
from workflows.packages import Edition
from workflows.parties import GIVING, TAKING, PartyRole, in_roles
from workflows.payments import Payment, payments_of
from workflows.reach import Reach
from workflows.rules.deal import one_or_role
from workflows.rules.law import Basis, DatedLaw, basis_of, cited, dong, gap, unique
from workflows.rules.money import LineKind, Lines, LineStatus, MoneyLine
from workflows.rules.registry import Place
from workflows.situation import Situation

MONEY_FACTS = (
    "money.income_tax_of_sale",
    "money.income_tax_of_gift",
    "money.income_tax_of_swap",
    "money.registration_fee",
    "money.registration_fee_of_change",
    "money.registration_fee_of_first",
    "money.registration_fee_of_same_owner",
    "money.land_use_levy",
    "money.levy_to_ask",
    "money.rice_land_charge",
    "money.notary_fee",
    "money.certification_fee",
    "money.late_interest",
)
# The one answer whose figures a province publishes by itself: its prices of houses.
HOUSE_VALUE = "house.value"
HOUSE_PRICES = "house.price_table"
# Of an estate there is one deed for everybody; of a contract one for each parcel.
DEED_FACTS = ("money.notary_fee", "money.certification_fee")


@dataclass(frozen=True, slots=True)
class Estimate:
    """The money lines of a matter, in đồng; the total counts what is known.

    ``partial`` says that some line has no amount yet, so the total is not the end.
    ``payments`` tells of each line, in the same order, in which parts it is paid.
    """

    lines: tuple[MoneyLine, ...]
    payments: tuple[tuple[Payment, ...], ...]

    @property
    def total(self) -> int:
        """Return the sum of the lines that are known."""
        return sum(line.amount or 0 for line in self.lines)

    @property
    def total_by_payer(self) -> dict[str, int]:
        """Return the sum of each payer's known lines, payers in order."""
        payers = sorted({line.payer for line in self.lines})
        return {
            payer: sum(line.amount or 0 for line in self.lines if line.payer == payer)
            for payer in payers
        }

    @property
    def partial(self) -> bool:
        """Return whether some line has no amount yet."""
        return any(line.amount is None for line in self.lines)

    def to_json(self) -> dict[str, object]:
        """Return the money lines in the shape that the command line and API print.

        Beyond the fixed keys a line tells ``taxpayer`` (who owes by law), ``missing``
        (answers that would give the amount), ``assumed`` (answers that could still
        lower it), ``presumed`` (answers it rests on, that could raise it) and
        ``payments`` (in which parts it is paid, by which day).
        """
        return {
            "lines": [
                _line_json(line, payments)
                for line, payments in zip(self.lines, self.payments, strict=True)
            ],
            "total": self.total,
            "total_by_payer": self.total_by_payer,
            "partial": self.partial,
        }


def _line_json(line: MoneyLine, payments: Iterable[Payment]) -> dict[str, object]:
    of_parcel = {} if line.parcel is None else {"parcel": line.parcel}
    return {
        "kind": str(line.kind),
        "payer": line.payer,
        "base": line.base,
        "rate": None if line.rate is None else format(line.rate.normalize(), "f"),
        "amount": line.amount,
        "status": str(line.status),
        "reason": line.reason,
        "basis": [
            {"instrument": b.instrument, "at": b.at, "status": str(b.status)}
            for b in line.basis
        ],
        "taxpayer": line.taxpayer,
        "missing": list(line.needs),
        "assumed": list(line.assumed),
        "presumed": list(line.presumed),
        "payments": [payment.to_json() for payment in payments],
        **of_parcel,
    }


def estimate(
    situation: Situation, edition: Edition, calendar: Calendar | None = None
) -> Estimate:
    """Return what the matter costs by the law of the edition, on the day told.

    What the facts do not tell stays open: such a line has no amount, and says which
    answer is missing. With the calendar, and the day of the notice among the facts, it
    also tells by which day each part is to be paid. Of several resulting parcels each
    is reckoned by itself, and what is done once for all of them once.
    """
    whole = FactGraph(situation.facts(), edition, situation.on)
    parcels = [each.id for each in situation.passing]
    parts = [
        FactGraph(situation.of_parcel(name).facts(), edition, situation.on)
        for name in parcels
    ]
    if len(parts) < 2:
        return estimate_of(parts[0] if parts else whole, edition, calendar)
    once = () if whole.value("goal.by_contract") is True else DEED_FACTS
    apart = [fact for fact in MONEY_FACTS if fact not in once]
    found = [_estimate(whole, edition, calendar, once, each=False)]
    for name, part in zip(parcels, parts, strict=True):
        made = _estimate(part, edition, calendar, apart, each=True)
        lines = tuple(replace(line, parcel=name) for line in made.lines)
        found.append(replace(made, lines=lines))
    return Estimate(
        tuple(line for each in found for line in each.lines),
        tuple(payments for each in found for payments in each.payments),
    )


def estimate_of(
    graph: FactGraph, edition: Edition, calendar: Calendar | None = None
) -> Estimate:
    """Do the same for a graph of facts, for instance one with a fact changed."""
    return _estimate(graph, edition, calendar, MONEY_FACTS)


def _estimate(
    graph: FactGraph,
    edition: Edition,
    calendar: Calendar | None,
    facts: Iterable[str],
    *,
    each: bool | None = None,
) -> Estimate:
    """Return the lines of these money facts, with the fees of offices.

    ``each`` takes only the fees of procedures gone through for each parcel, or only
    those of the others.
    """
    derived = [graph.value(fact) for fact in facts]
    lines = [
        line for found in derived if isinstance(found, Lines) for line in found.lines
    ]
    lines += _office_fees(graph, edition, each=each)
    spoken = [_spoken(line, graph, edition) for line in lines]
    order = list(LineKind)
    spoken.sort(
        key=lambda line: (order.index(line.kind), line.payer, line.taxpayer or "")
    )
    notice = graph.value("obligation.notice_date")
    day = notice if isinstance(notice, date) else None
    payments = [payments_of(line, graph.law, day, calendar) for line in spoken]
    return Estimate(tuple(spoken), tuple(payments))


def label_of(key: str, edition: Edition, graph: FactGraph) -> str:
    """Return how a missing answer is called: the question that asks for it."""
    if key.startswith("relationship["):
        one, _, other = key.removeprefix("relationship[").rstrip("]").partition(",")
        return sentences.kinship_of(person(one, graph), person(other, graph))
    if key.startswith("parties."):
        return sentences.people_in(PartyRole(key.removeprefix("parties.")))
    question = edition.questions.get(key)
    if question is not None:
        return sentences.quoted(question.text)
    spec = edition.facts.get(key)
    return key if spec is None else spec.label.citizen


def person(party_id: str, graph: FactGraph) -> str:
    """Return the name of a person if it is known, else the id."""
    name = graph.value(f"party[{party_id}].full_name")
    return name if isinstance(name, str) else party_id


def _spoken(line: MoneyLine, graph: FactGraph, edition: Edition) -> MoneyLine:
    """Put what is missing or was assumed into words, and name the answers to ask."""
    needs = sorted(frozenset().union(*(graph.missing(need) for need in line.needs)))
    reasons = [line.reason] if line.reason else []
    basis = line.basis
    if needs:
        labels = [label_of(key, edition, graph) for key in needs]
        reasons.append(sentences.unknown_answers(labels))
    if HOUSE_VALUE in needs and HOUSE_PRICES in edition.parameters:
        prices = graph.law.at(HOUSE_PRICES)
        reasons.append(sentences.sentence(gap(prices)))
        basis = unique((*basis, *cited(prices)))
    free = [key for key in line.assumed if key != "certification.by"]
    if free:
        labels = [label_of(key, edition, graph) for key in free]
        reasons.append(sentences.also_assumed(labels))
    if line.presumed:
        labels = [label_of(key, edition, graph) for key in line.presumed]
        reasons.append(sentences.rests_on(labels))
    return replace(line, needs=tuple(needs), reason=" ".join(reasons), basis=basis)


# --- fees that the procedures name --------------------------------------------------


def _office_fees(
    graph: FactGraph, edition: Edition, *, each: bool | None
) -> list[MoneyLine]:
    """Return the fees of the procedures that the matter certainly goes through."""
    goal = graph.value("goal")
    if not isinstance(goal, str) or goal not in edition.goals:
        return []
    reach = Reach(edition, graph.lookup, open_counts=False)
    law = graph.law
    lines = [
        replace(_fee_line(fee, graph, law), asked_by=(procedure.procedure,))
        for procedure in reach.procedures(goal)
        if each is None or each is (procedure.for_each is not None)
        for fee in procedure.fees
        if fee.when is None or evaluate(fee.when, graph.lookup)
    ]
    lines.sort(key=_kind_and_payer)
    return [_merged(tuple(same)) for _, same in groupby(lines, _kind_and_payer)]


def _kind_and_payer(line: MoneyLine) -> tuple[str, str]:
    return line.kind, line.payer


def _fee_line(fee: Fee, graph: FactGraph, law: DatedLaw) -> MoneyLine:
    figure = law.at(fee.amount.param)
    amount = dong(figure)
    place = Place(fee.source.instrument, fee.source.at, fee.source.mark)
    return MoneyLine(
        kind=LineKind(fee.kind),
        payer=_payer(fee.payer, graph),
        base=None,
        rate=None,
        amount=amount,
        status=LineStatus.UNKNOWN if amount is None else LineStatus.COMPUTED,
        reason=sentences.sentence(gap(figure))
        if amount is None
        else sentences.fixed_fee(),
        basis=unique((*cited(figure), *basis_of((place,)))),
    )


def _payer(role: str, graph: FactGraph) -> str:
    """Return the one person in the role, or the role when there are more or none.

    Where nobody is called applicant, those who give the right away are the ones who
    apply for what must be done first; the dead do not, so their heirs do.
    """
    if role not in tuple(PartyRole):
        return role
    found = graph.value("parties")
    parties = found if isinstance(found, tuple) else ()
    people = in_roles(parties, (PartyRole(role),))
    if not people and role == PartyRole.APPLICANT:
        people = in_roles(parties, GIVING)
        if any(party.role is PartyRole.DECEASED for party in people):
            people, role = in_roles(parties, TAKING), PartyRole.HEIR
    return one_or_role(people, PartyRole(role))


def _merged(lines: tuple[MoneyLine, ...]) -> MoneyLine:
    """Add up the fees of one kind and payer that several procedures ask."""
    amounts = [line.amount for line in lines if line.amount is not None]
    is_known = len(amounts) == len(lines)
    reasons = dict.fromkeys(line.reason for line in lines)
    basis: Iterable[Basis] = (place for line in lines for place in line.basis)
    return replace(
        lines[0],
        amount=sum(amounts) if is_known else None,
        status=LineStatus.COMPUTED if is_known else LineStatus.UNKNOWN,
        reason=" ".join(reasons),
        basis=unique(basis),
        asked_by=tuple(dict.fromkeys(one for line in lines for one in line.asked_by)),
    )

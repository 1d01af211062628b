"""What the cover of a step says: put together from its plan, money and forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from forms import words
from forms.filled import FilledForm
from forms.marks import Mark
from forms.packet import Bring, ByHand, Cover, Place, Sum, Till, by_hand
from service.usecases.cases.money import MoneyRow
from service.usecases.papers import cover_sentences as say
from service.usecases.sentences import COPIES, LINE_STATES, MONEY_KINDS, WHO_PAYS
from workflows.calendar import Calendar
from workflows.definition import Status
from workflows.journey.duties import Duty, duties
from workflows.journey.model import Form, Plan, Step
from workflows.liabilities import Estimate
from workflows.packages import Edition
from workflows.parties import names_of
from workflows.payments import Payment
from workflows.rules.money import LineKind, LineStatus, MoneyLine
from workflows.situation import Situation

# Where a deed is made its fee is paid; a tariff computes it, no procedure names it.
_DEED_AT = {
    LineKind.NOTARY_FEE: "notary_office",
    LineKind.CERTIFICATION_FEE: "commune_committee",
}
# A line of the ledger in one of these states has something left to pay.
_STILL_DUE = ("open", "late")


@dataclass(frozen=True, slots=True)
class Journey:
    """What a cover is made from: the plan of a matter, its law, and what it costs."""

    situation: Situation
    edition: Edition
    calendar: Calendar
    plan: Plan
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class StepForms:
    """The forms of a step: those that are filled, and those that only a counter has."""

    filled: tuple[tuple[Form, FilledForm], ...]
    at_counter: tuple[Form, ...] = ()

    @property
    def sheets(self) -> tuple[FilledForm, ...]:
        """Return the filled forms in the order of the dossier."""
        return tuple(filled for _, filled in self.filled)


def cover_of(
    journey: Journey,
    step: Step,
    forms: StepForms,
    *,
    owed: Iterable[MoneyRow] = (),
    mark: Mark | None = None,
) -> Cover:
    """Return the cover of a step; ``owed`` is what offices have asked for already."""
    return Cover(
        title=step.name.citizen,
        official=step.name.clerk,
        goal=journey.plan.title,
        place=place_of(step),
        bring=tuple(to_bring(step, forms.at_counter)),
        tills=tills_of(journey, step, owed),
        terms=tuple(map(say.term, _duties(journey, step))),
        lasts=(
            *say.lasts(
                step.working_days, step.longest_working_days, step.calendar_days
            ),
            *((say.earliest(step.starts, step.ends),) if step.working_days else ()),
            *(() if step.status == Status.VERIFIED else (say.UNVERIFIED,)),
        ),
        forms=tuple(_by_hand(form, filled) for form, filled in forms.filled),
        mark=mark,
    )


def place_of(step: Step) -> Place:
    """Return where a step is handed in, and who decides, in words."""
    office = step.office
    decides = office.branch or office.handled_by or ""
    return Place(
        office.citizen,
        office.hint or "",
        "" if decides == office.citizen else decides,
        certain=office.branch_status in {None, "verified"},
    )


def to_bring(step: Step, at_counter: Iterable[Form] = ()) -> Iterator[Bring]:
    """Yield the papers of a step, before them the forms that only a counter has."""
    for form in at_counter:
        yield Bring(form.name, (), say.AT_COUNTER, if_needed=form.optional)
    for paper in step.papers:
        notes = [
            say.FROM_EARLIER if paper.step else paper.get_it or "",
            say.FETCHED if paper.fetched else "",
        ]
        yield Bring(
            paper.name,
            tuple(COPIES.get(kind, kind) for kind in paper.copy),
            " ".join(f"{note.rstrip('.')}." for note in notes if note),
            if_needed=paper.optional and not paper.fetched,
        )


def _by_hand(form: Form, filled: FilledForm) -> ByHand:
    return by_hand(filled, form.name, if_needed=form.optional, note=form.show or "")


def _duties(journey: Journey, step: Step) -> tuple[Duty, ...]:
    situation = journey.situation
    if step.serves is not None:
        situation = situation.of_parcel(step.serves.parcel)
    return duties(step, situation, journey.edition, journey.calendar)


# --- money ----------------------------------------------------------------------------


def tills_of(
    journey: Journey, step: Step, owed: Iterable[MoneyRow] = ()
) -> tuple[Till, ...]:
    """Return where the money of a step is paid; what an office asked for goes first."""
    owed = tuple(owed)
    asked = {row.kind for row in owed}
    names = WHO_PAYS | names_of(journey.situation.parties)
    found: dict[str, list[Sum]] = {}
    for row in owed:
        asks = _office_of(journey, step, row.kind) or say.PAY_HERE
        found.setdefault(asks, []).append(_owed(row))
    for line, payments in zip(
        journey.estimate.lines, journey.estimate.payments, strict=True
    ):
        if line.kind in asked or not _of_parcel(line, step):
            continue
        to = _to(journey, step, line)
        if to is not None:
            found.setdefault(to, []).append(_sum(line, payments, names))
    return tuple(Till(to, tuple(sums)) for to, sums in found.items())


def _to(journey: Journey, step: Step, line: MoneyLine) -> str | None:
    """Return where a line is paid in this step; None when another step asks for it."""
    if _asks_here(journey, step, line):
        return say.PAY_HERE
    by_notice = _office_of(journey, step, line.kind)
    if by_notice is not None:
        return by_notice
    others = (each for each in journey.plan.main_steps if each.id != step.id)
    if any(
        _asks_here(journey, each, line) or _office_of(journey, each, line.kind)
        for each in others
    ):
        return None
    exempt = line.status is LineStatus.EXEMPT
    return say.FREE_ELSEWHERE if exempt else say.PAY_ELSEWHERE


def _asks_here(journey: Journey, step: Step, line: MoneyLine) -> bool:
    """Return whether the counter of a step takes this money."""
    if line.asked_by:
        return step.procedure in line.asked_by
    fees = journey.edition.procedure(step.procedure).fees
    return _DEED_AT.get(line.kind) == step.office.kind and all(
        fee.kind != line.kind for fee in fees
    )


def _office_of(journey: Journey, step: Step, kind: str) -> str | None:
    """Return, in words, the office whose notice asks for the money; None for none."""
    beside = [each for each in journey.plan.steps if each.within == step.id]
    for each in (step, *beside):
        if kind in journey.edition.procedure(each.procedure).obligations:
            return say.by_notice(each.office.citizen)
    return None


def _of_parcel(line: MoneyLine, step: Step) -> bool:
    return line.parcel is None or (
        step.serves is not None and step.serves.parcel == line.parcel
    )


def _sum(line: MoneyLine, payments: Iterable[Payment], names: Mapping[str, str]) -> Sum:
    exempt = line.status is LineStatus.EXEMPT
    notes: list[str] = []
    if line.amount is None:
        notes.append(say.ANSWERS_MISSING if line.needs else say.ASK)
    elif line.assumed or line.presumed:
        notes.append(say.MAY_CHANGE)
    if len(line.asked_by) > 1:
        notes.append(say.OF_ALL_STEPS)
    known = "" if line.amount is None else words.dong(line.amount)
    return Sum(
        MONEY_KINDS.get(line.kind, line.kind),
        names.get(line.payer, line.payer),
        say.FREE if exempt else known,
        " ".join(f"{note}." for note in notes),
        say.parts(payments),
    )


def _owed(row: MoneyRow) -> Sum:
    """Say what an office has asked for: what is left of it, or that it is settled."""
    settled = LINE_STATES.get(row.status) if row.status not in _STILL_DUE else None
    by = say.latest(row.due) if row.due is not None and settled is None else ""
    return Sum(
        MONEY_KINDS.get(row.kind, row.kind),
        row.payer_name,
        settled or words.dong(row.left),
        by=by,
    )

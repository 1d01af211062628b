"""The plan to take along: on paper, and as a message that names nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from forms.errors import NoEditionInForceError
from forms.packet import Bring, Sum, Till
from forms.plan_sheet import LaterStep, PlanSheet
from forms.plan_sheet import plan_sheet as sheet_of
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import NotFoundError
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter import plan_sentences as say
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.read_matter import MatterView, StepView, matter_view
from service.usecases.papers.cover import place_of, tills_of, to_bring
from service.usecases.papers.cover_sentences import (
    FREE_ELSEWHERE,
    PAY_ELSEWHERE,
    UNVERIFIED,
    lasts,
)
from service.usecases.papers.issuing import pressed
from service.usecases.papers.marks import mark_of_matter
from service.usecases.papers.print_packet import journey_of
from workflows.definition import Status
from workflows.factgraph import FactGraph
from workflows.guards import evaluate
from workflows.journey.model import Step
from workflows.parties import names_of

_ELSEWHERE = {PAY_ELSEWHERE, FREE_ELSEWHERE}
_OVER = {"done", "waiting"}


@dataclass(frozen=True, slots=True)
class Share:
    """What may be sent to somebody: the address with the code, and a plain text.

    Neither names a person, a parcel or a number; who opens it is asked for the pin.
    """

    address: str
    text: str


def plan_paper(desk: Desk, actor: Actor, code: str, step_id: str = "") -> bytes:
    """Return the sheet of a step as PDF, of the next one when none is named.

    Raises NotFoundError for a step that the plan of today does not have.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        authorize(actor, Action.PRINT, matter_target(desk, uow, matter))
    view = matter_view(desk, actor, code)
    content, _ = pressed(desk, actor.tenant, sheet_of(_sheet(desk, view, step_id)))
    return content


def step_tills(desk: Desk, view: MatterView) -> Mapping[str, tuple[Till, ...]]:
    """Return by step where its money is paid; what no step asks for is left out."""
    journey = journey_of(desk, view)
    return {
        step.id: tuple(
            till for till in tills_of(journey, step) if till.to not in _ELSEWHERE
        )
        for step in view.plan.main_steps
    }


def share_of(desk: Desk, view: MatterView) -> Share:
    """Return the address and the message that may be sent by Zalo."""
    plan, costs = view.plan, view.estimate
    gaps = sum(line.amount is None for line in costs.lines)
    address = mark_of_matter(desk, view.code).address
    steps = (
        say.step_line(
            place, step.name.citizen, step.office.citizen, _days(step)
        ).rstrip()
        for place, step in enumerate(plan.main_steps, start=1)
    )
    lines = [
        plan.title,
        *steps,
        say.finish(plan.duration.earliest_finish, partial=plan.duration.partial),
        say.total(costs.total, gaps),
        f"{address}",
        say.ASKS_NUMBER,
    ]
    return Share(address, "\n".join(lines))


def _sheet(desk: Desk, view: MatterView, step_id: str) -> PlanSheet:
    plan, costs = view.plan, view.estimate
    found = _wanted(view, step_id)
    step = found.step
    if step is None:
        raise NotFoundError("step", step_id)
    numbers = {each.id: at for at, each in enumerate(plan.main_steps, start=1)}
    tills = step_tills(desk, view)[step.id]
    gaps = sum(line.amount is None for line in costs.lines)
    return PlanSheet(
        goal=plan.title,
        title=step.name.citizen,
        official=step.name.clerk,
        number=numbers[step.id],
        count=len(numbers),
        people=", ".join(names_of(view.people).values()),
        place=place_of(step),
        bring=tuple(_bring(desk, view, step)),
        say=tuple(_said(step, [each for till in tills for each in till.sums])),
        take_home=tuple(_take_home(view, step)),
        tills=tills,
        lasts=_lasts(step),
        others=tuple(_others(view, step, numbers)),
        finish=say.finish(plan.duration.earliest_finish, partial=plan.duration.partial),
        total=say.total(costs.total, gaps),
        printed=say.printed_on(desk.today()),
        mark=mark_of_matter(desk, view.code),
    )


def _wanted(view: MatterView, step_id: str) -> StepView:
    shown = [each for each in view.steps if each.step is not None]
    if step_id:
        shown = [each for each in shown if each.id == step_id]
    found = next((each for each in shown if each.state not in _OVER), None)
    if found is None and not shown:
        raise NotFoundError("step", step_id)
    return found or shown[0]


def _bring(desk: Desk, view: MatterView, step: Step) -> Iterator[Bring]:
    for form in step.forms:
        number = f" ({form.number})" if form.number else ""
        filled = _printed_here(desk, view, form.id)
        note = say.FILLED if filled else say.AT_COUNTER
        yield Bring(f"{form.name}{number}", (), note, if_needed=form.optional)
    for paper in to_bring(step):
        yield replace(paper, note="") if paper.if_needed else paper


def _printed_here(desk: Desk, view: MatterView, form: str) -> bool:
    if not desk.catalog.has(form):
        return False
    try:
        desk.catalog.edition(form, view.edition.chain, desk.today())
    except NoEditionInForceError:
        return False
    return True


def _said(step: Step, sums: list[Sum]) -> Iterator[str]:
    """Yield what to say at the counter: the errand, then what nobody knows yet."""
    yield say.errand(step.name.citizen, step.name.clerk)
    if not sums or any(not each.amount for each in sums):
        yield say.HOW_MUCH
    if step.working_days is None or step.status != Status.VERIFIED:
        yield say.HOW_LONG


def _take_home(view: MatterView, step: Step) -> Iterator[str]:
    yield say.RECEIPT
    facts = FactGraph(view.situation.facts(), view.edition, view.situation.on)
    procedure = view.edition.procedure(step.procedure)
    outs = [
        view.edition.papers.get(out.id)
        for out in procedure.papers_out
        if out.when is None or evaluate(out.when, facts.lookup) is True
    ]
    names = [paper.name for paper in outs if paper is not None]
    if names:
        yield say.comes_back(dict.fromkeys(names))


def _lasts(step: Step) -> tuple[str, ...]:
    known = lasts(step.working_days, step.longest_working_days, step.calendar_days)
    day = (say.handed_in(step.starts, step.ends),) if step.working_days else ()
    sure = () if step.status == Status.VERIFIED else (UNVERIFIED,)
    return (*known, *day, *sure)


def _others(
    view: MatterView, step: Step, numbers: Mapping[str, int]
) -> Iterator[LaterStep]:
    done = {each.id for each in view.steps if each.state == "done"}
    for each in view.plan.main_steps:
        if each.id != step.id:
            yield LaterStep(
                numbers[each.id],
                each.name.citizen,
                _days(each),
                each.id in done,
            )


def _days(step: Step) -> str:
    return say.when(step.starts, step.ends)

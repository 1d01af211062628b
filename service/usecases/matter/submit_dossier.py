"""A step of the plan becomes a case: a draft first, then handed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from service.auth.actors import Actor
from service.auth.codes import new_code
from service.auth.policies import Action, authorize, consent_for
from service.errors import NotFoundError
from service.persistence.audit import FIRST
from service.persistence.rows import FAR, CaseRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import (
    CaseFile,
    edition_of,
    matter_target,
    offices_for,
    open_case,
    pin_edition,
)
from service.usecases.cases.channels import note_channel
from service.usecases.cases.decide import (
    MoveResult,
    cause_of,
    once,
    open_for,
    result_of,
    with_mandate,
)
from service.usecases.cases.filing_elsewhere import put_at
from service.usecases.cases.moving import SUBMIT, Applied, apply, begin
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import acting, find_matter
from service.usecases.matter.situations import edition_today, situation_from
from workflows.errors import ConditionNotMetError, EventNotExpectedError
from workflows.journey.desk import RECEIVING
from workflows.journey.model import Plan
from workflows.journey.planner import plan
from workflows.packages import Edition
from workflows.parties import names_of
from workflows.situation import Situation
from workflows.statechart import Instance

PREFIX = "HS"
# A draft has entered its chart and nothing else has happened yet.
DRAFTED = 1


@dataclass(frozen=True, slots=True)
class PinnedStep:
    """A step of the plan as it was when the first case of the matter was opened."""

    id: str
    procedure: str
    after: tuple[str, ...]
    name: str = ""


def open_step(desk: Desk, actor: Actor, matter_code: str, step_id: str) -> str:
    """Open the draft of a step and return its code; an open one is returned again.

    Raises NotFoundError for a step that the plan does not have, ConditionNotMetError
    while an earlier step is not done.
    """
    with desk.database.transaction() as uow:
        matter, person = _entitled(desk, uow, actor, matter_code, Action.ANSWER)
        return _draft(desk, uow, person, matter, step_id).row.code


def mark_paper(
    desk: Desk, actor: Actor, case_code: str, paper_id: str, *, present: bool
) -> None:
    """Tick a paper of a dossier as present, or as not present after all.

    Raises EventNotExpectedError once the dossier is handed in: then the office ticks.
    """
    with desk.database.transaction() as uow:
        file, person = open_for(desk, uow, actor, case_code)
        if not awaits_submit(desk, uow, file.row):
            raise EventNotExpectedError(SUBMIT, file.instance.configuration)
        uow.cases.set_papers(
            file.row.tenant_id,
            file.row.id,
            {paper_id: present},
            by=person.name,
            at=desk.now(),
        )


def submit(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    step_id: str,
    *,
    idempotency_key: str | None,
    papers: Collection[str] | None = None,
    counter: str = "",
) -> str:
    """Hand the dossier of a step in and return the code of its case.

    ``papers`` are those that are present; None means every paper that it needs.
    ``counter`` is the office at which it is filed instead of the one of the place. A
    helper hands in only with the mandate among them (else PapersMissingError). The
    case is pinned to the law in force today: when that is another edition than the one
    of the draft, the draft begins anew in it.
    """
    request = [matter_code, step_id, sorted(papers) if papers is not None else None]
    request += [counter] if counter else []

    def hand_in(uow: UnitOfWork) -> MoveResult:
        matter, person = _entitled(desk, uow, actor, matter_code, Action.SUBMIT)
        file = _repinned(desk, uow, person, _draft(desk, uow, person, matter, step_id))
        if counter and counter != file.offices.get(RECEIVING):
            file = put_at(desk, uow, file, person, counter)
        present = (
            frozenset(paper.id for paper in file.required())
            if papers is None
            else frozenset(papers)
        )
        with_mandate(person, file, SUBMIT, present)
        cause = cause_of(desk, file, person, SUBMIT, {}, present)
        result = result_of(apply(desk, uow, file, cause))
        note_channel(desk, uow, file.row, actor)
        return result

    return once(desk, actor, idempotency_key, request, hand_in).case_code


def plan_of(desk: Desk, matter: MatterRow, situation: Situation) -> Plan:
    """Return the plan for a situation under the law of the place."""
    calendar = desk.calendar.in_place(matter.tenant_id, matter.commune)
    edition = edition_today(desk, matter)
    return plan(
        situation,
        edition,
        calendar,
        branches=desk.territory,
        editions=desk.law,
    )


def new_case(  # noqa: PLR0913  a case has this many parts
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    matter: MatterRow,
    edition: Edition,
    procedure_id: str,
    *,
    step_id: str | None = None,
    asked: Collection[str] = (),
) -> CaseFile:
    """Store a case that has not entered its chart yet: version 0."""
    del actor
    row = replace(
        _row(desk, matter, edition, procedure_id, step_id=step_id),
        id=desk.ids.new_id(),
        code=new_code(desk.ids, PREFIX),
        edition_digest=pin_edition(desk, uow, matter.tenant_id, edition),
        applicant=_applicant(desk, uow, matter),
    )
    uow.cases.add(row)
    offices = offices_for(desk, uow, edition.procedure(procedure_id), matter, asked)
    uow.cases.set_offices(row.tenant_id, row.id, offices)
    return open_case(desk, uow, row)


def _row(
    desk: Desk,
    matter: MatterRow,
    edition: Edition,
    procedure_id: str,
    *,
    step_id: str | None,
) -> CaseRow:
    """Return the row of a case that has not entered its chart, without id and code."""
    now = desk.now()
    return CaseRow(
        tenant_id=matter.tenant_id,
        id="",
        code="",
        matter_id=matter.id,
        step_id=step_id,
        procedure=procedure_id,
        edition_digest=edition.digest,
        version=0,
        instance={"configuration": []},
        clock=[],
        head_hash=FIRST,
        status=None,
        owner_role=None,
        office_id=None,
        applicant="",
        opened_at=now,
        received_at=None,
        since=now,
        due_on=FAR,
        appointment=None,
        stop_reason=None,
        faults=0,
        ended_at=None,
        outcome=None,
    )


def imagined(
    desk: Desk, uow: UnitOfWork, matter: MatterRow, step_id: str, procedure_id: str
) -> CaseFile:
    """Return the draft that a step would open, without opening it: nothing is stored.

    It shows which papers the dossier would need.
    """
    edition = edition_for_today(desk, matter)
    row = _row(desk, matter, edition, procedure_id, step_id=step_id)
    flags = dict(edition.procedure(procedure_id).flags)
    return CaseFile(
        desk,
        replace(row, instance={"configuration": [], "flags": flags}),
        matter,
        edition,
        uow.matters.facts(matter.tenant_id, matter.id),
        uow.matters.conditions(matter.tenant_id, matter.id),
        frozenset(),
        {},
        (),
    )


def enter(
    desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile, entry: str | None = None
) -> Applied:
    """Let a new case enter its chart."""
    return begin(desk, uow, file, actor, entry)


def _entitled(
    desk: Desk, uow: UnitOfWork, actor: Actor, matter_code: str, action: Action
) -> tuple[MatterRow, Actor]:
    matter = find_matter(uow, matter_code)
    target = matter_target(desk, uow, matter)
    authorize(actor, action, target)
    locked = uow.matters.locked(matter.tenant_id, matter.id)
    return locked, acting(actor, consent_for(actor, action, target))


def _draft(
    desk: Desk, uow: UnitOfWork, actor: Actor, matter: MatterRow, step_id: str
) -> CaseFile:
    """Return the open case of a step; open its draft when there is none."""
    cases = uow.cases.of_matter(matter.tenant_id, matter.id)
    running = [row for row in cases if row.step_id == step_id and not row.ended_at]
    if running:
        return open_case(desk, uow, running[-1])
    steps = _pinned(desk, uow, matter)
    if step_id not in steps:
        raise NotFoundError("step", step_id)
    step = steps[step_id]
    done = {row.step_id for row in cases if succeeded(desk, uow, row)}
    missing = [name for name in step.after if name not in done and name in steps]
    if missing:
        raise ConditionNotMetError(SUBMIT, missing)
    edition = edition_for_today(desk, matter)
    file = new_case(desk, uow, actor, matter, edition, step.procedure, step_id=step_id)
    return enter(desk, uow, actor, file).file


def edition_for_today(desk: Desk, matter: MatterRow) -> Edition:
    """Return the law in force today, which a case that is received today is under."""
    day = max(desk.today(), matter.on_day)
    return desk.law.edition(matter.tenant_id, day, matter.commune)


def succeeded(desk: Desk, uow: UnitOfWork, row: CaseRow) -> bool:
    """Return whether a case has ended with an outcome that establishes something."""
    if row.ended_at is None:
        return False
    chart = edition_of(desk, uow, row.edition_digest).chart(row.procedure)
    state = row.instance["configuration"][0]
    final = chart.state(state).final
    return final is not None and bool(final.establishes)


def awaits_submit(desk: Desk, uow: UnitOfWork, row: CaseRow) -> bool:
    """Return whether the dossier is still, or again, with the citizen to hand in."""
    if row.ended_at is not None:
        return False
    chart = edition_of(desk, uow, row.edition_digest).chart(row.procedure)
    active = chart.active(Instance.from_json(row.instance))
    return any(SUBMIT in chart.state(name).events for name in active)


def is_draft(desk: Desk, uow: UnitOfWork, row: CaseRow) -> bool:
    """Return whether the dossier was never handed in: no office knows of it."""
    return row.version <= DRAFTED and awaits_submit(desk, uow, row)


def _repinned(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> CaseFile:
    edition = edition_for_today(desk, file.matter)
    if edition.digest == file.edition.digest or file.row.received_at is not None:
        return file
    pin_edition(desk, uow, file.row.tenant_id, edition)
    uow.cases.pin(file.row.tenant_id, file.row.id, edition.digest)
    row = replace(file.row, edition_digest=edition.digest)
    return begin(desk, uow, open_case(desk, uow, row), actor, None).file


def _pinned(desk: Desk, uow: UnitOfWork, matter: MatterRow) -> dict[str, PinnedStep]:
    """Return the steps of the plan; the first case of the matter pins them."""
    if matter.plan is None:
        facts = uow.matters.facts(matter.tenant_id, matter.id)
        found = plan_of(desk, matter, situation_from(desk, matter, facts)).to_json()
        uow.matters.touch(matter, plan=found)
        matter = replace(matter, plan=found)
    return pinned_steps(matter)


def pinned_steps(matter: MatterRow) -> dict[str, PinnedStep]:
    """Return the steps that a citizen starts himself, as pinned; empty before."""
    steps = (matter.plan or {}).get("steps", [])
    return {
        step["id"]: PinnedStep(
            step["id"],
            step["procedure"],
            tuple(step["after"]),
            str(step["name"]["citizen"]),
        )
        for step in steps
        if step.get("within") is None
    }


def _applicant(desk: Desk, uow: UnitOfWork, matter: MatterRow) -> str:
    facts = uow.matters.facts(matter.tenant_id, matter.id)
    names = names_of(situation_from(desk, matter, facts).parties)
    return next(iter(names.values()), "")

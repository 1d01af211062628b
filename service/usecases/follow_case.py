"""Following by code, in plain words: who has the ball, since when, until when.

The code alone shows stages and days; names, sums and papers only with the pin. A code
that does not exist gets an answer of the same shape, after the same work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from service.auth.codes import normalise
from service.auth.sessions import count_try
from service.persistence.rows import (
    FAR,
    CaseRow,
    DocumentRow,
    MatterRow,
    NotificationRow,
    OfficeRow,
)
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import money, sentences
from service.usecases.case_page import ClockRow, clock_view, owner_name
from service.usecases.casefile import CITIZEN, CaseFile, open_case
from service.usecases.desk import Desk, legal_day
from service.usecases.issuing import form_edition
from service.usecases.submit_dossier import pinned_steps, succeeded
from workflows.definition import Label


@dataclass(frozen=True, slots=True)
class FollowStep:
    """A stage of the way: done, here, or ahead."""

    label: str
    state: str
    from_day: date | None
    to_day: date | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FollowView:
    """Where a case stands, or for a matter one such view for each of its cases."""

    code: str
    found: bool = False
    details: bool = False
    title: str = ""
    goal_title: str = ""
    status_text: str = ""
    status: int | None = None
    waiting_for: str | None = None
    waiting_role: str | None = None
    counter: str | None = None
    matter_id: str | None = None
    sheets: tuple[DocumentRow, ...] = ()
    waiting_since: datetime | None = None
    waiting_days: int | None = None
    due: date | None = None
    due_certain: bool = False
    clock_stopped: bool = False
    stop_reason: str | None = None
    is_over: bool = False
    steps: tuple[FollowStep, ...] = ()
    money: tuple[money.MoneyRow, ...] = ()
    clock: tuple[ClockRow, ...] = ()
    messages: tuple[NotificationRow, ...] = ()
    applicant: str | None = None
    cases: tuple[FollowView, ...] = ()


def follow(
    desk: Desk, code: str, pin: str | None = None, *, client: str = ""
) -> FollowView:
    """Return where a case or a matter stands; details only with the pin.

    ``client`` is whoever asks, as far as the door knows, to slow down guessing of
    pins. Raises TooManyTriesError.
    """
    canonical = normalise(code) or ""
    if pin is not None:
        count_try(desk, f"follow:{client}:{canonical}"[:64])
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(canonical)
        case = uow.cases.by_code(canonical)
        if matter is None and case is not None:
            matter = uow.matters.by_id(case.tenant_id, case.matter_id)
    stored = matter.pin_hash if matter else None
    details = pin is not None and desk.passwords.fits(stored, pin.strip())
    if matter is None:
        return FollowView(canonical or code.strip()[:40])
    with desk.database.reading() as uow:
        if case is not None:
            return _case(desk, uow, case, matter, details=details)
        return _matter(desk, uow, matter, details=details)


def _matter(
    desk: Desk, uow: UnitOfWork, matter: MatterRow, *, details: bool
) -> FollowView:
    edition = desk.law.edition(matter.tenant_id, matter.on_day, matter.commune)
    title = edition.goals[matter.goal].title
    linked = {
        link.child_id
        for row in uow.cases.of_matter(matter.tenant_id, matter.id)
        for link in uow.cases.links(matter.tenant_id, row.id)
    }
    views = tuple(
        _case(desk, uow, row, matter, details=details)
        for row in uow.cases.of_matter(matter.tenant_id, matter.id)
        if row.id not in linked
    )
    running = next((view for view in views if not view.is_over), None)
    step = None if running else _next_step(desk, uow, matter)
    turn = sentences.your_turn(step) if step else ""
    return FollowView(
        matter.code,
        found=True,
        details=details,
        title=title,
        goal_title=title,
        status_text=running.status_text if running else turn,
        waiting_for=running.waiting_for if running else sentences.YOU if step else None,
        waiting_role=running.waiting_role if running else "citizen" if step else None,
        counter=running.counter if running else None,
        matter_id=matter.id,
        waiting_since=running.waiting_since if running else None,
        waiting_days=running.waiting_days if running else None,
        due=running.due if running else None,
        due_certain=running.due_certain if running else False,
        is_over=bool(views) and running is None and step is None,
        cases=views,
    )


def _next_step(desk: Desk, uow: UnitOfWork, matter: MatterRow) -> str | None:
    """Return the name of the step that the citizen may begin now."""
    cases = uow.cases.of_matter(matter.tenant_id, matter.id)
    done = {row.step_id for row in cases if succeeded(desk, uow, row)}
    steps = pinned_steps(matter)
    ready = (
        name
        for name, step in steps.items()
        if name not in done and set(step.after) & set(steps) <= done
    )
    step_id = next(ready, None)
    names = {
        step["id"]: step["name"]["citizen"]
        for step in (matter.plan or {}).get("steps", [])
    }
    return names.get(step_id) if step_id else None


def _case(
    desk: Desk, uow: UnitOfWork, row: CaseRow, matter: MatterRow, *, details: bool
) -> FollowView:
    file = open_case(desk, uow, row)
    offices = {office.id: office for office in uow.people.offices(row.tenant_id)}
    clock = clock_view(desk, file)
    labels = file.chart.labels(file.instance)
    over = row.ended_at is not None
    edition = file.edition
    goal = edition.goals.get(matter.goal)
    return FollowView(
        row.code,
        found=True,
        details=details,
        title=file.procedure.title.citizen,
        goal_title=goal.title if goal else "",
        status_text=labels[0].citizen if labels else "",
        status=row.status,
        waiting_for=None if over else owner_name(file, offices, row.owner_role),
        waiting_role=None if over else row.owner_role,
        counter=None if over else _counter(file, offices),
        matter_id=matter.id,
        sheets=_sheets(desk, uow, file),
        waiting_since=None if over else row.since,
        waiting_days=None if over else (desk.today() - legal_day(row.since)).days,
        due=clock.due if clock else (row.due_on if row.due_on != FAR else None),
        due_certain=clock.certain if clock else False,
        clock_stopped=clock.stopped if clock else False,
        stop_reason=clock.reason_text if clock else None,
        is_over=over,
        steps=_steps(uow, file),
        money=money.rows_of(desk, uow, file) if details else (),
        clock=clock.rows if clock else (),
        messages=_messages(uow, file) if details else (),
        applicant=row.applicant if details else None,
    )


def _counter(file: CaseFile, offices: Mapping[str, OfficeRow]) -> str | None:
    """Return the office to which a citizen must come for what waits for him now."""
    if file.row.owner_role != CITIZEN or file.row.received_at is None:
        return None
    awaited = (
        role
        for name in reversed(file.chart.active(file.instance))
        for lines in file.chart.state(name).events.values()
        for line in lines
        for role in line.by
        if role in file.offices
    )
    role = next(awaited, None)
    return None if role is None else owner_name(file, offices, role)


def _sheets(desk: Desk, uow: UnitOfWork, file: CaseFile) -> tuple[DocumentRow, ...]:
    """Return the sheets that offices gave the citizen: receipts, notices."""
    return tuple(
        row
        for row in uow.records.documents(file.row.tenant_id, file.row.id)
        for form in [form_edition(desk, row.form, file.edition.chain, desk.today())]
        if form is not None and form.made_by == "office" and form.everywhere
    )


def _messages(uow: UnitOfWork, file: CaseFile) -> tuple[NotificationRow, ...]:
    return tuple(
        note
        for note in uow.records.notifications(file.row.tenant_id, file.row.id)
        if note.who == "citizen"
    )


def _steps(uow: UnitOfWork, file: CaseFile) -> tuple[FollowStep, ...]:
    """Return the stages that the case went through, one for each place it came to."""
    steps: list[FollowStep] = []
    for move in uow.cases.moves(file.row.tenant_id, file.row.id):
        labels = [Label.model_validate(each) for each in move.body["to"]]
        words = labels[0].citizen if labels else ""
        if not words or (steps and steps[-1].label == words):
            continue
        day = legal_day(move.at)
        if steps:
            last = steps.pop()
            steps.append(FollowStep(last.label, "done", last.from_day, day))
        steps.append(FollowStep(words, "here", day, None))
    if steps and file.row.ended_at is not None:
        last = steps.pop()
        steps.append(FollowStep(last.label, "done", last.from_day, last.from_day))
    return tuple(steps)

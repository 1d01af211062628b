"""A case as a clerk sees it: what may be done, what is known, how the clock stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, authorize, consent_for
from service.persistence.rows import DocumentRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import money, sentences
from service.usecases.answer_question import acting
from service.usecases.case_clock import ClockView, clock_view
from service.usecases.case_offers import OfferRow, offers_of
from service.usecases.case_offices import LinkedCase, links_of, owner_name
from service.usecases.case_papers import PaperRow, papers_of
from service.usecases.case_statements import CaseFact, facts_of
from service.usecases.case_timeline import TimelineRow, line_of
from service.usecases.casefile import CaseFile, find_case, matter_target, open_case
from service.usecases.desk import Desk
from service.usecases.receive import FaultRow, faults_of
from workflows.definition import Label
from workflows.packages import Edition


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything that the page of a case shows."""

    code: str
    matter_code: str
    applicant: str
    procedure: str
    title: Label
    edition: Edition
    edition_id: str
    edition_title: str
    edition_status: str
    version: int
    status: int | None
    is_over: bool
    outcome: str | None
    labels: tuple[Label, ...]
    active: tuple[str, ...]
    done: tuple[str, ...]
    owner_role: str | None
    owner_name: str | None
    received_at: datetime | None
    appointment: date | None
    clock: ClockView | None
    offers: tuple[OfferRow, ...]
    papers: tuple[PaperRow, ...]
    facts: tuple[CaseFact, ...]
    timeline: tuple[TimelineRow, ...]
    obligations: tuple[money.MoneyRow, ...]
    people: tuple[tuple[str, str], ...]
    links: tuple[LinkedCase, ...]
    documents: tuple[DocumentRow, ...]
    warnings: tuple[str, ...]
    faults: tuple[FaultRow, ...]
    next_in_list: str | None


def case_view(desk: Desk, actor: Actor, code: str) -> CaseView:
    """Return a case for whoever may read it; that he looked is written down."""
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.READ_CASE, target)
        view = _view(desk, uow, actor, file)
        person = acting(actor, consent_for(actor, None, target.matter))
    with desk.database.transaction() as uow:
        uow.people.note_access(
            tenant_id=file.row.tenant_id,
            at=desk.now(),
            who=person.name,
            account_id=person.account_id,
            office_id=person.office_id,
            on_behalf_of=person.on_behalf_of,
            what="case",
            matter_id=file.row.matter_id,
            case_id=file.row.id,
        )
    return view


def _view(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> CaseView:
    row = file.row
    moves = uow.cases.moves(row.tenant_id, row.id)
    offices = {each.id: each for each in uow.people.offices(row.tenant_id)}
    clock = clock_view(desk, file)
    active = file.chart.active(file.instance)
    visited = {
        name
        for move in moves
        for side in ("before", "after")
        for name in move.body[side]["configuration"]
    }
    return CaseView(
        code=row.code,
        matter_code=file.matter.code,
        applicant=row.applicant,
        procedure=row.procedure,
        title=file.procedure.title,
        edition=file.edition,
        edition_id=file.edition.id,
        edition_title=file.edition.title,
        edition_status=str(file.edition.status),
        version=row.version,
        status=row.status,
        is_over=row.ended_at is not None,
        outcome=row.outcome,
        labels=file.chart.labels(file.instance),
        active=active,
        done=tuple(sorted(visited - set(active))),
        owner_role=row.owner_role,
        owner_name=owner_name(file, offices, row.owner_role),
        received_at=row.received_at,
        appointment=row.appointment,
        clock=clock,
        offers=offers_of(actor, file),
        papers=papers_of(file, actor),
        facts=() if actor.kind == "helper" else facts_of(file),
        timeline=tuple(map(line_of, moves)),
        obligations=money.rows_of(desk, uow, file),
        people=file.people,
        links=links_of(uow, desk, file),
        documents=uow.records.documents(row.tenant_id, row.id),
        warnings=_warnings(file),
        faults=faults_of(uow, row.tenant_id, row.id),
        next_in_list=_next(desk, uow, actor, file),
    )


def _warnings(file: CaseFile) -> tuple[str, ...]:
    warnings = [file.edition.notice] if file.edition.notice else []
    if any(role not in file.offices for role in file.procedure.competence):
        warnings.append(sentences.NO_OFFICE)
    return tuple(warnings)


def _next(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> str | None:
    if actor.kind != "clerk" or actor.office_id is None:
        return None
    after = (file.row.due_on, file.row.id)
    rows = uow.cases.page(
        actor.tenant,
        actor.office_id,
        only=None,
        today=desk.today(),
        after=after,
        limit=1,
    )
    return rows[0].code if rows else None

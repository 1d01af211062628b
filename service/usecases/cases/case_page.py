"""A case as a clerk sees it: what may be done, what is known, how the clock stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, consent_for, may
from service.persistence.approvals import ProposalRow
from service.persistence.case_desk import NoteRow, VisitRow
from service.persistence.rows import DocumentRow
from service.persistence.unit_of_work import UnitOfWork
from service.persistence.worklist import Wanted
from service.usecases import sentences
from service.usecases.cases import money
from service.usecases.cases.case_citizen import CitizenSees, citizen_sees
from service.usecases.cases.case_clock import ClockView, clock_view
from service.usecases.cases.case_duties import lent_to
from service.usecases.cases.case_notes import notes_of
from service.usecases.cases.case_offers import OfferRow, offers_of
from service.usecases.cases.case_offices import LinkedCase, links_of, owner_name
from service.usecases.cases.case_papers import PaperRow, papers_of
from service.usecases.cases.case_statements import CaseFact, facts_of
from service.usecases.cases.case_timeline import TimelineRow, line_of
from service.usecases.cases.casefile import (
    CITIZEN,
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.cases.holding import Hold, hold_of, names_of
from service.usecases.cases.moving import may_take_back
from service.usecases.cases.visit_case import visit_of
from service.usecases.desk import Desk
from service.usecases.land.ask_warnings import AskedWarnings, standing_at_desk
from service.usecases.matter.answer_question import acting
from service.usecases.outside.faults import FaultRow, faults_of
from service.usecases.outside.national_codes import codes_today
from service.usecases.outside.notice_qr import qr_trouble
from service.usecases.outside.silences import Silence, silences_of, with_children
from service.usecases.outside.words_on_case import WordOnCase, words_of
from service.usecases.papers.case_photos import photos_of
from service.usecases.sentences import masked
from service.usecases.worklist.name_outside import may_use_lists
from workflows.definition import Label
from workflows.packages import Edition


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything that the page of a case shows.

    With a ``visit`` it is read by another office: nothing can be done, and neither sums
    nor notes nor the papers themselves are shown. ``on_desk``: it stands on the desk of
    the office that reads it; ``assignee`` is whose it is there, and ``hold`` says who
    works on it just now.
    """

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
    notes: tuple[NoteRow, ...]
    citizen: CitizenSees
    photos: Mapping[str, int]
    may_undo: bool
    visit: VisitRow | None = None
    proposal: ProposalRow | None = None
    returned: ProposalRow | None = None
    on_desk: bool = False
    assignee: str | None = None
    hold: Hold | None = None
    external_code: str | None = None
    channel: str = ""
    may_name: bool = False
    silences: tuple[Silence, ...] = ()
    words: tuple[WordOnCase, ...] = ()
    may_type: bool = False
    land_asked: AskedWarnings | None = None


def case_view(desk: Desk, actor: Actor, code: str) -> CaseView:
    """Return a case for whoever may read it; that he looked is written down.

    Raises ReasonNeededError to a clerk of another office who has not said why.
    """
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, code))
        visit = visit_of(desk, uow, actor, file)
        view = _view(desk, uow, actor, file)
        target = matter_target(desk, uow, file.matter)
        person = acting(actor, consent_for(actor, None, target))
    with desk.database.transaction() as uow:
        uow.people.note_access(
            tenant_id=file.row.tenant_id,
            at=desk.now(),
            who=person.name,
            account_id=person.account_id,
            office_id=person.office_id,
            on_behalf_of=person.on_behalf_of,
            what="foreign" if visit else "case",
            matter_id=file.row.matter_id,
            case_id=file.row.id,
            reason=visit.reason if visit else None,
        )
    return view if visit is None else _for_visitor(view, visit)


def _for_visitor(view: CaseView, visit: VisitRow) -> CaseView:
    """Return what another office may see of a case: where it stands, and who says so.

    Of personal numbers it sees the end, of sums nothing.
    """
    facts = tuple(
        replace(fact, value=None, shown=masked(fact.shown)) if fact.personal else fact
        for fact in (replace(each, words=(), reply=None) for each in view.facts)
        if not fact.is_sum
    )
    return replace(
        view,
        visit=visit,
        facts=facts,
        offers=(),
        obligations=(),
        faults=(),
        notes=(),
        words=(),
        photos={},
        citizen=replace(view.citizen, messages=()),
        next_in_list=None,
        proposal=None,
        returned=None,
    )


def _view(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> CaseView:
    row = file.row
    moves = uow.cases.moves(row.tenant_id, row.id)
    offices = {each.id: each for each in uow.people.offices(row.tenant_id)}
    clock = clock_view(desk, file)
    photos = photos_of(uow, file) if actor.kind == "clerk" else {}
    active = file.chart.active(file.instance)
    visited = {
        name
        for move in moves
        for side in ("before", "after")
        for name in move.body[side]["configuration"]
    }
    names = names_of(uow, actor)
    return CaseView(
        code=row.code,
        external_code=row.external_code,
        channel=codes_today(desk).channel_words(row.channel),
        may_name=may_use_lists(actor) and actor.office_id in file.offices.values(),
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
        owner_name=sentences.PEOPLE_WAITED_FOR
        if row.owner_role == CITIZEN
        else owner_name(file, offices, row.owner_role),
        received_at=row.received_at,
        appointment=row.appointment,
        clock=clock,
        offers=offers_of(actor, file, lent_to(desk, uow, actor)),
        papers=papers_of(file, actor),
        facts=() if actor.kind == "helper" else facts_of(uow, file, photos),
        timeline=tuple(map(line_of, moves)),
        obligations=money.rows_of(desk, uow, file),
        people=file.people,
        links=links_of(uow, desk, actor, file, offices),
        documents=uow.records.documents(row.tenant_id, row.id),
        warnings=_warnings(desk, uow, file),
        faults=faults_of(desk, uow, row),
        next_in_list=_next(desk, uow, actor, file),
        notes=notes_of(uow, actor, file),
        citizen=citizen_sees(uow, file, clock),
        photos={paper: len(rows) for paper, rows in photos.items()},
        may_undo=may_take_back(uow, file, actor),
        proposal=uow.approvals.of_case(row.tenant_id, row.id, row.version),
        returned=uow.approvals.returned(row.tenant_id, row.id, row.version),
        on_desk=row.office_id == actor.office_id and row.ended_at is None,
        assignee=names.get(row.assignee_id or ""),
        hold=hold_of(desk, actor, row, names),
        silences=silences_of(desk, uow, row.tenant_id, with_children(file)),
        words=words_of(desk, uow, file) if actor.kind == "clerk" else (),
        may_type=row.ended_at is None and _may_type(desk, uow, actor, file),
        land_asked=standing_at_desk(desk, uow, actor, file),
    )


def _may_type(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> bool:
    target = file.target(matter_target(desk, uow, file.matter))
    return actor.kind == "clerk" and may(actor, Action.TYPE_PAPER, target)


def _warnings(desk: Desk, uow: UnitOfWork, file: CaseFile) -> tuple[str, ...]:
    warnings = [file.edition.notice] if file.edition.notice else []
    if any(role not in file.offices for role in file.procedure.competence):
        warnings.append(sentences.NO_OFFICE)
    if (trouble := qr_trouble(desk, uow, file)) is not None:
        warnings.append(trouble)
    return tuple(warnings)


def _next(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> str | None:
    if actor.kind != "clerk" or actor.office_id is None:
        return None
    after = (file.row.due_on, file.row.id)
    today = desk.today()
    wanted = Wanted(actor.tenant, actor.office_id, today, today)
    rows = uow.worklist.page(wanted, after, 1)
    return rows[0].code if rows else None

"""What has to go on paper, because the office that gets it is not connected.

Manual mode outwards: an effect for such an office does not fail. It waits on a list
with the sheet that was printed for it, until a clerk writes down the number and the day
of its dispatch. When the office is connected meanwhile it can be sent over the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from integrations.errors import AdapterNotConfiguredError
from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError, NotFoundError
from service.persistence.office_words import PaperOutRow
from service.persistence.rows import DocumentRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import CaseFile, matter_target, open_case
from service.usecases.custody.lists_seen import note_shown
from service.usecases.desk import Desk
from service.usecases.outside import fault_sentences
from service.usecases.outside import word_sentences as say
from workflows.answers import Expected, parse
from workflows.definition import Label
from workflows.errors import Problem

NUMBER, DAY = "so", "ngay"
MOST = 200
_DAY = Label(citizen=say.DAY_OF_DISPATCH, clerk=say.DAY_OF_DISPATCH)


@dataclass(frozen=True, slots=True)
class PaperOut:
    """A paper that has to be sent by hand, and the sheets that were printed for it."""

    id: str
    since: datetime
    what: str
    office: str
    case_code: str
    applicant: str
    title: str
    sheets: tuple[DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class CasePapers:
    """What one case has to send by hand, newest first."""

    case_code: str
    applicant: str
    title: str
    papers: tuple[PaperOut, ...]


def by_case(papers: Sequence[PaperOut]) -> tuple[CasePapers, ...]:
    """Return the papers of each case together, the case with the newest first."""
    found: dict[str, list[PaperOut]] = {}
    for paper in sorted(papers, key=lambda each: each.since, reverse=True):
        found.setdefault(paper.case_code, []).append(paper)
    return tuple(
        CasePapers(code, of[0].applicant, of[0].title, tuple(of))
        for code, of in found.items()
    )


def put_on_paper(desk: Desk, row: OutboxRow, error: AdapterNotConfiguredError) -> None:
    """Put an effect on the list of what goes on paper; the outbox is done with it."""
    with desk.database.transaction() as uow:
        if uow.queues.hold_out(row) is None:
            return
        now = desk.now()
        uow.words.put_on_paper(
            PaperOutRow(row.tenant_id, row.id, row.case_id, error.office, row.kind, now)
        )
        uow.queues.change_out(row, done_at=now, error="on paper")


def papers_to_send(desk: Desk, actor: Actor) -> tuple[PaperOut, ...]:
    """Return what the clerk's office has to send on paper, oldest first.

    Of more than ``MOST`` those that wait longest are here.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    if actor.office_id is None:
        return ()
    with desk.database.reading() as uow:
        office = uow.people.office(actor.tenant, actor.office_id)
        rows = uow.words.on_paper(actor.tenant, actor.office_id, MOST)
        # Who gets the paper does not send it.
        sends = [row for row in rows if office is None or row.office != office.kind]
        papers = tuple(_shown(desk, uow, row) for row in sends)
    note_shown(desk, actor, sorted({row.case_id for row in sends}))
    return papers


def paper_sent(
    desk: Desk, actor: Actor, paper_id: str, typed: Mapping[str, str]
) -> None:
    """Write down that it went, with number and day; once more changes nothing.

    Raises BadRequestError with a sentence for each field.
    """
    with desk.database.reading() as uow:
        _mine(desk, uow, actor, paper_id)
    number, day = " ".join(typed.get(NUMBER, "").split()), typed.get(DAY, "")
    problems = []
    if not number:
        problems.append(Problem(NUMBER, number, say.needed(say.NUMBER_OF_DISPATCH)))
    read = parse(DAY, day, Expected("date"))
    if isinstance(read, date) and read > desk.today():
        read = Problem(DAY, day, sentences.not_yet(_DAY, read, desk.today()))
    if not isinstance(read, date):
        told = (
            read.text if isinstance(read, Problem) else say.needed(say.DAY_OF_DISPATCH)
        )
        problems.append(Problem(DAY, day, told))
    if problems or not isinstance(read, date):
        raise BadRequestError(problems)
    with desk.database.transaction() as uow:
        row = _mine(desk, uow, actor, paper_id)
        uow.words.sent_on_paper(row, number[:80], read, actor.name, desk.now())


def send_by_wire(desk: Desk, actor: Actor, paper_id: str) -> None:
    """Let the outbox try again: the office has been connected meanwhile."""
    with desk.database.transaction() as uow:
        row = _mine(desk, uow, actor, paper_id)
        effect = uow.queues.out_by_id(row.tenant_id, row.outbox_id)
        if effect is not None and uow.words.off_paper(row):
            uow.queues.change_out(effect, done_at=None, due_at=desk.now(), error=None)


def _mine(desk: Desk, uow: UnitOfWork, actor: Actor, paper_id: str) -> PaperOutRow:
    row = uow.words.paper_out(actor.tenant, paper_id)
    if row is None:
        raise NotFoundError("paper", paper_id)
    file = _sender(desk, uow, row)
    authorize(
        actor, Action.MOVE_CASE, file.target(matter_target(desk, uow, file.matter))
    )
    return row


def _sender(desk: Desk, uow: UnitOfWork, row: PaperOutRow) -> CaseFile:
    """Return the case that sends: the parent, where a linked case is the other's."""
    file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
    if file.parent is None:
        return file
    return open_case(desk, uow, uow.cases.by_id(row.tenant_id, file.parent.parent_id))


def _shown(desk: Desk, uow: UnitOfWork, row: PaperOutRow) -> PaperOut:
    file = _sender(desk, uow, row)
    documents = uow.records.documents(row.tenant_id, file.row.id)
    wanted = say.SHEETS_OF.get(row.kind, frozenset())
    return PaperOut(
        row.outbox_id,
        row.since,
        fault_sentences.EFFECTS.get(row.kind, row.kind),
        say.OFFICES.get(row.office, row.office),
        file.row.code,
        file.row.applicant,
        file.procedure.title.clerk,
        tuple(each for each in documents if each.form in wanted),
    )

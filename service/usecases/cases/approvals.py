"""Four eyes: what one person of an office proposes, a superior there confirms.

What the law's data marks with ``second_person`` (a refusal, an end, a changed sum, a
second request for papers) is not done when it is raised. It waits with all that was
typed until a superior of the same office, or who takes his place on a written paper,
confirms it or sends it back with a reason. The move then carries both names. When the
case moves on meanwhile the proposal is dead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from service.auth.actors import Actor
from service.auth.policies import (
    Action,
    Installation,
    ProposalTarget,
    authorize,
    may,
)
from service.errors import (
    AlreadyDecidedError,
    BadRequestError,
    NotFoundError,
)
from service.persistence.approvals import ListedProposal, ProposalRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.case_statements import label_of_fact, shown_in
from service.usecases.cases.casefile import (
    ORIGINALS,
    CaseFile,
    edition_of,
    matter_target,
    open_case,
)
from service.usecases.cases.decide import MoveResult, cause_of, result_of
from service.usecases.cases.delegation import signs_for
from service.usecases.cases.moving import apply, stale
from service.usecases.cases.proposing import line_of
from service.usecases.custody.lists_seen import note_shown
from service.usecases.desk import Desk
from service.usecases.papers.issuing import paper_name
from workflows.definition import Label, Source, Warn
from workflows.errors import Problem

REASON = "ly-do"
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A proposal on the list; ``to_confirm`` says that the reader may decide on it.

    ``paper_at`` is there for a typed paper: the case of the reader's on which it opens.
    """

    id: str
    case_code: str
    applicant: str
    title: str
    label: str
    proposed_name: str
    proposed_at: datetime
    to_confirm: bool
    mine: bool
    paper_at: str = ""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal as its page shows it: all that was typed, and what may be done.

    ``state`` is open, confirmed, returned, withdrawn, or dead when the case moved on.
    """

    id: str
    case_code: str
    applicant: str
    title: Label
    event: str
    label: Label
    facts: tuple[tuple[str, str], ...]
    papers: tuple[str, ...]
    warn: Warn | None
    source: Source | None
    instruments: Mapping[str, str]
    proposed_name: str
    proposed_at: datetime
    state: str
    decided_name: str | None
    decided_at: datetime | None
    reason: str | None
    to_confirm: bool
    mine: bool


def waiting(desk: Desk, actor: Actor) -> tuple[WaitingRow, ...]:
    """Return what waits for a second person in the clerk's office, oldest first."""
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    with desk.database.reading() as uow:
        found = uow.approvals.waiting(actor.tenant, actor.office_id or "")
        rows = tuple(_listed(desk, uow, actor, each) for each in found)
    note_shown(desk, actor, [each.row.case_id for each in found])
    return rows


def count_to_confirm(desk: Desk, actor: Actor) -> int:
    """Return how many proposals wait for the actor; 0 for who does not lead."""
    if actor.office_id is None:
        return 0
    with desk.database.reading() as uow:
        if "lead" not in superior(desk, uow, actor).duties:
            return 0
        return uow.approvals.count(
            actor.tenant, actor.office_id, but=actor.account_id or ""
        )


def proposal_view(desk: Desk, actor: Actor, proposal_id: str) -> ProposalView:
    """Return a proposal for whoever may read its case; that he looked is noted."""
    with desk.database.transaction() as uow:
        row, file = opened(desk, uow, actor, proposal_id)
        uow.people.note_access(
            tenant_id=row.tenant_id,
            at=desk.now(),
            who=actor.name,
            account_id=actor.account_id,
            office_id=actor.office_id,
            on_behalf_of=actor.on_behalf_of,
            what="case",
            matter_id=file.row.matter_id,
            case_id=file.row.id,
        )
        return _view(superior(desk, uow, actor, row.proposed_by), row, file)


def confirm(desk: Desk, actor: Actor, proposal_id: str) -> MoveResult:
    """Confirm what a colleague proposed: the move is made now, with both names.

    Confirmed twice by the same superior it is one move. Raises NotAllowedError for who
    may not, AlreadyDecidedError, StaleVersionError when the case moved on meanwhile, a
    leaf of MoveRefusedError or BadRequestError when it does not hold any more.
    """
    with desk.database.transaction() as uow:
        row, file = opened(desk, uow, actor, proposal_id)
        actor = superior(desk, uow, actor, row.proposed_by)
        authorize(actor, Action.CONFIRM, target_of(row))
        if row.state == "open":
            still_fits(uow, row, file)
        close(desk, uow, actor, row, "confirmed")
        if row.state == "confirmed":
            labels = file.chart.labels(file.instance)
            over = file.row.ended_at is not None
            return MoveResult(
                file.row.code, file.row.version, labels, "moved", over, repeated=True
            )
        proposer = proposer_of(uow, row)
        cause = cause_of(
            desk, file, proposer, row.event, row.facts, row.papers, second=actor
        )
        result = result_of(apply(desk, uow, file, cause))
        desk.passing("before commit")
    desk.passing("committed")
    return result


def send_back(desk: Desk, actor: Actor, proposal_id: str, reason: str) -> str:
    """Send a proposal back with a reason; return the code of its case.

    The same person doing it again changes nothing. Raises BadRequestError without a
    reason, NotAllowedError for who may not confirm, AlreadyDecidedError.
    """
    problem = wrong_reason(reason)
    if problem is not None:
        raise BadRequestError([problem])
    with desk.database.transaction() as uow:
        row, file = opened(desk, uow, actor, proposal_id)
        actor = superior(desk, uow, actor, row.proposed_by)
        authorize(actor, Action.CONFIRM, target_of(row))
        close(desk, uow, actor, row, "returned", reason.strip())
        return file.row.code


def take_back(desk: Desk, actor: Actor, proposal_id: str) -> str:
    """Let who proposed it take it back; return the code of its case."""
    with desk.database.transaction() as uow:
        row, file = opened(desk, uow, actor, proposal_id)
        authorize(actor, Action.TAKE_BACK, target_of(row))
        close(desk, uow, actor, row, "withdrawn")
        return file.row.code


def opened(
    desk: Desk, uow: UnitOfWork, actor: Actor, proposal_id: str
) -> tuple[ProposalRow, CaseFile]:
    """Return a proposal and its case, held; NotFoundError, NotAllowedError."""
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    row = uow.approvals.by_id(actor.tenant, proposal_id)
    if row is None:
        raise NotFoundError("proposal", proposal_id)
    case = uow.cases.locked(row.tenant_id, row.case_id)
    file = open_case(desk, uow, case)
    target = file.target(matter_target(desk, uow, file.matter))
    authorize(actor, Action.READ_CASE, target)
    # Whoever decided while we waited for the case is seen now.
    return uow.approvals.by_id(actor.tenant, proposal_id) or row, file


def superior(
    desk: Desk, uow: UnitOfWork, actor: Actor, proposed_by: str | None = None
) -> Actor:
    """Return the actor as a superior when he takes the place of one today.

    He then carries both names. In the place of who proposed it nobody confirms it.
    """
    if "lead" in actor.duties or actor.account_id is None:
        return actor
    for place in signs_for(uow, actor.tenant, actor.account_id, desk.now()):
        if "lead" in place.duties and place.account_id != proposed_by:
            duties = actor.duties | {"lead"}
            return replace(actor, on_behalf_of=place.name, duties=duties)
    return actor


def close(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    row: ProposalRow,
    state: str,
    reason: str | None = None,
) -> None:
    """Write what became of a proposal; once more the same by the same changes nothing.

    Raises AlreadyDecidedError when it was decided otherwise, or by somebody else.
    """
    if (row.state, row.decided_by) == (state, actor.account_id):
        return
    by = (actor.account_id, actor.name)
    if not uow.approvals.decide(row, state, desk.now(), by, reason):
        raise AlreadyDecidedError(row.state, row.decided_name or "")


def target_of(row: ProposalRow) -> ProposalTarget:
    """Return a proposal as far as a decision on rights needs it."""
    return ProposalTarget(row.tenant_id, row.office_id, row.proposed_by)


def still_fits(uow: UnitOfWork, row: ProposalRow, file: CaseFile) -> None:
    """Raise StaleVersionError when the case has moved since it was proposed."""
    if file.row.version != row.case_version:
        raise stale(file, uow)


def proposer_of(uow: UnitOfWork, row: ProposalRow) -> Actor:
    """Return who proposed it, as the move names him."""
    office = uow.people.office(row.tenant_id, row.office_id)
    return Actor(
        "clerk",
        row.proposed_name,
        row.tenant_id,
        account_id=row.proposed_by,
        office_id=row.office_id,
        office_name=office.name if office else None,
        office_kinds=frozenset(office.kinds) if office else frozenset(),
        on_behalf_of=row.proposed_for,
    )


def wrong_reason(reason: str) -> Problem | None:
    """Return what is wrong with a reason, or None."""
    if not reason.strip():
        return Problem(REASON, reason, sentences.REASON_MISSING)
    if len(reason.strip()) > LONGEST_REASON:
        return Problem(REASON, reason, sentences.reason_too_long(LONGEST_REASON))
    return None


def _listed(
    desk: Desk, uow: UnitOfWork, actor: Actor, each: ListedProposal
) -> WaitingRow:
    row = each.row
    edition = edition_of(desk, uow, each.edition_digest)
    return WaitingRow(
        row.id,
        each.case_code,
        each.applicant,
        edition.procedure(each.procedure).title.clerk,
        row.label,
        row.proposed_name,
        row.proposed_at,
        may(
            superior(desk, uow, actor, row.proposed_by),
            Action.CONFIRM,
            target_of(row),
        ),
        row.proposed_by == actor.account_id,
    )


def _view(actor: Actor, row: ProposalRow, file: CaseFile) -> ProposalView:
    is_open = row.state == "open"
    dead = is_open and file.row.version != row.case_version
    line = line_of(file, row.event, row.facts)
    return ProposalView(
        row.id,
        file.row.code,
        file.row.applicant,
        file.procedure.title,
        row.event,
        line.label.model_copy(update={"clerk": row.label}),
        tuple(
            (label_of_fact(file, key), shown_in(file, key, value))
            for key, value in row.facts.items()
        ),
        tuple(
            sentences.ORIGINALS_IN if each == ORIGINALS else paper_name(file, each)
            for each in row.papers
        ),
        line.warn,
        line.source,
        {key: each.title for key, each in file.edition.instruments.items()},
        row.proposed_name,
        row.proposed_at,
        "dead" if dead else row.state,
        row.decided_name,
        row.decided_at,
        row.reason,
        is_open and not dead and may(actor, Action.CONFIRM, target_of(row)),
        is_open and not dead and row.proposed_by == actor.account_id,
    )

"""A person asks for something about her data; the legal days run until the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError, NotFoundError
from service.persistence.holds import HoldRow
from service.persistence.rights import RequestRow
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import matter_target
from service.usecases.custody import rights_sentences as words
from service.usecases.custody.hold_sentences import NOT_DONE
from service.usecases.custody.legal_holds import hold_on
from service.usecases.custody.rights_rules import rights, term_of
from service.usecases.desk import Desk, legal_day
from service.usecases.matter.answer_question import find_matter
from service.usecases.telling.tell_people import tell_own
from workflows.errors import Problem
from workflows.writing import tidy, unfit

_LONGEST = 1000
ERASE, DONE = "erase", "done"


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with its clock: running, late or answered.

    ``days_left`` counts plain days until ``due_on``, negative when it has passed;
    ``code`` is the tracking code of the matter. With a ``hold`` nothing of it may be
    erased.
    """

    id: str
    kind: str
    title: str
    about: str
    code: str
    received_at: datetime
    reply_by: date | None
    replied_at: datetime | None
    due_on: date | None
    days_left: int | None
    clock: str
    clock_text: str
    answered_at: datetime | None
    outcome_text: str | None
    answer: str | None
    answered_by: str | None
    hold: HoldRow | None = None


def ask(desk: Desk, actor: Actor, code: str, kind: str, about: str, *, key: str) -> str:
    """Take a request of the citizen and let its days run; return its id.

    The same ``key`` again is the same request. Raises BadRequestError for an unknown
    kind, or for words that are missing, too long, or fit on no paper.
    """
    text = tidy(about)
    problems = _problems(kind, text)
    if problems:
        raise BadRequestError(problems)
    with desk.database.transaction() as uow:
        matter = own_matter(desk, uow, actor, code)
        row = request_row(desk, uow, matter, actor, kind, text)
        told = f"{matter.id}|{key}".encode()
        id_ = hashlib.sha256(told).hexdigest()[:32] if key else row.id
        uow.rights.add(replace(row, id=id_))
    return id_


def acknowledge(desk: Desk, actor: Actor, request_id: str) -> None:
    """Say that the request arrived and is being worked on; again is no error."""
    with desk.database.transaction() as uow:
        row = _request(uow, actor, request_id)
        if row.replied_at is None:
            uow.rights.change(row, replied_at=desk.now())


def settle(
    desk: Desk, actor: Actor, request_id: str, outcome: str, answer: str
) -> None:
    """Answer a request; the person is told if she agreed to messages.

    A request that was answered before stays as it was. Raises BadRequestError.
    """
    text = tidy(answer)
    problems = []
    if outcome not in rights().outcomes:
        problems.append(Problem("outcome", outcome, words.OUTCOME))
    if not text or len(text) > _LONGEST or unfit(text):
        problems.append(Problem("answer", answer, words.ANSWER))
    if problems:
        raise BadRequestError(problems)
    now = desk.now()
    with desk.database.transaction() as uow:
        row = _request(uow, actor, request_id)
        if row.answered_at is not None:
            return
        matter = uow.matters.by_id(row.tenant_id, row.matter_id)
        if (row.kind, outcome) == (ERASE, DONE) and hold_on(desk, uow, matter):
            raise BadRequestError([Problem("outcome", outcome, NOT_DONE)])
        uow.rights.change(
            row,
            answered_at=now,
            replied_at=row.replied_at or now,
            outcome=outcome,
            answer=text,
            answered_by=actor.name,
        )
        tell_own(desk, uow, matter, "rights_answered", f"answer-{row.id}")


def open_requests(desk: Desk, actor: Actor) -> tuple[RequestView, ...]:
    """Return what waits for an answer, due first: the request, nothing of the matter.

    For the administrator of the installation only.
    """
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    with desk.database.reading() as uow:
        rows = uow.rights.open(actor.tenant)
        codes = {
            row.matter_id: uow.matters.by_id(row.tenant_id, row.matter_id).code
            for row in rows
        }
        held = [
            hold
            for hold in uow.holds.of_matters(actor.tenant, list(codes))
            if hold.holds(desk.today())
        ]
    by_matter = {hold.matter_id: hold for hold in held}
    return tuple(
        replace(view_of(desk, row, codes), hold=by_matter.get(row.matter_id))
        for row in rows
    )


def one_request(desk: Desk, actor: Actor, request_id: str) -> RequestView:
    """Return one request for the page on which it is answered."""
    with desk.database.transaction() as uow:
        row = _request(uow, actor, request_id)
        matter = uow.matters.by_id(row.tenant_id, row.matter_id)
        hold = hold_on(desk, uow, matter)
    return replace(view_of(desk, row, {matter.id: matter.code}), hold=hold)


def view_of(desk: Desk, row: RequestRow, codes: Mapping[str, str]) -> RequestView:
    """Return a request with its clock as it stands today."""
    today = desk.today()
    left = (row.due_on - today).days if row.due_on else None
    late = left is not None and left < 0
    clock = words.LATE if late else words.RUNNING
    if row.answered_at is not None:
        clock = words.ANSWERED
    rules = rights()
    return RequestView(
        row.id,
        row.kind,
        rules.kinds[row.kind].title,
        row.about,
        codes[row.matter_id],
        row.received_at,
        row.reply_by,
        row.replied_at,
        row.due_on,
        left,
        clock,
        words.CLOCKS[clock],
        row.answered_at,
        rules.outcomes[row.outcome] if row.outcome else None,
        row.answer,
        row.answered_by,
    )


def request_row(
    desk: Desk, uow: UnitOfWork, matter: MatterRow, actor: Actor, kind: str, about: str
) -> RequestRow:
    """Return a new request of this moment, with its days."""
    now = desk.now()
    filed = bool(uow.cases.of_matter(matter.tenant_id, matter.id))
    calendar = desk.calendar.in_place(matter.tenant_id, matter.commune)
    term = term_of(kind, legal_day(now), calendar, filed=filed)
    return RequestRow(
        matter.tenant_id, desk.ids.new_id(), matter.id, kind, about, actor.name, now,
        term.reply_by, term.due_on, None, None, None, None, None,
    )  # fmt: skip


def own_matter(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> MatterRow:
    """Return the matter of the citizen who asks; nobody else has these rights."""
    matter = find_matter(uow, code)
    authorize(actor, Action.RIGHTS, matter_target(desk, uow, matter))
    return matter


def _request(uow: UnitOfWork, actor: Actor, request_id: str) -> RequestRow:
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    row = uow.rights.by_id(actor.tenant, request_id)
    if row is None:
        raise NotFoundError("request", request_id)
    return row


def _problems(kind: str, about: str) -> list[Problem]:
    problems = []
    if kind not in rights().kinds:
        problems.append(Problem("kind", kind, words.KIND))
    if not about or unfit(about):
        problems.append(Problem("about", about, words.ABOUT))
    elif len(about) > _LONGEST:
        problems.append(Problem("about", about, words.ABOUT_TOO_LONG))
    return problems

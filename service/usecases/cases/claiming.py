"""Who has a case: a clerk takes it up for a while, a lead gives it to somebody.

To take up is a lease: others see it, are warned when they act on the case all the same,
and it ends by itself. Whoever takes up a case that nobody has is also its clerk from
then on. Neither is a move: the history of the case and its version stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.auth.actors import Actor
from service.auth.policies import (
    Action,
    CaseTarget,
    Installation,
    MatterTarget,
    authorize,
)
from service.errors import (
    AppError,
    BadRequestError,
    ElsewhereError,
    HeldError,
    NotAllowedError,
)
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import desk_sentences as words
from service.usecases.cases.casefile import find_case
from service.usecases.cases.holding import colleagues_of, hold_of, names_of
from service.usecases.desk import Desk
from workflows.errors import Problem


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one of several cases; ``refusal`` when nothing did."""

    case_code: str
    refusal: Exception | None = None


def may_assign(actor: Actor) -> bool:
    """Return whether the actor gives the cases of his office to its clerks."""
    try:
        authorize(actor, Action.ASSIGN, Installation(actor.tenant))
    except NotAllowedError:
        return False
    return True


def take_up(
    desk: Desk, actor: Actor, codes: Sequence[str], *, anyway: bool = False
) -> tuple[Done, ...]:
    """Let the actor work on cases for a while, each in a transaction of its own.

    A case that a colleague holds is refused, unless the actor takes it ``anyway``. To
    take up once more makes the while longer.
    """

    def take(uow: UnitOfWork, row: CaseRow) -> None:
        hold = hold_of(desk, actor, row, names_of(uow, actor))
        if hold is not None and not hold.own and not anyway:
            raise HeldError(hold.name, hold.until)
        until = desk.now() + timedelta(minutes=desk.settings.lease_minutes)
        uow.worklist.hold(row, actor.account_id, until)
        if row.assignee_id is None:
            uow.worklist.assign(row, actor.account_id, by=actor.name, at=desk.now())

    return _each(desk, actor, codes, take)


def put_back(desk: Desk, actor: Actor, codes: Sequence[str]) -> tuple[Done, ...]:
    """Let others have the actor's cases: he holds them no more and is not their clerk.

    A case that is not his stays as it is.
    """

    def put(uow: UnitOfWork, row: CaseRow) -> None:
        if row.held_by == actor.account_id:
            uow.worklist.hold(row, None, None)
        if row.assignee_id == actor.account_id:
            uow.worklist.assign(row, None, by=actor.name, at=desk.now())

    return _each(desk, actor, codes, put)


def assign(
    desk: Desk, actor: Actor, codes: Sequence[str], account_id: str | None
) -> tuple[Done, ...]:
    """Give cases on the desk of the actor's office to one of its clerks, or to nobody.

    Raises NotAllowedError for whoever does not lead, BadRequestError for an account
    that is not a clerk of the office who can sign in.
    """
    authorize(actor, Action.ASSIGN, Installation(actor.tenant))
    with desk.database.reading() as uow:
        known = {each.account_id for each in colleagues_of(uow, actor) if each.active}
    if account_id is not None and account_id not in known:
        raise BadRequestError([Problem("nguoi", account_id, words.NO_COLLEAGUE)])

    def give(uow: UnitOfWork, row: CaseRow) -> None:
        uow.worklist.assign(row, account_id, by=actor.name, at=desk.now())

    return _each(desk, actor, codes, give)


def _each(
    desk: Desk,
    actor: Actor,
    codes: Sequence[str],
    do: Callable[[UnitOfWork, CaseRow], None],
) -> tuple[Done, ...]:
    """Do the same with each case, locked, in a transaction of its own."""
    done = []
    for code in dict.fromkeys(codes):
        try:
            with desk.database.transaction() as uow:
                do(uow, _on_desk(desk, uow, actor, code))
        except AppError as refusal:
            done.append(Done(code, refusal))
        else:
            done.append(Done(code))
    return tuple(done)


def _on_desk(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> CaseRow:
    """Return a case on the desk of the actor's office, locked; refuse another."""
    found = find_case(uow, code)
    row = uow.cases.locked(found.tenant_id, found.id)
    offices = uow.cases.offices(row.tenant_id, row.id).values()
    matter = MatterTarget(row.tenant_id, row.matter_id, (), desk.now())
    authorize(actor, Action.TAKE_UP, CaseTarget(matter, frozenset(offices)))
    if row.office_id != actor.office_id or row.ended_at is not None:
        raise ElsewhereError(f"{code} is not on the desk of {actor.office_id}")
    return row

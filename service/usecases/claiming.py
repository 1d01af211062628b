"""Who has a case: a clerk takes it up for a while, a lead gives it to somebody.

To take up is a lease: others see it, are warned when they act on the case all the same,
and it ends by itself. Whoever takes up a case that nobody has is also its clerk from
then on. Neither is a move: the history of the case and its version stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, allowed, authorize
from service.errors import AppError, BadRequestError, NotFoundError
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import desk_sentences as words
from service.usecases.casefile import find_case
from service.usecases.desk import Desk
from service.usecases.work_rows import colleagues_of, hold_of
from workflows.errors import Problem


class HeldError(AppError):
    """A colleague works on the case just now. Nothing changed."""

    status = 409

    def __init__(self, name: str, until: datetime) -> None:
        self.name = name
        self.until = until
        super().__init__(f"{name} works on the case until {until}")


class ElsewhereError(AppError):
    """The case is not on the desk of this office now. Nothing changed."""

    status = 409


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one of several cases; ``refusal`` when nothing did."""

    case_code: str
    refusal: Exception | None = None


def may_assign(actor: Actor) -> bool:
    """Return whether the actor gives the cases of his office to its clerks."""
    return allowed(actor, Action.ASSIGN, Installation(actor.tenant))


def take_up(
    desk: Desk, actor: Actor, codes: Sequence[str], *, anyway: bool = False
) -> tuple[Done, ...]:
    """Let the actor work on cases for a while, each in a transaction of its own.

    A case that a colleague holds is refused, unless the actor takes it ``anyway``. To
    take up once more makes the while longer.
    """
    return _each(desk, codes, lambda uow, row: _take(desk, uow, actor, row, anyway))


def put_back(desk: Desk, actor: Actor, codes: Sequence[str]) -> tuple[Done, ...]:
    """Let others have the actor's cases: he holds them no more and is not their clerk.

    A case that is not his stays as it is.
    """
    return _each(desk, codes, lambda uow, row: _put_back(desk, uow, actor, row))


def assign(
    desk: Desk, actor: Actor, codes: Sequence[str], account_id: str | None
) -> tuple[Done, ...]:
    """Give cases on the desk of the actor's office to one of its clerks, or to nobody.

    Raises NotAllowedError for whoever does not lead, BadRequestError for an account
    that is not a clerk of the office who can sign in.
    """
    authorize(actor, Action.ASSIGN, Installation(actor.tenant))
    if account_id is not None:
        with desk.database.reading() as uow:
            known = {
                each.account_id for each in colleagues_of(uow, actor) if each.active
            }
        if account_id not in known:
            problem = Problem("nguoi", account_id, words.NO_COLLEAGUE)
            raise BadRequestError([problem])
    return _each(desk, codes, lambda uow, row: _give(desk, uow, actor, row, account_id))

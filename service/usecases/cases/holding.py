"""Who works on a case just now, among the clerks of one office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.auth.actors import Actor
from service.errors import HeldError
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from service.usecases.desk_sentences import SOMEBODY


@dataclass(frozen=True, slots=True)
class Colleague:
    """A clerk of the same office; ``active`` when he can sign in."""

    account_id: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Who works on a case just now, and until when nobody else should."""

    name: str
    until: datetime
    own: bool


def colleagues_of(uow: UnitOfWork, actor: Actor) -> tuple[Colleague, ...]:
    """Return the clerks of the actor's office by name, those who left too."""
    rows = uow.worklist.colleagues(actor.tenant, actor.office_id or "")
    return tuple(
        Colleague(row.id, row.display_name, row.disabled_at is None)
        for row in rows
        if row.kind == "clerk"
    )


def names_of(uow: UnitOfWork, actor: Actor) -> dict[str, str]:
    """Return the names of the clerks of the actor's office, by account."""
    return {each.account_id: each.name for each in colleagues_of(uow, actor)}


def hold_of(
    desk: Desk, actor: Actor, row: CaseRow, names: Mapping[str, str]
) -> Hold | None:
    """Return who holds a case now; a hold that ran out is none."""
    if row.held_by is None or row.held_until is None or row.held_until <= desk.now():
        return None
    name = names.get(row.held_by, SOMEBODY)
    return Hold(name, row.held_until, row.held_by == actor.account_id)


def heed_hold(desk: Desk, uow: UnitOfWork, actor: Actor, row: CaseRow) -> None:
    """Raise HeldError while a colleague works on the case: whoever acts is warned.

    It is no lock: who was warned may act all the same.
    """
    if row.held_by in {None, actor.account_id}:
        return
    hold = hold_of(desk, actor, row, names_of(uow, actor))
    if hold is not None and not hold.own:
        raise HeldError(hold.name, hold.until)

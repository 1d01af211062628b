"""The desk of an office or of one clerk: its open cases by due day, page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import InputError
from service.persistence.desk_counts import ALL, ASSIGNEE, FAULT, NOBODY, Tally
from service.persistence.unit_of_work import UnitOfWork
from service.persistence.worklist import STATES, Wanted
from service.usecases.cases.holding import Colleague, colleagues_of
from service.usecases.custody.lists_seen import note_shown
from service.usecases.desk import Desk
from service.usecases.worklist.work_rows import WorkRow, rows_of

# A day that is so many working days away is near.
NEAR = 3
# Whose cases: those of the clerk who looks, those that nobody has, all of the office.
MINE, OPEN_TO_ALL, OFFICE = "mine", "nobody", "office"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a clerk wants to see; None leaves it open.

    ``whose`` is one of the words above or the account of a colleague, ``state`` one of
    ``STATES``. Without ``whose`` a clerk sees his own cases, if he has any.
    """

    whose: str | None = None
    state: str | None = None
    procedure: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of the list; ``next_cursor`` leads to the one after it.

    ``whose`` is what the page shows, ``shown`` the tally of that; ``mine``, ``nobody``
    and ``office`` are the tallies of the ways to look, ``faults`` those of the office.
    """

    rows: tuple[WorkRow, ...]
    next_cursor: str | None
    whose: str
    shown: Tally
    mine: Tally
    nobody: Tally
    office: Tally
    faults: int
    colleagues: tuple[Colleague, ...]


def worklist(
    desk: Desk,
    actor: Actor,
    wish: Wish = Wish(),
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> WorkPage:
    """Return open cases on the desk of the actor's office, those due first first.

    Raises NotAllowedError for whoever is no clerk, InputError for a wish or a cursor
    that is not one of ours.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    _known(wish)
    office_id, today = actor.office_id or "", desk.today()
    soon = near(desk, actor)
    with desk.database.reading() as uow:
        tallies = uow.worklist.tallies(actor.tenant, office_id, today, soon)
        mine = tallies.get((ASSIGNEE, actor.account_id or ""), Tally())
        whose = wish.whose or (MINE if mine.all else OFFICE)
        wanted = _wanted(desk, actor, replace(wish, whose=whose))
        found = uow.worklist.page(wanted, _read_cursor(cursor), limit + 1)
        colleagues = colleagues_of(uow, actor)
        rows = rows_of(desk, uow, actor, found[:limit])
    note_shown(desk, actor, [row.id for row in found[:limit]])
    last = found[limit - 1] if len(found) > limit else None
    office = tallies.get((ALL, ""), Tally())
    name = wanted.assignee
    return WorkPage(
        rows,
        f"{last.due_on.isoformat()}~{last.id}" if last else None,
        whose,
        office if name is None else tallies.get((ASSIGNEE, name), Tally()),
        mine,
        tallies.get((ASSIGNEE, NOBODY), Tally()),
        office,
        tallies.get((FAULT, ""), Tally()).all,
        colleagues,
    )


def wanted_of(desk: Desk, uow: UnitOfWork, actor: Actor, wish: Wish) -> Wanted:
    """Return which cases a wish means, as the list shows them; InputError for none."""
    _known(wish)
    if wish.whose is None:
        office_id, today = actor.office_id or "", desk.today()
        soon = near(desk, actor)
        tallies = uow.worklist.tallies(actor.tenant, office_id, today, soon)
        mine = tallies.get((ASSIGNEE, actor.account_id or ""), Tally())
        wish = replace(wish, whose=MINE if mine.all else OFFICE)
    return _wanted(desk, actor, wish)


def _known(wish: Wish) -> None:
    if wish.state is not None and wish.state not in STATES:
        raise InputError(f"state is one of: {', '.join(STATES)}")


def _wanted(desk: Desk, actor: Actor, wish: Wish) -> Wanted:
    return Wanted(
        actor.tenant,
        actor.office_id or "",
        desk.today(),
        near(desk, actor),
        _assignee(actor, wish.whose or OFFICE),
        wish.state,
        wish.procedure,
        wish.due_on,
    )


def near(desk: Desk, actor: Actor) -> date:
    """Return the last day that is near: a few working days away."""
    return desk.calendar.in_place(actor.tenant).add(desk.today(), NEAR)


def _assignee(actor: Actor, whose: str) -> str | None:
    known = {MINE: actor.account_id or "", OPEN_TO_ALL: NOBODY, OFFICE: None}
    return known.get(whose, whose)


def _read_cursor(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    day, _, case_id = cursor.partition("~")
    try:
        return date.fromisoformat(day), case_id
    except ValueError as error:
        raise InputError("this page of the list does not exist") from error

"""What falls due on which day, by procedure and, for a lead, by clerk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.persistence.desk_counts import (
    ALL,
    ASSIGNEE,
    DRAFT,
    NEW,
    NOBODY,
    PROCEDURE,
    STOPPED,
    CountKey,
)
from service.persistence.unit_of_work import UnitOfWork
from service.persistence.worklist import Wanted
from service.usecases.cases.casefile import edition_of
from service.usecases.cases.claiming import may_assign
from service.usecases.cases.holding import names_of
from service.usecases.desk import Desk
from workflows.errors import NoPackageInForceError, UnknownNameError

# So many working days from today have a column of their own.
DAYS_SHOWN = 6
OVERDUE, LATER = "overdue", "later"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """How many open cases by column; ``id`` of the procedure or the account."""

    id: str
    title: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many there are in all columns."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Board:
    """The board of an office.

    Columns are ``overdue``, an ISO day for each of ``days``, ``later``, ``stopped`` and
    ``new``; drafts count nowhere.
    """

    days: tuple[date, ...]
    office: BoardRow
    procedures: tuple[BoardRow, ...]
    clerks: tuple[BoardRow, ...]


def deadline_board(desk: Desk, actor: Actor) -> Board:
    """Return the board of the actor's office; by clerk for whoever leads it.

    It reads the counters of the desk and counts no case. Raises NotAllowedError for
    whoever is no clerk.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    days = _days(desk, actor)
    kinds = [ALL, PROCEDURE, *([ASSIGNEE] if may_assign(actor) else [])]
    with desk.database.reading() as uow:
        found = uow.worklist.counts(actor.tenant, actor.office_id or "", kinds)
        sums = _sums(days, found)
        names = names_of(uow, actor)
        procedures = [
            BoardRow(name, _title(desk, uow, actor, name), counts)
            for (kind, name), counts in sums.items()
            if kind == PROCEDURE
        ]
    clerks = [
        BoardRow(name, names.get(name, ""), counts)
        for (kind, name), counts in sums.items()
        if kind == ASSIGNEE
    ]
    return Board(
        days,
        BoardRow("", "", sums.get((ALL, ""), Counter())),
        tuple(sorted(procedures, key=lambda row: (-row.total, row.title))),
        tuple(sorted(clerks, key=lambda row: (row.id == NOBODY, row.title))),
    )


def _days(desk: Desk, actor: Actor) -> tuple[date, ...]:
    """Return today and the working days after it that have a column."""
    calendar = desk.calendar.in_place(actor.tenant)
    today = desk.today()
    return (today, *(calendar.add(today, n) for n in range(1, DAYS_SHOWN)))


def _sums(
    days: tuple[date, ...], found: tuple[tuple[CountKey, int], ...]
) -> dict[tuple[str, str], Counter[str]]:
    sums: dict[tuple[str, str], Counter[str]] = {}
    for key, n in found:
        if key.state != DRAFT:
            counts = sums.setdefault((key.kind, key.name), Counter())
            counts[_column(days, key)] += n
    return sums


def _column(days: tuple[date, ...], key: CountKey) -> str:
    """Return the column of a counter; a day off counts with the working day after."""
    if key.state in {NEW, STOPPED}:
        return key.state
    if key.due_on < days[0]:
        return OVERDUE
    return next((day.isoformat() for day in days if key.due_on <= day), LATER)


def _title(desk: Desk, uow: UnitOfWork, actor: Actor, procedure: str) -> str:
    """Return what a procedure is called: today, or in a case under older law."""
    today = desk.today()
    try:
        edition = desk.law.edition(actor.tenant, today)
        return edition.procedure(procedure).title.clerk
    except (UnknownNameError, NoPackageInForceError):
        office = actor.office_id or ""
        wanted = Wanted(actor.tenant, office, today, today, procedure=procedure)
        (row, *_) = uow.worklist.page(wanted, None, 1)
        pinned = edition_of(desk, uow, row.edition_digest)
        return pinned.procedure(procedure).title.clerk

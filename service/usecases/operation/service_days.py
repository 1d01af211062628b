"""How the service worked, day by day: was it there, and how soon did messages go.

The worker looks every five minutes whether it can write; a part of the day in which no
worker could is one without service. Nothing here names a case or a person.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from service.persistence.operation import DayRow
from service.persistence.rows import OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import VIETNAM, Desk

SLOT_MINUTES = 5
SLOTS = 24 * 60 // SLOT_MINUTES
# A message that is handed over within this time went at once.
IN_TIME = timedelta(seconds=10)
QUICK_MILLISECONDS = 1000


def slot_of(at: datetime) -> tuple[date, int]:
    """Return the day in Vietnam of an instant, and the part of the day."""
    there = at.astimezone(VIETNAM)
    return there.date(), (there.hour * 60 + there.minute) // SLOT_MINUTES


def see_service(desk: Desk) -> bool:
    """Note that the service is there in this part of the day; return whether first.

    With it the answers of offices are counted anew, of this day and of the last one
    before it.
    """
    tenant = desk.settings.province
    day, slot = slot_of(desk.now())
    with desk.database.reading() as uow:
        known = uow.operation.day(tenant, day)
        if known is not None and known.last_slot >= slot:
            return False
        before = None if known else uow.operation.last_day(tenant)
    with desk.database.transaction() as uow:
        if not uow.operation.see(beginning(uow, tenant, day, slot), slot):
            return False
        for each in (day, before):
            if each is not None:
                _count_answers(uow, tenant, each)
    return True


def count_handed(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> None:
    """Count an effect that was handed to its office, and whether it went at once.

    The time in which a clerk may take a move back does not count.
    """
    now, longest = desk.now(), timedelta(seconds=desk.settings.undo_seconds)
    due = max(row.created_at, min(row.due_at, row.created_at + longest))
    day, slot = slot_of(now)
    uow.operation.handed(
        beginning(uow, row.tenant_id, day, slot), in_time=now - due <= IN_TIME
    )


def beginning(uow: UnitOfWork, tenant: str, day: date, slot: int) -> DayRow:
    """Return how a day begins: whole, but the first one of all begins now."""
    first = slot if uow.operation.last_day(tenant) is None else 0
    return DayRow(tenant, day, first)


def _count_answers(uow: UnitOfWork, tenant: str, day: date) -> None:
    since = datetime.combine(day, time(), VIETNAM)
    between = since, since + timedelta(days=1)
    rows = uow.operation.answers(tenant, day, between, QUICK_MILLISECONDS)
    uow.operation.keep_answers(rows)

"""The calendar of the installation: the program's own, and the notices it was told of.

Every change of the notices has a number. Which calendar held after a number never
changes, so it is built once and shared; a request, or a pass of the worker, asks for
the newest number first and counts with that one to its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from service.persistence.office_days import HolidayRow
from workflows.calendar import Calendar, Closure, MarkedDay, Notices
from workflows.definition import Mark, Source

if TYPE_CHECKING:
    from service.persistence.unit_of_work import UnitOfWork
    from service.usecases.desk import Desk

OFF, WORKED, CLOSED = "off", "worked", "closed"
KINDS = (OFF, WORKED, CLOSED)
_ONE_DAY = timedelta(days=1)

Read = Callable[[], tuple[int, Iterable[HolidayRow]]]


class NoticeShelf:
    """What this process knows of the notices; several threads may ask at once."""

    def __init__(self) -> None:
        self._number = 0
        self._rows: tuple[HolidayRow, ...] = ()
        self._calendars: dict[int, Calendar] = {}
        self._lock = threading.Lock()

    def calendar(self, base: Calendar, number: int, read: Read) -> Calendar:
        """Return the calendar after the change with the number.

        ``read`` returns the newest number and all rows; it is asked when the number is
        not known yet.
        """
        with self._lock:
            if number not in self._calendars:
                if number > self._number:
                    self._number, rows = read()
                    self._rows = tuple(rows)
                standing = (row for row in self._rows if row.stands(number))
                self._calendars[number] = base.with_notices(notices_of(standing))
            return self._calendars[number]


def up_to_date(desk: Desk) -> Desk:
    """Return the desk with the newest calendar: one short question to the database.

    What works with the returned desk counts with one calendar, whatever is added
    meanwhile.
    """
    with desk.database.reading() as uow:
        return up_to_date_in(desk, uow)


def up_to_date_in(desk: Desk, uow: UnitOfWork) -> Desk:
    """Return the desk with the newest calendar, for who reads more besides."""
    number = uow.office_days.number(desk.settings.province)
    if number == desk.counted_with:
        return desk
    return replace(desk, calendar=desk.calendar_after(number), counted_with=number)


def notices_of(rows: Iterable[HolidayRow]) -> Notices:
    """Return what the rows say, as the calendar takes it."""
    off: list[MarkedDay] = []
    worked: list[MarkedDay] = []
    closures: list[Closure] = []
    for row in rows:
        source = Source(instrument=row.notice, at="", mark=Mark("V"))
        if row.kind == CLOSED:
            closures.append(_closure(row, source))
            continue
        days = (
            MarkedDay(day=day, why=row.why, source=source)
            for day in days_between(row.first, row.last)
        )
        (off if row.kind == OFF else worked).extend(days)
    return Notices(
        days_off=tuple(off), worked_days=tuple(worked), closures=tuple(closures)
    )


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return every day from the first to the last, both inclusive."""
    return tuple(first + _ONE_DAY * n for n in range((last - first).days + 1))


def _closure(row: HolidayRow, source: Source) -> Closure:
    return Closure.model_validate(
        {
            "province": row.tenant_id,
            "communes": tuple(row.communes or ()),
            "from": row.first,
            "to": row.last,
            "why": row.why,
            "source": source,
        }
    )

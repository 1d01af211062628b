"""Days off, days worked in exchange and local closures, as official notices say.

Nothing that was written down is changed or deleted: it is withdrawn, with a reason.
What changes for running cases is ordered apart (``recounting``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.auth.actors import Actor
from service.errors import BadRequestError, NotFoundError
from service.persistence.office_days import HolidayRow
from service.persistence.rows import Json
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences
from service.usecases.administration.administering import (
    Entered,
    id_of_form,
    noted,
    only_administrator,
)
from service.usecases.administration.office_days import (
    CLOSED,
    KINDS,
    OFF,
    WORKED,
    days_between,
)
from service.usecases.desk import Desk
from workflows.calendar import Calendar
from workflows.errors import BadInputError
from workflows.sentences import A_COMMUNE

_LONGEST = timedelta(days=30)
_LISTED = timedelta(days=400)
_WEEKEND = 5
_IN_EXCHANGE = "-lam-bu"


@dataclass(frozen=True, slots=True)
class WantedDays:
    """What a notice says, as it was typed; days as 2026-11-30.

    ``last`` may be empty for one day; ``exchanged`` is the day worked in exchange for
    a day off, empty for none; ``communes`` are names or codes with commas between.
    """

    kind: str
    first: str
    last: str
    why: str
    notice: str
    communes: str = ""
    exchanged: str = ""


@dataclass(frozen=True, slots=True)
class HolidayView:
    """What one notice says, with the names of its communes."""

    row: HolidayRow
    communes: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return the kind in words."""
        return admin_sentences.HOLIDAY_KINDS[self.row.kind]


@dataclass(frozen=True, slots=True)
class OddDay:
    """A weekday on which offices are closed, or a weekend day on which they work."""

    day: date
    works: bool
    why: str
    note: str | None


def add_holiday(desk: Desk, actor: Actor, wanted: WantedDays, key: str = "") -> None:
    """Write down what a notice says; BadRequestError names every bad field.

    Every request and every pass of the worker after this one counts with it; running
    cases keep their days. ``key`` is what the form carries: twice stores it once.
    """
    only_administrator(actor)
    id_ = id_of_form(desk, key)
    row, exchanged = _checked(desk, actor, wanted, id_)
    with desk.database.transaction() as uow:
        if uow.office_days.one(actor.tenant, id_) is not None:
            return
        number = uow.office_days.next_number(actor.tenant)
        for each in (row, exchanged):
            if each is not None:
                _store(desk, uow, actor, replace(each, added_no=number))


def withdraw_holiday(desk: Desk, actor: Actor, id_: str, reason: str) -> None:
    """Take back what was written down, with a reason; it stays in the list of all.

    Raises NotFoundError for what is unknown, BadRequestError without a reason.
    """
    only_administrator(actor)
    entered = Entered()
    why = entered.line("reason", reason, admin_sentences.WITHDRAW_WHY)
    if entered.problems:
        raise BadRequestError(entered.problems)
    with desk.database.transaction() as uow:
        row = uow.office_days.one(actor.tenant, id_)
        if row is None:
            raise NotFoundError("holiday", id_)
        if row.withdrawn_no is None:
            number = uow.office_days.next_number(actor.tenant)
            uow.office_days.withdraw(actor.tenant, id_, number)
            told = {"reason": why, **_told(row)}
            noted(desk, uow, actor, "holiday.withdrawn", row.why, after=told)


def holidays(desk: Desk, actor: Actor) -> tuple[HolidayView, ...]:
    """Return everything that was written down, the latest day first."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        rows = uow.office_days.all(actor.tenant)
    return tuple(
        HolidayView(
            row,
            tuple(
                desk.territory.commune_name(row.tenant_id, code) or code
                for code in row.communes or ()
            ),
        )
        for row in reversed(rows)
    )


def odd_days(
    desk: Desk, actor: Actor, communes: tuple[str, ...] | None = None
) -> tuple[OddDay, ...]:
    """Return the coming year's closed weekdays and worked weekend days.

    With ``communes`` those of an office that serves them: closed wherever one is.
    """
    only_administrator(actor)
    places = [
        desk.calendar.in_place(actor.tenant, code) for code in communes or (None,)
    ]
    found = {odd.day: odd for place in places for odd in _odd(place, desk.today())}
    return tuple(found[day] for day in sorted(found))


def _odd(calendar: Calendar, today: date) -> Iterator[OddDay]:
    for day in days_between(today, today + _LISTED):
        works, weekend = calendar.is_working(day), day.weekday() >= _WEEKEND
        if works == weekend:
            why = calendar.why_off(day) or ""
            yield OddDay(day, works, why, calendar.note(day))


def _store(desk: Desk, uow: UnitOfWork, actor: Actor, row: HolidayRow) -> None:
    uow.office_days.add(row)
    noted(desk, uow, actor, "holiday.added", row.why, after=_told(row))


def _told(row: HolidayRow) -> Json:
    return {
        "kind": admin_sentences.HOLIDAY_KINDS[row.kind],
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "communes": row.communes,
        "notice": row.notice,
    }


# --- what was typed -------------------------------------------------------------------


def _checked(
    desk: Desk, actor: Actor, wanted: WantedDays, id_: str
) -> tuple[HolidayRow, HolidayRow | None]:
    entered = Entered()
    if wanted.kind not in KINDS:
        entered.refuse("kind", wanted.kind, admin_sentences.HOLIDAY_KIND)
    first = entered.day("first", wanted.first)
    last = entered.day("last", wanted.last) if wanted.last.strip() else first
    why = entered.line("why", wanted.why, admin_sentences.HOLIDAY_WHY)
    notice = entered.line("notice", wanted.notice, admin_sentences.HOLIDAY_NOTICE)
    communes = _communes(desk, actor, wanted, entered)
    if first and last and not timedelta(0) <= last - first <= _LONGEST:
        entered.refuse("last", wanted.last, admin_sentences.HOLIDAY_LAST)
    exchanged = None
    if wanted.exchanged.strip() and wanted.kind == OFF:
        exchanged = entered.day("exchanged", wanted.exchanged)
    if first and last and not entered.problems:
        _against_calendar(desk, wanted, (first, last), exchanged, entered)
    if entered.problems or first is None or last is None:
        raise BadRequestError(entered.problems)
    row = HolidayRow(
        actor.tenant, id_, wanted.kind, first, last, communes or None, why, notice, 0
    )
    if exchanged is None:
        return row, None
    id_ += _IN_EXCHANGE
    return row, replace(row, id=id_, kind=WORKED, first=exchanged, last=exchanged)


def _communes(
    desk: Desk, actor: Actor, wanted: WantedDays, entered: Entered
) -> list[str]:
    named = [each.strip() for each in wanted.communes.split(",") if each.strip()]
    if named and wanted.kind != CLOSED:
        sentence = admin_sentences.COMMUNES_ONLY_CLOSED
        entered.refuse("communes", wanted.communes, sentence)
        return []
    found = []
    for name in named:
        try:
            found.append(desk.territory.resolve(actor.tenant, name, A_COMMUNE))
        except BadInputError as error:
            for problem in error.problems:
                entered.refuse("communes", wanted.communes, problem.text)
    return sorted(set(found))


def _against_calendar(
    desk: Desk,
    wanted: WantedDays,
    stretch: tuple[date, date],
    exchanged: date | None,
    entered: Entered,
) -> None:
    """Refuse what would change nothing: a day off that is one, a worked day that is."""
    try:
        working = [desk.calendar.is_working(day) for day in days_between(*stretch)]
        in_exchange = exchanged is not None and desk.calendar.is_working(exchanged)
    except BadInputError as error:
        entered.refuse("first", wanted.first, error.problems[0].text)
        return
    if wanted.kind != WORKED and not any(working):
        entered.refuse("first", wanted.first, admin_sentences.OFF_ALREADY)
    if wanted.kind == WORKED and any(working):
        entered.refuse("first", wanted.first, admin_sentences.WORKED_ALREADY)
    if in_exchange:
        entered.refuse("exchanged", wanted.exchanged, admin_sentences.WORKED_ALREADY)

"""Running cases counted anew after a holiday became known: by an explicit order.

A day that was printed is never changed by itself. An administrator sees which cases
would get another day, orders it with a reason, and the worker does it case by case:
a line in the history with both days, a new receipt to print, a message to the citizen.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from service.auth.actors import Actor
from service.errors import AppError, BadRequestError
from service.observability import warn
from service.persistence.office_days import RecountLineRow, RecountRow
from service.persistence.rows import CaseRow, NotificationRow, TimerRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences
from service.usecases.administration.administering import (
    Entered,
    noted,
    only_administrator,
)
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CITIZEN, CaseFile, open_case
from service.usecases.cases.moving import Cause, later, stay
from service.usecases.desk import Desk, legal_day
from service.usecases.papers.issuing import ISSUE, form_edition, paper_day
from service.usecases.telling.tell_people import own_text, tell_own
from workflows.deadlines import expiry
from workflows.definition import Effect, Label
from workflows.errors import WorkflowError
from workflows.statechart import Event

EVENT = "holidays.recounted"
LABEL = Label(
    citizen="Ngày hẹn được tính lại vì có ngày nghỉ mới",
    clerk="Tính lại ngày hẹn theo lịch nghỉ mới, theo lệnh của quản trị",
)
PAGE = 50
_MESSAGE = "day_changed"
_BATCH = 20
_APPOINTMENT = "case.appointment"  # the fact that a receipt prints

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shift:
    """A running case whose day changes with the holidays of an order."""

    case_id: str
    code: str
    procedure: str
    office: str
    old: date
    new: date


@dataclass(frozen=True, slots=True)
class ShiftsPage:
    """Cases that would get another day; ``after`` opens the next page, None at the end.

    ``number`` is the change of the holidays that they would be counted up to.
    """

    number: int
    shifts: tuple[Shift, ...]
    after: str | None


def shifts(desk: Desk, actor: Actor, after: str = "") -> ShiftsPage:
    """Return running cases whose day changes with the newest holidays, by due day."""
    only_administrator(actor)
    number = desk.counted_with
    with desk.database.reading() as uow:
        since = _since(uow, actor.tenant, number)
        rows = (
            uow.office_days.counted_before(
                actor.tenant, number, since, _cursor(after), PAGE
            )
            if since
            else ()
        )
        offices = {row.id: row.name for row in uow.people.offices(actor.tenant)}
        found = tuple(_seen(desk, uow, rows, offices))
    last = f"{rows[-1].due_on.isoformat()}~{rows[-1].id}" if len(rows) == PAGE else None
    return ShiftsPage(number, found, last)


def order_recount(desk: Desk, actor: Actor, reason: str, number: str) -> int:
    """Order that running cases are counted anew; return the number of the order.

    ``number`` is the change of the holidays that the page showed. Raises
    BadRequestError without a reason, or when the holidays changed since. A second order
    for the same change does nothing.
    """
    only_administrator(actor)
    entered = Entered()
    why = entered.line("reason", reason, admin_sentences.RECOUNT_REASON)
    if number != str(desk.counted_with) or not desk.counted_with:
        entered.refuse("number", number, admin_sentences.HOLIDAYS_CHANGED)
    if entered.problems:
        raise BadRequestError(entered.problems)
    row = RecountRow(
        actor.tenant, desk.counted_with, actor.name, actor.account_id, why, desk.now()
    )
    with desk.database.transaction() as uow:
        if uow.office_days.order(row):
            after = {"reason": why}
            subject = str(row.number)
            noted(desk, uow, actor, "recount.ordered", subject, after=after)
    return row.number


def recounts(desk: Desk, actor: Actor) -> tuple[RecountRow, ...]:
    """Return the orders so far, newest first."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        return uow.office_days.orders(actor.tenant)


def recounted(
    desk: Desk, actor: Actor, number: int, after: str = ""
) -> tuple[RecountLineRow, ...]:
    """Return a page of the cases that an order counted anew, with both days."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        return uow.office_days.lines(actor.tenant, number, after, PAGE)


# --- carrying an order out ------------------------------------------------------------


def carry_out_recounts(desk: Desk) -> int:
    """Count the next cases of the oldest open order anew; return how many it saw.

    Each case is one transaction. What stopped in between goes on where it was: a case
    that was counted is not among those left.
    """
    tenant = desk.settings.province
    with desk.database.reading() as uow:
        order = uow.office_days.open_order(tenant)
        if order is None:
            return 0
        since = _since(uow, tenant, order.number)
        rows = uow.office_days.counted_before(
            tenant, order.number, since or date.max, order.reached, _BATCH
        )
    then = replace(
        desk,
        calendar=desk.calendar_after(order.number),
        counted_with=order.number,
    )
    for row in rows:
        _count_one(then, order, row)
    last = (rows[-1].due_on, rows[-1].id) if rows else None
    with desk.database.transaction() as uow:
        done_at = desk.now() if len(rows) < _BATCH else None
        uow.office_days.go_on(order, last, done_at)
    return len(rows) or 1


def _count_one(desk: Desk, order: RecountRow, row: CaseRow) -> None:
    try:
        with desk.database.transaction() as uow:
            file = open_case(desk, uow, uow.cases.locked(row.tenant_id, row.id))
            old = _day(file)
            if file.row.ended_at is None and _changes(file):
                new = _count_anew(desk, uow, order, file)
                uow.office_days.add_line(_line(desk, order, row, old, new))
    except (WorkflowError, AppError) as error:
        warn(_log, "a case was not counted anew", {"case_id": row.id})
        with desk.database.transaction() as uow:
            line = _line(desk, order, row, row.due_on, None)
            uow.office_days.add_line(replace(line, error=str(error)[:500]))


def _count_anew(desk: Desk, uow: UnitOfWork, order: RecountRow, file: CaseFile) -> date:
    """Write the line of history with what follows from it; return the new day."""
    by = Actor(
        "administrator", order.ordered_by, order.tenant_id, account_id=order.account_id
    )
    at, old = later(file.row, desk.now()), _day(file)
    file = replace(file, row=replace(file.row, counted_with=order.number))
    said = {
        "label": LABEL.model_dump(),
        "recount": {
            "number": order.number,
            "reason": order.reason,
            "old": old.isoformat(),
            "new": _day(file).isoformat(),
        },
    }
    effects = tuple(Effect(issue=form) for form in _receipts(desk, uow, file))
    cause = Cause(Event(EVENT, at, by.name, "administrator"), by)
    applied = stay(desk, uow, file, cause, effects, said)
    for timer in tuple(_timers(desk, uow, file)):
        uow.queues.arm(timer)
    _tell(desk, uow, applied.file, f"{file.row.id}-recount-{order.number}")
    return applied.row.due_on


def _receipts(desk: Desk, uow: UnitOfWork, file: CaseFile) -> Iterator[str]:
    """Yield the papers of the move that began the clock which print the appointment."""
    day = paper_day(file, desk.now())
    for move in uow.cases.moves(file.row.tenant_id, file.row.id):
        if any(order.get("start") for order in move.body["clock"]["orders"]):
            for effect in uow.queues.out_of_move(
                move.tenant_id, move.case_id, move.seq
            ):
                form = str(effect.body.get(ISSUE, ""))
                edition = form_edition(desk, form, file.edition.chain, day)
                keys = edition.keys() if edition is not None else frozenset()
                if _APPOINTMENT in keys:
                    yield form


def _timers(desk: Desk, uow: UnitOfWork, file: CaseFile) -> Iterator[TimerRow]:
    """Yield the running timers, each counted anew from the move that armed it."""
    history = uow.cases.moves(file.row.tenant_id, file.row.id)
    calendar = desk.calendar.in_place(file.row.tenant_id, file.matter.commune)
    for timer in uow.queues.timers_of(file.row.tenant_id, file.row.id):
        after = file.chart.state(timer.state).after
        since = history[timer.armed_seq - 1].at
        wanted = None if after is None else after.length
        length = clocks.resolved(file, wanted, legal_day(since))
        if length is not None:
            yield replace(timer, due_at=expiry(since, length, calendar))


def _tell(desk: Desk, uow: UnitOfWork, file: CaseFile, key: str) -> None:
    """Show the new day on the page, and tell it to those who agreed to be told."""
    row = file.row
    places = {"code": row.code, "day": f"{row.due_on:%d/%m/%Y}"}
    text = own_text(uow, row.tenant_id, _MESSAGE, **places)
    uow.records.put_notification(
        row.tenant_id,
        NotificationRow(key, row.id, CITIZEN, _MESSAGE, text, desk.now(), "shown"),
    )
    tell_own(desk, uow, file.matter, _MESSAGE, key, **places)


def _line(
    desk: Desk, order: RecountRow, row: CaseRow, old: date, new: date | None
) -> RecountLineRow:
    return RecountLineRow(
        row.tenant_id, order.number, row.id, row.code, old, new, desk.now()
    )


# --- which cases ----------------------------------------------------------------------


def _since(uow: UnitOfWork, tenant: str, number: int) -> date | None:
    """Return the first day that changed since the last order; None when none did."""
    orders = uow.office_days.orders(tenant)
    done = max((each.number for each in orders if each.number < number), default=0)
    changed = (
        row.first
        for row in uow.office_days.all(tenant)
        if any(done < no <= number for no in (row.added_no, row.withdrawn_no or 0))
    )
    return min(changed, default=None)


def _seen(
    desk: Desk, uow: UnitOfWork, rows: tuple[CaseRow, ...], offices: dict[str, str]
) -> Iterator[Shift]:
    for row in rows:
        file = open_case(desk, uow, row)
        if not _changes(file):
            continue
        newest = replace(file, row=replace(row, counted_with=desk.counted_with))
        yield Shift(
            row.id,
            row.code,
            file.procedure.title.clerk,
            offices.get(row.office_id or "", ""),
            _day(file),
            _day(newest),
        )


def _changes(file: CaseFile) -> bool:
    """Return whether the newest holidays would change what was promised."""
    now, newest = later(file.row, file.desk.now()), file.desk.counted_with
    before = clocks.promise_with(file, file.row.counted_with, now)
    return before != clocks.promise_with(file, newest, now)


def _day(file: CaseFile) -> date:
    """Return the due day by the holidays of the case; a forecast from now if stopped.

    The row's own day is as old as the last move, so two forecasts are made the same
    day or they differ by more than the holidays.
    """
    moves, now = clocks.moves_of(file.row.clock), later(file.row, file.desk.now())
    found = clocks.main_ledger(file, moves, now)
    standing = found.at(now) if found else None
    return (standing.due if standing else None) or file.row.due_on


def _cursor(after: str) -> tuple[date, str] | None:
    day, _, id_ = after.partition("~")
    try:
        return (date.fromisoformat(day), id_) if id_ else None
    except ValueError:
        return None

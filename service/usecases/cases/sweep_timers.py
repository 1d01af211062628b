"""Events that time raises: timers that ran out, and terms of the money ledger."""

from __future__ import annotations

import logging
from datetime import datetime

from service.auth.actors import system
from service.errors import AppError
from service.observability import note
from service.persistence.rows import InboxRow, TimerRow
from service.usecases.cases import money
from service.usecases.cases.casefile import open_case
from service.usecases.cases.moving import Cause, apply, later
from service.usecases.desk import Desk
from workflows.errors import WorkflowError
from workflows.statechart import Event

_log = logging.getLogger(__name__)


def sweep_timers(desk: Desk, now: datetime | None = None, limit: int = 100) -> int:
    """Raise what ran out until ``now``, each timer once; return how many did."""
    moment = now or desk.now()
    with desk.database.reading() as uow:
        timers = uow.queues.due_timers(moment, limit)
    fired = sum(_fire(desk, timer) for timer in timers)
    return fired + money.tick(desk, moment)


def _fire(desk: Desk, timer: TimerRow) -> bool:
    try:
        with desk.database.transaction() as uow:
            row = uow.cases.locked(timer.tenant_id, timer.case_id)
            if not uow.queues.drop_timer(timer):
                return False
            file = open_case(desk, uow, row)
            actor = system(timer.tenant_id)
            event = Event(timer.event, later(row, desk.now()), actor.name, "timer")
            apply(desk, uow, file, Cause(event, actor))
    except (WorkflowError, AppError) as error:
        _fault(desk, timer, str(error))
    return True


def _fault(desk: Desk, timer: TimerRow, error: str) -> None:
    now = desk.now()
    with desk.database.transaction() as uow:
        if not uow.queues.drop_timer(timer):
            return
        uow.queues.put_in(
            InboxRow(
                tenant_id=timer.tenant_id,
                message_id=f"timer-{timer.case_id}-{timer.armed_seq}-{timer.event}",
                source="timer",
                case_id=timer.case_id,
                event=timer.event,
                body=None,
                raw=None,
                received_at=now,
                state="fault",
                error=error[:500],
                done_at=None,
            )
        )
        uow.cases.count_fault(timer.tenant_id, timer.case_id, 1)
    note(_log, "a timer was not taken", case_id=timer.case_id, event=timer.event)

"""Whether an office answers: who does not is left alone for a while, then tried.

How it stands with an office is kept in the database, so that all processes know it.
After some calls in a row without an answer nothing is sent to the office until a pause
is over; then one process tries, the others wait for what it finds, and the pauses grow
to a few minutes. An answer, be it a no, lets everything go at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from integrations.errors import (
    AdapterNotConfiguredError,
    IntegrationError,
    OfficeUnavailableError,
)
from integrations.ports import Checked
from service.observability import note
from service.persistence.exchanges import LineRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_FIRST_REST = timedelta(seconds=30)
# So long the one who tries has before another may: more than any call takes.
_TRYING = timedelta(minutes=1)
# What an office asks to be left alone is believed up to here.
_LONGEST_ASKED = timedelta(hours=6)
# An answer is written down anew when the last one is older.
_FRESH = timedelta(minutes=1)
_LONGEST_ERROR = 200


class OfficeRestsError(IntegrationError):
    """The office does not answer: nothing was sent, and nothing is before ``until``.

    ``tried_at`` is when it was last found silent.
    """

    def __init__(self, office: str, until: datetime, tried_at: datetime) -> None:
        self.until = until
        self.tried_at = tried_at
        super().__init__(office, f"silent, tried again at {until.isoformat()}")


def ask(desk: Desk, office: str, call: Callable[[], _T]) -> _T:
    """Call an office, unless it is left alone now, and write down whether it answered.

    Raises OfficeRestsError without calling; else what the call raises.
    """
    _may_try(desk, office)
    try:
        answer = call()
    except OfficeUnavailableError as error:
        _silent(desk, office, error)
        raise
    except AdapterNotConfiguredError as error:
        lacks(desk, office, error.reason)
        raise
    except IntegrationError:
        _answered(desk, office)
        raise
    _answered(desk, office)
    return answer


def try_resting(desk: Desk) -> None:
    """Try offices whose pause is over and to which nothing is due just now."""
    with desk.database.reading() as uow:
        lines = uow.exchanges.lines(desk.settings.province)
    now = desk.now()
    for line in lines:
        if _is_over(line, now):
            look(desk, line.office)


def look(desk: Desk, office: str) -> str | None:
    """Ask an office whether it is there; return what it lacks, None when it answers.

    Its sign of life is no answer to a message: the next message that gets none sends
    it to rest again.
    """
    port = port_of(desk, office)
    if port is None:
        return None
    try:
        _may_try(desk, office)
        port.check()
    except OfficeRestsError as error:
        return error.reason
    except OfficeUnavailableError as error:
        _silent(desk, office, error)
        return error.reason
    except AdapterNotConfiguredError as error:
        lacks(desk, office, error.reason)
        return error.reason
    except IntegrationError as error:
        _answered(desk, office)
        return error.reason
    _there(desk, office)
    return None


def port_of(desk: Desk, office: str) -> Checked | None:
    """Return the port of an office by its name in the settings, None without one."""
    name = "messenger" if office == "messaging" else office
    port: Checked | None = getattr(desk.ports, name, None)
    return port


def heard(uow: UnitOfWork, tenant: str, office: str, now: datetime) -> None:
    """Write down that an office spoke to us, at most once a minute."""
    line = uow.exchanges.line(tenant, office)
    if line.last_heard_at is None or now - line.last_heard_at > _FRESH:
        held = uow.exchanges.line(tenant, office, held=True)
        uow.exchanges.keep_line(replace(held, last_heard_at=now))


def lacks(desk: Desk, office: str, lacking: str) -> None:
    """Write down what an office lacks to be reached; a look that it answers ends it."""
    with desk.database.transaction() as uow:
        line = uow.exchanges.line(desk.settings.province, office, held=True)
        if line.lacking != lacking:
            uow.exchanges.keep_line(replace(line, lacking=lacking))


# --- what becomes of a line -----------------------------------------------------------


def _may_try(desk: Desk, office: str) -> None:
    now, tenant = desk.now(), desk.settings.province
    with desk.database.reading() as uow:
        line = uow.exchanges.line(tenant, office)
    if line.opened_at is None:
        return
    if _is_over(line, now):
        with desk.database.transaction() as uow:
            line = uow.exchanges.line(tenant, office, held=True)
            if line.opened_at is None or _is_over(line, now):
                # This one tries; the others wait for what it finds.
                uow.exchanges.keep_line(replace(line, next_try_at=now + _TRYING))
                return
    tried_at = line.last_tried_at or line.opened_at or now
    raise OfficeRestsError(office, line.next_try_at or now, tried_at)


def _is_over(line: LineRow, now: datetime) -> bool:
    """Return whether an office that was left alone may be tried again."""
    resting = line.opened_at is not None and line.next_try_at is not None
    return resting and line.next_try_at is not None and line.next_try_at <= now


def _silent(desk: Desk, office: str, error: OfficeUnavailableError) -> None:
    now = desk.now()
    with desk.database.transaction() as uow:
        line = uow.exchanges.line(desk.settings.province, office, held=True)
        failures = line.failures + 1
        line = replace(
            line,
            failures=failures,
            silent_since=line.silent_since or now,
            last_tried_at=now,
            error=error.reason[:_LONGEST_ERROR],
            lacking=None,
        )
        if line.opened_at is not None or failures >= desk.settings.office_failures:
            line = replace(
                line,
                opened_at=line.opened_at or now,
                pauses=line.pauses + 1,
                next_try_at=now + _rest(desk, line.pauses, error.after),
            )
        uow.exchanges.keep_line(line)
    if line.opened_at is not None:
        note(_log, "an office is left alone for a while", office=office, tries=failures)


def _rest(desk: Desk, pauses: int, after: float | None) -> timedelta:
    longest = timedelta(seconds=desk.settings.office_rest_seconds)
    rest: timedelta = min(_FIRST_REST * 2 ** min(pauses, 20), longest)
    return max(rest * (0.5 + desk.ids.fraction() / 2), asked_for(after))


def asked_for(after: float | None) -> timedelta:
    """Return how long an office asks to be left alone, as far as that is believed."""
    return min(timedelta(seconds=min(after or 0, 10**6)), _LONGEST_ASKED)


def _answered(desk: Desk, office: str) -> None:
    now, tenant = desk.now(), desk.settings.province
    with desk.database.reading() as uow:
        line = uow.exchanges.line(tenant, office)
    fresh = line.last_answer_at is not None and now - line.last_answer_at < _FRESH
    if fresh and not line.failures and line.lacking is None:
        return
    with desk.database.transaction() as uow:
        line = uow.exchanges.line(tenant, office, held=True)
        uow.exchanges.keep_line(
            replace(
                line,
                failures=0,
                pauses=0,
                silent_since=None,
                opened_at=None,
                next_try_at=None,
                last_tried_at=now,
                last_answer_at=now,
                error=None,
                lacking=None,
            )
        )
        if line.opened_at is not None:
            uow.exchanges.wake(tenant, office, now)
    if line.opened_at is not None:
        note(_log, "an office answers again", office=office)


def _there(desk: Desk, office: str) -> None:
    """Let things go to an office that showed a sign of life, on trial."""
    now, tenant = desk.now(), desk.settings.province
    with desk.database.reading() as uow:
        line = uow.exchanges.line(tenant, office)
        waits = bool(uow.exchanges.waiting(tenant, office, 1))
    if line.opened_at is None or not waits:
        _answered(desk, office)
        return
    with desk.database.transaction() as uow:
        line = uow.exchanges.line(tenant, office, held=True)
        uow.exchanges.keep_line(
            replace(
                line,
                failures=max(desk.settings.office_failures - 1, 0),
                opened_at=None,
                next_try_at=None,
                last_tried_at=now,
            )
        )
        uow.exchanges.wake(tenant, office, now)

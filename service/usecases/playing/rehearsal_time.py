"""The hours of a rehearsal: when offices are open, and how long each one takes.

How long is drawn from the seed and from what is done, so that the same play takes the
same days whatever else changes in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from service.usecases.desk import VIETNAM, Desk, legal_day

OPENS, NOON, AFTERNOON, CLOSES = time(8), time(11, 30), time(13, 30), time(16, 30)
# The shortest way from one move to the next.
PACE = timedelta(minutes=40)


@dataclass(frozen=True, slots=True, order=True)
class Mail:
    """What an office has said and what arrives later, in the order of arrival."""

    arrives: datetime
    number: int
    office: str
    raw: bytes


def opening(desk: Desk, at: datetime) -> datetime:
    """Return the instant, or the next one at which offices are open."""
    local = at.astimezone(VIETNAM)
    day = local.date()
    if not desk.calendar.is_working(day) or local.time() > CLOSES:
        return at_hour(desk.calendar.next_working(day), OPENS)
    if local.time() < OPENS:
        return at_hour(day, OPENS)
    if NOON < local.time() < AFTERNOON:
        return at_hour(day, AFTERNOON)
    return at.astimezone(UTC)


def at_hour(day: date, hour: time) -> datetime:
    """Return the instant of an hour in Vietnam."""
    return datetime.combine(day, hour, VIETNAM).astimezone(UTC)


def drawn(seed: int, key: str, most: int) -> int:
    """Return a number from 0 to ``most``, always the same for a seed and a key."""
    told = hashlib.sha256(f"{seed}/{key}".encode()).digest()
    return int.from_bytes(told[:8]) % (max(most, 0) + 1)


def days_later(desk: Desk, at: datetime, days: int, due: date | None) -> datetime:
    """Return an hour so many working days later, but before the day it is due.

    On the same day it is the next hour at which offices are open.
    """
    day = legal_day(at)
    for _ in range(days):
        following = desk.calendar.next_working(day)
        if due is not None and following >= due:
            break
        day = following
    if day == legal_day(at):
        return opening(desk, at + PACE)
    return opening(desk, at_hour(day, OPENS) + PACE)

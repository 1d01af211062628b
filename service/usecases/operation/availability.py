"""Whether the service was there and handed messages over: the figures for everybody.

Only shares are told, and none that rests on few: a number of messages could be the
case of one house.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from service.persistence.operation import DayRow, OfficeDayRow
from service.usecases.desk import Desk
from service.usecases.operation.service_days import SLOTS, slot_of
from service.usecases.outside.connection_sentences import OFFICE_NAMES
from workflows.indicators import Share
from workflows.loader_indicators import load_counting

DAYS = 30


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """A day: in which share of it the service was there, and what went at once.

    A share is None where it is not told: nothing happened, or too little.
    """

    day: date
    there: Share | None
    at_once: Share | None


@dataclass(frozen=True, slots=True)
class OfficeAnswers:
    """How an outside office answered in all the days; a share may be None."""

    name: str
    answered: Share | None
    quickly: Share | None


@dataclass(frozen=True, slots=True)
class Availability:
    """The last days, the newest first, and all of them together."""

    days: tuple[ServiceDay, ...]
    there: Share | None
    at_once: Share | None
    offices: tuple[OfficeAnswers, ...]


def availability(desk: Desk) -> Availability:
    """Return how the service did in the last days, as far back as it is known."""
    tenant = desk.settings.province
    today, slot = slot_of(desk.now())
    since = today - timedelta(days=DAYS - 1)
    with desk.database.reading() as uow:
        known = {row.day: row for row in uow.operation.days(tenant, since)}
        before = uow.operation.began_before(tenant, since)
        answers = uow.operation.office_days(tenant, since)
    first = since if before else min(known, default=today)
    length = (today - first).days + 1 if known or before else 0
    days = [today - timedelta(days=back) for back in range(length)]
    # The part of the day that is under way may still be seen.
    shares = [_there(known.get(day), slot if day == today else SLOTS) for day in days]
    rows = [known[day] for day in days if day in known]
    return Availability(
        tuple(
            ServiceDay(day, there if there.whole else None, _at_once(_only(known, day)))
            for day, there in zip(days, shares, strict=True)
        ),
        _sum(shares),
        _at_once(rows),
        tuple(_offices(answers)),
    )


def _only(known: dict[date, DayRow], day: date) -> tuple[DayRow, ...]:
    return (known[day],) if day in known else ()


def _there(row: DayRow | None, until: int) -> Share:
    if row is None:
        return Share(0, until)
    whole = max(until - row.first_slot, 0)
    return Share(min(row.slots, whole), whole)


def _at_once(rows: Iterable[DayRow]) -> Share | None:
    told = [(row.in_time, row.handed) for row in rows]
    return _large(Share(sum(part for part, _ in told), sum(n for _, n in told)))


def _sum(shares: Iterable[Share]) -> Share | None:
    told = [(each.part, each.whole) for each in shares]
    whole = sum(n for _, n in told)
    return Share(sum(part for part, _ in told), whole) if whole else None


def _offices(rows: Iterable[OfficeDayRow]) -> Iterable[OfficeAnswers]:
    sums = dict[str, tuple[int, int, int]]()
    for row in rows:
        asked, answered, quick = sums.get(row.office, (0, 0, 0))
        sums[row.office] = (
            asked + row.asked,
            answered + row.answered,
            quick + row.quick,
        )
    for office, (asked, answered, quick) in sorted(sums.items()):
        name = OFFICE_NAMES.get(office, office)
        yield OfficeAnswers(
            name, _large(Share(answered, asked)), _large(Share(quick, asked))
        )


def _large(share: Share) -> Share | None:
    """Return a share that rests on enough for nobody to be found in it."""
    return share if share.whole >= load_counting().least_shown else None

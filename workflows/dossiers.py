"""A dossier seen from outside: received, promised, its national status, its end.

This is the shape of ``dat export cases``, and all that the indicators are counted from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

from workflows.calendar import ONE_DAY, VIETNAM, local_day
from workflows.definition import Source, Strict

Json = dict[str, Any]


class OnTimeRule(Strict):
    """The figures of indicator 2.1; statuses are national codes, 1 to 10.

    ``prefer`` is the end that counts although another one follows it.
    """

    end_statuses: frozenset[int]
    prefer: int
    supplement: int
    most_supplements: int
    source: Source


class ReturnKind(Strict):
    """One way in which a dossier goes back, told by its status or by its outcome."""

    kind: str
    label: str
    status: int | None = None
    outcome: str | None = None
    accepted: bool | None = None

    def fits(self, change: StatusChange, received: datetime | None) -> bool:
        """Return whether the change of a dossier is a return of this kind."""
        accepted = received is not None and change.at >= received
        return (
            self.status in {None, change.status}
            and self.outcome in {None, change.outcome}
            and self.accepted in {None, accepted}
        )


class Counting(Strict):
    """What is counted of dossiers: data with its source.

    ``online`` is the code of the channel that counts as online; on the public board a
    number below ``least_shown`` is not shown. ``definition`` says the rule in words.
    """

    on_time: OnTimeRule
    online: int
    returns: tuple[ReturnKind, ...]
    least_shown: int
    definition: dict[str, str]


@dataclass(frozen=True, slots=True)
class Supplement:
    """A request to supplement; ``completed`` None while nobody handed anything in."""

    requested: datetime
    completed: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """From an instant on a dossier has a status; ``outcome`` names a final state."""

    at: datetime
    status: int | None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """A dossier went back to the citizen or came to no good end; ``kind`` says how."""

    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as ``dat export cases`` shows it, and what else is counted about it.

    ``received`` and ``appointment`` are None before an office took it, or where the
    term is not known; ``channel`` is a national code, ``digitised`` and ``paid_online``
    are None where the question does not arise.
    """

    code: str
    procedure: str
    office: str | None
    received: datetime | None
    appointment: date | None
    ended: datetime | None
    end_status: int | None
    supplements: tuple[Supplement, ...]
    status: int | None
    channel: int | None = None
    digitised: bool | None = None
    paid_online: bool | None = None
    returns: tuple[Return, ...] = ()

    def to_json(self) -> Json:
        """Return the line of the export: instants with their offset in Vietnam."""
        return {
            "code": self.code,
            "procedure": self.procedure,
            "office": self.office,
            "received": _said(self.received),
            "appointment": self.appointment and self.appointment.isoformat(),
            "ended": _said(self.ended),
            "end_status": self.end_status,
            "supplements": [
                {"requested": _said(each.requested), "completed": _said(each.completed)}
                for each in self.supplements
            ],
            "status": self.status,
        }

    def belongs(self, period: Period) -> bool:
        """Return whether the dossier was on a desk in the period.

        Received before the end of its last day, and not ended before its first day:
        what came over from before, and what was received.
        """
        if self.received is None or self.received >= period.until:
            return False
        return self.ended is None or self.ended >= period.since

    def seen_at(self, until: datetime) -> Dossier:
        """Return the dossier as it stood then: what came at or after it is not seen."""
        over = self.ended is not None and self.ended < until
        return replace(
            self,
            ended=self.ended if over else None,
            end_status=self.end_status if over else None,
            supplements=tuple(
                replace(each, completed=_before(each.completed, until))
                for each in self.supplements
                if each.requested < until
            ),
            returns=tuple(each for each in self.returns if each.at < until),
        )


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in Vietnam: ``first`` to ``last``, both in it."""

    first: date
    last: date

    @classmethod
    def of(cls, at: datetime) -> Period:
        """Return the one day on which an instant falls."""
        return cls(local_day(at), local_day(at))

    @property
    def since(self) -> datetime:
        """Return the instant at which it begins."""
        return datetime.combine(self.first, time(), VIETNAM)

    @property
    def until(self) -> datetime:
        """Return the instant at which it is over: 24:00 of the last day."""
        return end_of(self.last)

    def months(self) -> Iterator[Period]:
        """Yield its calendar months, the first and the last cut to the period."""
        first = self.first
        while first <= self.last:
            month = month_of(first)
            yield Period(first, min(month.last, self.last))
            first = month.last + ONE_DAY


def month_of(day: date) -> Period:
    """Return the calendar month of a day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - ONE_DAY)


def end_of(day: date) -> datetime:
    """Return the end of a day, 24:00 in Vietnam: the latest instant that is on time."""
    return datetime.combine(day + ONE_DAY, time(), VIETNAM)


@dataclass(frozen=True, slots=True)
class History:
    """What the statuses of a dossier say of it."""

    ended: datetime | None
    end_status: int | None
    supplements: tuple[Supplement, ...]
    returns: tuple[Return, ...]


def read_history(
    counting: Counting, changes: Iterable[StatusChange], received: datetime | None
) -> History:
    """Return when a dossier ended, with which status, and how often it went back.

    ``changes`` stand oldest first. The end is the instant of the last change when that
    is an end; one that follows the preferred end does not move it. A dossier that is
    paused, or goes on again, has not ended. What was asked at the
    counter before the dossier was received is no supplement.
    """
    rule = counting.on_time
    spells = list(_spells(changes))
    asked = tuple(
        Supplement(spell.at, _completed(rule, following))
        for spell, following in zip(spells, [*spells[1:], None], strict=True)
        if spell.status == rule.supplement
        and received is not None
        and spell.at >= received
    )
    returns = tuple(
        Return(spell.at, kind.kind)
        for spell in spells
        for kind in counting.returns
        if kind.fits(spell, received)
    )
    return History(*_end(rule, spells), asked, returns)


def _spells(changes: Iterable[StatusChange]) -> Iterator[StatusChange]:
    """Yield each status, and each outcome, once, when it began."""
    last: StatusChange | None = None
    for change in changes:
        if change.status is None and change.outcome is None:
            continue
        if last is None or (change.status, change.outcome) != (
            last.status,
            last.outcome,
        ):
            yield change
        last = change


def _end(
    rule: OnTimeRule, spells: Sequence[StatusChange]
) -> tuple[datetime | None, int | None]:
    """Return the end: where the newest run of one end status began, or of the best."""
    if spells and spells[-1].outcome and spells[-1].status not in rule.end_statuses:
        return spells[-1].at, None
    run = list(takewhile(lambda each: _ends(rule, each), reversed(spells)))
    if not run:
        return None, None
    statuses = [each.status for each in run]
    status = rule.prefer if rule.prefer in statuses else statuses[0]
    return min(each.at for each in run if each.status == status), status


def _ends(rule: OnTimeRule, spell: StatusChange) -> bool:
    """Return whether the work has ended: for good, or but for the hand-over.

    A dossier that is only paused has the status of one that is stopped; it goes on.
    """
    if spell.outcome is None:
        return spell.status == rule.prefer
    return spell.status in rule.end_statuses


def _completed(rule: OnTimeRule, following: StatusChange | None) -> datetime | None:
    """Return when the citizen handed in what was asked; None when it came to an end."""
    if following is None or following.outcome is not None:
        return None
    return None if following.status in rule.end_statuses else following.at


def _before(at: datetime | None, until: datetime) -> datetime | None:
    return at if at is not None and at < until else None


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(VIETNAM).isoformat()

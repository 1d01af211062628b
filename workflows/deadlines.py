"""Due days and the clock of a case: counted from its history, never kept as a number.

BLDS Điều 147-148: the day of the event is not counted, and a term ends at the end of
its last day. So a clock counts a working day when it was already running as that day
began: the day on which it stops is still counted, the day on which it starts or goes
on again is not. Everything here is derived from the moves of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import pairwise

from workflows.calendar import ONE_DAY, VIETNAM, Calendar, local_day
from workflows.definition import ClockOrder, Length, ListItem, Stop

# --- one term -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A due day, the day it is counted from, and each day that was counted.

    ``notes`` are sentences about days in between that are not certain.
    """

    due: date
    starts: date
    counted: tuple[date, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the answer of ``dat due``; days are ISO dates."""
        return {
            "due": self.due.isoformat(),
            "starts": self.starts.isoformat(),
            "counted": [day.isoformat() for day in self.counted],
            "notes": list(self.notes),
        }


def receive(at: datetime, cutoff: time | None, calendar: Calendar) -> date:
    """Return the day on which a dossier counts as received.

    After the cut-off, or on a day off, that is the next working day
    (NĐ 118/2025 Điều 18 khoản 2, as amended by NĐ 309/2026). None means no cut-off.
    """
    day = local_day(at)
    late = cutoff is not None and at.astimezone(VIETNAM).time() > cutoff
    return calendar.next_working(day) if late else calendar.roll(day)


def due(starts: date, length: Length, calendar: Calendar) -> Due:
    """Count a term; ``starts`` itself is not counted (BLDS Điều 147 khoản 2).

    A term in plain days that ends on a day off ends with the next working day
    (BLDS Điều 148 khoản 5).
    """
    if length.unit == "working_day":
        end = calendar.add(starts, length.n)
        counted = calendar.working_days(starts, end) if length.n else ()
    else:
        counted = tuple(_following(starts, length.n))
        end = calendar.roll(counted[-1] if counted else starts)
    return Due(end, starts, counted, calendar.notes(starts, end))


def with_addons(length: Length, addons: Iterable[Length]) -> Length:
    """Return the term with the days that the law adds; all in the same unit."""
    for addon in addons:
        if addon.unit != length.unit:
            raise ValueError(f"{addon.n} {addon.unit} cannot be added to {length}")
        length = Length(n=length.n + addon.n, unit=length.unit)
    return length


def expiry(day: date, length: Length, calendar: Calendar) -> datetime:
    """Return the instant (UTC) at which a timer that counts from the day runs out.

    It is the end of the last day, 24:00 in Vietnam (BLDS Điều 148 khoản 6).
    """
    last = due(day, length, calendar).due
    return datetime.combine(last + ONE_DAY, time(), VIETNAM).astimezone(UTC)


def _following(day: date, n: int) -> Iterator[date]:
    for _ in range(n):
        day += ONE_DAY
        yield day


# --- the clock of a case --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClockMove:
    """What one move of the case means for its clocks.

    ``stops`` are those of all states that are active after the move; ``lengths`` are
    the terms as resolved on that day, add-ons included, None when not known;
    ``appointment`` is a day of return lawfully set anew (ONESTOP-04).
    """

    at: datetime
    orders: tuple[ClockOrder, ...] = ()
    stops: tuple[Stop, ...] = ()
    owner: str | None = None
    letter: str | None = None
    appointment: date | None = None
    lengths: Mapping[str, Length | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holding:
    """One reason why a clock stands still: since when, on which letter, whose ball."""

    reason: str
    since: datetime
    letter: str | None
    ball: str | None
    entry: ListItem | None

    def to_json(self) -> dict[str, object]:
        """Return it for a page: the words and the article of the closed list."""
        shown: dict[str, object] = {
            "reason": self.reason,
            "since": self.since.isoformat(),
            "letter": self.letter,
            "ball": self.ball,
        }
        if self.entry is not None:
            source = self.entry.source
            shown["label"] = self.entry.label.model_dump()
            shown["instrument"] = source.instrument
            shown["at"] = source.at
            shown["verified"] = source.mark.verified
        return shown


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch in which the clock ran, or stood still for the same reasons.

    ``until`` None means that it lasts; ``ball`` says who must act meanwhile.
    """

    since: datetime
    until: datetime | None
    holdings: tuple[Holding, ...]
    owner: str | None

    @property
    def running(self) -> bool:
        """Return whether nothing holds the clock."""
        return not self.holdings

    @property
    def ball(self) -> str | None:
        """Return who has to act: the office that works, or whom the stop waits for."""
        return self.holdings[0].ball if self.holdings else self.owner

    def like(self, other: Interval) -> bool:
        """Return whether both say the same: held alike, or worked on by the same."""
        if self.holdings or other.holdings:
            return self.holdings == other.holdings
        return self.owner == other.owner

    def covers(self, at: datetime) -> bool:
        """Return whether the instant falls into it."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Term:
    """The promise from an instant on: as given at receipt, extended, or set anew."""

    at: datetime
    clock: str
    length: Length | None
    appointment: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands at an instant; days in the unit of the term.

    ``due`` is certain only while the clock runs or after it has finished; while it
    stands still the day is the one that would hold if it went on today. ``left`` is
    negative when the term is over; None means that its length is not known.
    """

    clock: str
    running: bool
    finished: bool
    starts: date
    used: int
    left: int | None
    length: Length | None
    due: date | None
    appointment: date | None
    late: bool
    holdings: tuple[Holding, ...]
    ball: str | None
    notes: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Return whether the due day is more than a forecast."""
        return self.due is not None and (self.running or self.finished)

    def to_json(self) -> dict[str, object]:
        """Return it for a page or for ``rehearse``; days are ISO dates."""
        return {
            "clock": self.clock,
            "running": self.running,
            "finished": self.finished,
            "starts": self.starts.isoformat(),
            "used": self.used,
            "left": self.left,
            "term": self.length and self.length.n,
            "unit": self.length and self.length.unit,
            "due": self.due and self.due.isoformat(),
            "certain": self.certain,
            "appointment": self.appointment and self.appointment.isoformat(),
            "late": self.late,
            "ball": self.ball,
            "holdings": [holding.to_json() for holding in self.holdings],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Run:
    """The clock from one start to its finish."""

    starts: date
    intervals: tuple[Interval, ...]
    terms: tuple[Term, ...]
    finished: datetime | None = None

    @property
    def since(self) -> datetime:
        """Return the instant of the start."""
        return self.intervals[0].since

    def term(self, now: datetime) -> Term:
        """Return the promise that holds at the instant."""
        known = [term for term in self.terms if term.at <= now]
        return known[-1] if known else self.terms[0]

    def counted(self, now: datetime, calendar: Calendar) -> tuple[date, ...]:
        """Return the days used up to the instant, its own day included."""
        unit = _unit(self.term(now).length)
        return tuple(
            day
            for day in _days_after(self.starts, local_day(self._seen(now)))
            if _eligible(day, unit, calendar) and self._ran_at_dawn(day)
        )

    def due(
        self, now: datetime, calendar: Calendar, resumes: date | None = None
    ) -> date | None:
        """Return the due day as it stands at the instant, None when not known.

        The last day before the one that would be a day too many: so the due day moves
        by exactly the days on which the clock stood still. What is held is taken to go
        on today, or on the day ``resumes``.
        """
        length = self.term(now).length
        if length is None:
            return None
        today = local_day(self._seen(now))
        held_to = max(today, resumes or today)
        used = len(self.counted(now, calendar))
        if used > length.n:
            over = self.counted(now, calendar)[length.n]
        else:
            first = max(held_to, self.starts)
            over = _nth_after(first, length.n - used + 1, length.unit, calendar)
        if length.unit == "day":
            return calendar.roll(over - ONE_DAY)
        return calendar.last_working(over - ONE_DAY)

    def interval(self, now: datetime) -> Interval:
        """Return the stretch that holds at the instant, else the nearest one."""
        for interval in self.intervals:
            if interval.covers(now):
                return interval
        return self.intervals[0] if now < self.since else self.intervals[-1]

    def _seen(self, now: datetime) -> datetime:
        """Return the instant, but not after the finish: then nothing counts more."""
        return now if self.finished is None else min(now, self.finished)

    def _ran_at_dawn(self, day: date) -> bool:
        dawn = datetime.combine(day, time(), VIETNAM)
        return any(each.running and each.covers(dawn) for each in self.intervals)


@dataclass(frozen=True, slots=True)
class ClockLedger:
    """The whole history of one clock; ask it how things stood at any instant."""

    clock: str
    runs: tuple[Run, ...]
    calendar: Calendar

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """Return every stretch of every run, in order, without gaps inside a run."""
        return tuple(interval for run in self.runs for interval in run.intervals)

    def run(self, now: datetime) -> Run | None:
        """Return the run that counts at the instant, None before the clock started."""
        begun = [run for run in self.runs if run.since <= now]
        return begun[-1] if begun else None

    def used(self, now: datetime) -> int:
        """Return the days used, today included when the clock ran as it began."""
        run = self.run(now)
        return len(run.counted(now, self.calendar)) if run else 0

    def left(self, now: datetime) -> int | None:
        """Return the days left after today; negative when overdue."""
        standing = self.at(now)
        return standing.left if standing else None

    def due(self, now: datetime) -> date | None:
        """Return the due day as it stands at the instant."""
        run = self.run(now)
        return run.due(now, self.calendar) if run else None

    def predicted(self, now: datetime, resumes: date) -> date | None:
        """Return the due day if what is held goes on with the given day."""
        run = self.run(now)
        if run is None:
            return None
        held = not run.interval(now).running
        return run.due(now, self.calendar, resumes if held else None)

    def at(self, now: datetime) -> Standing | None:
        """Return how the clock stands at the instant, None before it started."""
        run = self.run(now)
        if run is None:
            return None
        finished = run.finished is not None and run.finished <= now
        term, interval = run.term(now), run.interval(now)
        used = len(run.counted(now, self.calendar))
        day = run.due(now, self.calendar)
        seen = run.finished if run.finished is not None and finished else now
        return Standing(
            clock=term.clock,
            running=interval.running and not finished,
            finished=finished,
            starts=run.starts,
            used=used,
            left=None if term.length is None else term.length.n - used,
            length=term.length,
            due=day,
            appointment=term.appointment,
            late=day is not None and local_day(seen) > day,
            holdings=() if finished else interval.holdings,
            ball=None if finished else interval.ball,
            notes=() if day is None else self.calendar.notes(run.starts, day),
        )

    def days(self, interval: Interval, now: datetime) -> int:
        """Return how many days of the term the stretch has used up to the instant."""
        run = next(run for run in self.runs if interval in run.intervals)
        return sum(
            interval.running and interval.covers(datetime.combine(day, time(), VIETNAM))
            for day in run.counted(now, self.calendar)
        )

    def to_json(self, now: datetime) -> dict[str, object]:
        """Return the ledger up to the instant, the same for everybody who looks."""
        standing = self.at(now)
        return {
            "standing": standing and standing.to_json(),
            "intervals": [
                self._shown(each, now) for each in self.intervals if each.since <= now
            ],
        }

    def _shown(self, interval: Interval, now: datetime) -> dict[str, object]:
        until = interval.until
        if until is not None and until > now:
            until = None
        return {
            "since": interval.since.isoformat(),
            "until": until and until.isoformat(),
            "running": interval.running,
            "days": self.days(interval, now),
            "ball": interval.ball,
            "holdings": [holding.to_json() for holding in interval.holdings],
        }


def ledger(
    moves: Sequence[ClockMove],
    *,
    clock: str,
    calendar: Calendar,
    cutoff: time | None = None,
    reasons: Mapping[str, ListItem] | None = None,
) -> ClockLedger:
    """Derive the ledger of one clock from the moves, oldest first.

    ``clock`` is the deadline's name in the procedure; one that replaces it is the same
    clock with another length and keeps the day it is counted from. ``reasons`` is the
    closed list of stop reasons. A start while the clock goes, and a finish while it
    does not, change nothing.
    """
    for earlier, later in pairwise(moves):
        if later.at < earlier.at:
            raise ValueError(
                f"the move of {later.at} stands after that of {earlier.at}"
            )
    builder = _Builder(clock, calendar, cutoff, reasons or {})
    for move in moves:
        builder.take(move)
    return ClockLedger(clock, tuple(builder.runs), calendar)


class _Builder:
    """Folds moves into runs."""

    def __init__(
        self,
        clock: str,
        calendar: Calendar,
        cutoff: time | None,
        reasons: Mapping[str, ListItem],
    ) -> None:
        self.clock = clock
        self.calendar = calendar
        self.cutoff = cutoff
        self.reasons = reasons
        self.runs: list[Run] = []
        self.names = {clock}
        self.holdings: dict[str, Holding] = {}
        self.lengths: dict[str, Length | None] = {}

    def take(self, move: ClockMove) -> None:
        self.lengths |= move.lengths
        for order in move.orders:
            self._replace(order, move)
        self._hold(move)
        for order in move.orders:
            if order.finish in self.names:
                self._finish(move)
            if order.start == self.clock:
                self._start(move)
        self._continue(move)
        if move.appointment is not None:
            self._set_anew(move, move.appointment)

    @property
    def _going(self) -> bool:
        return bool(self.runs) and self.runs[-1].finished is None

    def _hold(self, move: ClockMove) -> None:
        held: dict[str, Holding] = {}
        for stop in move.stops:
            if stop.clock not in self.names:
                continue
            entry = self.reasons.get(stop.reason)
            ball = None if entry is None else entry.data.get("ball")
            held[stop.reason] = self.holdings.get(stop.reason) or Holding(
                stop.reason,
                move.at,
                move.letter,
                ball if isinstance(ball, str) else move.owner,
                entry,
            )
        self.holdings = held

    def _start(self, move: ClockMove) -> None:
        if self._going:
            return
        self.names = {self.clock}
        starts = receive(move.at, self.cutoff, self.calendar)
        length = self.lengths.get(self.clock)
        promised = None if length is None else due(starts, length, self.calendar).due
        self.runs.append(
            Run(
                starts=starts,
                intervals=(self._interval(move),),
                terms=(Term(move.at, self.clock, length, promised),),
            )
        )

    def _finish(self, move: ClockMove) -> None:
        if self._going:
            run = self.runs[-1]
            ended = _ended(run.intervals, move.at) or (
                replace(run.intervals[-1], until=move.at),
            )
            self.runs[-1] = replace(run, intervals=tuple(ended), finished=move.at)

    def _continue(self, move: ClockMove) -> None:
        """Open a new stretch when the reasons, or who works on it, have changed."""
        if not self._going:
            return
        run, fresh = self.runs[-1], self._interval(move)
        if run.intervals[-1].like(fresh):
            return
        before = _ended(run.intervals, move.at)
        if before and before[-1].like(fresh):
            fresh = replace(before.pop(), until=None)
        self.runs[-1] = replace(run, intervals=(*before, fresh))

    def _replace(self, order: ClockOrder, move: ClockMove) -> None:
        for old, new in (order.replace or {}).items():
            if old not in self.names or not self._going:
                continue
            self.names.add(new)
            self._promise(Term(move.at, new, self.lengths.get(new), None))
            day = self.runs[-1].due(move.at, self.calendar)
            self._promise(Term(move.at, new, self.lengths.get(new), day))

    def _set_anew(self, move: ClockMove, appointment: date) -> None:
        """Make the term last until the new appointment, counted from today.

        An appointment on a day off is one on the next working day.
        """
        if not self._going:
            return
        run, today = self.runs[-1], local_day(move.at)
        term = run.term(move.at)
        unit, last = _unit(term.length), self.calendar.roll(appointment)
        ahead = sum(
            _eligible(day, unit, self.calendar)
            for day in _days_after(max(today, run.starts), last)
        )
        n = len(run.counted(move.at, self.calendar)) + ahead
        length = Length.model_validate({"n": n, "unit": unit})
        self._promise(Term(move.at, term.clock, length, last))

    def _promise(self, term: Term) -> None:
        run = self.runs[-1]
        kept = tuple(
            each for each in run.terms if (each.at, each.clock) != (term.at, term.clock)
        )
        self.runs[-1] = replace(run, terms=(*kept, term))

    def _interval(self, move: ClockMove) -> Interval:
        return Interval(move.at, None, tuple(self.holdings.values()), move.owner)


def _ended(intervals: Sequence[Interval], at: datetime) -> list[Interval]:
    """End the last stretch at the instant; one that took no time falls away."""
    *before, last = intervals
    return [*before, replace(last, until=at)] if last.since < at else before


def _unit(length: Length | None) -> str:
    return "working_day" if length is None else length.unit


def _eligible(day: date, unit: str, calendar: Calendar) -> bool:
    return unit == "day" or calendar.is_working(day)


def _days_after(first: date, last: date) -> Iterator[date]:
    yield from _following(first, (last - first).days)


def _nth_after(day: date, n: int, unit: str, calendar: Calendar) -> date:
    if unit == "day":
        return date.fromordinal(day.toordinal() + n)
    return calendar.add(day, n)

"""Working days: weekly rest, statutory holidays, and what the yearly notices changed.

The statutory holidays come from the ``holidays`` package; the overlay (data) adds the
days off and the worked Saturdays of the official notices, says which days are not yet
certain, and names local closures. A day is a ``date`` in Vietnam's calendar.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Self

import holidays
from pydantic import Field, model_validator

from workflows.definition import Names, Source, Strict, Unknown
from workflows.errors import BadInputError, Problem

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def local_day(at: datetime) -> date:
    """Return the day in Vietnam on which the instant falls; refuse a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"an instant has an offset, {at.isoformat()} has none")
    return at.astimezone(VIETNAM).date()


# --- the overlay, as it stands in data -----------------------------------------------


class MarkedDay(Strict):
    """A day that a notice makes free, or makes a working day."""

    day: date
    why: str
    source: Source


class Doubt(Strict):
    """A day, or a stretch up to ``to``, about which nothing is decided yet."""

    day: date
    to: date | None = None
    text: str


class Yearly(Strict):
    """A holiday on the same day of every year since ``since``."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    since: date
    make_up: bool
    why: str
    source: Source

    def in_year(self, year: int) -> date | None:
        """Return its day in the year, or None before the rule began."""
        day = date(year, self.month, self.day)
        return day if day >= self.since else None


class YearNotice(Strict):
    """What the official notice of one year says, or that there is none yet."""

    notice: Source | Unknown
    days_off: tuple[MarkedDay, ...] = ()
    worked_days: tuple[MarkedDay, ...] = ()
    doubtful: tuple[Doubt, ...] = ()


class Closure(Strict):
    """Counters closed by a notice: a whole province, or only the named communes."""

    province: str
    communes: Names = ()
    from_: date = Field(alias="from")
    to: date
    why: str
    source: Source

    def concerns(self, province: str, commune: str | None) -> bool:
        """Return whether offices at the place were closed by it."""
        return province == self.province and (
            not self.communes or commune in self.communes
        )


class Years(Strict):
    """The years for which days can be counted, both inclusive."""

    from_: int = Field(alias="from")
    to: int


class Sentences(Strict):
    """What the calendar says to people; ``{day}``, ``{why}``, ``{year}`` are filled."""

    weekly_rest: str
    unverified: str
    no_notice: str
    out_of_range: str


class Overlay(Strict):
    """The table of official notices, whole."""

    weekly_rest: tuple[str, ...]
    covers: Years
    sentences: Sentences
    instruments: dict[str, str] = Field(default_factory=dict)
    yearly: tuple[Yearly, ...] = ()
    years: dict[int, YearNotice] = Field(default_factory=dict)
    closures: tuple[Closure, ...] = ()

    @model_validator(mode="after")
    def _days_are_known(self) -> Self:
        strange = set(self.weekly_rest) - set(_WEEKDAYS)
        if strange:
            raise ValueError(f"weekly_rest: {sorted(strange)} not in {_WEEKDAYS}")
        for year, notice in self.years.items():
            for marked in (*notice.days_off, *notice.worked_days):
                if marked.day.year != year:
                    raise ValueError(f"{marked.day} stands under the year {year}")
        return self

    @model_validator(mode="after")
    def _sources_are_named(self) -> Self:
        cited: set[str] = {each.source.instrument for each in self.yearly}
        cited |= {each.source.instrument for each in self.closures}
        for notice in self.years.values():
            marked = (*notice.days_off, *notice.worked_days)
            cited |= {each.source.instrument for each in marked}
            if isinstance(notice.notice, Source):
                cited.add(notice.notice.instrument)
        if cited - self.instruments.keys():
            raise ValueError(
                f"instruments: no {sorted(cited - self.instruments.keys())}"
            )
        return self


class Notices(Strict):
    """What an installation was told by notices that the program does not have.

    They go over the table: a day that they free is free, one that they work is worked.
    """

    days_off: tuple[MarkedDay, ...] = ()
    worked_days: tuple[MarkedDay, ...] = ()
    closures: tuple[Closure, ...] = ()

    def of_year(self, year: int) -> tuple[tuple[MarkedDay, ...], tuple[MarkedDay, ...]]:
        """Return the days off and the worked days of one year."""
        off, worked = (
            tuple(each for each in days if each.day.year == year)
            for days in (self.days_off, self.worked_days)
        )
        return off, worked


_NO_NOTICES = Notices()


# --- the calendar --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Year:
    """One year worked out: the days off beside weekly rest, and the worked ones."""

    off: Mapping[date, str]
    worked: Mapping[date, str]
    notes: Mapping[date, str]


class Calendar:
    """Answers whether offices work on a day; ``in_place`` adds local closures.

    ``notices`` are those of the installation, over what the overlay says. Years
    outside the overlay's ``covers`` raise BadInputError.
    """

    __slots__ = ("_closures", "_notices", "_overlay", "_places", "_rest", "_years")

    def __init__(
        self,
        overlay: Overlay,
        closures: tuple[Closure, ...] = (),
        notices: Notices = _NO_NOTICES,
    ) -> None:
        self._overlay = overlay
        self._closures = closures
        self._notices = notices
        self._places: dict[tuple[Closure, ...], Calendar] = {}
        self._rest = frozenset(_WEEKDAYS.index(day) for day in overlay.weekly_rest)
        self._years: dict[int, _Year] = {}

    def in_place(self, province: str, commune: str | None = None) -> Calendar:
        """Return the calendar of a place: this one, with the closures there."""
        closures = tuple(
            closure
            for closure in (*self._overlay.closures, *self._notices.closures)
            if closure.concerns(province, commune)
        )
        if not closures:
            return self
        return self._places.setdefault(
            closures, Calendar(self._overlay, closures, self._notices)
        )

    def with_notices(self, notices: Notices) -> Calendar:
        """Return this calendar with the notices in the place of those it had."""
        return Calendar(self._overlay, (), notices)

    def is_working(self, day: date) -> bool:
        """Return whether offices work on the day; worked Saturdays count."""
        year = self._year(day)
        if day in year.worked:
            return True
        return day.weekday() not in self._rest and day not in year.off

    def why_off(self, day: date) -> str | None:
        """Return why offices are closed on the day, or None when they work."""
        if self.is_working(day):
            return None
        return self._year(day).off.get(day, self._overlay.sentences.weekly_rest)

    def note(self, day: date) -> str | None:
        """Return what is not certain about the day, fit for a screen, or None.

        A day that only a second-hand or derived source makes free says so, and so does
        a working day of which a swap was proposed.
        """
        return self._year(day).notes.get(day)

    def notes(self, first: date, last: date) -> tuple[str, ...]:
        """Return each note of the stretch once, in the order of the days."""
        found = dict.fromkeys(self.note(day) for day in _days(first, last))
        return tuple(note for note in found if note is not None)

    def next_working(self, day: date) -> date:
        """Return the first working day after the day (never the day itself)."""
        return self.roll(day + ONE_DAY)

    def roll(self, day: date) -> date:
        """Return the day itself when offices work, else the next working day."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def last_working(self, day: date) -> date:
        """Return the day itself when offices work, else the working day before it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def working_days(self, after: date, until: date) -> tuple[date, ...]:
        """Return the working days after the first day, up to the second inclusive."""
        return tuple(
            day for day in _days(after + ONE_DAY, until) if self.is_working(day)
        )

    def add(self, day: date, n: int) -> date:
        """Return the n-th working day after the day; for n = 0 the rolled day."""
        if n == 0:
            return self.roll(day)
        for _ in range(n):
            day = self.next_working(day)
        return day

    def _year(self, day: date) -> _Year:
        covers = self._overlay.covers
        if not covers.from_ <= day.year <= covers.to:
            text = self._overlay.sentences.out_of_range.format(
                day=_written(day), first=covers.from_, last=covers.to
            )
            raise BadInputError([Problem("day", day.isoformat(), text)])
        known = self._years.get(day.year)
        if known is None:
            known = self._years[day.year] = _told_otherwise(
                _work_out(self._overlay, self._closures, day.year),
                self._notices,
                day.year,
                closed={day for day, _, _ in _closed_days(self._closures, day.year)},
            )
        return known


def from_overlay(raw: Mapping[str, object]) -> Calendar:
    """Build the calendar from the overlay file as read; unknown keys are an error."""
    return Calendar(Overlay.model_validate(raw))


def _work_out(overlay: Overlay, closures: tuple[Closure, ...], year: int) -> _Year:
    off = _statutory(overlay, year)
    notice = overlay.years.get(year)
    notes: dict[date, str] = {}
    if notice is None or isinstance(notice.notice, Unknown):
        notes |= {
            day: overlay.sentences.no_notice.format(
                day=_written(day), why=why, year=year
            )
            for day, why in off.items()
        }
    marked = [*_yearly_days(overlay, year), *_closed_days(closures, year)]
    worked: dict[date, str] = {}
    if notice is not None:
        marked += [(each.day, each.why, each.source) for each in notice.days_off]
        worked = {each.day: each.why for each in notice.worked_days}
    off |= {day: why for day, why, _ in marked}
    if notice is not None:
        marked += [(each.day, each.why, each.source) for each in notice.worked_days]
    for day, why, source in marked:
        notes.pop(day, None)
        if not source.mark.verified:
            notes[day] = overlay.sentences.unverified.format(day=_written(day), why=why)
    for doubt in notice.doubtful if notice is not None else ():
        notes |= dict.fromkeys(_days(doubt.day, doubt.to or doubt.day), doubt.text)
    return _Year(off=off, worked=worked, notes=notes)


def _told_otherwise(
    year: _Year, notices: Notices, number: int, *, closed: Collection[date]
) -> _Year:
    """Return the year as the notices of the installation leave it.

    What is closed for a storm stays closed, though the day was to be worked.
    """
    off, worked = notices.of_year(number)
    free = dict(year.off) | {each.day: each.why for each in off}
    busy = {day: why for day, why in year.worked.items() if day not in closed}
    for each in off:
        busy.pop(each.day, None)
    for each in worked:
        free.pop(each.day, None)
        busy[each.day] = each.why
    told = {each.day for each in (*off, *worked)}
    notes = {day: text for day, text in year.notes.items() if day not in told}
    return _Year(off=free, worked=busy, notes=notes)


def _statutory(overlay: Overlay, year: int) -> dict[date, str]:
    """Return the statutory holidays, without a make-up day where none is given."""
    days = dict(
        holidays.country_holidays("VN", years=year, expand=False, language="vi").items()
    )
    for rule in overlay.yearly:
        day = rule.in_year(year)
        if day is None or rule.make_up:
            continue
        name = days.get(day, rule.why)
        days = {
            each: why
            for each, why in days.items()
            if each == day or not why.startswith(name)
        }
    return days


def _yearly_days(overlay: Overlay, year: int) -> Iterator[tuple[date, str, Source]]:
    for rule in overlay.yearly:
        day = rule.in_year(year)
        if day is not None:
            yield day, rule.why, rule.source


def _closed_days(
    closures: tuple[Closure, ...], year: int
) -> Iterator[tuple[date, str, Source]]:
    for closure in closures:
        for day in _days(closure.from_, closure.to):
            if day.year == year:
                yield day, closure.why, closure.source


def _days(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _written(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"

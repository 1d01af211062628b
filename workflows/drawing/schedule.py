"""A plan on the calendar: one row for the family and for each office.

A solid bar counts in the term of the office; a dashed one does not, but the family
waits all the same; a green one is what the family does meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.drawing import sentences
from workflows.drawing.svg import LETTER, box, drawing, number, path, text, wrapped
from workflows.journey.model import Plan

WIDTH, LEFT, RIGHT, TOP, ROW = 1070, 196, 60, 34, 46
BAR = 30
LETTERS = 22
ONE_DAY = timedelta(days=1)
Say = Callable[[str], str]
# A tick every so many weeks, the shortest that leaves room for its words.
WEEKS, TICK_ROOM = (1, 2, 4, 8, 13), 58
# Below this many days nobody prepares anything meanwhile.
LONG = 5


@dataclass(frozen=True, slots=True)
class _Bar:
    lane: str
    kind: str
    first: date
    last: date
    label: str
    mark: str
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Return where the day begins."""
        days = (self.last - self.first).days + 1
        return LEFT + (day - self.first).days * (WIDTH - LEFT - RIGHT) / days


def plan_calendar_svg(plan: Plan, say: Say = str) -> str:
    """Return the plan drawn on the calendar, from its first day to its last.

    ``say`` puts each of its words into the language of the reader.
    """
    bars = list(_bars(plan, say))
    scale = _Scale(plan.duration.earliest_start, plan.duration.earliest_finish)
    lanes = list(dict.fromkeys([sentences.FAMILY, *(bar.lane for bar in bars)]))
    if not any(bar.lane == sentences.FAMILY for bar in bars):
        lanes.remove(sentences.FAMILY)
    bottom = TOP + ROW * len(lanes)
    parts = [
        *_ticks(plan, scale, bottom, say),
        *(_lane(row, say(name)) for row, name in enumerate(lanes)),
    ]
    for row, name in enumerate(lanes):
        own = sorted(
            (bar for bar in bars if bar.lane == name), key=lambda bar: bar.first
        )
        parts += _row(own, TOP + ROW * row, scale)
    return drawing(
        f"plan-{plan.goal}",
        (WIDTH, bottom + 4),
        say(sentences.CALENDAR_TITLE),
        _said(plan, say),
        "".join(parts),
    )


def _bars(plan: Plan, say: Say) -> Iterator[_Bar]:
    steps = plan.main_steps
    for place, step in enumerate(steps, start=1):
        for period in step.periods:
            is_first = period is step.periods[0]
            first = period.starts if is_first else period.starts + ONE_DAY
            last_one = period is step.periods[-1]
            yield _Bar(
                lane=period.lane,
                kind="run" if period.counting else "halt",
                first=min(first, period.ends),
                last=period.ends,
                label=say(period.label),
                mark=f"{place}. " if period.counting else "",
                ends=step.ends if last_one else None,
            )
        following = [n for n, s in enumerate(steps, start=1) if step.id in s.after]
        if following and (step.ends - step.starts).days >= LONG:
            yield _Bar(
                lane=sentences.FAMILY,
                kind="you",
                first=step.starts + ONE_DAY,
                last=step.ends,
                label=say(sentences.meanwhile(following[0])),
                mark="",
            )


def _said(plan: Plan, say: Say) -> str:
    if not plan.steps:
        return say(sentences.NOTHING_TO_DO)
    duration = plan.duration
    parts = [sentences.whole(duration.earliest_start, duration.earliest_finish)]
    for place, step in enumerate(plan.main_steps, start=1):
        parts += [
            sentences.stretch(place, period.lane, period.label, period.ends)
            for period in step.periods
        ]
    return " ".join(map(say, parts))


# --- the ground -----------------------------------------------------------------------


def _lane(row: int, name: str) -> str:
    top = TOP + ROW * row
    lines = wrapped(name, LETTERS, 2)
    first = top + ROW / 2 + (5 if len(lines) == 1 else -4)
    words = "".join(
        text(0, first + 17 * place, line, "b") for place, line in enumerate(lines)
    )
    return words + path(f"M0 {top + ROW}H{WIDTH}", "grid")


def _ticks(plan: Plan, scale: _Scale, bottom: float, say: Say) -> Iterator[str]:
    changes = sorted({w.day for w in plan.warnings if w.day is not None})
    kept = [scale.x(day) for day in changes]
    for day in _tick_days(scale):
        x = scale.x(day)
        yield path(f"M{number(x)} {TOP - 4}V{bottom}", "grid")
        if all(abs(x - other) > TICK_ROOM * 1.4 for other in kept):
            yield text(x + 3, TOP - 12, sentences.short_day(day))
    for day in changes:
        x = scale.x(day)
        yield path(f"M{number(x)} {TOP - 4}V{bottom}", "mark")
        yield text(x, TOP - 12, say(sentences.law_changes(day)), "b", "middle")


def _tick_days(scale: _Scale) -> Iterator[date]:
    """Yield the first day, then Mondays as close together as their words allow."""
    yield scale.first
    monday = scale.first + timedelta(days=7 - scale.first.weekday())
    week = scale.x(scale.first + timedelta(days=7)) - scale.x(scale.first)
    every = next((n for n in WEEKS if n * week >= TICK_ROOM), WEEKS[-1])
    if scale.x(monday) - scale.x(scale.first) < TICK_ROOM:
        monday += timedelta(days=7)
    while monday <= scale.last:
        yield monday
        monday += timedelta(weeks=every)


# --- the bars -------------------------------------------------------------------------


def _row(bars: Sequence[_Bar], top: float, scale: _Scale) -> Iterator[str]:
    """Draw the bars of a lane; words stand inside, or beside where there is room."""
    y = top + (ROW - BAR) / 2
    free_from = float(LEFT)
    for place, bar in enumerate(bars):
        x, end = scale.x(bar.first), scale.x(bar.last + ONE_DAY)
        later = bars[place + 1 :]
        room = scale.x(later[0].first) if later else float(WIDTH)
        yield box(x, y, (max(end - x, 3), BAR), bar.kind, tip=_tip(bar))
        inside = _shortened(bar, end - x - 10)
        words = "w" if bar.kind == "run" else "e" if bar.kind == "halt" else ""
        base = y + BAR / 2 + 5
        when = "" if bar.ends is None else sentences.short_day(bar.ends)
        if inside:
            yield text(x + 5, base, inside, words)
        elif (end - x) >= LETTER * 2 and bar.mark:
            yield text(x + 5, base, bar.mark.rstrip(". "), words)
        used = end
        if when and end + LETTER * len(when) + 8 <= room:
            yield text(end + 6, base, when, "b")
            used = end + LETTER * len(when) + 10
        label = bar.label
        if not inside and used + LETTER * len(label) + 8 <= room:
            yield text(used + 6, base, label, "e" if bar.kind == "halt" else "")
            used += LETTER * len(label) + 10
        elif not inside and x - free_from >= LETTER * len(label) + 8:
            yield text(x - 6, base, label, "e" if bar.kind == "halt" else "", "end")
        free_from = used


def _shortened(bar: _Bar, room: float) -> str:
    """Return the words that fit into the bar: whole, or the first few, or none."""
    whole = bar.mark + bar.label
    if LETTER * len(whole) <= room:
        return whole
    words = bar.label.split()
    for count in range(len(words) - 1, 1, -1):
        shorter = f"{bar.mark}{' '.join(words[:count])}…"
        if LETTER * len(shorter) <= room:
            return shorter
    return ""


def _tip(bar: _Bar) -> str:
    return (
        f"{bar.mark}{bar.label}: {sentences.short_day(bar.first)} - "
        f"{sentences.short_day(bar.last)}"
    )

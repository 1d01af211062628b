"""How long a step takes: the office's own days, and the waiting that stops its clock.

The stretches follow from the ordinary way through the chart. A state on which the clock
of the term stands still is a wait: as long as its timer, its target, or the term of the
linked case that it waits for. The days of the term itself are shared between the other
states, so that a drawing shows who works before the wait and who after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from workflows.calendar import Calendar
from workflows.deadlines import due
from workflows.definition import Label, Length, ParamRef, Start
from workflows.journey.route import Visit
from workflows.rules.law import Basis

CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Measure:
    """A length as the law gives it; ``unknown`` says whom to ask when it does not."""

    length: Length | None
    unknown: str | None = None
    verified: bool = True
    basis: tuple[Basis, ...] = ()


Measuring: TypeAlias = Callable[[ParamRef | Length], Measure]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a step: who works or what is waited for, and for how long.

    ``counting`` says whether the days count in the office's term. ``opened`` is the
    linked case that is waited for.
    """

    state: str
    label: Label | None
    owner: str | None
    counting: bool
    measure: Measure
    reason: str | None = None
    opened: Start | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A stretch with the days it takes: ``starts`` itself is not counted."""

    stretch: Stretch
    starts: date
    ends: date


def stretches(
    route: Sequence[Visit],
    terms: Mapping[str, tuple[Measure, ...]],
    child: Callable[[Start], Measure],
    measured: Measuring,
) -> tuple[Stretch, ...]:
    """Return the parts of a step in their order, with the terms shared out.

    ``terms`` holds the length of each deadline, and what is added in another unit;
    ``child`` gives the term of a linked case, ``measured`` any other length.
    """
    parts: list[Stretch] = []
    for clock, visits in _by_clock(terms, route):
        term, *added = terms[clock]
        worked: list[Stretch] = []
        for visit in visits:
            waits = _wait(visit, clock, child, measured)
            if waits is not None:
                worked.extend(waits)
            elif visit.spec.label is not None and visit.spec.type is None:
                worked.append(_work(visit, measured))
        shared = _share(worked, term)
        last = next((part for part in reversed(shared) if part.counting), None)
        parts.extend(shared)
        parts.extend(replace(last, measure=each) for each in added if last is not None)
    return tuple(parts)


def _by_clock(
    terms: Mapping[str, object], route: Sequence[Visit]
) -> list[tuple[str, list[Visit]]]:
    """Return the visits while each deadline runs, in order; one deadline at a time."""
    found: list[tuple[str, list[Visit]]] = []
    running = False
    owner: str | None = None
    for visit in _flat(route):
        if visit.clock.finish is not None:
            running = False
        if visit.clock.start is not None and visit.clock.start in terms:
            found.append((visit.clock.start, []))
            running = True
        owner = owner if visit.owner in {CALENDAR, None} else visit.owner
        if running:
            found[-1][1].append(replace(visit, owner=owner))
    return found


def _flat(route: Sequence[Visit]) -> Iterable[Visit]:
    """Yield the visits one by one; of parallel regions the one with most waits."""
    for visit in route:
        if not visit.regions:
            yield visit
            continue
        yield from _flat(max(visit.regions, key=_weight))


def _weight(region: Sequence[Visit]) -> tuple[int, int]:
    visits = tuple(_flat(region))
    return sum(bool(visit.stops) for visit in visits), len(visits)


def _wait(
    visit: Visit,
    clock: str,
    child: Callable[[Start], Measure],
    measured: Measuring,
) -> list[Stretch] | None:
    """Return what is waited for while the clock stands still; None when it runs."""
    reason = next((why for stopped, why in visit.stops if stopped == clock), None)
    if reason is None:
        return None
    opened = visit.opens[0] if visit.opens else None
    if opened is not None:
        measure = child(opened)
    elif visit.spec.after is not None:
        measure = measured(visit.spec.after.length)
    elif visit.spec.target is not None:
        measure = measured(visit.spec.target.length)
    else:
        return []
    return [
        Stretch(
            visit.state,
            visit.spec.label,
            visit.owner,
            counting=False,
            measure=measure,
            reason=reason,
            opened=opened,
        )
    ]


def _work(visit: Visit, measured: Measuring) -> Stretch:
    target = visit.spec.target
    measure = Measure(None) if target is None else measured(target.length)
    return Stretch(
        visit.state, visit.spec.label, visit.owner, counting=True, measure=measure
    )


def _share(parts: list[Stretch], term: Measure) -> list[Stretch]:
    """Share the term between the runs of work before, between and after the waits."""
    runs: list[list[Stretch]] = [[]]
    order: list[list[Stretch] | Stretch] = [runs[0]]
    for part in parts:
        if part.counting:
            runs[-1].append(part)
            continue
        if runs[-1]:
            runs.append([])
            order += [part, runs[-1]]
        else:
            order.insert(len(order) - 1, part)
    worked = [run for run in runs if run]
    shares = dict(zip(map(id, worked), _parts(term, len(worked)), strict=True))
    shared: list[Stretch] = []
    for item in order:
        if isinstance(item, Stretch):
            shared.append(item)
        elif item:
            first = item[0]
            label = _said(item)
            shared.append(replace(first, label=label, measure=shares[id(item)]))
    return shared


def _said(run: Sequence[Stretch]) -> Label | None:
    """Return the words of the state that says most about a run: its last one."""
    return run[-1].label


def _parts(term: Measure, count: int) -> list[Measure]:
    if count == 0:
        return []
    if term.length is None:
        return [term] + [replace(term, unknown=None)] * (count - 1)
    each, rest = divmod(term.length.n, count)
    sizes = [each + (1 if count - place <= rest else 0) for place in range(count)]
    return [
        replace(term, length=Length(n=size, unit=term.length.unit)) for size in sizes
    ]


def dated(
    parts: Sequence[Stretch], filed: date, calendar: Calendar
) -> tuple[Dated, ...]:
    """Lay the parts one after another from the day of filing, which is not counted.

    A part of unknown length takes no days, so the end is the earliest possible one.
    """
    laid: list[Dated] = []
    day = filed
    for part in parts:
        length = part.measure.length
        ends = (
            day if length is None or length.n == 0 else due(day, length, calendar).due
        )
        laid.append(Dated(part, day, ends))
        day = ends
    return tuple(laid)

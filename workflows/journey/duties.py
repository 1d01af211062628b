"""By when people must hand a step in, where the law gives them a term of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from workflows.calendar import Calendar
from workflows.deadlines import due
from workflows.definition import Deadline, Length, Procedure, StateSpec
from workflows.factgraph import FactGraph
from workflows.guards import evaluate
from workflows.journey.figures import Figures
from workflows.journey.model import Step
from workflows.law.edition import Edition
from workflows.situation import Situation


@dataclass(frozen=True, slots=True)
class Duty:
    """A term counted from something that happens to the family.

    ``length`` is None while nobody knows the figure, ``started`` while nobody has told
    the day, and ``due`` while either is open.
    """

    since: str
    started: date | None
    length: Length | None
    due: date | None


def duties(
    step: Step, situation: Situation, edition: Edition, calendar: Calendar
) -> tuple[Duty, ...]:
    """Return the terms of the family for a step that hold for its facts.

    A term that begins with what the step itself finds out is one for a later step.
    """
    graph = FactGraph(situation.facts(), edition, situation.on)
    figures = Figures(edition, graph, situation.commune)
    procedure = edition.procedure(step.procedure)
    return tuple(
        _duty(deadline, since, figures, calendar, step.starts)
        for deadline, since in _of_people(procedure)
        if deadline.expected_if is None
        or evaluate(deadline.expected_if, graph.lookup) is True
    )


def _of_people(procedure: Procedure) -> Iterator[tuple[Deadline, str]]:
    found_out = set(_recorded(procedure.chart.states.values()))
    for deadline in procedure.deadlines.values():
        since = deadline.starts
        if deadline.per == "matter" and since is not None and since not in found_out:
            yield deadline, since


def _recorded(states: Iterable[StateSpec]) -> Iterator[str]:
    for state in states:
        for lines in state.events.values():
            for line in lines:
                yield from (record.fact for record in line.records)
        yield from _recorded(state.states.values())


def _duty(
    deadline: Deadline, since: str, figures: Figures, calendar: Calendar, day: date
) -> Duty:
    told = figures.graph.value(since)
    started = date.fromisoformat(told) if isinstance(told, str) else told
    if not isinstance(started, date):
        started = None
    length = figures.measure(deadline.length, started or day).length
    ends = None
    if started is not None and length is not None:
        ends = due(started, length, calendar).due
    spec = figures.edition.facts.get(since)
    return Duty(since if spec is None else spec.label.citizen, started, length, ends)

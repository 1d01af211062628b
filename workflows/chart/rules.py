"""A compiled chart: what its states answer to an event, and what follows from a move.

Everything here depends on the definition and the configuration alone, so each answer is
computed once and remembered (within a bound); facts and roles come later, in a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from workflows.chart.structure import (
    ALWAYS,
    Arrow,
    ChartBrokenError,
    Move,
    compile_chart,
)
from workflows.chart.values import Configuration, History, Taken, TimerOrder
from workflows.definition import (
    ClockOrder,
    DerivedFact,
    Effect,
    ListItem,
    Needs,
    Procedure,
    Record,
    StateSpec,
)
from workflows.errors import PackageInvalidError

Lists: TypeAlias = Mapping[str, Mapping[str, ListItem]]
Note: TypeAlias = Literal["deferred", "recorded"]

_REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Way:
    """How one leaf answers an event: the lines it tries in order, else its note."""

    lines: tuple[Arrow, ...]
    note: Note | None


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a configuration that has been found legal."""

    over: bool
    choices: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A move of the tree with everything that follows from it, in order."""

    move: Move
    taken: tuple[Taken, ...]
    effects: tuple[Effect, ...]
    clock: tuple[ClockOrder, ...]
    timers: tuple[TimerOrder, ...]
    sets: Mapping[str, bool]
    revised: tuple[str, ...]


class Rules:
    """The compiled chart of a procedure with the closed lists of its edition.

    Raises PackageInvalidError when the chart does not hold together or names a list
    that does not exist.
    """

    def __init__(self, procedure: Procedure, lists: Lists) -> None:
        self.procedure = procedure
        self.structure, self.entries = compile_chart(procedure.chart)
        self.states = dict(_flat(procedure.chart.states))
        self.derived = procedure.facts
        self.asked_of_history = frozenset(
            fact.from_history for fact in self.derived.values() if fact.from_history
        )
        self._lists = lists
        self._lines: dict[tuple[str, str], list[Arrow]] = {}
        for arrow in self.structure.arrows:
            self._lines.setdefault((arrow.source, arrow.event), []).append(arrow)
        self.asking = frozenset(filter(_asks, self.structure.arrows))
        missing = sorted(set(self._lists_named()) - set(lists))
        if missing:
            raise PackageInvalidError(f"there is no list {name}" for name in missing)
        # A chart lives as long as its edition, and the caches are bounded.
        self.place = lru_cache(_REMEMBERED)(self._place)
        self.ways = lru_cache(_REMEMBERED)(self._ways)
        self.step = lru_cache(_REMEMBERED)(self._step)

    def _lists_named(self) -> Iterator[str]:
        for fact in self.derived.values():
            if fact.from_list is not None:
                yield fact.from_list
        for arrow in self.structure.arrows:
            for record in arrow.transition.records:
                if record.one_of is not None:
                    yield record.one_of.list

    # --- answers to an event ---------------------------------------------------------

    def _place(self, configuration: Configuration) -> Place:
        """Look at a configuration; raise ChartBrokenError when it is illegal."""
        fault = self.structure.fault_of(configuration)
        if fault is not None:
            raise ChartBrokenError(f"illegal configuration {configuration}: {fault}")
        over = self.structure.is_over(configuration)
        return Place(over, () if over else self._ways(configuration, ALWAYS))

    def _ways(self, configuration: Configuration, event: str) -> tuple[Way, ...]:
        """Return how the leaves answer an event; a leaf that says nothing has none."""
        ways = dict.fromkeys(self._way(leaf, event) for leaf in configuration)
        return tuple(way for way in ways if way.lines or way.note)

    def _way(self, leaf: str, event: str) -> Way:
        lines: list[Arrow] = []
        for name in self.structure.chain(leaf):
            lines.extend(self._lines.get((name, event), ()))
            if event != ALWAYS:
                state = self.states[name]
                if matches(event, state.defer):
                    return Way(tuple(lines), "deferred")
                if matches(event, state.record):
                    return Way(tuple(lines), "recorded")
        return Way(tuple(lines), None)

    # --- what follows from a move ----------------------------------------------------

    def _step(
        self, configuration: Configuration, history: History, chosen: tuple[Arrow, ...]
    ) -> Step:
        """Follow the chosen arrows as far as they do not conflict.

        Effects come in the order of W3C: exits innermost first, then the arrows, then
        entries outermost first.
        """
        arrows = self.structure.without_conflicts(configuration, chosen)
        move = self.structure.move(configuration, history, arrows)
        transitions = [arrow.transition for arrow in arrows]
        effects = (
            *(effect for name in move.exited for effect in self.states[name].exit),
            *(effect for transition in transitions for effect in transition.do),
            *(effect for name in move.entered for effect in self.states[name].entry),
        )
        signals = [effect.signal for effect in effects if effect.signal is not None]
        return Step(
            move=move,
            taken=tuple(
                Taken(arrow.source, arrow.transition.to, arrow.transition, arrow.event)
                for arrow in arrows
            ),
            effects=effects,
            clock=tuple(t.clock for t in transitions if t.clock != ClockOrder()),
            timers=(
                *self._timers(move.exited, arm=False),
                *self._timers(move.entered, arm=True),
            ),
            sets={flag: value for t in transitions for flag, value in t.sets.items()},
            revised=tuple(signal.to for signal in signals if signal.revises),
        )

    def _timers(self, names: Sequence[str], *, arm: bool) -> Iterator[TimerOrder]:
        for name in names:
            after = self.states[name].after
            if after is not None:
                length = after.length if arm else None
                yield TimerOrder(name, after.event, length, arm, after.since)

    # --- closed lists ----------------------------------------------------------------

    def attribute(self, fact: DerivedFact, item: object) -> object:
        """Return what the list says of the chosen item; None when that is unknown."""
        if fact.from_list is None or fact.attribute is None:
            return None
        row = self._lists[fact.from_list].get(str(item))
        return None if row is None else row.data.get(fact.attribute)

    def is_entered(
        self, record: Record, facts: Mapping[str, object], day: date
    ) -> bool:
        """Return whether a fact came with the event; a value off its list did not.

        A row of the list that the law knows only from a later day is off the list too.
        """
        value = facts.get(record.fact)
        if value is None or value == "":
            return False
        if record.one_of is None:
            return True
        row = self._lists[record.one_of.list].get(str(value))
        chosen = row is not None and row.holds_on(day)
        return chosen and value not in record.one_of.except_


def _asks(arrow: Arrow) -> bool:
    """Return whether an actor has to bring something, or somebody, before the arrow."""
    transition = arrow.transition
    asks = bool(transition.records) or transition.needs != Needs()
    return asks or transition.second_person


def matches(event: str, patterns: Sequence[str]) -> bool:
    """Return whether a pattern is the event's name, or its beginning before a ``*``."""
    return any(
        event.startswith(pattern[:-1]) if pattern.endswith("*") else event == pattern
        for pattern in patterns
    )


def _flat(states: Mapping[str, StateSpec]) -> Iterator[tuple[str, StateSpec]]:
    for name, state in states.items():
        yield name, state
        yield from _flat(state.states)

"""Walks every configuration that a chart can reach, whatever its guards may say.

A guard is a coin that can fall both ways, and any role may act, so the walk finds at
least everything that can happen. It settles after each move as the interpreter does:
choices first, then what is done, and only then the next event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import TypeAlias

from workflows.chart.rules import Rules, Way
from workflows.chart.run import ANYONE, ENGINE_ROLES, may_raise
from workflows.chart.structure import ALWAYS, ROOT, Arrow, ChartBrokenError, Move
from workflows.chart.values import Analysis, Configuration, History

_Point: TypeAlias = tuple[Configuration, History, tuple[str, ...]]
MOST_POINTS = 50_000


def analyse(rules: Rules, most: int = MOST_POINTS) -> Analysis:
    """Return what can be reached from the entries, and from where no end can be.

    Raises ChartBrokenError when a reachable configuration is illegal, or when there are
    more than ``most`` points to walk.
    """
    structure = rules.structure
    walk = _Walk(rules, most)
    walk.run([(entry,) for entry in rules.entries.values()])
    safe = walk.reaching_an_end()
    resting = [point for point in walk.before if walk.is_resting(point)]
    trapped = dict.fromkeys(point[0] for point in resting if point not in safe)
    configurations = tuple(dict.fromkeys(point[0] for point in resting))
    return Analysis(
        configurations=configurations,
        ends=tuple(at for at in configurations if structure.is_over(at)),
        unreachable=tuple(
            name
            for name, node in structure.nodes.items()
            if name != ROOT and not node.is_history and name not in walk.visited
        ),
        dead_ends=tuple(at for at in trapped if not walk.arrows_from(at)),
        trapped=tuple(trapped),
        never_taken=tuple(
            (arrow.source, arrow.event, arrow.line)
            for arrow in structure.arrows
            if arrow not in walk.used
        ),
    )


class _Walk:
    """The points walked, each with the points from which it was reached."""

    def __init__(self, rules: Rules, most: int) -> None:
        self._rules = rules
        self._structure = rules.structure
        self._most = most
        self._events_of: dict[str, dict[str, None]] = {}
        for arrow in self._structure.arrows:
            self._events_of.setdefault(arrow.source, {})[arrow.event] = None
        self._parents = self._structure.parents_left_before_recalled()
        # Many points differ in what is remembered alone: what does not depend on that
        # is found once for a configuration.
        self._sets = cache(self._find_sets)
        self._events = cache(self._find_events)
        self._move = cache(self._find_move)
        self.before: dict[_Point, set[_Point]] = {}
        self.visited: set[str] = set()
        self.used: set[Arrow] = set()

    def run(self, entries: Iterable[tuple[Arrow, ...]]) -> None:
        to_do = [self._after(((), (), ()), entry) for entry in entries]
        self.before.update((point, set()) for point in to_do)
        while to_do:
            point = to_do.pop()
            self._visit(point)
            for following in self._following(point):
                if following not in self.before:
                    self.before[following] = set()
                    to_do.append(following)
                self.before[following].add(point)

    def _visit(self, point: _Point) -> None:
        fault = self._structure.fault_of(point[0])
        if fault is not None:
            raise ChartBrokenError(f"reachable but illegal: {point[0]}: {fault}")
        if len(self.before) > self._most:
            raise ChartBrokenError(f"more than {self._most} points to walk")
        self.visited.update(self._structure.active(point[0]))

    def _following(self, point: _Point) -> Iterator[_Point]:
        at, history, pending = point
        if self._structure.is_over(at):
            return
        choices = self._sets(at, ALWAYS)
        for arrows in filter(None, choices):
            yield self._after(point, arrows)
        if () not in choices:
            return
        if pending:
            rest = (at, history, pending[1:])
            for arrows in self._sets(at, f"done.{pending[0]}"):
                yield self._after(rest, arrows) if arrows else rest
            return
        for event in self._events(at):
            for arrows in filter(None, self._sets(at, event)):
                yield self._after(point, arrows)

    def _after(self, point: _Point, arrows: tuple[Arrow, ...]) -> _Point:
        at, history, pending = point
        self.used.update(arrows)
        if any(self._structure.may_recall(arrow) for arrow in arrows):
            move = self._structure.compute_move(at, history, arrows)
            remembered = move.history
        else:
            move = self._move(at, arrows)
            remembered = self._structure.updated(history, move.history)
        kept = self._still_asked(move.configuration, remembered)
        return move.configuration, kept, (*pending, *move.done)

    def _find_move(self, at: Configuration, arrows: tuple[Arrow, ...]) -> Move:
        return self._structure.compute_move(at, (), arrows)

    def _still_asked(self, at: Configuration, history: History) -> History:
        """Drop what is remembered of an active state: leaving it writes it anew."""
        if not history:
            return history
        active = self._structure.active(at)
        return tuple(
            (name, kept)
            for name, kept in history
            if self._parents.get(name) not in active
        )

    def _find_events(self, at: Configuration) -> tuple[str, ...]:
        names = {
            event: None
            for state in self._structure.active(at)
            for event in self._events_of.get(state, ())
        }
        return tuple(name for name in names if not _is_internal(name))

    def _find_sets(self, at: Configuration, event: str) -> list[tuple[Arrow, ...]]:
        """Return every set of arrows that the event may choose; () is none of them."""
        ways = self._rules.ways(at, event)
        chosen: dict[tuple[Arrow, ...], None] = {}
        # Most roles may raise the same lines, or none of them.
        tossed = {
            tuple(_coins(way, role) for way in ways): None
            for role in _roles(ways, event)
        }
        for coins in tossed:
            for each in product(*coins):
                arrows = dict.fromkeys(arrow for arrow in each if arrow is not None)
                chosen[self._structure.without_conflicts(at, list(arrows))] = None
        return list(chosen)

    def is_resting(self, point: _Point) -> bool:
        """Return whether the chart may stand here until somebody raises an event."""
        at, _history, pending = point
        if self._structure.is_over(at):
            return True
        return not pending and () in self._sets(at, ALWAYS)

    def arrows_from(self, at: Configuration) -> bool:
        """Return whether any arrow could be followed from here."""
        return any(state in self._events_of for state in self._structure.active(at))

    def reaching_an_end(self) -> set[_Point]:
        """Return the points from which an end can be reached."""
        to_do = [point for point in self.before if self._structure.is_over(point[0])]
        safe = set(to_do)
        while to_do:
            new = self.before[to_do.pop()] - safe
            safe |= new
            to_do.extend(new)
        return safe


def _is_internal(event: str) -> bool:
    return event == ALWAYS or event.startswith("done.")


def _roles(ways: Sequence[Way], event: str) -> Sequence[str | None]:
    """Return who may raise the event; None for what the chart raises itself.

    Two regions may answer one event to different roles: then one actor moves one.
    """
    if _is_internal(event):
        return (None,)
    lines = [line.transition for way in ways for line in way.lines]
    roles = {role: None for line in lines for role in line.by}
    return [*roles, *ENGINE_ROLES, ANYONE]


def _coins(way: Way, role: str | None) -> tuple[Arrow | None, ...]:
    """Return what one leaf may choose: each guarded line, until one has no guard."""
    coins: list[Arrow | None] = []
    for arrow in way.lines:
        if role is None or may_raise(role, arrow.transition):
            coins.append(arrow)
            if arrow.transition.if_ is None:
                return tuple(coins)
    return (*coins, None)

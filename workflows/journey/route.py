"""The ordinary way through a chart: from its door to one of its ends.

A plan needs to know what a case usually passes through, not everything that might
befall it: which states wait for somebody else, which linked cases it opens. The
ordinary way is the one with the fewest moves on which nothing unusual is supposed; a
wait, and an event that may befall a whole group of states, each count as one more. The
regions of a parallel state are each walked to their own end.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from workflows.definition import (
    ClockOrder,
    Effect,
    Procedure,
    Start,
    StateSpec,
    Transitions,
)
from workflows.guards import Guard
from workflows.journey.beliefs import Beliefs

# A move that supposes an unusual fact is taken only when there is no other way.
UNUSUAL = 100
NO_ORDER = ClockOrder()
DONE = "done."


@dataclass(frozen=True, slots=True)
class Visit:
    """A state on the way: who has the ball, what stands still, what was opened.

    ``stops`` names the clocks that stand still, with the reason of each; ``clock`` and
    ``opens`` belong to the move that led here.
    """

    state: str
    spec: StateSpec
    owner: str | None
    stops: tuple[tuple[str, str], ...] = ()
    opens: tuple[Start, ...] = ()
    clock: ClockOrder = NO_ORDER
    regions: tuple[tuple[Visit, ...], ...] = ()

    @property
    def all_opened(self) -> tuple[Start, ...]:
        """Return the linked cases opened here or in any region."""
        inner = (visit.all_opened for region in self.regions for visit in region)
        return self.opens + tuple(start for starts in inner for start in starts)


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    spec: StateSpec
    above: tuple[str, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """A move to a state that comes to rest, with what it cost and did."""

    to: str
    cost: int
    flags: frozenset[tuple[str, bool]]
    opens: tuple[Start, ...] = ()
    clock: ClockOrder = NO_ORDER


@dataclass(frozen=True, slots=True)
class Walk:
    """The ordinary way: by which door the case comes in, and what it passes."""

    entry: str
    visits: tuple[Visit, ...]


class Map:
    """The states of a chart by name, and the ordinary ways between them."""

    def __init__(self, procedure: Procedure, beliefs: Beliefs) -> None:
        self._procedure = procedure
        self._nodes: dict[str, _Node] = {}
        self._gather(procedure.chart.states, ())
        self._beliefs = beliefs

    def _gather(self, states: Mapping[str, StateSpec], above: tuple[str, ...]) -> None:
        for name, spec in states.items():
            waits = spec.stops is not None or any(
                self._nodes[name].spec.stops for name in above
            )
            self._nodes[name] = _Node(name, spec, above, waits=waits)
            self._gather(spec.states, (*above, name))

    def route(self, outcome: str) -> Walk | None:
        """Return the ordinary way to the final state; None when there is none."""
        ways: list[tuple[int, Walk]] = []
        for name, entry in self._procedure.chart.entries.items():
            cost = self._price(entry.if_, {})
            if cost is None:
                continue
            flags = frozenset({**self._procedure.flags, **entry.sets}.items())
            first = _Step(self._rest(entry.to, None), cost, flags, clock=entry.clock)
            found = self._search(first, scope=None, goal=outcome)
            if found is not None:
                ways.append((found[0], Walk(name, found[1])))
        return min(ways, key=lambda way: (way[0], way[1].entry))[1] if ways else None

    def _search(
        self, first: _Step, *, scope: str | None, goal: str | None
    ) -> tuple[int, tuple[Visit, ...]] | None:
        """Walk from ``first`` to the goal, or to the end of the region ``scope``."""
        tie = 0
        queue: list[tuple[int, int, tuple[_Step, ...]]] = [(first.cost, tie, (first,))]
        seen: set[tuple[str, frozenset[tuple[str, bool]]]] = set()
        while queue:
            cost, _, way = heapq.heappop(queue)
            step = way[-1]
            if (step.to, step.flags) in seen:
                continue
            seen.add((step.to, step.flags))
            if self._arrived(step.to, scope, goal):
                return cost, tuple(self._visit(each) for each in way)
            for following in self._moves(step.to, step.flags, scope):
                tie += 1
                heapq.heappush(queue, (cost + following.cost, tie, (*way, following)))
        return None

    def _arrived(self, name: str, scope: str | None, goal: str | None) -> bool:
        node = self._nodes[name]
        if scope is None:
            return name == goal
        return node.spec.type == "final" and node.above[-1] == scope

    def _visit(self, step: _Step) -> Visit:
        node = self._nodes[step.to]
        specs = [self._nodes[name].spec for name in (*node.above, node.name)]
        regions: tuple[tuple[Visit, ...], ...] = ()
        if node.spec.type == "parallel":
            regions = tuple(self._region(name, step) for name in node.spec.states)
        return Visit(
            state=node.name,
            spec=node.spec,
            owner=next((s.owner for s in reversed(specs) if s.owner), None),
            stops=tuple((s.stops.clock, s.stops.reason) for s in specs if s.stops),
            opens=step.opens + _opened(node.spec.entry),
            clock=step.clock,
            regions=regions,
        )

    def _region(self, name: str, step: _Step) -> tuple[Visit, ...]:
        first = replace(step, to=self._rest(name, name), opens=(), clock=NO_ORDER)
        found = self._search(first, scope=name, goal=None)
        return found[1] if found else ()

    def _moves(
        self, name: str, flags: frozenset[tuple[str, bool]], scope: str | None
    ) -> Iterator[_Step]:
        node = self._nodes[name]
        if node.spec.always:
            yield from self._taken(node.spec.always, flags, scope, cost=0)
            return
        if node.spec.type in {"final", "parallel"}:
            ended = name if node.spec.type == "parallel" else node.above[-1]
            for around in self._around(name, scope):
                lines = around.spec.events.get(f"{DONE}{ended}")
                if lines:
                    yield from self._taken(lines, flags, scope, cost=0)
                    return
            return
        for around in self._around(name, scope):
            for event, lines in around.spec.events.items():
                if not event.startswith(DONE):
                    befalls = around.name != name
                    yield from self._taken(lines, flags, scope, cost=1 + befalls)

    def _taken(
        self,
        lines: Transitions,
        flags: frozenset[tuple[str, bool]],
        scope: str | None,
        *,
        cost: int,
    ) -> Iterator[_Step]:
        """Yield the moves of one event: down to the line that surely holds."""
        known = dict(flags)
        for line in lines:
            price = self._price(line.if_, known)
            if price is None:
                continue
            if line.to is not None and self._lies_in(line.to, scope):
                rest = self._rest(line.to, scope)
                yield _Step(
                    rest,
                    cost + price + self._nodes[rest].waits,
                    frozenset({**known, **line.sets}.items()) if line.sets else flags,
                    _opened(line.do),
                    line.clock,
                )
            if price == 0:
                return

    def _price(self, guard: Guard | None, flags: Mapping[str, bool]) -> int | None:
        """Return 0 for a guard that holds, or is ordinary; None for one that fails."""
        if guard is None:
            return 0
        beliefs = self._beliefs.within(lambda fact: self._own(fact, flags))
        if (value := beliefs.value(guard)) is not None:
            return 0 if value else None
        return 0 if beliefs.supposed(guard) else UNUSUAL

    def _own(self, fact: str, flags: Mapping[str, bool]) -> object:
        """Answer what the chart itself knows: its flags, and that nothing happened.

        A plan keeps its days, so no promised day has passed in it, and it files where
        the land is.
        """
        if fact in flags:
            return flags[fact]
        derived = self._procedure.facts.get(fact)
        if derived is None:
            return None
        told = derived.from_history or derived.from_clock or derived.from_offices
        return False if told else None

    def _around(self, name: str, scope: str | None) -> Iterator[_Node]:
        """Yield the state and those it stands in, innermost first, within the scope."""
        yield self._nodes[name]
        for above in reversed(self._nodes[name].above):
            if not self._lies_in(above, scope):
                return
            yield self._nodes[above]

    def _lies_in(self, name: str, scope: str | None) -> bool:
        return scope is None or name == scope or scope in self._nodes[name].above

    def _rest(self, name: str, scope: str | None) -> str:
        """Return where a move to ``name`` comes to rest: a leaf, or a parallel state.

        A target inside a parallel state that we are not inside counts as all of it.
        """
        node = self._nodes[name]
        inside = () if scope is None else (*self._nodes[scope].above, scope)
        for above in node.above:
            if above not in inside and self._nodes[above].spec.type == "parallel":
                return above
        while node.spec.states and node.spec.type != "parallel":
            node = self._nodes[node.spec.initial or next(iter(node.spec.states))]
        if node.spec.type == "history" and node.spec.default:
            return self._rest(node.spec.default, scope)
        return node.name


def _opened(effects: tuple[Effect, ...]) -> tuple[Start, ...]:
    return tuple(effect.start for effect in effects if effect.start is not None)

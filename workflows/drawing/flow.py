"""The states of a chart that a person sees, and the moves between them.

Choices, junctions and containers are looked through: what is left are the states with
words of their own. The order follows from the moves, never from the order in the file:
first the ordinary way, then each side way after the state that it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workflows.definition import Procedure, StateSpec, Transitions
from workflows.journey.beliefs import Beliefs
from workflows.journey.route import Map, Visit


@dataclass(frozen=True, slots=True)
class Place:
    """A state that is drawn: its words, and the role that has the ball (or None)."""

    name: str
    label: str
    owner: str | None
    final: bool
    usual: bool
    returns: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """Drawn states in order, each with one arrow that leads to it.

    The arrows are a tree: the ordinary way, and from it the side ways. A state that
    leads back to the ordinary way says so (``returns``) without an arrow, for arrows
    back make a drawing unreadable. ``anywhere`` are the ends that may be reached from
    every state of a group. ``ranks`` says how far down the ordinary way a state is;
    what runs at the same time begins at the same rank, and ``together`` names it.
    """

    places: tuple[Place, ...]
    arrows: tuple[tuple[str, str], ...]
    anywhere: tuple[str, ...]
    ranks: Mapping[str, int] = field(default_factory=dict)
    together: tuple[frozenset[str], ...] = ()

    @property
    def usual(self) -> tuple[Place, ...]:
        """Return the states of the ordinary way."""
        return tuple(place for place in self.places if place.usual)


def flow_of(procedure: Procedure) -> Flow:
    """Return what is drawn of a procedure."""
    reader = _Reader()
    reader.gather(procedure.chart.states, ())
    visits = _usual(procedure)
    shown = (name for name in _names(visits) if reader.shown(name))
    usual = list(dict.fromkeys(shown))
    ranks: dict[str, int] = {}
    together = list(_laid(visits, reader, ranks, 0))
    usual_ones = frozenset(usual)
    doors = [
        name
        for entry in procedure.chart.entries.values()
        for name in reader.seen(entry.to)
    ]
    leads: dict[str, list[str]] = {}
    anywhere: dict[str, None] = {}
    waiting = [*usual, *doors]
    while waiting:
        name = waiting.pop(0)
        if name in leads:
            continue
        leads[name] = reader.leads(name)
        for target in reader.group_leads(name):
            if reader.ends(target):
                anywhere[target] = None
            elif reader.opens_group(name):
                leads[name].append(target)
        waiting.extend([*leads[name], *reader.group_leads(name)])
    order = _ordered(usual or doors, leads)
    order += [name for name in leads if name not in order]
    return Flow(
        places=tuple(
            replace(
                reader.place(name),
                usual=name in usual,
                returns=name not in usual and not usual_ones.isdisjoint(leads[name]),
            )
            for name in order
        ),
        arrows=tuple(_tree(order, usual, leads)),
        anywhere=tuple(name for name in anywhere if name not in usual),
        ranks=ranks,
        together=tuple(together),
    )


def _laid(
    visits: Sequence[Visit], reader: _Reader, ranks: dict[str, int], start: int
) -> Iterator[frozenset[str]]:
    """Rank the states downwards from ``start``; yield those that run side by side."""
    rank = start
    for visit in visits:
        if reader.shown(visit.state):
            ranks.setdefault(visit.state, rank)
            rank += 1
        if not visit.regions:
            continue
        before, deepest = set(ranks), rank
        for region in visit.regions:
            yield from _laid(region, reader, ranks, rank)
            deepest = max([deepest, *(ranks[n] + 1 for n in set(ranks) - before)])
        if len(visit.regions) > 1:
            yield frozenset(set(ranks) - before)
        rank = deepest


def _tree(
    order: Sequence[str], usual: Sequence[str], leads: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """Yield one arrow to each state that another one leads to."""
    for place, name in enumerate(order):
        before = [other for other in order if other != name and name in leads[other]]
        if name in usual:
            ahead = list(usual[: usual.index(name)])
            before = [other for other in ahead if other in before] or ahead
            if before:
                yield before[-1], name
        elif before:
            earlier = [other for other in before if order.index(other) < place]
            yield (earlier or before)[0], name


def _usual(procedure: Procedure) -> Sequence[Visit]:
    """Return the ordinary way to the end that gives something; empty without one.

    An end that is expected only in some case stands back behind one without such.
    """
    ways = Map(procedure, Beliefs(lambda _: None))
    good = [
        (spec.final.expected_if is not None, name)
        for name, spec in procedure.chart.states.items()
        if spec.final is not None and spec.final.establishes
    ]
    for _, name in sorted(good, key=lambda each: each[0]):
        walk = ways.route(name)
        if walk is not None:
            return walk.visits
    return ()


def _names(visits: Sequence[Visit]) -> Iterator[str]:
    for visit in visits:
        yield visit.state
        for region in visit.regions:
            yield from _names(region)


def _ordered(first: Sequence[str], leads: Mapping[str, list[str]]) -> list[str]:
    """Put each side way after the state that it leaves."""
    order: list[str] = []
    waiting = list(first)
    usual = set(first)
    while waiting:
        name = waiting.pop(0)
        if name in order:
            continue
        order.append(name)
        waiting[:0] = [n for n in leads.get(name, ()) if n not in usual]
    return order


@dataclass(slots=True)
class _Reader:
    specs: dict[str, StateSpec] = field(default_factory=dict)
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def gather(self, states: Mapping[str, StateSpec], above: tuple[str, ...]) -> None:
        """Note every state with those it stands in."""
        for name, spec in states.items():
            self.specs[name] = spec
            self.above[name] = above
            self.gather(spec.states, (*above, name))

    def place(self, name: str) -> Place:
        """Return a state as it is drawn."""
        spec = self.specs[name]
        around = (name, *reversed(self.above[name]))
        owners = (self.specs[each].owner for each in around)
        return Place(
            name=name,
            label=name if spec.label is None else spec.label.citizen,
            owner=next((owner for owner in owners if owner), None),
            final=self.ends(name),
            usual=False,
            returns=False,
        )

    def ends(self, name: str) -> bool:
        """Return whether the case is over there."""
        return self.specs[name].final is not None

    def drawn(self, name: str) -> bool:
        """Return whether a state is a leaf with words, not a choice or a junction."""
        spec = self.specs[name]
        return not (spec.states or spec.always or spec.type) and spec.label is not None

    def shown(self, name: str) -> bool:
        """Return whether a state is drawn: one with words, or an end."""
        return self.drawn(name) or self.ends(name)

    def seen(self, name: str, path: tuple[str, ...] = ()) -> Iterator[str]:
        """Yield the drawn states that a move to ``name`` comes to."""
        if name in path:
            return
        path = (*path, name)
        spec = self.specs[name]
        if spec.type == "final":
            yield from self._after(self.above[name][-1], path)
        elif self.shown(name):
            yield name
        else:
            for target in _inward(spec):
                yield from self.seen(target, path)

    def _after(self, ended: str, path: tuple[str, ...]) -> Iterator[str]:
        """Yield what follows when a composite is over; a region waits for the rest."""
        for name in (ended, *reversed(self.above[ended])):
            lines = self.specs[name].events.get(f"done.{ended}")
            if lines:
                for target in _targets([lines]):
                    yield from self.seen(target, path)
                return
        parent = self.above[ended][-1] if self.above[ended] else None
        if parent is not None and self.specs[parent].type == "parallel":
            yield from self._after(parent, path)

    def leads(self, name: str) -> list[str]:
        """Return the drawn states that a state's own events lead to."""
        targets = _targets(self.specs[name].events.values())
        return [place for target in targets for place in self.seen(target)]

    def group_leads(self, name: str) -> list[str]:
        """Return where the events of the groups around a state lead."""
        return [
            place
            for above in reversed(self.above[name])
            for event, lines in self.specs[above].events.items()
            if not event.startswith("done.")
            for target in _targets([lines])
            for place in self.seen(target)
            if place != name
        ]

    def opens_group(self, name: str) -> bool:
        """Return whether the state is where its group begins: arrows start there."""
        parent = self.above[name][-1] if self.above[name] else None
        return parent is not None and name in set(self.seen(parent))


def _targets(groups: Iterable[Transitions]) -> list[str]:
    return [line.to for lines in groups for line in lines if line.to is not None]


def _inward(spec: StateSpec) -> Iterable[str]:
    """Return where a state that is not drawn lets a case through."""
    if spec.type == "history":
        return [spec.default] if spec.default else []
    if spec.type == "parallel":
        return list(spec.states)
    if spec.states:
        return [spec.initial or next(iter(spec.states))]
    return _targets([spec.always])

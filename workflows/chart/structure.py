"""The tree of a statechart: which states are active, and what a move changes there.

This is the structural part of W3C SCXML and knows nothing of facts, roles or effects.
Four words carry it:

- a *configuration* is the tuple of active leaves in document order; every ancestor of
  a leaf is active with it. It is legal when an active compound has exactly one active
  child and an active parallel has all of them;
- an *arrow* is a transition with its place in the tree. Following it exits some states,
  innermost first, and enters others, outermost first;
- a *history* state stands for what its parent had active when it was last left: the
  child (shallow) or the leaves (deep);
- a state is *done* when it is compound and its final child was entered, or parallel
  and every region is done.

Two written deviations from W3C:

1. An arrow whose target lies inside its source is internal: the source is not left,
   and when the source is parallel only the region of the target is exchanged. With
   ``external: true`` it goes the W3C way, out and in again.
2. Deep history: all remembered leaves are marked before any default is entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from workflows.chart.values import Configuration, History
from workflows.definition import ChartSpec, Entry, StateSpec, Transition
from workflows.errors import PackageInvalidError, WorkflowError

ROOT = ""
ALWAYS = ""
_REMEMBERED = 8192

Kind = Literal["atomic", "compound", "parallel", "final", "shallow", "deep"]


class ChartBrokenError(WorkflowError):
    """The interpreter or the definition broke a promise: never a person's mistake."""


@dataclass(frozen=True, slots=True)
class Node:
    """A state by its place: ``ancestors`` innermost first, the root last.

    ``initial`` is where a compound begins, or what a history state falls back to.
    """

    name: str
    index: int
    kind: Kind
    ancestors: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    histories: tuple[str, ...] = ()
    initial: tuple[str, ...] = ()

    @property
    def parent(self) -> str:
        """Return the name of the state around it (the root has none)."""
        return self.ancestors[0]

    @property
    def is_history(self) -> bool:
        """Return whether it only stands for other states."""
        return self.kind in {"shallow", "deep"}


@dataclass(frozen=True, slots=True, eq=False)
class Arrow:
    """A transition in its place; equal only to itself. ``ALWAYS`` is no event.

    ``line`` counts the transitions of one event of one state.
    """

    event: str
    line: int
    source: str
    targets: tuple[str, ...]
    transition: Transition


@dataclass(frozen=True, slots=True)
class Move:
    """What following some arrows at once changes in the tree."""

    configuration: Configuration
    history: History
    exited: tuple[str, ...]
    entered: tuple[str, ...]
    done: tuple[str, ...]


class Structure:
    """A compiled tree: every question about it is answered once and remembered."""

    def __init__(self, nodes: Mapping[str, Node], arrows: Sequence[Arrow]) -> None:
        self.nodes = nodes
        self.arrows = tuple(arrows)
        self._inside = {
            name: frozenset(n for n, node in nodes.items() if name in node.ancestors)
            for name in nodes
        }
        self._may_exit = {arrow: self._reach(arrow) for arrow in arrows}
        self._begins_with_history = any(
            nodes[name].is_history
            for node in nodes.values()
            if not node.is_history
            for name in node.initial
        )
        self.active = lru_cache(_REMEMBERED)(self._active)
        self.move = lru_cache(_REMEMBERED)(self.compute_move)

    # --- which states are active -----------------------------------------------------

    def _active(self, configuration: Configuration) -> tuple[str, ...]:
        """Return the active states in document order, so outermost first."""
        active = set(configuration).union(
            *(self.nodes[leaf].ancestors for leaf in configuration)
        )
        active.discard(ROOT)
        return self._in_order(active)

    def _in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(names, key=lambda name: self.nodes[name].index))

    def chain(self, leaf: str) -> tuple[str, ...]:
        """Return a state and everything around it, innermost first."""
        return (leaf, *self.nodes[leaf].ancestors[:-1])

    def is_over(self, configuration: Configuration) -> bool:
        """Return whether the only active state is a final one at the top."""
        return len(configuration) == 1 and self._is_end(configuration[0])

    def _is_end(self, name: str) -> bool:
        node = self.nodes[name]
        return node.kind == "final" and node.parent == ROOT

    def fault_of(self, configuration: Configuration) -> str | None:
        """Say what makes a configuration illegal, or return None when it is legal."""
        unknown = [name for name in configuration if name not in self.nodes]
        if unknown:
            return f"no state is called {', '.join(unknown)}"
        active = {ROOT, *self._active(configuration)}
        for name in active:
            node = self.nodes[name]
            inside = sum(child in active for child in node.children)
            wanted = {"compound": 1, "parallel": len(node.children)}.get(node.kind, 0)
            if node.is_history or inside != wanted:
                return f"{name or 'the chart'} has {inside} active children"
        return None

    # --- what an arrow exits ---------------------------------------------------------

    def _reach(self, arrow: Arrow) -> frozenset[str]:
        """Return every state that the arrow exits when it is active."""
        if not arrow.targets:
            return frozenset()
        if not arrow.transition.external and self._all_inside(arrow.source, arrow):
            return frozenset().union(
                *(self._exchanged(arrow.source, target) for target in arrow.targets)
            )
        domain = next(
            name
            for name in self.nodes[arrow.source].ancestors
            if self.nodes[name].kind == "compound" and self._all_inside(name, arrow)
        )
        return self._inside[domain]

    def _all_inside(self, name: str, arrow: Arrow) -> bool:
        return self._inside[name].issuperset(arrow.targets)

    def _exchanged(self, source: str, target: str) -> frozenset[str]:
        # Deviation 1: step down from a parallel source into the one region of the
        # target, so that its sisters stay as they are.
        inner = source
        while self.nodes[inner].kind == "parallel":
            step = next(
                name for name in self.chain(target) if self.nodes[name].parent == inner
            )
            if self.nodes[step].is_history:
                break
            if step == target:
                return self._inside[step] | {step}
            inner = step
        return self._inside[inner]

    def exits(self, configuration: Configuration, arrow: Arrow) -> frozenset[str]:
        """Return the active states that the arrow would leave."""
        return self._may_exit[arrow].intersection(self.active(configuration))

    def without_conflicts(
        self, configuration: Configuration, arrows: Sequence[Arrow]
    ) -> tuple[Arrow, ...]:
        """Keep the arrows that can be followed together.

        Two arrows conflict when they exit a state in common. The one whose source lies
        inside the other's source wins; otherwise the earlier one, in document order of
        the leaves that chose them.
        """
        kept: list[Arrow] = []
        for arrow in arrows:
            exits = self.exits(configuration, arrow)
            rivals = [
                rival
                for rival in kept
                if not exits.isdisjoint(self.exits(configuration, rival))
            ]
            if all(arrow.source in self._inside[rival.source] for rival in rivals):
                kept = [each for each in kept if each not in rivals]
                kept.append(arrow)
        return tuple(kept)

    # --- what is remembered ----------------------------------------------------------

    def may_recall(self, arrow: Arrow) -> bool:
        """Return whether where the arrow leads may depend on what was remembered."""
        return self._begins_with_history or any(
            self.nodes[target].is_history for target in arrow.targets
        )

    def parents_left_before_recalled(self) -> dict[str, str]:
        """Return, by history state, the parent that is left before anybody asks it.

        What such a state remembers while its parent is active is of no consequence.
        """
        if self._begins_with_history:
            return {}
        asked_inside = {
            target
            for arrow in self.arrows
            for target in arrow.targets
            if arrow.source in self._around_and_inside(self.nodes[target])
        }
        return {
            name: node.parent
            for name, node in self.nodes.items()
            if node.is_history and name not in asked_inside
        }

    def _around_and_inside(self, node: Node) -> frozenset[str]:
        return self._inside[node.parent] | {*node.ancestors}

    def updated(self, history: History, newer: History) -> History:
        """Return what is remembered once ``newer`` was written over ``history``."""
        if not newer:
            return history
        both = dict(history) | dict(newer)
        return tuple((name, both[name]) for name in self._in_order(both))

    # --- a move ----------------------------------------------------------------------

    def compute_move(
        self,
        configuration: Configuration,
        history: History,
        arrows: tuple[Arrow, ...],
    ) -> Move:
        """Follow arrows that do not conflict; ``move`` is the same, remembered."""
        active = set(self._active(configuration))
        exited = frozenset().union(*(self.exits(configuration, a) for a in arrows))
        remembered = self._remember(configuration, history, exited)
        entry = _Entry(self.nodes, active - exited, remembered)
        entry.enter([target for arrow in arrows for target in arrow.targets])
        now = (active - exited) | entry.entered
        entered = self._in_order(entry.entered)
        return Move(
            configuration=self._in_order(
                name for name in now if now.isdisjoint(self.nodes[name].children)
            ),
            history=tuple(
                (name, remembered[name]) for name in self._in_order(remembered)
            ),
            exited=self._in_order(exited)[::-1],
            entered=entered,
            done=self._done(entered, now),
        )

    def _remember(
        self, configuration: Configuration, history: History, exited: frozenset[str]
    ) -> dict[str, tuple[str, ...]]:
        remembered = dict(history)
        for parent in exited:
            for name in self.nodes[parent].histories:
                if self.nodes[name].kind == "deep":
                    kept = [s for s in configuration if s in self._inside[parent]]
                else:
                    kept = [s for s in self.nodes[parent].children if s in exited]
                remembered[name] = tuple(kept)
        return remembered

    def _done(self, entered: Sequence[str], now: set[str]) -> tuple[str, ...]:
        done: dict[str, None] = {}
        for name in entered:
            if self.nodes[name].kind != "final" or self._is_end(name):
                continue
            around = self.nodes[name].parent
            done[around] = None
            while (outer := self.nodes[around].parent) != ROOT:
                if self.nodes[outer].kind != "parallel" or not self._ended(outer, now):
                    break
                done[outer] = None
                around = outer
        return tuple(done)

    def _ended(self, name: str, now: set[str]) -> bool:
        node = self.nodes[name]
        if node.kind == "parallel":
            return all(self._ended(child, now) for child in node.children)
        return any(
            child in now and self.nodes[child].kind == "final"
            for child in node.children
        )


class _Entry:
    """Collects the states that are entered: first what is named, then the defaults."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        staying: set[str],
        remembered: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._nodes = nodes
        self._outside = staying | {ROOT}
        self._remembered = remembered
        self.entered: set[str] = set()

    def enter(self, targets: Sequence[str]) -> None:
        """Enter the targets, what lies around them, and what they begin with."""
        self._mark(targets)
        for parent in {self._nodes[name].parent for name in self.entered}:
            if parent in self._outside and self._nodes[parent].kind == "parallel":
                # It stays, but all its regions may have been left for its history.
                regions = self._nodes[parent].children
                self.entered.update(set(regions) - self._outside)
        for name in tuple(self.entered):
            if self._nodes[name].parent in self._outside:
                self._complete(self._nodes[name])

    def _mark(self, targets: Iterable[str]) -> None:
        # Deviation 2 lives here: all leaves of a history are marked in one go, and only
        # then does `_complete` fill in what nobody marked.
        for target in targets:
            node = self._nodes[target]
            if node.is_history:
                self._mark(self._remembered.get(target, node.initial))
                continue
            for name in (target, *node.ancestors):
                if name in self._outside:
                    break
                self.entered.add(name)

    def _complete(self, node: Node) -> None:
        if node.kind == "parallel":
            self.entered.update(node.children)
        elif node.kind == "compound" and self.entered.isdisjoint(node.children):
            self._mark(node.initial)
        for child in node.children:
            if child in self.entered:
                self._complete(self._nodes[child])


# --- from the definition -------------------------------------------------------------


def compile_chart(chart: ChartSpec) -> tuple[Structure, dict[str, Arrow]]:
    """Return the tree of a chart and an arrow for each of its entries.

    Raises PackageInvalidError naming every state that is defined twice, and every
    target, first state or default that leads nowhere.
    """
    reader = _Reader()
    reader.read_root(chart)
    entries = {
        name: Arrow(name, 0, ROOT, (entry.to,), _as_transition(entry))
        for name, entry in chart.entries.items()
    }
    findings = [*reader.findings, *_dangling(reader.nodes, reader.arrows, entries)]
    if findings:
        raise PackageInvalidError(findings)
    return Structure(reader.nodes, [*reader.arrows, *entries.values()]), entries


def _as_transition(entry: Entry) -> Transition:
    return Transition.model_validate(
        {
            "to": entry.to,
            "if": entry.if_,
            "sets": entry.sets,
            "clock": entry.clock,
            "label": entry.label,
            "source": entry.source,
        }
    )


class _Reader:
    """Walks the states of a definition in the order in which they are written."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.arrows: list[Arrow] = []
        self.findings: list[str] = []

    def read_root(self, chart: ChartSpec) -> None:
        children = tuple(chart.states)
        self.nodes[ROOT] = Node(ROOT, 0, "compound", (), children)
        for name, state in chart.states.items():
            self._read(name, state, (ROOT,))

    def _read(self, name: str, state: StateSpec, ancestors: tuple[str, ...]) -> None:
        if name in self.nodes:
            self.findings.append(f"state {name} is defined twice")
            return
        children = [key for key, s in state.states.items() if s.type != "history"]
        initial = state.default if state.type == "history" else state.initial
        if initial is None and children:
            initial = children[0]
        self.nodes[name] = Node(
            name=name,
            index=len(self.nodes),
            kind=_kind(state),
            ancestors=ancestors,
            children=tuple(children),
            histories=tuple(key for key in state.states if key not in children),
            initial=() if initial is None else (initial,),
        )
        self._add_arrows(name, ALWAYS, state.always)
        for event, transitions in state.events.items():
            self._add_arrows(name, event, transitions)
        for key, inner in state.states.items():
            self._read(key, inner, (name, *ancestors))

    def _add_arrows(
        self, name: str, event: str, transitions: Sequence[Transition]
    ) -> None:
        for line, transition in enumerate(transitions):
            targets = () if transition.to is None else (transition.to,)
            self.arrows.append(Arrow(event, line, name, targets, transition))


def _kind(state: StateSpec) -> Kind:
    if state.type == "history":
        return "deep" if state.deep else "shallow"
    if state.type == "final" or state.final is not None:
        return "final"
    if state.type == "parallel":
        return "parallel"
    return "compound" if state.states else "atomic"


def _dangling(
    nodes: Mapping[str, Node], arrows: Sequence[Arrow], entries: Mapping[str, Arrow]
) -> Iterable[str]:
    for arrow in (*arrows, *entries.values()):
        for target in arrow.targets:
            if target not in nodes:
                place = f"state {arrow.source}" if arrow.source else "entry"
                yield f"{place}: {arrow.event or 'always'} leads to no state: {target}"
    for node in nodes.values():
        yield from _dangling_inside(nodes, node)


def _dangling_inside(nodes: Mapping[str, Node], node: Node) -> Iterable[str]:
    around = node.parent if node.is_history else node.name
    for name in node.initial:
        if name not in nodes or around not in nodes[name].ancestors:
            yield f"state {node.name}: {name} is not a state inside {around}"
    if node.is_history and not node.initial:
        yield f"history {node.name} has no default"
    if node.kind in {"parallel", "compound"} and not node.children:
        yield f"state {node.name} has nothing inside"
    if node.kind == "final" and node.children:
        yield f"final state {node.name} has states inside"

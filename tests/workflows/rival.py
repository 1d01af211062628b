"""Random charts run by our interpreter and by python-statemachine, side by side.

Both get the same tree, the same arrows and the same events; after every event the
active leaves must agree. Every arrow is ``external``, the W3C way, so the first written
deviation of our interpreter does not apply.

W3C lets the leaves choose their arrows in document order. The rival goes through them
in the order in which they were entered (its source says so in a TODO), which differs
when arrows conflict; ``_InDocumentOrder`` gives it the order of W3C.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from statemachine import StateChart
from statemachine.engines.sync import SyncEngine
from statemachine.event_data import TriggerData
from statemachine.io import create_machine_class_from_definition
from statemachine.orderedset import OrderedSet
from statemachine.transition import Transition

from tests.workflows.charts import NOON, a_chart, an_event
from workflows.errors import MoveRefusedError
from workflows.statechart import Chart, ChartBrokenError

EVENTS = ("e0", "e1", "e2", "e3")
MOST_DEPTH = 3


@dataclass(frozen=True, slots=True)
class RandomState:
    """A state of a random chart; ``first`` is the default of a history."""

    name: str
    kind: str
    children: tuple[RandomState, ...] = ()
    first: str = ""

    def inside(self) -> Iterator[RandomState]:
        """Yield the state and every state in it, in document order."""
        yield self
        for child in self.children:
            yield from child.inside()


@dataclass(frozen=True, slots=True)
class RandomChart:
    """A tree of states, and arrows (source, event, target) in document order."""

    top: tuple[RandomState, ...]
    arrows: tuple[tuple[str, str, str | None], ...]

    def states(self) -> Iterator[RandomState]:
        """Yield every state in document order."""
        for state in self.top:
            yield from state.inside()


@dataclass(slots=True)
class Grower:
    """Draws a chart: first the tree, then the arrows between its states."""

    random: Random
    names: list[str] = field(default_factory=list)

    def chart(self) -> RandomChart:
        """Return a chart of a few top states, at least one with states inside."""
        top = tuple(self._state(MOST_DEPTH) for _ in range(self.random.randint(2, 3)))
        states = [state for each in top for state in each.inside()]
        sources = [s for s in states if s.kind in {"atomic", "compound", "parallel"}]
        targets = [state.name for state in states]
        arrows = tuple(
            (
                self.random.choice(sources).name,
                self.random.choice([*EVENTS, *EVENTS, f"done.{states[0].name}"]),
                self.random.choice(targets) if self.random.random() < 0.95 else None,
            )
            for _ in range(self.random.randint(4, 16))
        )
        order = {state.name: index for index, state in enumerate(states)}
        return RandomChart(top, tuple(sorted(arrows, key=lambda a: order[a[0]])))

    def _state(self, depth: int, *, may_end: bool = True) -> RandomState:
        name = f"s{len(self.names)}"
        self.names.append(name)
        kinds = ["atomic"] * 3
        if depth:
            kinds += ["compound"] * 3 + ["parallel"] * 2
        # The first state of all may not be an end.
        if may_end and len(self.names) > 1:
            kinds.append("final")
        kind = self.random.choice(kinds)
        if kind in {"atomic", "final"}:
            return RandomState(name, kind)
        count = self.random.randint(2, 3)
        regions = kind == "parallel"
        children = [self._state(depth - 1, may_end=False)]
        children += [
            self._state(depth - 1, may_end=not regions) for _ in range(count - 1)
        ]
        if self.random.random() < 0.4:
            children.append(self._history(children))
        return RandomState(name, kind, tuple(children))

    def _history(self, children: Sequence[RandomState]) -> RandomState:
        name = f"s{len(self.names)}"
        self.names.append(name)
        kind = self.random.choice(["shallow", "deep"])
        return RandomState(name, kind, (), self.random.choice(children).name)


# --- ours ---------------------------------------------------------------------------


def ours(chart: RandomChart) -> Chart:
    """Return the chart as our interpreter has it."""
    return a_chart({state.name: _our_state(state, chart) for state in chart.top})


def _our_state(state: RandomState, chart: RandomChart) -> dict[str, Any]:
    if state.first:
        return {
            "type": "history",
            "deep": state.kind == "deep",
            "default": state.first,
        }
    made: dict[str, Any] = {}
    if state.kind in {"final", "parallel"}:
        made["type"] = state.kind
    if state.children:
        made["states"] = {each.name: _our_state(each, chart) for each in state.children}
    for source, event, target in chart.arrows:
        if source == state.name:
            line = {"external": True, **({"to": target} if target else {})}
            made.setdefault("events", {}).setdefault(event, []).append(line)
    return made


# --- theirs -------------------------------------------------------------------------


class _InDocumentOrder(SyncEngine):
    """The rival's engine, its leaves asked in document order."""

    def _select_transitions(
        self, trigger_data: TriggerData, predicate: Callable[..., Any]
    ) -> OrderedSet[Transition]:
        chosen: OrderedSet[Transition] = OrderedSet()
        leaves = [state for state in self.sm.configuration if state.is_atomic]
        for leaf in sorted(leaves, key=lambda state: int(state.id[1:])):
            arrow = self._first_transition_that_matches(leaf, trigger_data, predicate)
            if arrow is not None:
                chosen.add(arrow)
        return self._filter_conflicting_transitions(chosen)


def _engine(machine: StateChart[Any]) -> SyncEngine:
    return _InDocumentOrder(machine)


def theirs(chart: RandomChart) -> type[StateChart[Any]]:
    """Return the chart as a class of python-statemachine."""
    states = {
        state.name: _their_state(state, chart, first=index == 0)
        for index, state in enumerate(chart.top)
    }
    return create_machine_class_from_definition(
        "Rival",
        states,
        validate_disconnected_states=False,
        validate_trap_states=False,
        validate_final_reachability=False,
        catch_errors_as_events=False,
        _get_engine=_engine,
    )


def _their_state(
    state: RandomState, chart: RandomChart, *, first: bool
) -> dict[str, Any]:
    if state.first:
        return {"type": state.kind, "transitions": [{"target": state.first}]}
    made: dict[str, Any] = {"initial": first}
    if state.kind in {"final", "parallel"}:
        made[state.kind] = True
    inner = [each for each in state.children if not each.first]
    if inner:
        made["states"] = {
            each.name: _their_state(
                each, chart, first=index == 0 and state.kind == "compound"
            )
            for index, each in enumerate(inner)
        }
        made["history"] = {
            each.name: _their_state(each, chart, first=False)
            for each in state.children
            if each.first
        }
    for source, event, target in chart.arrows:
        if source == state.name:
            name = event.replace("done.", "done_state_")
            line = {"target": target}
            made.setdefault("on", {}).setdefault(name, []).append(line)
    return made


# --- side by side -------------------------------------------------------------------


def leaves(chart: RandomChart, active: Sequence[str]) -> frozenset[str]:
    """Return the active states that have nothing inside."""
    plain = {state.name for state in chart.states() if not state.children}
    return plain.intersection(active)


def disagreement(
    chart: RandomChart, events: Sequence[str], rival: RandomChart | None = None
) -> str | None:
    """Send the same events to both; return where they first differ, or None.

    ``rival`` is another chart for the rival, to see a disagreement found. A chart whose
    done events go round without end is refused by ours and would keep the rival busy
    for ever, so there is nothing to compare after that.
    """
    mine = ours(chart)
    instance = mine.start(lookup=_nothing, at=NOON).after
    other = theirs(rival or chart)()
    for number, event in enumerate(("", *events)):
        if event:
            try:
                instance = mine.step(instance, an_event(event), lookup=_nothing).after
            except MoveRefusedError:
                pass
            except ChartBrokenError as broken:
                if "without end" not in str(broken):
                    raise
                return None
            if not other.is_terminated:
                other.send(event)
        active = [state.id for state in other.configuration]
        expected, found = leaves(chart, active), frozenset(instance.configuration)
        if expected != found:
            sent = ", ".join(events[:number])
            return f"after [{sent}]: {sorted(found)}, the rival {sorted(expected)}"
    return None


def drawn(seed: int) -> tuple[RandomChart, tuple[str, ...]]:
    """Return the chart and the events of a seed."""
    random = Random(seed)  # noqa: S311 - charts, not secrets
    chart = Grower(random).chart()
    return chart, tuple(random.choice(EVENTS) for _ in range(12))


def _nothing(_fact: str) -> object:
    return None


def disagreements(seeds: Iterable[int]) -> list[str]:
    """Return every disagreement over the charts of the seeds, with its seed."""
    found = []
    for seed in seeds:
        where = disagreement(*drawn(seed))
        if where is not None:
            found.append(f"seed {seed} {where}")
    return found


if __name__ == "__main__":
    number = int(sys.argv[1])
    disagree = disagreements(range(number))
    sys.stdout.write(
        "\n".join([*disagree, f"{number} charts, {len(disagree)} differ\n"])
    )
    sys.exit(bool(disagree))

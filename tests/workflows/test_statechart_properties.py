"""What holds for every chart and every order of events (Hypothesis)."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.charts import NOON, a_chart, an_event
from workflows.chart.structure import ChartBrokenError, compile_chart
from workflows.errors import MoveRefusedError
from workflows.statechart import Chart, Event, Instance, Outcome

EVENTS = ["e0", "e1", "e2", "child.x.y", "child.x.z"]
FACTS = ["known_true", "known_false", "unknown", "flag", "happened"]
KNOWN: dict[str, object] = {"known_true": True, "known_false": False}


class Grower:
    """Grows a random tree of states, and then draws arrows between them."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.names: list[str] = []
        self.plain: list[dict[str, Any]] = []

    def states(self, depth: int, count: int) -> dict[str, Any]:
        return dict(self._state(depth) for _ in range(count))

    def _state(self, depth: int) -> tuple[str, dict[str, Any]]:
        name = f"s{len(self.names)}"
        self.names.append(name)
        kinds = ["atomic", "atomic", "compound", "parallel"] if depth else ["atomic"]
        kind = self.draw(
            st.sampled_from([*kinds, "final"] if len(self.names) > 1 else kinds)
        )
        state: dict[str, Any] = {}
        if kind == "final":
            return name, {"type": "final"}
        if kind in {"compound", "parallel"}:
            state["states"] = self.states(depth - 1, self.draw(st.integers(2, 3)))
            if kind == "parallel":
                state["type"] = "parallel"
                state["states"] = {
                    key: {} if inner.get("type") == "final" else inner
                    for key, inner in state["states"].items()
                }
            if self.draw(st.booleans()):
                self._remember(state)
        if self.draw(st.booleans()):
            state["after"] = {"length": {"n": 1, "unit": "day"}, "event": "e0"}
        self.plain.append(state)
        return name, state

    def _remember(self, state: dict[str, Any]) -> None:
        default = next(iter(state["states"]))
        name = f"s{len(self.names)}"
        self.names.append(name)
        deep = self.draw(st.booleans())
        state["states"][name] = {"type": "history", "deep": deep, "default": default}

    def draw_arrows(self) -> None:
        for _ in range(self.draw(st.integers(3, 14))):
            state = self.draw(st.sampled_from(self.plain))
            name = self.draw(
                st.sampled_from([*EVENTS, *(f"done.{n}" for n in self.names[:4])])
            )
            lines = state.setdefault("events", {}).setdefault(name, [])
            lines.append(self._line())
        for _ in range(self.draw(st.integers(0, 2))):
            state = self.draw(st.sampled_from(self.plain))
            state.setdefault("always", []).append({**self._line(), "if": "happened"})
        for _ in range(self.draw(st.integers(0, 2))):
            state = self.draw(st.sampled_from(self.plain))
            answer = self.draw(st.sampled_from(["record", "defer"]))
            state[answer] = [self.draw(st.sampled_from(["child.*", "child.x.y"]))]

    def _line(self) -> dict[str, Any]:
        line: dict[str, Any] = {"external": self.draw(st.booleans())}
        if self.draw(st.integers(0, 4)):
            line["to"] = self.draw(st.sampled_from(self.names))
        if self.draw(st.booleans()):
            fact = self.draw(st.sampled_from(FACTS))
            line["if"] = self.draw(st.sampled_from([fact, {"not": fact}]))
        if self.draw(st.booleans()):
            line["sets"] = {"flag": self.draw(st.booleans())}
        if not self.draw(st.integers(0, 3)):
            line["do"] = [{"signal": {"to": "x", "name": "n", "revises": True}}]
        return line


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    grower = Grower(draw)
    states = grower.states(3, draw(st.integers(2, 3)))
    grower.draw_arrows()
    facts = {"happened": {"from_history": "e1"}}
    return a_chart(states, flags={"flag": False}, facts=facts, late=["child.*"])


events = st.lists(
    st.builds(
        lambda name, revision: an_event(name, name.split(".")[0], revision),
        st.sampled_from(EVENTS),
        st.integers(0, 2),
    ),
    max_size=14,
)

thorough = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def started(chart: Chart) -> Instance | None:
    try:
        return chart.start(lookup=KNOWN.get, at=NOON).after
    except (MoveRefusedError, ChartBrokenError) as error:
        only_endless_choices(error)
        return None


def stepped(chart: Chart, instance: Instance, event: Event) -> Outcome:
    """Take an event; a refusal leaves everything as it was."""
    try:
        return chart.step(instance, event, lookup=KNOWN.get)
    except (MoveRefusedError, ChartBrokenError) as error:
        only_endless_choices(error)
        return Outcome("recorded", instance, instance)


def only_endless_choices(error: Exception) -> None:
    """A random chart may loop; it may never come to an illegal configuration."""
    if isinstance(error, ChartBrokenError):
        assert "without end" in str(error)


@thorough
@given(charts(), events)
def test_no_order_of_events_leaves_the_legal_configurations(chart, happened):
    instance = started(chart)
    if instance is None:
        return
    structure, _entries = compile_chart(chart.procedure.chart)
    for event in happened:
        instance = stepped(chart, instance, event).after

        assert structure.fault_of(instance.configuration) is None


@thorough
@given(charts(), events)
def test_the_same_events_lead_to_the_same_instance_through_json(chart, happened):
    straight = stored = started(chart)
    if straight is None or stored is None:
        return
    afresh = Chart(chart.procedure, {})
    for event in happened:
        text = json.dumps(stored.to_json())
        first = stepped(chart, straight, event)
        second = stepped(afresh, Instance.from_json(json.loads(text)), event)

        assert (first.handled, first.after) == (second.handled, second.after)
        assert first.effects == second.effects
        straight, stored = first.after, second.after


@thorough
@given(charts(), events, events, st.randoms(use_true_random=False))
def test_two_cases_of_one_chart_do_not_disturb_each_other(chart, one, other, random):
    begun = started(chart)
    if begun is None:
        return
    alone = []
    for row in (one, other):
        instance = begun
        for event in row:
            instance = stepped(chart, instance, event).after
        alone.append(instance)

    together = [begun, begun]
    rows = [list(one), list(other)]
    while any(rows):
        which = random.choice([i for i, row in enumerate(rows) if row])
        together[which] = stepped(chart, together[which], rows[which].pop(0)).after

    assert together == alone


@thorough
@given(charts(), events)
def test_timers_are_armed_exactly_in_the_active_states(chart, happened):
    start = chart.start(lookup=KNOWN.get, at=NOON) if started(chart) else None
    if start is None:
        return
    armed: set[str] = set()
    outcomes = [start]
    for event in happened:
        outcomes.append(stepped(chart, outcomes[-1].after, event))
    for outcome in outcomes:
        for order in outcome.timers:
            assert (order.state in armed) is not order.arm
            (armed.add if order.arm else armed.remove)(order.state)

        active = chart.active(outcome.after)
        assert armed == {name for name in active if chart.state(name).after}


@thorough
@given(charts(), events)
def test_what_is_reached_was_found_by_the_walk(chart, happened):
    try:
        found = set(chart.analyse(most=500).configurations)
    except ChartBrokenError:
        return
    instance = started(chart)
    for event in happened if instance is not None else ():
        instance = stepped(chart, instance, event).after

        assert instance.configuration in found

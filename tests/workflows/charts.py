"""Small charts for the tests, written short: ``{"go": "there"}`` is an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workflows.definition import ListItem, Procedure
from workflows.statechart import Chart, Event, Instance, Outcome, Papers

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
_SOURCE = {"instrument": "nd151-2025", "at": "Đ1", "mark": "D"}


def a_chart(states: Mapping[str, Any], **parts: Any) -> Chart:
    """Compile a chart; the first state is where it begins unless ``entries`` say."""
    entries = parts.pop("entries", {"start": {"to": next(iter(states))}})
    lists = {
        name: {
            key: ListItem.model_validate({"label": key, "source": _SOURCE, **item})
            for key, item in items.items()
        }
        for name, items in parts.pop("lists", {}).items()
    }
    late = {"record": parts.pop("late", [])}
    procedure = {
        "procedure": "example",
        "title": {"citizen": "Ví dụ", "clerk": "Ví dụ"},
        "basis": [_SOURCE],
        "competence": {},
        "chart": {"entries": entries, "states": _states(states), "late": late},
        **parts,
    }
    return Chart(Procedure.model_validate(procedure), lists)


def _states(states: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _state(state) for name, state in states.items()}


def _state(short: Mapping[str, Any]) -> dict[str, Any]:
    state = dict(short)
    state["states"] = _states(state.get("states", {}))
    state["always"] = _lines(state.get("always", []))
    state["events"] = {k: _lines(v) for k, v in state.get("events", {}).items()}
    return state


def _lines(short: Any) -> list[dict[str, Any]]:
    lines = short if isinstance(short, list) else [short]
    whole = ({"to": line} if isinstance(line, str) else line for line in lines)
    return [{"by": ["anyone"], "source": [], **line} for line in whole]


def nobody_knows(_name: str) -> object:
    """Answer no fact."""
    return None


def begin(chart: Chart, entry: str | None = None, **facts: object) -> Instance:
    """Return the instance after the start."""
    return chart.start(entry, lookup=facts.get, at=NOON).after


def an_event(
    name: str, role: str = "citizen", revision: int = 0, **facts: Any
) -> Event:
    """Return an event at noon; facts are entered with it (``__`` stands for a dot)."""
    entered = {key.replace("__", "."): value for key, value in facts.items()}
    return Event(name, NOON, "an.actor", role, entered, revision)


def after(
    chart: Chart,
    instance: Instance,
    *events: str | Event,
    known: Mapping[str, object] | None = None,
    papers: Papers | None = None,
) -> Outcome:
    """Take the events one after the other and return the last outcome."""
    lookup = (known or {}).get
    outcome = Outcome("recorded", instance, instance)
    for each in events:
        event = an_event(each) if isinstance(each, str) else each
        outcome = chart.step(
            outcome.after, event, lookup=lookup, papers=papers or Papers()
        )
    return outcome


def trace(outcome: Outcome) -> list[str]:
    """Return the forms that were to be issued: tests mark entry and exit with them."""
    return [effect.issue for effect in outcome.effects if effect.issue is not None]

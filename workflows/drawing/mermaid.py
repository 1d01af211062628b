"""A procedure as Mermaid text, for those who read drawings as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workflows.definition import Procedure, StateSpec, Transition
from workflows.guards import AllOf, AnyOf, Guard, Named, Not

INDENT = "  "


def mermaid(procedure: Procedure) -> str:
    """Return the chart as a Mermaid state diagram, in the order of the definition."""
    chart = procedure.chart
    lines = ["stateDiagram-v2"]
    for name, entry in chart.entries.items():
        label = "" if len(chart.entries) == 1 else f" : {_clean(name)}"
        lines.append(f"{INDENT}[*] --> {entry.to}{label}")
    lines += _states(chart.states, 1)
    lines += _arrows(chart.states)
    return "\n".join(lines) + "\n"


def _states(states: Mapping[str, StateSpec], depth: int) -> Iterator[str]:
    pad = INDENT * depth
    for name, spec in states.items():
        if spec.label is not None:
            yield f'{pad}state "{_clean(spec.label.citizen)}" as {name}'
        if not spec.states:
            continue
        yield f"{pad}state {name} {{"
        if spec.type == "parallel":
            for place, (region, inner) in enumerate(spec.states.items()):
                if place:
                    yield f"{pad}{INDENT}--"
                yield from _states({region: inner}, depth + 1)
        else:
            first = spec.initial or next(iter(spec.states))
            yield f"{pad}{INDENT}[*] --> {first}"
            yield from _states(spec.states, depth + 1)
        yield f"{pad}}}"


def _arrows(states: Mapping[str, StateSpec]) -> Iterator[str]:
    for name, spec in states.items():
        for line in spec.always:
            yield from _arrow(name, line, "")
        for event, lines in spec.events.items():
            for line in lines:
                yield from _arrow(name, line, event)
        if spec.final is not None:
            yield f"{INDENT}{name} --> [*]"
        yield from _arrows(spec.states)


def _arrow(origin: str, line: Transition, event: str) -> Iterator[str]:
    if line.to is None:
        return
    guard = "" if line.if_ is None else f"[{_guard(line.if_)}]"
    words = _clean(" ".join(part for part in (event, guard) if part))
    yield f"{INDENT}{origin} --> {line.to}" + (f" : {words}" if words else "")


def _guard(guard: Guard) -> str:
    match guard:
        case Named(fact):
            return fact
        case Not(part):
            return f"not {_guard(part)}"
        case AllOf(parts):
            return " and ".join(map(_guard, parts))
        case AnyOf(parts):
            return " or ".join(map(_guard, parts))


def _clean(words: str) -> str:
    """Take out what Mermaid would read as its own signs."""
    return re.sub(r"\s+", " ", re.sub(r'[";:#<>{}]', " ", words)).strip()

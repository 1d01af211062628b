"""Rules about linked cases: each signal is declared, sent, and answered on both sides.

A signal is answered when an active state handles it, records it or defers it. A linked
case must answer its parent wherever it stands, for the parent may speak or end at any
time. A parent must answer each signal of a linked case, and of its ledger, somewhere
once it was started; in which order they come, and messages that cross, is
found by walking both charts together, not here.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.chart.rules import matches
from workflows.law.findings import Finding
from workflows.lint.charts import walk
from workflows.lint.subject import (
    ArrowAt,
    CheckedProcedure,
    EffectAt,
    Path,
    StateAt,
    Subject,
)
from workflows.statechart import Analysis

_ENDED = "ended"
_LEDGER = ("paid_part", "paid_all", "term_ended")


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield signals that are undeclared, unanswered or never sent."""
    yield from _sent(subject, procedure)
    yield from _heard(procedure)
    yield from _declared(procedure)
    analysis = walk(subject, procedure)
    if not isinstance(analysis, str):
        yield from _as_parent(subject, procedure, analysis)
        yield from _as_child(subject, procedure, analysis)
        yield from _with_ledger(procedure, analysis)


# --- declared and sent ------------------------------------------------------------


def _sent(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    for placed in procedure.effects:
        signal, path = placed.effect.signal, placed.path
        if signal is None:
            continue
        if signal.to == "parent":
            if signal.name not in procedure.spec.signals:
                text = f"the signal {signal.name!r} to the parent is not declared"
                yield procedure.finding(path, "signal-undeclared", text)
            continue
        if signal.to not in procedure.links:
            text = f"no linked case {signal.to!r} is ever started"
            yield procedure.finding(path, "unknown-link", text)
            continue
        child = subject.procedure(procedure.links[signal.to])
        if child is not None and signal.name not in child.spec.receives:
            text = f"{child.id} does not receive the signal {signal.name!r}"
            yield procedure.finding(path, "signal-undeclared", text)


def _heard(procedure: CheckedProcedure) -> Iterator[Finding]:
    for arrow in procedure.arrows:
        kind, _, rest = arrow.event.partition(".")
        name = rest.partition(".")[0]
        if kind == "child" and name not in procedure.links:
            text = f"{arrow.named}: no linked case {name!r} is ever started"
            yield procedure.finding(arrow.path, "unknown-link", text)
        elif kind == "parent" and rest not in {*procedure.spec.receives, _ENDED}:
            text = f"{arrow.named}: 'receives' does not name {rest!r}"
            yield procedure.finding(arrow.path, "signal-undeclared", text)


def _declared(procedure: CheckedProcedure) -> Iterator[Finding]:
    sent = {
        placed.effect.signal.name
        for placed in procedure.effects
        if placed.effect.signal is not None and placed.effect.signal.to == "parent"
    }
    for name in procedure.spec.signals:
        if name not in sent:
            text = f"the signal {name!r} is declared and never sent"
            yield procedure.finding(("signals", name), "signal-never-sent", text)


# --- answered ---------------------------------------------------------------------


def _as_parent(
    subject: Subject, procedure: CheckedProcedure, analysis: Analysis
) -> Iterator[Finding]:
    for link, child_id in procedure.links.items():
        child = subject.procedure(child_id)
        if child is None:
            continue
        starts = [
            placed
            for placed in procedure.effects
            if placed.effect.start is not None and placed.effect.start.as_ == link
        ]
        names = [f"child.{link}.{name}" for name in child.spec.signals]
        yield from _answers(procedure, analysis, starts, names)


def _with_ledger(procedure: CheckedProcedure, analysis: Analysis) -> Iterator[Finding]:
    opens = [
        placed
        for placed in procedure.effects
        if placed.effect.obligation is not None and placed.effect.obligation.open
    ]
    if opens:
        names = [f"ledger.{name}" for name in _LEDGER]
        yield from _answers(procedure, analysis, opens, names)


def _as_child(
    subject: Subject, procedure: CheckedProcedure, analysis: Analysis
) -> Iterator[Finding]:
    if not subject.starts(procedure.id) and not procedure.spec.linked_only:
        return
    names = [f"parent.{name}" for name in (*procedure.spec.receives, _ENDED)]
    for configuration in analysis.configurations:
        if configuration not in analysis.ends:
            yield from _unanswered(procedure, configuration, names)
    yield from _late(procedure, names)


def _answers(
    procedure: CheckedProcedure,
    analysis: Analysis,
    starts: list[EffectAt],
    names: list[str],
) -> Iterator[Finding]:
    after = _states_after(procedure, starts)
    behind = {
        state
        for configuration in analysis.configurations
        if configuration not in analysis.ends and not after.isdisjoint(configuration)
        for state in _active(procedure, configuration)
    }
    for name in names:
        if not any(_answers_in(state, name) for state in behind):
            text = f"from {starts[0].then.name!r} on no state answers {name!r}"
            yield procedure.finding(starts[0].path, "signal-unanswered", text)
    yield from _late(procedure, names)


def _active(
    procedure: CheckedProcedure, configuration: tuple[str, ...]
) -> dict[StateAt, None]:
    return {
        around: None
        for leaf in configuration
        for around in procedure.by_name[leaf].chain
    }


def _unanswered(
    procedure: CheckedProcedure, configuration: tuple[str, ...], names: list[str]
) -> Iterator[Finding]:
    active = _active(procedure, configuration)
    for name in names:
        if not any(_answers_in(state, name) for state in active):
            leaf = procedure.by_name[configuration[-1]]
            text = f"in {', '.join(configuration)} nothing answers {name!r}"
            yield procedure.finding(leaf.path, "signal-unanswered", text)


def _answers_in(state: StateAt, name: str) -> bool:
    spec = state.spec
    patterns = (*spec.events, *spec.record, *spec.defer)
    return matches(name, patterns)


def _late(procedure: CheckedProcedure, names: list[str]) -> Iterator[Finding]:
    patterns = procedure.spec.chart.late.record
    for name in names:
        if not matches(name, patterns):
            text = f"after the end nothing answers {name!r}: 'late' does not let it in"
            path: Path = ("chart", "late")
            yield procedure.finding(path, "signal-late", text)


def _states_after(procedure: CheckedProcedure, starts: list[EffectAt]) -> set[str]:
    """Return the leaves that may be active once one of ``starts`` was done.

    A history brings back what was left, so it leads to nothing new.
    """
    found: set[str] = set()
    waiting = [leaf for start in starts for leaf in _leaves(procedure, start.then)]
    while waiting:
        leaf = waiting.pop()
        if leaf.name in found:
            continue
        found.add(leaf.name)
        for around in leaf.chain:
            for arrow in procedure.arrows_of(around):
                if arrow.transition.to is not None:
                    waiting.extend(_led_to(procedure, arrow))
    return found


def _led_to(procedure: CheckedProcedure, arrow: ArrowAt) -> list[StateAt]:
    target = procedure.by_name.get(arrow.transition.to or arrow.state.name)
    return [] if target is None else _leaves(procedure, target)


def _leaves(procedure: CheckedProcedure, state: StateAt) -> list[StateAt]:
    spec = state.spec
    if spec.type == "history":
        return []
    if not spec.states:
        return [state]
    inside = list(spec.states)
    names = inside if spec.type == "parallel" else [spec.initial or inside[0]]
    children = [procedure.by_name[name] for name in names if name in procedure.by_name]
    return [leaf for child in children for leaf in _leaves(procedure, child)]

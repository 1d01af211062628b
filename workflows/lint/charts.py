"""Rules about one chart by itself: where arrows lead, and whether an end is reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workflows.errors import PackageInvalidError
from workflows.law.findings import Finding
from workflows.lint.subject import ArrowAt, CheckedProcedure, StateAt, Subject
from workflows.statechart import Analysis, Chart, ChartBrokenError


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield what is wrong with the chart of a procedure."""
    broken = [*_duplicates(procedure), *_targets(procedure)]
    yield from broken
    yield from _choices(procedure)
    yield from _joins(procedure)
    if not broken:
        yield from _walked(subject, procedure)


def _duplicates(procedure: CheckedProcedure) -> Iterator[Finding]:
    counted = Counter(state.name for state in procedure.states)
    for state in procedure.states:
        if counted[state.name] > 1:
            text = f"state {state.name!r} stands more than once"
            yield procedure.finding(state.path, "duplicate-state", text)


def _targets(procedure: CheckedProcedure) -> Iterator[Finding]:
    for name, entry in procedure.spec.chart.entries.items():
        if entry.to not in procedure.by_name:
            text = f"entry {name!r} leads to the unknown state {entry.to!r}"
            path = ("chart", "entries", name, "to")
            yield procedure.finding(path, "unknown-target", text)
    for arrow in procedure.arrows:
        target = arrow.transition.to
        if target is not None and target not in procedure.by_name:
            text = f"{arrow.named} leads to the unknown state {target!r}"
            yield procedure.finding((*arrow.path, "to"), "unknown-target", text)
        ended = arrow.event.removeprefix("done.")
        if ended != arrow.event and ended not in procedure.by_name:
            text = f"{arrow.named} waits for the end of an unknown state"
            yield procedure.finding(arrow.path, "unknown-target", text)
    for state in procedure.states:
        yield from _beginnings(procedure, state)


def _beginnings(procedure: CheckedProcedure, state: StateAt) -> Iterator[Finding]:
    spec = state.spec
    if spec.initial is not None and spec.initial not in spec.states:
        text = f"state {state.name!r} begins in {spec.initial!r}, which is not inside"
        yield procedure.finding((*state.path, "initial"), "unknown-target", text)
    if spec.default is not None and spec.default not in procedure.by_name:
        text = f"history {state.name!r} falls back to the unknown {spec.default!r}"
        yield procedure.finding((*state.path, "default"), "unknown-target", text)


# --- choices ----------------------------------------------------------------------


def _choices(procedure: CheckedProcedure) -> Iterator[Finding]:
    for state in procedure.states:
        lines = state.spec.always
        if lines and lines[-1].if_ is not None:
            text = f"the choice {state.name!r} has no last line without a guard"
            path = (*state.path, "always", len(lines) - 1)
            yield procedure.finding(path, "choice-without-else", text)
    for arrow in procedure.arrows:
        if arrow.line and _always_taken(_line_before(arrow)):
            text = (
                f"line {arrow.line + 1} of {arrow.named} comes after one always taken"
            )
            yield procedure.finding(arrow.path, "line-never-reached", text)


def _line_before(arrow: ArrowAt) -> ArrowAt:
    spec = arrow.state.spec
    lines = spec.events[arrow.event] if arrow.event else spec.always
    before = arrow.line - 1
    path = (*arrow.path[:-1], before)
    return ArrowAt(arrow.state, arrow.event, before, lines[before], path)


def _always_taken(arrow: ArrowAt) -> bool:
    """Return whether nothing is left to a later line: no guard, for any role."""
    transition = arrow.transition
    return transition.if_ is None and not transition.by


# --- joins ------------------------------------------------------------------------


def _joins(procedure: CheckedProcedure) -> Iterator[Finding]:
    heard = {arrow.event: None for arrow in procedure.arrows}
    for state in procedure.states:
        is_parallel = state.spec.type == "parallel"
        is_region = state.parent is not None and state.parent.spec.type == "parallel"
        ends_inside = any(
            child.type == "final" or child.final for child in state.spec.states.values()
        )
        if is_region and not ends_inside and _must_join(procedure, state):
            text = f"region {state.name!r} has no final state"
            yield procedure.finding(state.path, "region-without-end", text)
        if f"done.{state.name}" in heard:
            continue
        if is_parallel and not is_region:
            text = f"nothing hears 'done.{state.name}', the end of the parallel state"
            yield procedure.finding(state.path, "parallel-without-join", text)
        elif ends_inside and not is_region and not is_parallel:
            text = f"nothing hears 'done.{state.name}', the end of what is inside"
            yield procedure.finding(state.path, "final-without-join", text)


def _must_join(procedure: CheckedProcedure, region: StateAt) -> bool:
    parent = region.parent
    return parent is not None and any(
        arrow.event == f"done.{parent.name}" for arrow in procedure.arrows
    )


# --- the walk ---------------------------------------------------------------------


def walk(subject: Subject, procedure: CheckedProcedure) -> Analysis | str:
    """Return the walk over every configuration, or why the chart cannot be walked.

    Charts of one shape are walked once: a walk knows neither words nor sources.
    """
    walks, key = subject.kept.walks, procedure.shape
    if key not in walks:
        try:
            walks[key] = Chart(procedure.spec, subject.lists).analyse()
        except PackageInvalidError as error:
            return "; ".join(error.findings)
        except ChartBrokenError as error:
            return str(error)
    return walks[key]


def _walked(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    analysis = walk(subject, procedure)
    if isinstance(analysis, str):
        yield procedure.finding(("chart",), "chart-broken", analysis)
        return
    for name in analysis.unreachable:
        path = procedure.by_name[name].path
        text = f"no way leads to state {name!r}"
        yield procedure.finding(path, "unreachable-state", text)
    for configuration in analysis.trapped:
        rule = "dead-end" if configuration in analysis.dead_ends else "no-way-to-end"
        path = procedure.by_name[configuration[0]].path
        text = f"from {', '.join(configuration)} no end can be reached"
        yield procedure.finding(path, rule, text)
    unreached = set(analysis.unreachable)
    for state, event, line in analysis.never_taken:
        if state not in unreached and state in procedure.by_name:
            text = f"line {line + 1} of {event or 'the choice'!r} is never taken"
            path = _line_path(procedure, state, event, line)
            yield procedure.finding(path, "never-taken", f"{text} (state {state!r})")


def _line_path(
    procedure: CheckedProcedure, state: str, event: str, line: int
) -> tuple[str | int, ...]:
    where = ("events", event, line) if event else ("always", line)
    return (*procedure.by_name[state].path, *where)

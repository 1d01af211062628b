"""Rules about waiting: who has the ball, which timer runs, who may raise what."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Length, ParamRef, Unknown
from workflows.law.findings import Finding
from workflows.lint.subject import (
    ELSEWHERE,
    MACHINES,
    ArrowAt,
    CheckedProcedure,
    Path,
    StateAt,
    Subject,
)

_SIGNALS = ("child.", "parent.", "ledger.", "done.")
_CALENDAR = "calendar"
_REASONS = "clock_stop_reasons"
_TIMERS = frozenset({"timer"})


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield waits that nobody ends, and events that nobody raises."""
    yield from _raisers(subject, procedure)
    yield from _owners(subject, procedure)
    yield from _timers(subject, procedure)
    yield from _clocks(procedure)
    yield from _reasons(subject, procedure)


# --- who raises events ------------------------------------------------------------


def is_signal(event: str) -> bool:
    """Return whether another case, the ledger or the chart itself raises the event."""
    return event.startswith(_SIGNALS)


def _raisers(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    roles = subject.roles_of(procedure)
    for arrow in procedure.arrows:
        for index, role in enumerate(arrow.transition.by):
            if role not in roles:
                text = f"{arrow.named} may be raised by the unknown role {role!r}"
                path = (*arrow.path, "by", index)
                yield procedure.finding(path, "unknown-role", text)
        if not arrow.event or is_signal(arrow.event):
            continue
        if not arrow.transition.by:
            text = f"nobody may raise {arrow.named}: 'by' is missing"
            yield procedure.finding(arrow.path, "event-nobody-raises", text)
        elif _TIMERS.issuperset(arrow.transition.by) and not _armed(procedure, arrow):
            text = f"only a timer may raise {arrow.named}, and no timer there does"
            yield procedure.finding(arrow.path, "event-nobody-raises", text)


def _armed(procedure: CheckedProcedure, arrow: ArrowAt) -> bool:
    """Return whether a timer that runs while the state is active raises the event."""
    return any(
        state.spec.after is not None
        and state.spec.after.event == arrow.event
        and (arrow.state in state.chain or state in arrow.state.chain)
        for state in procedure.states
    )


# --- who has the ball -------------------------------------------------------------


def _owners(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    known = subject.roles_of(procedure) | ELSEWHERE
    for state in procedure.states:
        if state.spec.owner is not None and state.spec.owner not in known:
            text = f"state {state.name!r} is with the unknown {state.spec.owner!r}"
            yield procedure.finding((*state.path, "owner"), "unknown-role", text)
        if not state.is_wait:
            continue
        owner = next((s.spec.owner for s in state.chain if s.spec.owner), None)
        if owner is None:
            text = f"nobody has the ball in state {state.name!r}: 'owner' is missing"
            yield procedure.finding(state.path, "wait-without-owner", text)
        elif owner == _CALENDAR and not any(s.spec.after for s in state.chain):
            text = f"state {state.name!r} waits for the calendar without a timer"
            yield procedure.finding(state.path, "wait-without-clock", text)


# --- timers -----------------------------------------------------------------------


def _timers(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    for state in procedure.states:
        after = state.spec.after
        if after is None:
            continue
        path = (*state.path, "after")
        answers = [
            arrow
            for around in state.chain
            for arrow in procedure.arrows_of(around)
            if arrow.event == after.event
        ]
        if not any(_TIMERS.intersection(a.transition.by) for a in answers):
            text = f"nothing hears the timer {after.event!r} of state {state.name!r}"
            yield procedure.finding(path, "timer-unheard", text)
        elif _may_be_unknown(subject, after.length) and not any(
            set(arrow.transition.by) - MACHINES for arrow in answers
        ):
            text = (
                f"the timer {after.event!r} of state {state.name!r} has a length that "
                "is not known, and nobody may end the wait by hand"
            )
            yield procedure.finding(path, "timer-unknown-length", text)


def _may_be_unknown(subject: Subject, length: ParamRef | Length) -> bool:
    if isinstance(length, Length):
        return False
    spec = subject.parameter(length.param)
    return spec is not None and any(
        isinstance(dated.communes, Unknown)
        or (isinstance(dated.value, dict) and "unknown" in dated.value)
        for dated in spec.values
    )


# --- clocks -----------------------------------------------------------------------


def _clocks(procedure: CheckedProcedure) -> Iterator[Finding]:
    for name, path in _clocks_named(procedure):
        if name not in procedure.spec.deadlines:
            text = f"the clock {name!r} is no deadline of the procedure"
            yield procedure.finding(path, "unknown-deadline", text)


def _clocks_named(procedure: CheckedProcedure) -> Iterator[tuple[str, Path]]:
    for state in procedure.states:
        yield from _stopped(state)
    orders = [
        *(
            (arrow.transition.clock, (*arrow.path, "clock"))
            for arrow in procedure.arrows
        ),
        *(
            (entry.clock, ("chart", "entries", name, "clock"))
            for name, entry in procedure.spec.chart.entries.items()
        ),
    ]
    for order, path in orders:
        for name in (order.start, order.finish, *(order.replace or {}).items()):
            for each in name if isinstance(name, tuple) else (name,):
                if each is not None:
                    yield each, path
    for name, deadline in procedure.spec.deadlines.items():
        if deadline.replaces is not None:
            yield deadline.replaces, ("deadlines", name, "replaces")


def _stopped(state: StateAt) -> Iterator[tuple[str, Path]]:
    if state.spec.stops is not None:
        yield state.spec.stops.clock, (*state.path, "stops")


def _reasons(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    reasons = subject.closed_list(_REASONS)
    for state in procedure.states:
        if state.spec.stops is not None and state.spec.stops.reason not in reasons:
            text = f"the list {_REASONS!r} has no item {state.spec.stops.reason!r}"
            path = (*state.path, "stops", "reason")
            yield procedure.finding(path, "unknown-list-item", text)

"""Rules about what an office decides: a pause has a letter, a refusal two people."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Effect, Stop
from workflows.law.findings import Finding
from workflows.lint.subject import (
    MACHINES,
    PEOPLE,
    ArrowAt,
    CheckedProcedure,
    StateAt,
    Subject,
)

_LETTER = ("number", "day")


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield pauses without a dated letter, and decisions that one person makes alone.

    Both are asked of what somebody in an office does; a signal, a timer, or a choice
    that follows by itself records nothing.
    """
    for arrow in procedure.arrows:
        if not by_office(arrow):
            continue
        if _pauses(procedure, arrow) and not _has_letter(subject, arrow):
            text = f"{arrow.named} stops a clock and records no number and day"
            yield procedure.finding(arrow.path, "pause-without-letter", text)
        if arrow.transition.second_person or "citizen" in arrow.transition.by:
            continue
        if any(_takes_two(subject, effect) for effect in arrow.transition.do):
            text = f"{arrow.named} is decided by one person alone"
            yield procedure.finding(arrow.path, "decided-alone", text)


def by_office(arrow: ArrowAt) -> bool:
    """Return whether somebody in an office raises the event."""
    return bool(set(arrow.transition.by) - PEOPLE - MACHINES)


def _pauses(procedure: CheckedProcedure, arrow: ArrowAt) -> bool:
    """Return whether a clock stands still after the arrow that ran before it."""
    target = procedure.by_name.get(arrow.transition.to or "")
    if target is None:
        return False
    before = {stop.clock for stop in _stops(arrow.state)}
    return any(stop.clock not in before for stop in _stops(target))


def _stops(state: StateAt) -> tuple[Stop, ...]:
    stops = (each.spec.stops for each in state.chain)
    return tuple(stop for stop in stops if stop is not None)


def _has_letter(subject: Subject, arrow: ArrowAt) -> bool:
    recorded = {
        spec.letter
        for record in arrow.transition.records
        if not record.optional and (spec := subject.fact(record.fact)) is not None
    }
    return recorded.issuperset(_LETTER)


def _takes_two(subject: Subject, effect: Effect) -> bool:
    """Return whether it changes a sum, or issues a paper that takes two people."""
    order = effect.obligation
    if order is not None:
        return bool(order.adjust or order.cancel)
    paper = subject.paper(effect.issue) if effect.issue is not None else None
    return paper is not None and paper.second_person

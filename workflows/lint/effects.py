"""Rules about what a move does: performers, links, undo, flags."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Effect
from workflows.law.findings import Finding
from workflows.lint.subject import ArrowAt, CheckedProcedure, Path, Subject

_LEAVES_THE_HOUSE = frozenset({"start", "signal", "sync"})


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield effects that nobody can perform, and moves that promise too much."""
    for placed in procedure.effects:
        yield from _performable(subject, procedure, placed.effect, placed.path)
    for arrow in procedure.arrows:
        yield from _undo(procedure, arrow)
    yield from _flags(procedure)


def _performable(
    subject: Subject, procedure: CheckedProcedure, effect: Effect, path: Path
) -> Iterator[Finding]:
    if effect.notify is not None:
        template, who = effect.notify.template, effect.notify.who
        if not subject.defines("messages", template):
            text = f"there is no message {template!r}"
            yield procedure.finding((*path, "notify"), "unknown-message", text)
        if who not in subject.roles_of(procedure):
            text = f"the message {template!r} goes to the unknown role {who!r}"
            yield procedure.finding((*path, "notify"), "unknown-role", text)
    if effect.start is not None:
        started, office = effect.start.procedure, effect.start.office
        if not subject.defines("procedures", started):
            text = f"there is no procedure {started!r} to start"
            yield procedure.finding((*path, "start"), "unknown-procedure", text)
        if not subject.defines("offices", office) and (
            office not in procedure.spec.competence
        ):
            text = f"{started!r} is started at the unknown office {office!r}"
            yield procedure.finding((*path, "start"), "unknown-office", text)
    if effect.issue is not None and subject.forms.ids:
        known = effect.issue in subject.forms.ids or subject.defines(
            "papers", effect.issue
        )
        if not known:
            text = f"there is no form or sheet {effect.issue!r} to issue"
            yield procedure.finding(path, "unknown-form", text)


def _undo(procedure: CheckedProcedure, arrow: ArrowAt) -> Iterator[Finding]:
    if arrow.transition.undo is None:
        return
    leaving = [e.kind for e in arrow.transition.do if e.kind in _LEAVES_THE_HOUSE]
    if leaving:
        text = f"{arrow.named} may not be undone: it has the effect {leaving[0]!r}"
        yield procedure.finding((*arrow.path, "undo"), "unlawful-undo", text)
    target = procedure.by_name.get(arrow.transition.to or "")
    if target is not None and target.is_end:
        text = f"{arrow.named} may not be undone: it ends the case"
        yield procedure.finding((*arrow.path, "undo"), "unlawful-undo", text)


def _flags(procedure: CheckedProcedure) -> Iterator[Finding]:
    declared = procedure.spec.flags
    was_set: set[str] = set()
    settings = [
        *((arrow.transition.sets, (*arrow.path, "sets")) for arrow in procedure.arrows),
        *(
            (entry.sets, ("chart", "entries", name, "sets"))
            for name, entry in procedure.spec.chart.entries.items()
        ),
    ]
    for sets, path in settings:
        was_set.update(sets)
        for flag in sets:
            if flag not in declared:
                text = f"the flag {flag!r} is set but not declared under 'flags'"
                yield procedure.finding((*path, flag), "flag-undeclared", text)
    for flag in declared:
        if flag not in was_set:
            text = f"the flag {flag!r} is declared and never set"
            yield procedure.finding(("flags", flag), "flag-never-set", text)

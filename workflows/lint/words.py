"""Rules about words and facts: what a person sees has words, what is asked is known."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.guards import Guard, facts_of
from workflows.law.findings import Finding
from workflows.lint.subject import ArrowAt, CheckedProcedure, Path, StateAt, Subject

_NEVER = "never"


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield missing words and unknown facts of a procedure."""
    yield from _labels(procedure)
    yield from _records(subject, procedure)
    yield from _expected(subject, procedure)
    for guard, path in _guards(procedure):
        for fact in sorted(facts_of(guard) - procedure.supplied):
            for rule, text in _fact_problems(subject, fact):
                yield procedure.finding(path, rule, text)


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield the unknown facts that conditions, questions and plans ask for."""
    for section, name, path, fact in _facts_of_edition(subject):
        for rule, text in _fact_problems(subject, fact):
            yield subject.finding(section, name, path, rule, text)
    for name, case in subject.ordinary.items():
        if list(_fact_problems(subject, name)):
            text = f"a plan assumes {name!r}, which nothing asks, records or derives"
            yield subject.finding("ordinary", name, (), "fact-unsupplied", text)
        if case.asks is not None and not subject.defines("questions", case.asks):
            text = f"{name!r} is asked by the unknown question {case.asks!r}"
            yield subject.finding("ordinary", name, ("asks",), "question-missing", text)


def _facts_of_edition(subject: Subject) -> Iterator[tuple[str, str, Path, str]]:
    guards: list[tuple[str, str, str, Guard | None]] = [
        *(
            ("conditions", name, "holds_if", condition.holds_if)
            for name, condition in subject.conditions.items()
        ),
        *(
            ("questions", name, "ask_when", question.ask_when)
            for name, question in subject.questions.items()
        ),
        *(
            ("warnings", name, "when", warning.when)
            for name, warning in subject.warnings.items()
        ),
        *(
            ("comparisons", name, "when", comparison.when)
            for name, comparison in subject.comparisons.items()
        ),
    ]
    for section, name, key, guard in guards:
        for fact in sorted(facts_of(guard)) if guard is not None else ():
            yield section, name, (key,), fact


# --- labels -----------------------------------------------------------------------


def _labels(procedure: CheckedProcedure) -> Iterator[Finding]:
    for state in procedure.states:
        if state.spec.label is None and _is_seen(state):
            text = f"state {state.name!r} has no words for citizen and clerk"
            yield procedure.finding(state.path, "label-missing", text)
    for arrow in procedure.arrows:
        if arrow.transition.label is None and _is_told(arrow):
            text = f"{arrow.named} has no words for citizen and clerk"
            yield procedure.finding(arrow.path, "label-missing", text)
    entries = procedure.spec.chart.entries
    for name, entry in entries.items():
        if entry.label is None and len(entries) > 1:
            text = f"entry {name!r} is one of several and has no words"
            path = ("chart", "entries", name)
            yield procedure.finding(path, "label-missing", text)


def _is_seen(state: StateAt) -> bool:
    """Return whether a case may stand there before somebody's eyes."""
    return state.is_wait or state.spec.final is not None


def _is_told(arrow: ArrowAt) -> bool:
    """Return whether the move stands in the history that people read."""
    return bool(arrow.event) and not arrow.event.startswith("done.")


# --- facts ------------------------------------------------------------------------


def _records(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    for arrow in procedure.arrows:
        for index, record in enumerate(arrow.transition.records):
            if not subject.defines("facts", record.fact):
                text = (
                    f"{arrow.named} records {record.fact!r}, which no facts/ describes"
                )
                path = (*arrow.path, "records", index)
                yield procedure.finding(path, "fact-spec-missing", text)


def _expected(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield what a plan is to expect of the procedure though no office records it."""
    for fact in procedure.spec.expects:
        if fact not in procedure.supplied and not subject.defines("facts", fact):
            text = f"a plan expects {fact!r}, which nothing in the procedure records"
            yield procedure.finding(("expects", fact), "fact-unsupplied", text)


def _fact_problems(subject: Subject, fact: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a fact that a guard asks."""
    if fact == _NEVER or subject.derives(fact) or subject.defines("questions", fact):
        return
    if not subject.defines("facts", fact):
        text = f"the guard asks {fact!r}, which no question asks and no rule derives"
        yield "question-missing", text
    elif not subject.supplies(fact):
        yield "fact-unsupplied", f"nothing records, asks or derives {fact!r}"


def _guards(procedure: CheckedProcedure) -> Iterator[tuple[Guard, Path]]:
    for guard, path in (*_all_guards(procedure), *_expected_when(procedure)):
        if guard is not None:
            yield guard, path


def _expected_when(
    procedure: CheckedProcedure,
) -> Iterator[tuple[Guard | None, Path]]:
    for name, expected in procedure.spec.expects.items():
        yield expected.when, ("expects", name, "when")


def _all_guards(procedure: CheckedProcedure) -> Iterator[tuple[Guard | None, Path]]:
    spec = procedure.spec
    yield spec.applies_if, ("applies_if",)
    whens = {
        "requires": [line.when for line in spec.requires],
        "papers_in": [line.when for line in spec.papers_in],
        "papers_out": [line.when for line in spec.papers_out],
        "fees": [line.when for line in spec.fees],
    }
    for key, guards in whens.items():
        for index, guard in enumerate(guards):
            yield guard, (key, index, "when")
    for name, deadline in spec.deadlines.items():
        if deadline.addon is not None:
            yield deadline.addon.if_, ("deadlines", name, "addon")
    for name, entry in spec.chart.entries.items():
        yield entry.if_, ("chart", "entries", name, "if")
    for arrow in procedure.arrows:
        yield arrow.transition.if_, (*arrow.path, "if")
    for state in procedure.states:
        final = state.spec.final
        if final is not None:
            yield final.expected_if, (*state.path, "final", "expected_if")
            for index, result in enumerate(final.establishes):
                path = (*state.path, "final", "establishes", index)
                yield result.when, path

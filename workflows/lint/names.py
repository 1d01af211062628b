"""Rules about names: everything that is referred to must be defined."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workflows.definition import OneOf
from workflows.law.findings import Finding, at
from workflows.law.located import LocatedList, LocatedMap, Node, Place
from workflows.law.sections import SECTIONS
from workflows.lint.subject import PEOPLE, CheckedProcedure, Path, Subject

_GIVEN_BY_PARENT = "given_by_parent"


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield the unknown names in a procedure."""
    yield from _conditions(subject, procedure)
    yield from _lists(subject, procedure)
    yield from _offices(subject, procedure)
    for state in procedure.states:
        final = state.spec.final
        suggested = None if final is None else final.suggests
        if suggested is not None and not subject.defines("procedures", suggested):
            text = f"the procedure {suggested!r} is not written yet"
            path = (*state.path, "final")
            yield procedure.finding(path, "procedure-not-written", text)


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield the unknown names in the sections of an edition."""
    for section in SECTIONS:
        if section not in {"fragments", "templates"}:
            for place, name in _figures_named(subject, section):
                if not subject.defines("parameters", name):
                    text = f"there is no parameter {name!r}"
                    yield at(place, "unknown-parameter", text)
    yield from _vocabulary(subject)
    yield from _goals(subject)
    yield from _warnings(subject)
    yield from _comparisons(subject)


def _conditions(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    named: list[tuple[str, Path]] = []
    for index, need in enumerate(procedure.spec.requires):
        named.extend((name, ("requires", index)) for name in need.alternatives)
    for index, name in enumerate(procedure.spec.ends):
        named.append((name, ("ends", index)))
    for state in procedure.states:
        if state.spec.final is not None:
            for index, result in enumerate(state.spec.final.establishes):
                path = (*state.path, "final", "establishes", index)
                named.append((result.condition, path))
    for name, path in named:
        if not subject.defines("conditions", name):
            text = f"there is no condition {name!r}"
            yield procedure.finding(path, "unknown-condition", text)


# --- lists ------------------------------------------------------------------------


def _lists(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    for arrow in procedure.arrows:
        for index, record in enumerate(arrow.transition.records):
            if record.one_of is not None:
                path = (*arrow.path, "records", index, "one_of")
                yield from _one_of(subject, procedure, record.one_of, path)
    for name, fact in procedure.spec.facts.items():
        if fact.from_list is None:
            continue
        path = ("facts", name)
        if not subject.defines("lists", fact.from_list):
            text = f"there is no list {fact.from_list!r}"
            yield procedure.finding(path, "unknown-list", text)
        for key, item in subject.closed_list(fact.from_list).items():
            if fact.attribute not in item.data:
                text = f"item {key!r} of {fact.from_list!r} has no {fact.attribute!r}"
                yield procedure.finding(path, "unknown-list-item", text)


def _one_of(
    subject: Subject, procedure: CheckedProcedure, one_of: OneOf, path: Path
) -> Iterator[Finding]:
    if not subject.defines("lists", one_of.list):
        text = f"there is no list {one_of.list!r}"
        yield procedure.finding(path, "unknown-list", text)
        return
    for name in one_of.except_:
        if name not in subject.closed_list(one_of.list):
            text = f"the list {one_of.list!r} has no item {name!r}"
            yield procedure.finding((*path, "except"), "unknown-list-item", text)


# --- offices ----------------------------------------------------------------------


def _offices(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    for role, competence in procedure.spec.competence.items():
        for key, office in (
            ("office", competence.office),
            ("alternative", competence.alternative),
        ):
            if not isinstance(office, str) or office == _GIVEN_BY_PARENT:
                continue
            if not subject.defines("offices", office):
                text = f"{role!r} is the unknown office {office!r}"
                path = ("competence", role, key)
                yield procedure.finding(path, "unknown-office", text)


# --- the edition ------------------------------------------------------------------


def _figures_named(subject: Subject, section: str) -> Iterator[tuple[Place, str]]:
    memory, nodes = subject.assembly.memory, subject.assembly.sections[section]
    for definition in nodes:
        node = nodes.submap(definition)
        yield from memory.of("figures", node, partial(_parameters, node))


def _parameters(node: LocatedMap) -> list[tuple[Place, str]]:
    """Find every ``{param: name}``."""
    found: list[tuple[Place, str]] = []
    waiting: list[Node] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, LocatedMap):
            name = part.get("param")
            if len(part) == 1 and isinstance(name, str):
                found.append((part.place_of("param"), name))
            waiting.extend(part.values())
        elif isinstance(part, LocatedList):
            waiting.extend(part)
    return found


def _vocabulary(subject: Subject) -> Iterator[Finding]:
    for name, condition in subject.conditions.items():
        written = condition.procedure
        if written is not None and not subject.defines("procedures", written):
            text = f"condition {name!r}: procedure {written!r} is not written yet"
            yield subject.finding(
                "conditions", name, ("procedure",), "procedure-not-written", text
            )
        by_person = condition.by_person
        if by_person is None:
            continue
        if by_person.who not in PEOPLE and not subject.defines(
            "offices", by_person.who
        ):
            text = f"condition {name!r} is brought by the unknown {by_person.who!r}"
            yield subject.finding(
                "conditions", name, ("by_person", "who"), "unknown-role", text
            )


def _goals(subject: Subject) -> Iterator[Finding]:
    established = {
        result.condition
        for procedure in subject.procedures.values()
        for state in procedure.states
        if state.spec.final is not None
        for result in state.spec.final.establishes
    }
    for name, goal in subject.goals.items():
        for index, condition in enumerate(goal.reach):
            path: Path = ("reach", index)
            if not subject.defines("conditions", condition):
                text = f"goal {name!r}: there is no condition {condition!r}"
                yield subject.finding("goals", name, path, "unknown-condition", text)
                continue
            spec = subject.conditions.get(condition)
            helped = spec is not None and (spec.by_person or spec.procedure)
            if condition not in established and not helped:
                text = f"goal {name!r}: no procedure establishes {condition!r}"
                yield subject.finding("goals", name, path, "goal-unreachable", text)
        for fact in goal.tells:
            if not _may_be_told(subject, fact):
                text = f"goal {name!r} tells {fact!r}, which nobody else could tell"
                path = ("tells", fact)
                yield subject.finding("goals", name, path, "question-missing", text)
        for entry, named in goal.entries.items():
            for fact in named.told:
                if not subject.defines("questions", fact):
                    text = f"entry {entry!r} of {name!r} answers {fact!r}, never asked"
                    path = ("entries", entry, "told", fact)
                    yield subject.finding("goals", name, path, "question-missing", text)


def _warnings(subject: Subject) -> Iterator[Finding]:
    for name, warning in subject.warnings.items():
        for index, procedure in enumerate(warning.procedures):
            if not subject.defines("procedures", procedure):
                text = f"warning {name!r}: procedure {procedure!r} is not written yet"
                path: Path = ("procedures", index)
                yield subject.finding(
                    "warnings", name, path, "procedure-not-written", text
                )
        for index, goal in enumerate(warning.goals):
            if not subject.defines("goals", goal):
                text = f"warning {name!r} is for the unknown goal {goal!r}"
                path = ("goals", index)
                yield subject.finding("warnings", name, path, "unknown-goal", text)
        if warning.suggests is not None and not subject.defines(
            "goals", warning.suggests
        ):
            text = f"warning {name!r} suggests the unknown goal {warning.suggests!r}"
            yield subject.finding("warnings", name, ("suggests",), "unknown-goal", text)
        for place, fact in warning.facts.items():
            if not subject.defines("facts", fact):
                text = f"warning {name!r} tells the unknown fact {fact!r}"
                path = ("facts", place)
                yield subject.finding("warnings", name, path, "fact-spec-missing", text)


def _comparisons(subject: Subject) -> Iterator[Finding]:
    for name, comparison in subject.comparisons.items():
        named: list[tuple[Path, str]] = [
            (("goals", index), goal) for index, goal in enumerate(comparison.goals)
        ]
        for key, variant in comparison.variants.items():
            path: Path = ("variants", key, "sets")
            for fact, value in variant.sets.items():
                if fact == "goal":
                    named.append(((*path, fact), str(value)))
                elif fact != "on" and not _may_be_told(subject, fact):
                    text = f"comparison {name!r} changes {fact!r}, which nobody tells"
                    yield subject.finding(
                        "comparisons", name, (*path, fact), "question-missing", text
                    )
        for place, goal in named:
            if not subject.defines("goals", goal):
                text = f"comparison {name!r} is for the unknown goal {goal!r}"
                yield subject.finding("comparisons", name, place, "unknown-goal", text)


def _may_be_told(subject: Subject, fact: str) -> bool:
    return subject.defines("questions", fact) or subject.defines("facts", fact)

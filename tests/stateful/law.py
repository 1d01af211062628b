"""Which procedures there are in the province, and what each may ask of the citizen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import the_law, the_places
from tests.stateful.world import PROVINCE
from workflows.definition import Procedure
from workflows.guards import Guard, facts_of
from workflows.journey.planner import plan
from workflows.packages import Edition
from workflows.situation import Situation, read

DAY = date(2026, 11, 25)
_SITUATIONS = Path(__file__).parents[1] / "situations" / "goals"


@cache
def edition() -> Edition:
    """Return the law of the province on the day."""
    return the_law().edition(PROVINCE, DAY)


def procedures() -> tuple[str, ...]:
    """Return every procedure that somebody may file in the province."""
    found = edition().procedures.items()
    return tuple(name for name, each in found if not each.linked_only)


@cache
def _planned() -> Mapping[str, Situation]:
    """Return for each procedure a situation whose plan goes through it."""
    calendar, territory = the_places()
    found: dict[str, Situation] = {}
    for path in sorted(_SITUATIONS.glob("*.json")):
        told = read(json.loads(path.read_text()), the_law(), territory)
        found.setdefault("", told)
        for step in plan(told, edition(), calendar).steps:
            found.setdefault(step.procedure, told)
    return found


def situation_for(procedure: str) -> Situation:
    """Return what a citizen tells who has to go through the procedure, or anybody."""
    return _planned().get(procedure, _planned()[""])


@cache
def untold(procedure: str) -> Mapping[str, Sequence[Any]]:
    """Return what guards of a procedure and its linked ones ask, with possible answers.

    Only what people tell: a yes or no, or one of a few.
    """
    asked = {
        name
        for each in _with_linked(procedure)
        for g in _guards(each)
        for name in facts_of(g)
    }
    questions = edition().questions
    found: dict[str, Sequence[Any]] = {}
    for name in sorted(asked & questions.keys()):
        question = questions[name]
        if question.type == "yes_no":
            found[name] = (True, False)
        elif question.type == "choice":
            found[name] = tuple(sorted(question.choices))
    return found


def _with_linked(procedure: str) -> Iterator[Procedure]:
    waiting, seen = [procedure], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield edition().procedures[name]
        arrows = edition().chart(name)._rules.structure.arrows
        waiting += [
            effect.start.procedure
            for arrow in arrows
            for effect in arrow.transition.do
            if effect.start is not None
        ]


def _guards(procedure: Procedure) -> Iterator[Guard]:
    for arrow in edition().chart(procedure.procedure)._rules.structure.arrows:
        if arrow.transition.if_ is not None:
            yield arrow.transition.if_
    yield from (p.when for p in procedure.papers_in if p.when is not None)
    yield from (d.addon.if_ for d in procedure.deadlines.values() if d.addon)

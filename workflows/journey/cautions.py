"""What may change a plan or cost something: the warnings of the packages, and our own.

The words stand in the data of the law, each with its place. A warning is shown when its
condition holds, when the plan has one of its procedures or goals, and when the plan
runs over its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from workflows.definition import Source, Status, WarningSpec
from workflows.guards import Lookup, evaluate
from workflows.journey.model import Caution, Step
from workflows.law.edition import Edition
from workflows.rules.law import Basis

UNVERIFIED_PACKAGE = "package_unverified"


def cautions(
    edition: Edition, goal: str, steps: Sequence[Step], lookup: Lookup
) -> tuple[Caution, ...]:
    """Return the warnings that concern a plan, in the order of their ids."""
    found = [
        *_of_the_package(edition),
        *(
            Caution(name, spec.text, bases(spec.source), _step(spec, steps))
            for name, spec in sorted(edition.warnings.items())
            if _concerns(spec, goal, steps, lookup)
        ),
    ]
    return tuple(found)


def bases(sources: Sequence[Source]) -> tuple[Basis, ...]:
    """Return the places of some sources, with whether their text was seen."""
    return tuple(
        Basis(
            source.instrument,
            source.at,
            Status.VERIFIED if source.mark.verified else Status.UNVERIFIED,
        )
        for source in sources
    )


def _of_the_package(edition: Edition) -> Iterator[Caution]:
    if edition.status is Status.UNVERIFIED and edition.notice is not None:
        yield Caution(UNVERIFIED_PACKAGE, edition.notice, ())


def _concerns(
    spec: WarningSpec, goal: str, steps: Sequence[Step], lookup: Lookup
) -> bool:
    if not steps or (spec.goals and goal not in spec.goals):
        return False
    if spec.procedures and _step(spec, steps) is None:
        return False
    if spec.crosses is not None and not _runs_over(spec.crosses, steps):
        return False
    holds = True if spec.when is None else evaluate(spec.when, lookup)
    return spec.if_unknown if holds is None else holds


def _step(spec: WarningSpec, steps: Sequence[Step]) -> str | None:
    return next((s.id for s in steps if s.procedure in spec.procedures), None)


def _runs_over(day: date, steps: Sequence[Step]) -> bool:
    first = min(step.starts for step in steps)
    last = max(step.ends for step in steps)
    return first < day <= last

"""What may change a plan or cost something: the warnings of the packages, and our own.

The words stand in the data of the law, each with its place. A warning is shown when its
condition holds, when the plan has one of its procedures or goals, and when the plan
runs over its day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from workflows.definition import FactBefore, ParamRef, Source, Status, WarningSpec
from workflows.guards import Lookup, evaluate
from workflows.journey.model import Caution, Step
from workflows.law.edition import Edition
from workflows.rules.law import Basis

UNVERIFIED_PACKAGE = "package_unverified"


def cautions(
    edition: Edition,
    goal: str,
    steps: Sequence[Step],
    lookup: Lookup,
    told: Callable[[ParamRef, date], str],
) -> tuple[Caution, ...]:
    """Return the warnings that concern a plan, in the order of their ids."""
    found = list(_of_the_package(edition))
    for name, spec in sorted(edition.warnings.items()):
        if not _concerns(spec, goal, steps, lookup):
            continue
        places = {
            key: told(ref, steps[0].starts) for key, ref in spec.figures.items()
        } | {key: str(lookup(fact)) for key, fact in spec.facts.items()}
        found.append(
            Caution(
                id=name,
                text=spec.text.format_map(places),
                basis=bases(spec.source),
                step=_step(spec, steps),
                day=_day_crossed(spec, steps),
                suggests=spec.suggests if spec.suggests in edition.goals else None,
            )
        )
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
    if spec.goals and goal not in spec.goals:
        return False
    if not steps and (spec.figures or spec.crosses or not spec.goals):
        return False
    if spec.procedures and _step(spec, steps) is None:
        return False
    if spec.crosses is not None and _day_crossed(spec, steps) is None:
        return False
    if any(lookup(fact) is None for fact in spec.facts.values()):
        return False
    holds = _all_hold(_conditions(spec, lookup))
    return spec.if_unknown if holds is None else holds


def _conditions(spec: WarningSpec, lookup: Lookup) -> Iterator[bool | None]:
    if spec.when is not None:
        yield evaluate(spec.when, lookup)
    if spec.earlier is not None:
        yield _before(spec.earlier, lookup)


def _all_hold(values: Iterable[bool | None]) -> bool | None:
    """Return False when one fails, None while one is open, else True."""
    known = list(values)
    if False in known:
        return False
    return None if None in known else True


def _before(limit: FactBefore, lookup: Lookup) -> bool | None:
    value = lookup(limit.fact)
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, date):
        return value < limit.day
    return True if limit.if_unknown else None


def _step(spec: WarningSpec, steps: Sequence[Step]) -> str | None:
    return next((s.id for s in steps if s.procedure in spec.procedures), None)


def _day_crossed(spec: WarningSpec, steps: Sequence[Step]) -> date | None:
    """Return the day of the warning that lies after the start and before the end."""
    if spec.crosses is None:
        return None
    first = min(step.starts for step in steps)
    last = max(step.ends for step in steps)
    years = range(first.year, last.year + 1) if spec.every_year else (0,)
    days = (spec.crosses.replace(year=y) if y else spec.crosses for y in years)
    return next((d for d in days if first < d <= last and d >= spec.crosses), None)

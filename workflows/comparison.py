"""Two plans side by side: which steps, papers, days, sums and warnings differ."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Generic, TypeVar

from workflows.journey.model import Assumption, Caution, Duration, Open, Plan, Step

T = TypeVar("T")
Json = Mapping[str, Any]
# What of a step is worth telling when the step stands in both plans.
_OF_STEP = (
    "after", "working_days", "longest_working_days", "calendar_days", "starts", "ends",
    "package", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts(Generic[T]):
    """What only the other plan has, what only the base has, and what is not the same.

    ``changed`` pairs the part of the base with that of the other plan; ``kept`` are the
    parts that are equal.
    """

    added: tuple[T, ...]
    removed: tuple[T, ...]
    changed: tuple[tuple[T, T], ...]
    kept: tuple[T, ...]

    @property
    def same(self) -> bool:
        """Return whether nothing differs."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper or a form that the family brings; ``steps`` are those that want it."""

    id: str
    name: str
    copy: tuple[str, ...]
    optional: bool
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything in which two plans differ.

    ``days`` holds the durations that differ, of the base and of the other plan; the
    days of a step stand with the step.
    """

    steps: Parts[Step]
    papers: Parts[Brought]
    days: Mapping[str, tuple[object, object]]
    money: Parts[Json]
    totals: tuple[int, int]
    warnings: Parts[Caution]
    assumptions: Parts[Assumption]
    unknown: Parts[Open]

    @property
    def same(self) -> bool:
        """Return whether the two plans say the same to the family."""
        parts: tuple[Parts[Any], ...] = (
            self.steps, self.papers, self.money, self.warnings, self.assumptions,
            self.unknown,
        )  # fmt: skip
        return not self.days and all(part.same for part in parts)

    def to_json(self) -> dict[str, object]:
        """Return the differences as ``dat plan --compare --json`` prints them."""
        return {
            "same": self.same,
            "steps": _json(self.steps, _step, lambda each: _step_changes(*each)),
            "papers": _json(self.papers, asdict, _both),
            "days": {
                key: {"base": _plain(one), "other": _plain(other)}
                for key, (one, other) in self.days.items()
            },
            "money": {
                **_json(self.money, dict, _both_lines),
                "total": {"base": self.totals[0], "other": self.totals[1]},
            },
            "warnings": _json(self.warnings, _caution, _both),
            "assumptions": _json(self.assumptions, asdict, _both),
            "unknown": _json(self.unknown, asdict, _both),
        }


def differences(base: Plan, other: Plan) -> Differences:
    """Return in what the other plan differs from the base.

    Steps, papers and warnings are the same by their ids, money by its kind and payer.
    """
    return Differences(
        steps=_parts(base.steps, other.steps, _id, _step_looks),
        papers=_parts(_brought(base), _brought(other), _id, _paper_looks),
        days={
            each.name: (one, another)
            for each in fields(Duration)
            for one in [getattr(base.duration, each.name)]
            for another in [getattr(other.duration, each.name)]
            if one != another
        },
        money=_parts(_lines(base), _lines(other), _line_key, _line_looks),
        totals=(_total(base), _total(other)),
        warnings=_parts(base.warnings, other.warnings, _caution_key, _caution_key),
        assumptions=_parts(
            base.assumptions,
            other.assumptions,
            lambda each: each.key,
            lambda each: each.value,
        ),
        unknown=_parts(base.unknown, other.unknown, _open_key, _open_key),
    )


def _parts(
    base: Iterable[T],
    other: Iterable[T],
    key: Callable[[T], Hashable],
    looks: Callable[[T], object],
) -> Parts[T]:
    ones = {key(each): each for each in base}
    others = {key(each): each for each in other}
    shared = [(ones[name], others[name]) for name in ones if name in others]
    return Parts(
        added=tuple(part for name, part in others.items() if name not in ones),
        removed=tuple(part for name, part in ones.items() if name not in others),
        changed=tuple(pair for pair in shared if looks(pair[0]) != looks(pair[1])),
        kept=tuple(one for one, another in shared if looks(one) == looks(another)),
    )


# --- what counts as the same ----------------------------------------------------------


def _id(each: Step | Brought) -> str:
    return each.id


def _step_looks(step: Step) -> object:
    return (step.office, *(getattr(step, name) for name in _OF_STEP))


def _paper_looks(paper: Brought) -> object:
    return (paper.name, paper.copy, paper.optional)


def _line_key(line: Json) -> Hashable:
    return (line["kind"], line["payer"])


def _line_looks(line: Json) -> object:
    return (line["amount"], line["status"], line["base"], line["rate"])


def _caution_key(caution: Caution) -> Hashable:
    return (caution.id, caution.text)


def _open_key(each: Open) -> Hashable:
    return (each.what, each.key)


def _lines(plan: Plan) -> tuple[Json, ...]:
    costs: Json = plan.costs
    return tuple(costs["lines"])


def _total(plan: Plan) -> int:
    costs: Json = plan.costs
    return int(costs["total"])


def _brought(plan: Plan) -> tuple[Brought, ...]:
    """Return what the family brings, each thing once, with the steps that want it.

    A paper that an earlier step gives out is no errand of its own.
    """
    found: dict[str, Brought] = {}
    for step in plan.main_steps:
        rows = [
            *((form.id, form.name, (), form.optional) for form in step.forms),
            *(
                (paper.id, paper.name, paper.copy, paper.optional)
                for paper in step.papers
                if paper.step is None
            ),
        ]
        for name, words, copy, optional in rows:
            known = found.get(name)
            found[name] = Brought(
                name,
                words,
                tuple(dict.fromkeys((*(known.copy if known else ()), *copy))),
                optional and (known is None or known.optional),
                (*(known.steps if known else ()), step.id),
            )
    return tuple(found.values())


# --- as JSON --------------------------------------------------------------------------


def _json(
    parts: Parts[T],
    one: Callable[[T], object],
    pair: Callable[[tuple[T, T]], object],
) -> dict[str, object]:
    return {
        "added": [_plain(one(each)) for each in parts.added],
        "removed": [_plain(one(each)) for each in parts.removed],
        "changed": [_plain(pair(each)) for each in parts.changed],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "procedure": step.procedure,
        "name": step.name.citizen,
        "office": step.office.citizen,
        **{name: getattr(step, name) for name in _OF_STEP},
    }


def _step_changes(base: Step, other: Step) -> dict[str, object]:
    one, another = _step(base), _step(other)
    names = [name for name in one if one[name] != another[name]]
    return {
        "id": base.id,
        "procedure": base.procedure,
        "name": base.name.citizen,
        "base": {name: one[name] for name in names},
        "other": {name: another[name] for name in names},
    }


def _caution(caution: Caution) -> dict[str, object]:
    return {"id": caution.id, "text": caution.text, "step": caution.step}


def _both(pair: tuple[Any, Any]) -> dict[str, object]:
    return {"base": asdict(pair[0]), "other": asdict(pair[1])}


def _both_lines(pair: tuple[Json, Json]) -> dict[str, object]:
    base, other = pair
    shared = {"kind": base["kind"], "payer": base["payer"]}
    return {**shared, "base": dict(base), "other": dict(other)}


def _plain(value: object) -> object:
    """Return the value in JSON's own types."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value

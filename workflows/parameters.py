"""Figures of the law by date: what holds on a day, since when, and on what text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeGuard

from workflows.definition import (
    DatedValue,
    Length,
    ParameterSpec,
    Source,
    Status,
    Unknown,
)
from workflows.errors import FigureNotYetSetError, UnknownNameError
from workflows.law.sentences import BRANCH_NOT_KNOWN, COMMUNE_NOT_KNOWN

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FRACTION = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Figure:
    """What a parameter says on a day.

    ``value`` is an int (money in đồng), a Decimal (a rate), or structured data; None
    when the figure was repealed, does not apply to the place, or is not known. When
    ``unknown`` has a text, that sentence says what nobody has found yet; a ``value``
    beside it is what would hold if the open question were answered with yes.
    """

    value: object
    since: date
    source: Source
    status: Status
    unknown: str | None = None
    note: str | None = None


class Parameter:
    """One figure of the law with all its dated values."""

    def __init__(self, parameter_id: str, spec: ParameterSpec) -> None:
        self.id = parameter_id
        self.spec = spec
        self._values = _standing(spec.values)

    @property
    def resolve_on(self) -> str:
        """Return which day decides: receipt, event, notice, ..."""
        return self.spec.resolve_on

    def at(
        self,
        day: date,
        *,
        commune: str | None = None,
        branch: str | None = None,
        known_on: date | None = None,
    ) -> Figure:
        """Return the figure that holds on the day, for the commune and the branch.

        With ``known_on`` it is what the packages said then: values that they learned
        after that day are left aside. Raises FigureNotYetSetError before the first
        date, and UnknownNameError for a branch that the parameter does not have.
        """
        if known_on is not None:
            return self._as_known_on(known_on).at(day, commune=commune, branch=branch)
        if day < self._values[0].since:
            raise FigureNotYetSetError(self.id, day, self._values[0].since)
        so_far = [dated for dated in self._values if dated.since <= day]
        here = [dated for dated in so_far if _holds_in(dated, commune)]
        if not here:
            return _figure(so_far[-1], None, _open_question(so_far[-1], commune))
        dated = here[-1]
        value, unknown = _known(self._resolved(dated))
        if self.spec.by is not None and unknown is None:
            value, unknown = self._branch(value, branch)
        return _figure(dated, _number(value), unknown or _open_question(dated, commune))

    def _as_known_on(self, day: date) -> Parameter:
        known = tuple(d for d in self.spec.values if known_by(d.known_since, day))
        if not known:
            learned = min(d.known_since or d.since for d in self.spec.values)
            raise FigureNotYetSetError(self.id, day, learned)
        return Parameter(self.id, self.spec.model_copy(update={"values": known}))

    def branches(self, day: date) -> tuple[str, ...]:
        """Return what the figure of the day is told apart by; empty when by nothing."""
        so_far = [dated for dated in self._values if dated.since <= day]
        if self.spec.by is None or not so_far:
            return ()
        value = so_far[-1].value
        if not isinstance(value, Mapping) or "unknown" in value:
            return ()
        return tuple(str(branch) for branch in value)

    def _branch(self, value: object, branch: str | None) -> tuple[object, str | None]:
        if not isinstance(value, Mapping):
            return value, None
        if branch is None:
            return None, BRANCH_NOT_KNOWN
        if branch not in value:
            raise UnknownNameError(f"branch of {self.id}", branch, map(str, value))
        return _known(value[branch])

    def _resolved(self, dated: DatedValue) -> object:
        """Return the value; a list may take over the one before it, and drop of it."""
        if not isinstance(dated.value, list | tuple):
            return dated.value
        return list(self._items(dated))

    def _items(self, dated: DatedValue) -> Iterator[object]:
        items = list(dated.value) if isinstance(dated.value, list | tuple) else []
        dropped = {str(item["drop"]) for item in items if _has(item, "drop")}
        for item in items:
            if _has(item, "inherit"):
                before = self._before(dated)
                inherited = [] if before is None else self._items(before)
                yield from (i for i in inherited if _identity(i) not in dropped)
            elif not _has(item, "drop"):
                yield item

    def _before(self, dated: DatedValue) -> DatedValue | None:
        earlier = [value for value in self._values if value.since < dated.since]
        return earlier[-1] if earlier else None


def known_by(known_since: date | None, day: date) -> bool:
    """Return whether what was learned on the one day was known on the other."""
    return known_since is None or known_since <= day


def _standing(values: Sequence[DatedValue]) -> list[DatedValue]:
    """Return the values by date, without those that were corrected.

    Values of one ``since`` that were learned together (each for its communes) stand in
    the place of all that were known of that ``since`` before.
    """
    learned: dict[date, date] = {}
    for dated in values:
        known = dated.known_since or date.min
        learned[dated.since] = max(known, learned.get(dated.since, date.min))
    return sorted(
        (d for d in values if (d.known_since or date.min) == learned[d.since]),
        key=lambda dated: dated.since,
    )


def length(figure: Figure) -> Length:
    """Return a figure as a stretch of time; "the same working day" has none of them.

    Raises ValueError when the figure is no length, because it is unknown or repealed.
    """
    value = figure.value
    if isinstance(value, Mapping):
        if value.get("same_working_day") is True:
            return Length(n=0, unit="working_day")
        if {"n", "unit"} <= value.keys():
            return Length.model_validate({"n": value["n"], "unit": value["unit"]})
    raise ValueError(f"no length: {figure.unknown or value!r}")


def _figure(dated: DatedValue, value: object, unknown: str | None) -> Figure:
    return Figure(value, dated.since, dated.source, dated.status, unknown, dated.note)


def _holds_in(dated: DatedValue, commune: str | None) -> bool:
    """Return whether the value may hold in the commune; an unknown limit may."""
    return not isinstance(dated.communes, tuple) or commune in dated.communes


def _open_question(dated: DatedValue, commune: str | None) -> str | None:
    if isinstance(dated.communes, Unknown):
        return dated.communes.unknown
    if dated.communes is not None and commune is None:
        return COMMUNE_NOT_KNOWN
    return None


def _known(value: object) -> tuple[object, str | None]:
    if _has(value, "unknown"):
        return None, str(value["unknown"])
    return value, None


def _has(value: object, key: str) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping) and key in value


def _identity(item: object) -> str:
    """Return what ``drop`` calls an item: its fact, or the item itself."""
    return str(item["fact"]) if _has(item, "fact") else str(item)


def _number(value: object) -> object:
    """Read quoted figures as Decimal: one alone, and inside data one with a point.

    A quoted whole number inside data may be a code (a commune), and stays text.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    return _fractions(value)


def _fractions(value: object) -> object:
    if isinstance(value, str):
        return Decimal(value) if _FRACTION.fullmatch(value) else value
    if isinstance(value, Mapping):
        return {key: _fractions(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_fractions(part) for part in value)
    return value

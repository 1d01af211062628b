"""Two editions laid side by side, for a jurist: what one changes of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from workflows.law.edition import Edition
from workflows.law.facets import (
    PARTS,
    SECTIONS,
    Facet,
    Facets,
    Raw,
    facets_of,
    named_in,
    section_of,
)

Kind: TypeAlias = Literal["added", "removed", "changed", "source"]
_NOTHING = Facet(None)


@dataclass(frozen=True, slots=True)
class Row:
    """One part that differs, with what it rests on before and after.

    ``source``: both say the same, and another place of the law stands behind it.
    """

    name: str
    kind: Kind
    before: Facet
    after: Facet

    def to_json(self) -> dict[str, object]:
        """Return the row as ``dat packs diff --json`` prints it."""
        return {
            "kind": self.kind,
            "before": self.before.value,
            "after": self.after.value,
            "sources": {
                "before": [dict(source) for source in self.before.sources],
                "after": [dict(source) for source in self.after.sources],
            },
        }


Rows: TypeAlias = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class OfProcedure:
    """What differs in one procedure, by part; ``kind`` is whether both have it."""

    id: str
    title: str
    kind: Literal["added", "removed", "changed"]
    parts: Mapping[str, Rows]

    def to_json(self) -> dict[str, object]:
        """Return the procedure as ``dat packs diff --json`` prints it."""
        return {"kind": self.kind, "title": self.title, **_named(self.parts)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two editions, each on a day of its own."""

    one: Edition
    other: Edition
    days: tuple[date, date]
    procedures: tuple[OfProcedure, ...]
    sections: Mapping[str, Rows]

    def to_json(self) -> dict[str, object]:
        """Return the answer of ``dat packs diff --json``."""
        return {
            "from": _identity(self.one, self.days[0]),
            "to": _identity(self.other, self.days[1]),
            "procedures": {each.id: each.to_json() for each in self.procedures},
            **_named(self.sections),
        }


def compare(one: Edition, other: Edition, day: date, other_day: date) -> Comparison:
    """Return what differs; figures as they stand on the day of each edition.

    What only one of the two has is added or removed as a whole: its parts are not
    listed one by one.
    """
    return Comparison(
        one,
        other,
        (day, other_day),
        tuple(_procedures(one, other, day, other_day)),
        {
            section: _rows(section_of(one, section), section_of(other, section))
            for section in SECTIONS
        },
    )


def _procedures(
    one: Edition, other: Edition, day: date, other_day: date
) -> Iterator[OfProcedure]:
    mine, theirs = one.raw("procedures"), other.raw("procedures")
    for name in sorted({*mine, *theirs}):
        if name not in theirs:
            yield OfProcedure(name, _title(mine[name]), "removed", {})
        elif name not in mine:
            yield OfProcedure(name, _title(theirs[name]), "added", {})
        elif day != other_day or not _alike(one, other, name):
            keys = ("chart", "basis")
            chart = any(mine[name].get(key) != theirs[name].get(key) for key in keys)
            before = facets_of(one, name, day, chart_too=chart)
            after = facets_of(other, name, other_day, chart_too=chart)
            parts = {part: _rows(before[part], after[part]) for part in PARTS}
            if any(parts.values()):
                yield OfProcedure(name, _title(theirs[name]), "changed", parts)


def _alike(one: Edition, other: Edition, name: str) -> bool:
    """Return whether a procedure and all figures it names are the same in both."""
    mine, theirs = one.raw("procedures")[name], other.raw("procedures")[name]
    if {**mine, "files": None} != {**theirs, "files": None}:
        return False
    before, after = one.raw("parameters"), other.raw("parameters")
    return all(before.get(each) == after.get(each) for each in set(named_in(mine)))


def _title(raw: object) -> str:
    title = raw.get("title") if isinstance(raw, Mapping) else None
    return str(title["clerk"]) if isinstance(title, Mapping) else ""


def _rows(before: Facets, after: Facets) -> Rows:
    return tuple(_differing(before, after))


def _differing(before: Facets, after: Facets) -> Iterator[Row]:
    for name in (*before, *(name for name in after if name not in before)):
        if name not in after:
            yield Row(name, "removed", before[name], _NOTHING)
        elif name not in before:
            yield Row(name, "added", _NOTHING, after[name])
        elif before[name].value != after[name].value:
            yield Row(name, "changed", before[name], after[name])
        elif before[name].cited and before[name].sources != after[name].sources:
            yield Row(name, "source", before[name], after[name])


def _named(parts: Mapping[str, Rows]) -> dict[str, dict[str, Raw]]:
    return {
        part: {row.name: row.to_json() for row in rows} for part, rows in parts.items()
    }


def _identity(edition: Edition, day: date) -> dict[str, object]:
    return {
        "package": edition.id,
        "title": edition.title,
        "status": edition.status.value,
        "on": day.isoformat(),
        "digest": edition.digest,
    }

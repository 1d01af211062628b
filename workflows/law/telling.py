"""A comparison told line by line in plain Vietnamese, each with both its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflows.definition import Mark, Status
from workflows.law.comparison import Comparison, Kind, OfProcedure, Row, Rows
from workflows.law.edition import Edition
from workflows.law.facets import PARTS, SECTIONS, Facet
from workflows.law.register import Entry
from workflows.law.sentences import (
    AFTER,
    BEFORE,
    IN_FORCE,
    ISSUED,
    KEY_WORDS,
    LEFT_OUT,
    NO,
    NO_PLACE,
    NOT_IN_FORCE,
    OTHER_ORDER,
    PART_TITLES,
    PROCEDURE_ADDED,
    PROCEDURE_REMOVED,
    PUT_IN,
    RELATIONS,
    RESTING,
    ROW_NAMES,
    SAME,
    SECTION_TITLES,
    SINCE,
    SOURCE_ONLY,
    SOURCES_ONLY,
    UNITS,
    UNTIL,
    UNVERIFIED,
    YES,
)

_SIGNS: Mapping[Kind, str] = {
    "added": "+",
    "removed": "-",
    "changed": "~",
    "source": "=",
}
_LONGEST = 240


def told(comparison: Comparison) -> Iterator[str]:
    """Yield the lines: the procedures first, then figures, lists and words."""
    one, other = comparison.one, comparison.other
    for edition, day in zip((one, other), comparison.days, strict=True):
        doubt = "" if edition.status.value == "verified" else f" ({UNVERIFIED})"
        yield f"{edition.id}: {edition.title}{doubt}, {day:%d/%m/%Y}"
    if not comparison.procedures and not any(comparison.sections.values()):
        yield SAME
    for procedure in comparison.procedures:
        yield from _procedure(comparison, procedure)
    for section in SECTIONS:
        rows = comparison.sections[section]
        if rows:
            yield ""
            yield SECTION_TITLES[section]
            yield from _rows(comparison, rows, "  ")


def _procedure(comparison: Comparison, procedure: OfProcedure) -> Iterator[str]:
    yield ""
    yield f"{procedure.title} ({procedure.id})"
    if procedure.kind == "added":
        yield f"  + {PROCEDURE_ADDED}"
    elif procedure.kind == "removed":
        yield f"  - {PROCEDURE_REMOVED}"
    moved: list[Row] = []
    for part in PARTS:
        rows = procedure.parts.get(part, ())
        moved += [row for row in rows if row.kind == "source"]
        if other := tuple(row for row in rows if row.kind != "source"):
            yield f"  {PART_TITLES[part]}"
            yield from _rows(comparison, other, "    ")
    if moved:
        yield f"  {SOURCES_ONLY}"
        yield from _moved(comparison, moved)


def _moved(comparison: Comparison, rows: Sequence[Row]) -> Iterator[str]:
    """Say what only rests on another place now, each pair of places once."""
    names: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        before = _places(comparison.one, row.before)
        after = _places(comparison.other, row.after)
        names.setdefault((before, after), []).append(_named(row))
    for (before, after), parts in names.items():
        yield f"    {_SIGNS['source']} {'; '.join(parts)}"
        yield f"        {BEFORE}: {before}"
        yield f"        {AFTER}: {after}"


def _rows(comparison: Comparison, rows: Rows, margin: str) -> Iterator[str]:
    for row in rows:
        yield f"{margin}{_SIGNS[row.kind]} {_named(row)}: {_said(row)}"
        for word, edition, facet, absent in (
            (BEFORE, comparison.one, row.before, row.kind == "added"),
            (AFTER, comparison.other, row.after, row.kind == "removed"),
        ):
            if not absent:
                yield f"{margin}    {word}: {_places(edition, facet)}"


def _named(row: Row) -> str:
    """Say what people call the part, and its name in the data behind it."""
    title = row.after.title or row.before.title
    return f"{title} ({_name(row.name)})" if title else _name(row.name)


def _name(name: str) -> str:
    first, _, rest = name.partition(" ")
    if first in ROW_NAMES and rest:
        return f"{ROW_NAMES[first]} {rest}"
    before, _, last = name.rpartition(" ")
    return f"{ROW_NAMES[last]} {before}" if before and last in ROW_NAMES else name


def _said(row: Row) -> str:
    match row.kind:
        case "source":
            return SOURCE_ONLY
        case "added":
            return _short(row.after.value)
        case "removed":
            return _short(row.before.value)
        case "changed":
            return _changed(row.before.value, row.after.value)


def _changed(before: object, after: object) -> str:
    """Say only what differs inside two mappings or lists; else the whole of both."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        if "branches" in before and "branches" in after:
            return _changed(before["branches"], after["branches"])
        if _as_words(before) or _as_words(after):
            return f"{_short(before)} → {_short(after)}"
        keys = [
            key
            for key in (*before, *(key for key in after if key not in before))
            if before.get(key) != after.get(key)
        ]
        return "; ".join(
            f"{_word(key)} {_changed(before.get(key), after.get(key))}" for key in keys
        )
    if isinstance(before, list) and isinstance(after, list) and before and after:
        gone = [item for item in before if item not in after]
        new = [item for item in after if item not in before]
        said = [f"{LEFT_OUT} {_short(gone)}"] if gone else []
        said += [f"{PUT_IN} {_short(new)}"] if new else []
        return f"({'; '.join(said)})" if said else OTHER_ORDER
    return f"{_short(before)} → {_short(after)}"


def _short(value: object) -> str:
    text = _text(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _text(value: object) -> str:
    match value:
        case None | [] | ():
            return NO_PLACE
        case bool():
            return YES if value else NO
        case Mapping():
            return _as_words(value) or "; ".join(
                f"{_word(key)}: {_text(part)}" for key, part in value.items()
            )
        case list() | tuple():
            return ", ".join(_text(part) for part in value)
        case _:
            return str(value)


def _as_words(value: Mapping[str, object]) -> str:
    """Say a mapping that is one thing to people: a length, a figure, a number."""
    match value:
        case {"n": n, "unit": unit}:
            return f"{n} {UNITS.get(str(unit), unit)}"
        case {"param": str(), "figure": figure} | {"param": str(), "branches": figure}:
            more = value.get("unknown")
            return _text(figure) + (f" ({more})" if more else "")
        case {"param": str(), "unknown": unknown}:
            return f"{_word('unknown')}: {unknown}"
        case {"unknown": unknown} if len(value) == 1:
            return f"{_word('unknown')}: {unknown}"
        case {"value": inner, **rest} if not rest:
            return _text(inner)
        case _:
            return ""


def entry_lines(entry: Entry, titles: Mapping[str, str]) -> Iterator[str]:
    """Yield an instrument of the register: days, relations, and what rests on it."""
    spec = entry.instrument
    days = [SINCE.format(day=spec.in_force_from)]
    if spec.in_force_to is not None:
        days.append(UNTIL.format(day=spec.in_force_to))
    if spec.issued is not None:
        days.insert(0, ISSUED.format(day=spec.issued))
    doubt = "" if spec.status is Status.VERIFIED else f" ({UNVERIFIED})"
    yield f"{spec.title} ({entry.id})"
    state = IN_FORCE if entry.in_force else NOT_IN_FORCE
    yield f"  {state}: {', '.join(days)}{doubt}"
    for key, word in RELATIONS.items():
        names = spec.amends if key == "amends" else getattr(entry, key)
        if names:
            said = "; ".join(titles.get(name, name) for name in sorted(names))
            yield f"  {word}: {said}"
    for key, word in RESTING.items():
        if names := sorted(getattr(entry, key)):
            yield f"  {word}: {len(names)} ({', '.join(names)})"
    if spec.note:
        yield f"  {spec.note}"


def _word(key: object) -> str:
    return KEY_WORDS.get(str(key), str(key))


def _places(edition: Edition, facet: Facet) -> str:
    if not facet.sources:
        return NO_PLACE
    return "; ".join(_place(edition, source) for source in facet.sources)


def _place(edition: Edition, source: Mapping[str, object]) -> str:
    """Cite a source by the title of its instrument; say when nobody saw the text."""
    name = str(source["instrument"])
    known = edition.raw("instruments").get(name)
    title = known["title"] if isinstance(known, Mapping) else name
    mark = str(source.get("mark") or "")
    doubt = "" if not mark or Mark(mark).verified else f" ({UNVERIFIED})"
    return f"{title}, {source['at']}{doubt}"


# --- the same words for a page --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One part that differs, in words: its sign, its name, each side and its places."""

    kind: Kind
    sign: str
    name: str
    said: str
    before: str
    after: str


def row_in_words(comparison: Comparison, row: Row) -> ToldRow:
    """Return a row of a comparison as a page shows it."""
    return ToldRow(
        row.kind,
        _SIGNS[row.kind],
        _named(row),
        _said(row),
        "" if row.kind == "added" else _places(comparison.one, row.before),
        "" if row.kind == "removed" else _places(comparison.other, row.after),
    )


def in_words(value: object) -> str:
    """Return a value of the data as people read it: a length, a list, yes or no."""
    return _short(value)

"""Fills a form edition from facts: each field gets a value and source, or a reason.

Nothing is guessed. A field stays blank when the fact is not known, when two sources
disagree, when the office writes there, and always when the caption is a statement that
only the citizen can make.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from unicodedata import normalize

from forms import sentences, words
from forms.bindings import (
    Conflict,
    Facts,
    Finding,
    Known,
    Missing,
    Where,
    amount,
    as_date,
    plain,
    written,
)
from forms.definition import (
    Annex,
    Block,
    Column,
    FieldKind,
    FormEdition,
    FormField,
    ListBlock,
    Overflow,
    Table,
    fields_of,
)
from forms.filled import FilledField, FilledForm, Piece
from forms.likeness import likeness
from forms.readings import load_readings

_GAP = re.compile(r"\{(\w+)(\?)?\}")
_DATE_GAPS = {"d": 1.8, "m": 1.8, "y": 2.6, "h": 1.3, "min": 1.3}
_OTHER_GAP = 5.0


def fill(
    edition: FormEdition,
    facts: Mapping[str, object],
    provenance: Mapping[str, Where] | None = None,
    unknown: Mapping[str, str] | None = None,
) -> FilledForm:
    """Fill the edition from facts under their canonical keys.

    ``provenance`` says for a key where its value comes from, in a few words, and
    ``unknown`` why a key has none. A value that is a list of differing values (with a
    list of sources under the same key of ``provenance``) is a conflict: it is listed
    and left blank.
    """
    known = Facts(facts, provenance or {}, edition.people)
    return _Filler(edition, known, unknown or {}).filled()


def blank(edition: FormEdition) -> FilledForm:
    """Return the form with nothing filled in."""
    return fill(edition, {})


class _Filler:
    def __init__(
        self, edition: FormEdition, facts: Facts, unknown: Mapping[str, str]
    ) -> None:
        self._edition = edition
        self._facts = facts
        self._unknown = unknown
        self._names = edition.names()
        self._rows_of: dict[str, tuple[tuple[FilledField, ...], ...]] = {}
        self._conflicts: dict[str, Conflict] = {}
        self._problems: list[str] = []

    def filled(self) -> FilledForm:
        rows = {table.id: self._rows(table) for table in self._edition.tables()}
        self._rows_of = rows
        by_id = {one.id: self._field(one) for one in self._edition.fields()}
        for one in self._edition.fields():
            if one.sum_of:
                by_id[one.id] = self._sum(one, by_id)
        for block in self._edition.body:
            if isinstance(block, ListBlock):
                by_id[block.id] = self._list(block)
        for one in self._edition.fields():
            if one.total_of is not None:
                by_id[one.id] = self._total(one, rows)
        cells = [cell for table in rows.values() for row in table for cell in row]
        self._problems += self._two_readings()
        blocks, left_out = self._blocks(rows)
        return FilledForm(
            edition=self._edition,
            fields=(*(by_id[one] for one in by_id if one not in left_out), *cells),
            rows=rows,
            conflicts=tuple(self._conflicts.values()),
            problems=tuple(dict.fromkeys(self._problems)),
            by_id=by_id,
            blocks=blocks,
        )

    def _two_readings(self) -> Iterator[str]:
        """Tell each thing that the certificate calls otherwise, where one has room."""
        keys = self._edition.keys()
        for pair in load_readings():
            now, printed = self._facts.find(pair.now), self._facts.find(pair.printed)
            if pair.now not in keys or pair.printed in keys:
                continue
            if not isinstance(now, Known) or not isinstance(printed, Known):
                continue
            values = now.value, printed.value
            if len({likeness(pair.now, value) for value in values}) > 1:
                yield sentences.two_readings(pair.what, *map(str, values))

    def _blocks(
        self, rows: Mapping[str, tuple[object, ...]]
    ) -> tuple[tuple[Block, ...], frozenset[str]]:
        """Return the blocks to print, and the ids of the fields that are not."""
        kept: list[Block] = []
        left_out: set[str] = set()
        keep = True
        for block in self._edition.body:
            if isinstance(block, Annex):
                keep = (
                    self._facts.nothing
                    or any(rows[name] for name in block.tables)
                    or (
                        block.when is not None and self._facts.holds(block.when) is True
                    )
                )
            if keep:
                kept.append(block)
            else:
                left_out.update(one.id for one in fields_of(block))
        return tuple(kept), frozenset(left_out)

    def _field(self, one: FormField) -> FilledField:
        empty = FilledField(one.id, one.number, self._names[one.id])
        if one.kind is FieldKind.BOX:
            return self._box(one, empty)
        filled = self._value(one, empty)
        return replace(filled, pieces=self._pieces(one, filled))

    def _value(self, one: FormField, empty: FilledField) -> FilledField:
        reason = self._why_blank(one)
        if reason is not None:
            return replace(empty, blank_reason=reason)
        if one.overflow is not None and self._rows_of[one.overflow.to]:
            return self._given_way(one.overflow, empty)
        filled = empty
        for bind in (one.bind, one.or_bind):
            if bind is not None and filled.value is None:
                filled = self._found(one.kind, self._facts.resolve(bind), empty)
        if one.kind is FieldKind.WORDS and one.after.startswith(words.DONG):
            # The form prints the unit itself.
            bare = str(filled.value or "").removesuffix(f" {words.DONG}")
            return replace(filled, value=bare or None)
        if one.inline and isinstance(filled.value, str):
            return replace(filled, value=filled.value.replace("\n", "; "))
        return filled

    def _given_way(self, overflow: Overflow, empty: FilledField) -> FilledField:
        """Say in the form's words that the list of the annex has it, and how many."""
        if not overflow.says:
            return replace(empty, blank_reason=sentences.IN_THE_LIST)
        text = overflow.says.format(n=len(self._rows_of[overflow.to]))
        return replace(empty, value=text, provenance=sentences.COUNTED)

    def _why_blank(self, one: FormField) -> str | None:
        """Return why the field must stay blank before any fact is looked at."""
        if one.never_prefill:
            return one.never_prefill
        if self._facts.nothing:
            return sentences.BLANK_FORM
        if one.only_with and not self._facts.persons(one.only_with):
            return sentences.NOBODY
        if one.only_if is not None and self._facts.holds(one.only_if) is False:
            return sentences.NOT_THIS_CASE
        if one.bind is None and not one.sum_of and one.total_of is None:
            return _whose(one)
        return None

    def _found(
        self, kind: FieldKind, found: Sequence[Finding], empty: FilledField
    ) -> FilledField:
        """Write what was found, one line a person; one doubt leaves all blank."""
        lines: list[str] = []
        sources: list[str] = []
        missing: list[str] = []
        for place, one in enumerate(found, start=1):
            if isinstance(one, Missing):
                missing += one.keys
                continue
            if isinstance(one, Conflict):
                return self._in_conflict(one, empty)
            shown = written(kind, one.value)
            if shown is None:
                return self._unreadable(one.value, empty)
            number = f"{place}) " if len(found) > 1 else ""
            lines.append(number + normalize("NFC", shown))
            sources.append(one.where)
        keys = tuple(missing)
        if not found:
            return replace(empty, blank_reason=sentences.NOBODY)
        if not lines:
            return replace(empty, blank_reason=self._why_unknown(keys), keys=keys)
        where = sentences.several_sources(sources)
        return replace(empty, value="\n".join(lines), provenance=where, keys=keys)

    def _unreadable(self, value: object, empty: FilledField) -> FilledField:
        reason = sentences.unreadable(value)
        self._problems.append(reason)
        return replace(empty, blank_reason=reason)

    def _why_unknown(self, keys: Iterable[str]) -> str:
        known = (self._unknown[key] for key in keys if key in self._unknown)
        return next(known, sentences.NOT_KNOWN)

    def _in_conflict(self, conflict: Conflict, empty: FilledField) -> FilledField:
        self._conflicts[conflict.key] = conflict
        reason = sentences.in_conflict(conflict.told)
        return replace(empty, blank_reason=reason, keys=(conflict.key,))

    def _box(self, one: FormField, empty: FilledField) -> FilledField:
        reason = one.never_prefill or self._why_no_tick(one)
        if reason is not None or one.tick is None:
            return replace(empty, blank_reason=reason)
        found = [self._facts.find(key) for key in one.tick.of]
        for each in found:
            if isinstance(each, Conflict):
                return self._in_conflict(each, empty)
        holds = self._facts.holds(one.tick)
        where = sentences.several_sources(
            [each.where for each in found if isinstance(each, Known)]
        )
        if holds is None and one.assume is not None:
            against = self._facts.find(one.assume_unless)
            holds, where = one.assume, one.assume_why
            if isinstance(against, Known):
                holds, where = not one.assume, against.where
        if holds is None:
            keys = tuple(one.tick.of)
            return replace(empty, blank_reason=sentences.TICK_NOT_KNOWN, keys=keys)
        if not holds:
            reason = sentences.NOT_THIS_CASE
            return replace(empty, value=False, blank_reason=reason)
        return replace(empty, value=True, provenance=where)

    def _why_no_tick(self, one: FormField) -> str | None:
        if self._facts.nothing:
            return sentences.BLANK_FORM
        if one.tick is None:
            return _whose(one)
        return None

    def _pieces(self, one: FormField, filled: FilledField) -> tuple[Piece, ...]:
        if one.pattern is None:
            text = filled.value if isinstance(filled.value, str) else ""
            return (Piece(text, is_value=True),)
        parts = self._date_parts(one, filled)
        pieces: list[Piece] = []
        place = 0
        for gap in _GAP.finditer(one.pattern):
            before = one.pattern[place : gap.start()]
            pieces += [Piece(before, is_value=False)] if before else []
            part = self._part(one, parts, gap[1])
            if part or not gap[2]:
                room = _DATE_GAPS.get(gap[1], one.width or _OTHER_GAP)
                pieces.append(Piece(part, is_value=True, width=room))
            place = gap.end()
        rest = one.pattern[place:]
        return (*pieces, *([Piece(rest, is_value=False)] if rest else []))

    def _part(self, one: FormField, parts: Mapping[str, str], name: str) -> str:
        if name in _DATE_GAPS:
            return parts.get(name, "")
        found = self._facts.find(one.gaps.get(name, ""))
        if isinstance(found, Conflict):
            self._conflicts[found.key] = found
        return plain(found.value) if isinstance(found, Known) else ""

    def _date_parts(self, one: FormField, filled: FilledField) -> Mapping[str, str]:
        if filled.value is None:
            return {}
        for bind in [bind for bind in (one.bind, one.or_bind) if bind is not None]:
            for found in self._facts.resolve(bind):
                day = as_date(found.value) if isinstance(found, Known) else None
                if day is not None:
                    return words.date_parts(day)
        return {}

    def _sum(self, one: FormField, by_id: Mapping[str, FilledField]) -> FilledField:
        """Add the parts that the note of the form names; check it against the price."""
        empty = FilledField(one.id, one.number, self._names[one.id])
        reason = self._why_blank(one)
        if reason is not None:
            return self._with_piece(replace(empty, blank_reason=reason))
        parts = [by_id[name] for name in one.sum_of]
        known = [part for part in parts if isinstance(part.value, str)]
        price = by_id[one.id]
        if len(known) + sum(map(_has_no_room, parts)) < len(parts) or not known:
            if price.value is not None:
                return price
            return self._with_piece(
                replace(empty, blank_reason=sentences.SUM_NOT_KNOWN)
            )
        total = words.number(sum(amount(str(part.value)) for part in known))
        if price.value not in {None, total}:
            self._problems.append(
                sentences.sum_differs(one.number, total, str(price.value))
            )
        where = sentences.summed([part.number for part in parts])
        return self._with_piece(replace(empty, value=total, provenance=where))

    def _total(
        self, one: FormField, rows: Mapping[str, tuple[tuple[FilledField, ...], ...]]
    ) -> FilledField:
        """Add the cells of a column; a cell that is not known leaves the total open."""
        empty = FilledField(one.id, one.number, self._names[one.id])
        column = f"{one.total_of}#"
        cells = [
            cell
            for table in rows.values()
            for row in table
            for cell in row
            if cell.id.startswith(column)
        ]
        known = [cell.value for cell in cells if isinstance(cell.value, str)]
        if not known or len(known) < len(cells):
            return replace(empty, blank_reason=sentences.SUM_NOT_KNOWN)
        total = words.number(sum(map(amount, known)))
        number = str(one.total_of)
        return replace(empty, value=total, provenance=sentences.summed([number]))

    def _with_piece(self, filled: FilledField) -> FilledField:
        text = filled.value if isinstance(filled.value, str) else ""
        return replace(filled, pieces=(Piece(text, is_value=True),))

    def _rows(self, table: Table) -> tuple[tuple[FilledField, ...], ...]:
        items = self._items(table)
        if table.people is not None and not items:
            people = self._facts.persons(table.people)
            return tuple(
                tuple(self._of_person(column, row, one) for column in table.columns)
                for row, one in enumerate(people, start=1)
            )
        return tuple(
            tuple(self._of_item(table, column, row, one) for column in table.columns)
            for row, one in enumerate(items, start=1)
        )

    def _items(self, table: Table) -> list[object]:
        items = [
            item
            for item in self._facts.items(table.items or "")
            if not isinstance(item, Mapping)
            or all(item.get(key) == value for key, value in table.where.items())
        ]
        return items if len(items) >= table.at_least else []

    def _cell(self, column: Column, row: int) -> FilledField:
        return FilledField(f"{column.id}#{row}", column.number, column.caption)

    def _of_person(self, column: Column, row: int, person: str) -> FilledField:
        empty = self._cell(column, row)
        if column.never_prefill:
            return replace(empty, blank_reason=column.never_prefill)
        if column.bind is None:
            return replace(empty, blank_reason=_whose(column))
        if column.bind == "row":
            return replace(empty, value=str(row), provenance=sentences.FROM_DOSSIER)
        filled = empty
        for bind in (column.bind, column.or_bind):
            if bind is not None and filled.value is None:
                found = self._facts.resolve_for(bind, person)
                filled = self._found(column.kind, (found,), empty)
        return filled

    def _of_item(
        self, table: Table, column: Column, row: int, item: object
    ) -> FilledField:
        empty = self._cell(column, row)
        if column.bind == "row":
            return replace(empty, value=str(row), provenance=sentences.FROM_DOSSIER)
        named = item if isinstance(item, Mapping) else {"name": item}
        keys = column.bind.split("|") if isinstance(column.bind, str) else ()
        value = next((named[key] for key in keys if named.get(key) is not None), None)
        if value is not None:
            said = column.words.get(str(value), value)
            if column.words and said is value:
                return self._unreadable(value, empty)
            where = self._facts.where(table.items or "")
            return self._found(column.kind, (Known(said, where),), empty)
        if column.or_bind is not None:
            found = self._facts.resolve_of(column.or_bind, named.get("payer"))
            return self._found(column.kind, found, empty)
        return replace(empty, blank_reason=_whose(column))

    def _list(self, block: ListBlock) -> FilledField:
        empty = FilledField(block.id, block.number, block.caption)
        if self._facts.nothing:
            return replace(empty, blank_reason=sentences.BLANK_FORM)
        items = _names(self._facts.items(block.bind or ""), block.covers)
        printed = tuple(_bare(one) for one in block.fixed)
        names = [name for name in items if _bare(name) not in printed]
        if not names:
            keys = (block.bind,) if block.bind else ()
            reason = self._why_unknown(keys) if block.bind else sentences.BY_HAND
            return replace(empty, blank_reason=reason, keys=keys)
        where = self._facts.where(block.bind or "")
        text = normalize("NFC", "\n".join(names))
        return replace(empty, value=text, provenance=where)


def _whose(one: FormField | Column) -> str:
    """Say who writes what no fact is bound to."""
    return sentences.BY_OFFICE if one.by == "office" else sentences.BY_HAND


def _has_no_room(part: FilledField) -> bool:
    """Return whether the part is blank because the matter has no such thing."""
    return part.blank_reason == sentences.NOT_THIS_CASE


def _names(items: Iterable[object], covered: Collection[str]) -> list[str]:
    named = (
        item.get("name") if isinstance(item, Mapping) else item
        for item in items
        if not isinstance(item, Mapping) or item.get("id") not in covered
    )
    return [plain(name) for name in named if name]


def _bare(text: str) -> str:
    return text.strip(" ;.,").casefold()

"""What a paper says, for a machine: the JSON that is put into its file.

It holds what the paper prints and nothing else. Where a value comes from, why a field
is blank, and facts that the form does not ask for stay with the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from forms.bindings import amount
from forms.definition import Column, FieldKind, FormField, ListBlock, Table
from forms.filled import FilledField, FilledForm

Answer: TypeAlias = dict[str, object]

_DAY = re.compile(r"(?P<d>\d\d)/(?P<m>\d\d)/(?P<y>\d{4})")
_WHOLE_DATE = ("{d}", "{m}", "{y}")


def answers(filled: FilledForm) -> bytes:
    """Return the answers as canonical JSON: sorted keys, UTF-8, letters as they are.

    ``value`` is the text as printed, null where the paper leaves room. Beside it stands
    ``exact`` where the text is one date (ISO 8601), one sum in đồng or one number. A
    box is true when it is ticked: the paper does not show why another one is not.
    """
    edition = filled.edition
    there = {one.id for one in filled.fields}
    said = {
        "form": edition.form,
        "edition": edition.edition,
        "number": edition.number,
        "title": edition.name,
        "instrument": edition.instrument,
        "fields": [
            _answer(one, filled.by_id[one.id])
            for one in edition.fields()
            if one.id in there and one.kind is not FieldKind.LABEL
        ],
        "lists": [
            {"id": one.id, "caption": one.caption, "lines": _lines(one)}
            for one in _lists(filled)
            if one.id in there
        ],
        "tables": [
            {"id": block.id, "caption": block.caption, "rows": _rows(block, filled)}
            for block in filled.blocks
            if isinstance(block, Table) and not block.fixed
        ],
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()


def _answer(one: FormField, found: FilledField) -> Answer:
    if one.kind is FieldKind.BOX:
        return _named(one.id, found) | {"value": found.value is True}
    text = found.value if isinstance(found.value, str) else ""
    if one.pattern is not None:
        text = _said(found)
    shows_all = one.pattern is None or all(gap in one.pattern for gap in _WHOLE_DATE)
    exact = _exact(one.kind, str(found.value)) if text and shows_all else {}
    return _named(one.id, found) | {"value": text or None} | exact


def _said(found: FilledField) -> str:
    """Return a field with words around its gaps as it reads, if a gap is filled."""
    if not any(piece.text for piece in found.pieces if piece.is_value):
        return ""
    return "".join(piece.text for piece in found.pieces).strip()


def _rows(block: Table, filled: FilledForm) -> list[list[Answer]]:
    return [
        [_cell(column, cell) for column, cell in zip(block.columns, row, strict=True)]
        for row in filled.rows[block.id]
    ]


def _cell(column: Column, cell: FilledField) -> Answer:
    if column.kind is FieldKind.BOX:
        return _named(column.id, cell) | {"value": False}
    exact = {} if cell.value is None else _exact(column.kind, str(cell.value))
    return _named(column.id, cell) | {"value": cell.value} | exact


def _lists(filled: FilledForm) -> Iterator[FilledField]:
    for block in filled.blocks:
        if isinstance(block, ListBlock):
            yield filled.by_id[block.id]


def _lines(one: FilledField) -> list[str]:
    return one.value.splitlines() if isinstance(one.value, str) else []


def _named(name: str, found: FilledField) -> Answer:
    return {"id": name, "number": found.number, "caption": found.caption}


def _exact(kind: FieldKind, text: str) -> Answer:
    """Return the value that a machine reckons with, if the text is exactly one."""
    match kind:
        case FieldKind.DATE if day := _DAY.fullmatch(text):
            return {"exact": f"{day['y']}-{day['m']}-{day['d']}"}
        case FieldKind.MONEY if "\n" not in text:
            return {"exact": amount(text)}
        case FieldKind.DECIMAL if "\n" not in text:
            return {"exact": text.replace(".", "").replace(",", ".")}
        case _:
            return {}

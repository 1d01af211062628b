"""Lays the official wording of a paper beside what its edition prints there.

The wording is a list of lines (``forms.captions``); the edition is walked in its
printed order, and each of its fields comes to the line that holds its caption. A field
without a caption of its own belongs to the line before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from unicodedata import normalize

from forms.captions import Captions
from forms.definition import (
    Annex,
    Block,
    Break,
    Cell,
    Column,
    FormEdition,
    FormField,
    Heading,
    ListBlock,
    Row,
    Signature,
    Signatures,
    Table,
    Text,
)

# A shorter caption ("a)", "1.") would be found anywhere.
_TOO_SHORT = 4


class Filling(StrEnum):
    """Who writes a value on the paper."""

    FACTS = "facts"
    OFFICE = "office"
    HAND = "hand"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Room:
    """A place on the paper for a value: who fills it, from which facts, or why nobody.

    ``facts`` are named as questions name them. ``why`` is the reason why Dắt writes
    nothing there, or why it takes something for granted.
    """

    id: str
    name: str
    filling: Filling
    facts: tuple[str, ...] = ()
    why: str = ""


@dataclass(slots=True)
class Worded:
    """One line of the official wording, and the rooms that the edition has there."""

    text: str
    rooms: list[Room] = field(default_factory=list)


def laid_beside(edition: FormEdition, captions: Captions) -> tuple[Worded, ...]:
    """Return the lines of the wording in order, each with the rooms of the edition."""
    lines = [Worded(text) for text in captions.words]
    letters = [_letters(line.text) for line in lines]
    begins = [0]
    for one in letters:
        begins.append(begins[-1] + len(one))
    whole = "".join(letters)
    reached = 0
    for words, room in _printed(edition):
        wanted = _letters(words)
        found = whole.find(wanted, reached) if len(wanted) >= _TOO_SHORT else -1
        if found >= 0:
            reached = found + len(wanted)
        if room is not None:
            lines[_line_at(begins, max(reached - 1, 0))].rooms.append(room)
    return tuple(lines)


def rooms_of(edition: FormEdition) -> tuple[Room, ...]:
    """Return the rooms of an edition in their printed order."""
    return tuple(room for _, room in _printed(edition) if room is not None)


def _line_at(begins: list[int], place: int) -> int:
    spans = enumerate(pairwise(begins))
    return next((n for n, (one, after) in spans if one <= place < after), 0)


def _letters(text: str) -> str:
    """Keep letters and figures only: dots, rules and spaces are not the wording."""
    return "".join(c for c in normalize("NFC", text) if c.isalnum()).casefold()


def _printed(edition: FormEdition) -> Iterator[tuple[str, Room | None]]:
    """Yield what the edition prints, in order, each with its room if it has one."""
    header = edition.header
    above = (*header.agency, *((header.place_date,) if header.place_date else ()))
    yield from _fields(edition, above)
    yield " ".join((*edition.title, *edition.subtitle)), None
    yield from _fields(edition, header.under_title)
    for block in edition.body:
        yield from _block(edition, block)


def _block(edition: FormEdition, block: Block) -> Iterator[tuple[str, Room | None]]:
    match block:
        case Row():
            yield from _fields(edition, block.cells)
        case Heading():
            yield f"{block.number}{block.caption}", None
        case Text():
            yield block.text, None
        case ListBlock():
            yield f"{block.number}{block.caption}", _room_of_list(edition, block)
            yield from ((line, None) for line in block.fixed)
        case Table():
            yield from _table(edition, block)
        case Signatures():
            for place in block.places:
                yield from _signature(edition, place)
        case Annex():
            yield " ".join((block.first_line, *block.title)), None
        case Break():
            return


def _table(edition: FormEdition, table: Table) -> Iterator[tuple[str, Room | None]]:
    yield f"{table.number}{table.caption}", None
    for column in table.columns:
        room = None if table.fixed else _room_of_column(edition, table, column)
        yield column.caption, room
    for row in (*table.fixed, table.total):
        yield from _cells(edition, table, row)


def _cells(
    edition: FormEdition, table: Table, row: Iterable[Cell]
) -> Iterator[tuple[str, Room | None]]:
    place = 0
    for cell in row:
        if cell.field is None:
            yield cell.text, None
        else:
            name = cell.field.name or table.columns[place].caption
            yield from _fields(edition, (cell.field,), name)
        for line in cell.lines:
            yield from _fields(edition, line)
        place += cell.span


def _signature(
    edition: FormEdition, place: Signature
) -> Iterator[tuple[str, Room | None]]:
    if place.above is not None:
        yield from _fields(edition, (place.above,))
    yield " ".join(place.title), None
    yield from ((line, None) for line in place.below)
    yield from _fields(edition, place.fields)
    if place.name is not None:
        yield from _fields(edition, (place.name,), place.name.name)


def _fields(
    edition: FormEdition, fields: Iterable[FormField], name: str = ""
) -> Iterator[tuple[str, Room | None]]:
    for one in fields:
        room = _room(edition, one, name) if one.id else None
        # A label is for the screen; the paper prints the words around the gaps.
        printed = one.caption or ("" if one.label else one.name)
        yield f"{one.number}{printed}", room


def _room(edition: FormEdition, one: FormField, name: str) -> Room:
    facts = edition.asked_for(one)
    reckoned = bool(one.sum_of or one.total_of)
    filling = _filling(one, known=bool(facts) or reckoned)
    return Room(
        one.id,
        name or one.name,
        filling,
        facts,
        one.never_prefill or one.assume_why,
    )


def _room_of_column(edition: FormEdition, table: Table, column: Column) -> Room:
    # The table knows which keys of a column are facts, and which those of its items.
    alone = table.model_copy(update={"columns": (column,), "fixed": (), "total": ()})
    facts = edition.asked_for(alone) if column.bind else ()
    filling = _filling(column, known=bool(column.bind))
    return Room(column.id, column.caption, filling, facts, column.never_prefill or "")


def _room_of_list(edition: FormEdition, block: ListBlock) -> Room:
    filling = Filling.FACTS if block.bind else Filling.HAND
    return Room(block.id, block.caption, filling, edition.asked_for(block))


def _filling(part: FormField | Column, *, known: bool) -> Filling:
    if part.never_prefill:
        return Filling.STATEMENT
    if known:
        return Filling.FACTS
    return Filling.OFFICE if part.by == "office" else Filling.HAND

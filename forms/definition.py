"""The shape of a form edition, as pydantic reads it from YAML.

An edition is one paper as one instrument prints it, valid for one package of the law
between two days: a header, and a body of blocks in the printed order. The body is
written short: a mapping with a key of ``_BLOCKS`` is that block, any other mapping is a
line with one field, and a list is a line with several fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from workflows.definition import Mark, Status, Strict

Scalar: TypeAlias = str | bool | int | None

# A place in a composed text that a fact fills: ``{key}`` or ``{key|format}``.
GAP = re.compile(r"\{(?P<key>[^{}|]+)(?:\|(?P<form>\w+))?\}")
# The settings of a field, a column, a table or a header that name one fact.
_NAMING = frozenset({"bind", "or_bind", "items"})
# A column bound to it counts the rows.
_ROW = "row"


class DateOnly(Strict):
    """Holds when the fact is (or is not) a date."""

    date: bool


class Condition(Strict):
    """All lines hold: each fact equals the value, or one of the values.

    Texts are compared without regard to case. A fact that is not known makes the whole
    condition unknown, unless another line is already false.
    """

    of: dict[str, tuple[Scalar, ...] | DateOnly]


def _condition(raw: object) -> object:
    if not isinstance(raw, dict) or set(raw) == {"of"}:
        return raw
    lines: dict[object, object] = {}
    for key, wanted in raw.items():
        if isinstance(wanted, dict):
            lines[key] = wanted
        else:
            lines[key] = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    return {"of": lines}


When: TypeAlias = Annotated[Condition, BeforeValidator(_condition)]


class Phrase(Strict):
    """A piece of a composed value; silent unless each ``{fact}`` in it is known.

    A placeholder may name a format after a bar, ``{contract.date|date}``, and starts
    with a dot for an attribute of the person in turn, ``{.full_name}``.
    ``unless`` keeps it silent only where the facts say so, ``when`` also where they are
    not known.
    """

    text: str
    when: When | None = None
    unless: When | None = None


class Compose(Strict):
    """A value put together from phrases; with ``each``, once for each person."""

    each: str | None = None
    parts: tuple[Phrase, ...]


Bind: TypeAlias = str | Compose


class People(Strict):
    """Which persons a name of the form means, by their role in the matter.

    With ``by`` the roles depend on a fact (a sale is declared by who transfers, a gift
    by who receives), those under "" hold while it is not known; otherwise the first
    role that anybody has is taken. ``when`` leaves nobody unless it holds,
    ``at_least`` unless there are so many; ``known`` leaves out each person of whom
    that attribute is not known.
    """

    roles: tuple[str, ...] | dict[str, tuple[str, ...]]
    by: str | None = None
    when: When | None = None
    known: str | None = None
    at_least: int = 1
    take: Literal["all", "first", "rest"] = "all"

    @model_validator(mode="after")
    def _roles_follow_by(self) -> People:
        if isinstance(self.roles, dict) != (self.by is not None):
            raise ValueError("`by` goes with a mapping of roles, and only with it")
        return self


class FieldKind(StrEnum):
    """How a value is written on the paper; ``words`` says an amount in words."""

    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    DECIMAL = "decimal"
    SHARE = "share"
    BOX = "box"
    LABEL = "label"
    YEAR = "year"
    CAPITALS = "capitals"
    WORDS = "words"


class Overflow(Strict):
    """Where a field goes when there is more to say than its line is for.

    ``to`` is a table of an annex. Once it has rows the field gives way to it and prints
    ``says``, in the words by which the form sends the reader there and with ``{n}`` for
    the number of rows, or stays blank.
    """

    to: str
    says: str = ""


class FormField(Strict):
    """One caption of the form and the room for its answer.

    ``label`` names the field on the screen where the paper prints no caption beside it;
    fields of the kind ``label`` only print their caption. ``bind`` says where the value
    comes from; without it the field stays blank for ``by`` (the office, or the
    citizen's hand). ``never_prefill`` carries the reason why Dắt must not write there:
    it is a statement that only the citizen can make. ``pattern`` prints words around
    the parts of a date (``{d} {m} {y} {h} {min}``) or of other facts named in ``gaps``;
    ``{name?}`` leaves no room when its fact is unknown. The values of several persons
    stand one below the other, or with ``inline`` one after the other. ``sum_of`` adds
    other fields as the note of the form says, ``total_of`` the cells of a column.
    ``overflow`` names the list of an annex to which the field gives way; ``only_with``
    the persons of the form without whom it means nothing (a mandate without a
    mandatary). A box whose fact nobody knows is ticked as ``assume`` says, and not so
    once the fact named by ``assume_unless`` is known.
    """

    id: str = ""
    number: str = ""
    caption: str = ""
    label: str = ""
    mark: str = ""
    sep: str = ":"
    kind: FieldKind = FieldKind.TEXT
    bind: Bind | None = None
    or_bind: Bind | None = None
    pattern: str | None = None
    gaps: dict[str, str] = Field(default_factory=dict)
    after: str = ""
    lines: int = Field(default=1, ge=1)
    below: bool = False
    inline: bool = False
    width: float | None = None
    strong: bool = False
    placeholder: str = ""
    tick: When | None = None
    box_first: bool = False
    only_if: When | None = None
    only_with: str = ""
    overflow: Overflow | None = None
    sum_of: tuple[str, ...] = ()
    total_of: str | None = None
    never_prefill: str | None = None
    by: Literal["office", "citizen"] = "citizen"
    assume: bool | None = None
    assume_why: str = ""
    assume_unless: str = ""

    @property
    def name(self) -> str:
        """Return what the screen calls the field."""
        printed = re.sub(r"\{\w+\??\}", "…", self.pattern or "")
        return self.caption or self.label or printed or self.placeholder or self.after

    @model_validator(mode="after")
    def _has_an_id(self) -> FormField:
        if self.kind is not FieldKind.LABEL and not self.id:
            raise ValueError(f"the field {self.caption!r} has no id")
        if self.never_prefill and (self.bind or self.tick):
            raise ValueError(f"{self.id}: a statement is never bound to a fact")
        return self


class Heading(Strict):
    """A line that only names a part of the form; level 1 is set in bold."""

    block: Literal["heading"] = "heading"
    number: str = ""
    caption: str
    mark: str = ""
    after: str = ""
    level: Literal[1, 2, 3] = 1
    centre: bool = False


class Row(Strict):
    """One line of the paper with its fields from left to right."""

    block: Literal["row"] = "row"
    cells: tuple[FormField, ...]
    plain: bool = False
    indent: bool = False
    centre: bool = False


class Text(Strict):
    """A printed sentence nobody fills in; ``statement`` is what the signer declares."""

    block: Literal["text"] = "text"
    text: str
    style: Literal["body", "statement", "italic", "small"] = "body"


class Column(Strict):
    """A column of a table with the caption in its head.

    In a table of people ``bind`` names an attribute of the person (``.full_name``), in
    a table of items a key of the item, or several keys ``a|b`` of which the first that
    it has is taken (an item that is only a text has ``name``); ``row`` is the number of
    the row. ``words`` says a code of the item in words.
    """

    id: str
    number: str = ""
    caption: str
    group: str = ""
    bind: Bind | None = None
    or_bind: Bind | None = None
    words: dict[str, str] = Field(default_factory=dict)
    kind: FieldKind = FieldKind.TEXT
    width: float = 1
    align: Literal["left", "center", "right"] = "left"
    never_prefill: str | None = None
    by: Literal["office", "citizen"] = "citizen"


class Cell(Strict):
    """A cell of a fixed row, over ``span`` columns and down ``rows`` of them.

    It holds a printed text, or a field that the head of the column names, or ``lines``
    of fields with their own captions.
    """

    text: str = ""
    field: FormField | None = None
    lines: tuple[tuple[FormField, ...], ...] = ()
    span: int = 1
    rows: int = 1
    strong: bool = False


class Table(Strict):
    """A table with one row a person, one row an item of a list, or fixed rows.

    With both, the people stand there only while the list is empty. ``where`` keeps the
    items whose key has the value; a list with less than ``at_least`` of them is none.
    ``repeat_head`` prints the head again on each page that the table goes on to.
    """

    block: Literal["table"] = "table"
    id: str
    number: str = ""
    caption: str = ""
    mark: str = ""
    people: str | None = None
    items: str | None = None
    where: dict[str, str] = Field(default_factory=dict)
    at_least: int = 1
    columns: tuple[Column, ...]
    fixed: tuple[tuple[Cell, ...], ...] = ()
    total: tuple[Cell, ...] = ()
    min_rows: int = 1
    number_row: bool = True
    repeat_head: bool = True


class ListBlock(Strict):
    """Numbered lines of a list of papers; ``fixed`` lines are printed by the form.

    ``covers`` are ids of papers that the fixed lines name already.
    """

    block: Literal["list"] = "list"
    id: str
    number: str = ""
    caption: str
    mark: str = ""
    level: Literal[1, 2, 3] = 1
    bind: str | None = None
    fixed: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    style: Literal["(n)", "n.", "-"] = "(n)"
    lines: int = 2


class Signature(Strict):
    """A place to sign: what stands above, the title in capitals, what stands below.

    ``name`` is the full name under the room for the hand, when it is known. A place
    whose date the office writes is the office's too.
    """

    above: FormField | None = None
    title: tuple[str, ...] = ()
    mark: str = ""
    below: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
    room: bool = True
    name: FormField | None = None
    left: bool = False
    by: Literal["office", "citizen"] = "citizen"

    @property
    def for_citizen(self) -> bool:
        """Return whether somebody of the family or the other side signs here."""
        dated_by = "citizen" if self.above is None else self.above.by
        return self.room and bool(self.title) and {self.by, dated_by} == {"citizen"}


class Signatures(Strict):
    """The places to sign, side by side."""

    block: Literal["signatures"] = "signatures"
    places: tuple[Signature, ...]


class Break(Strict):
    """A new page, where the printed form begins one."""

    block: Literal["break"] = "break"
    page: bool = True


class Annex(Strict):
    """A list that goes with the form, on a page of its own up to the next annex.

    On a filled form it is left out unless one of ``tables`` has a row, or ``when``
    holds; on a blank one it is always there. ``wide`` turns the page on its side.
    """

    block: Literal["annex"] = "annex"
    first_line: str = ""
    title: tuple[str, ...]
    under: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    when: When | None = None
    wide: bool = False


Block: TypeAlias = Annotated[
    Heading | Row | Text | Table | ListBlock | Signatures | Break | Annex,
    Field(discriminator="block"),
]

_BLOCKS = ("heading", "row", "text", "table", "list", "signatures", "break", "annex")


def _block(raw: object) -> object:
    if isinstance(raw, list):
        return {"block": "row", "cells": raw}
    if not isinstance(raw, dict) or "block" in raw:
        return raw
    for name in _BLOCKS:
        if name in raw:
            body = raw[name]
            if name == "text" and isinstance(body, str):
                return {"block": name, **raw}
            if name == "signatures":
                return {"block": name, "places": body}
            return {"block": name, **body}
    return {"block": "row", "cells": [raw]}


Body: TypeAlias = tuple[Annotated[Block, BeforeValidator(_block)], ...]


class Header(Strict):
    """What stands above the title.

    ``corner`` is the box at the top right that names the form, ``first_line`` the line
    above the national name, ``agency`` the block of the issuing office at the left.
    On a ``letter`` the title is what it is about and stands below that block.
    ``mark_at`` is where the official paper itself has room for a QR; without it the
    mark stands in the margin. A sheet that goes with another has no ``national_name``.
    """

    corner: tuple[str, ...] = ()
    first_line: str = ""
    national_name: bool = True
    agency: tuple[FormField, ...] = ()
    place_date: FormField | None = None
    under_title: tuple[FormField, ...] = ()
    letter: bool = False
    mark_at: Literal["title"] | None = None


class Notes(Strict):
    """The instructions that the form itself prints after the signatures."""

    title: str
    paragraphs: tuple[str, ...]


class FormSource(Strict):
    """Where the captions were seen."""

    instrument: str
    at: str
    mark: Mark
    note: str = ""


class FormEdition(Strict):
    """One paper, as one instrument prints it, for one package between two days.

    ``notice`` is for the screen and the list of forms, never for the paper itself.
    ``missing`` names what of the official form nobody has seen. ``marks`` is how the
    form prints the marks of its notes; a mark that begins with ``^`` stands bare.

    ``pays`` is the field of the sum that is paid by this paper, on a notice.

    ``at_counter`` are the statuses of a case with which a counter prints the paper on
    request, ``any`` for all of them; most papers are printed only where the law asks.

    ``variant`` names a layout that was seen somewhere while the law that would bring
    it to a place we know is not known. No package chooses it: it is asked for by its
    own id, ``F-CHANGE.bac-ninh``, and listed with its notice.
    """

    form: str
    variant: str = ""
    edition: str
    package: str
    everywhere: bool = False
    number: str = ""
    title: tuple[str, ...]
    subtitle: tuple[str, ...] = ()
    instrument: str
    sources: tuple[FormSource, ...]
    from_day: date = Field(alias="from")
    to_day: date | None = Field(alias="to")
    status: Status
    notice: str = ""
    made_by: Literal["citizen", "office"]
    at_counter: tuple[int, ...] | Literal["any"] = ()
    layout: Literal["application", "tax_return", "office_sheet", "wide_sheet"]
    marks: Literal["(n)", "n"] = "(n)"
    missing: tuple[str, ...] = ()
    pays: str = ""
    people: dict[str, People] = Field(default_factory=dict)
    header: Header = Header()
    body: Body
    notes: Notes | None = None

    @property
    def id(self) -> str:
        """Return the name by which the edition is asked for, a variant by its own."""
        return f"{self.form}.{self.variant}" if self.variant else self.form

    @property
    def name(self) -> str:
        """Return the title in one line."""
        return " ".join(self.title)

    def in_force(self, day: date) -> bool:
        """Return whether the edition holds on the day, both ends included."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)

    def for_counter(self, status: int | None) -> bool:
        """Return whether a counter prints the paper of a case with this status."""
        return self.at_counter == "any" or status in self.at_counter

    def fields(self) -> Iterator[FormField]:
        """Yield the single fields in the printed order, the fixed cells of tables too.

        The columns of tables whose rows come from people or lists are not fields.
        """
        header = self.header
        yield from (field for field in header.agency if field.id)
        if header.place_date is not None:
            yield header.place_date
        yield from (field for field in header.under_title if field.id)
        for block in self.body:
            yield from fields_of(block)

    def names(self) -> dict[str, str]:
        """Return what the screen calls each field; a cell is called by its column."""
        names = {field.id: field.name for field in self.fields()}
        for block in self.body:
            if isinstance(block, Table):
                names |= {
                    field.id: block.columns[place].caption
                    for row in (*block.fixed, block.total)
                    for place, field in _placed(row)
                }
        return names

    def keys(self) -> frozenset[str]:
        """Return the keys of the facts that the paper prints or decides by.

        What it prints of a person is named as the form names it (``owner.phone``).
        """
        return self._keys

    def asked(self) -> frozenset[str]:
        """Return the keys of the facts as questions name them.

        What is printed of a person is ``party[{party}].phone``, whoever it is.
        """
        return self._asked

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(key.partition("#")[0] for key in _keys_of(self))

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(name for key in self._keys for name in self.asked_by(key))

    def asked_for(self, part: BaseModel) -> tuple[str, ...]:
        """Return the keys of the facts of one part, as questions name them, sorted."""
        named = {key.partition("#")[0] for key in _keys_of(part)}
        return tuple(sorted({name for key in named for name in self.asked_by(key)}))

    def asked_by(self, key: str) -> Iterator[str]:
        """Yield one of ``keys`` as questions name it."""
        who, _, attribute = key.partition(".")
        if who and who not in self.people:
            yield key
        else:
            yield from (f"party[{{party}}].{one}" for one in attribute.split("|"))

    def tables(self) -> Iterator[Table]:
        """Yield the tables whose rows come from people or from a list."""
        for block in self.body:
            if isinstance(block, Table) and not block.fixed:
                yield block

    @model_validator(mode="after")
    def _overflow_has_a_list(self) -> FormEdition:
        lists = {table.id for table in self.tables()}
        lost = sorted(
            field.id
            for field in self.fields()
            if field.overflow is not None and field.overflow.to not in lists
        )
        if lost:
            raise ValueError(f"these fields overflow to no list: {', '.join(lost)}")
        return self

    @model_validator(mode="after")
    def _ids_are_unique(self) -> FormEdition:
        ids = [field.id for field in self.fields()]
        ids += [column.id for table in self.tables() for column in table.columns]
        ids += [block.id for block in self.body if isinstance(block, ListBlock)]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"field ids used twice: {', '.join(twice)}")
        return self


def _keys_of(part: object) -> Iterator[str]:
    """Yield every name of a fact in a part of an edition, however deep."""
    match part:
        case Condition():
            yield from part.of
        case Phrase():
            yield from (gap["key"] for gap in GAP.finditer(part.text))
            yield from _keys_of(part.when)
            yield from _keys_of(part.unless)
        case People():
            yield from (part.by,) if part.by else ()
            yield from (f".{part.known}",) if part.known else ()
            yield from _keys_of(part.when)
        case Table(items=str(items)):
            yield items
            # A key of an item is a word without a dot.
            cells = (part.columns, part.fixed, part.total)
            yield from (key for key in _keys_of(cells) if "." in key)
        case Column(bind=str(bind)) if bind == _ROW:
            yield from _keys_of(part.or_bind)
        case BaseModel():
            yield from (key for name, value in part for key in _named_by(name, value))
        case tuple() | dict():
            parts = part.values() if isinstance(part, dict) else part
            yield from (key for each in parts for key in _keys_of(each))
        case _:
            return


def _named_by(name: str, value: object) -> Iterator[str]:
    """Yield the names of facts in one setting of a part."""
    if name in _NAMING and isinstance(value, str):
        yield value
    elif name == "gaps" and isinstance(value, dict):
        yield from value.values()
    else:
        yield from _keys_of(value)


def _placed(row: tuple[Cell, ...]) -> Iterator[tuple[int, FormField]]:
    """Yield the fields of a fixed row with the column they stand in."""
    place = 0
    for cell in row:
        if cell.field is not None:
            yield place, cell.field
        place += cell.span


def fields_of(block: Block) -> Iterator[FormField]:
    """Yield the single fields of a block, the fixed cells of a table too."""
    match block:
        case Row():
            yield from (cell for cell in block.cells if cell.id)
        case Table():
            for cell in (cell for row in (*block.fixed, block.total) for cell in row):
                yield from (cell.field,) if cell.field is not None else ()
                yield from (one for line in cell.lines for one in line if one.id)
        case Signatures():
            for place in block.places:
                if place.above is not None:
                    yield place.above
                yield from place.fields
                if place.name is not None:
                    yield place.name
        case _:
            return

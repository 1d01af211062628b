"""The columns of a list of another one-stop system, and what a line of it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.errors import InputError
from service.usecases.outside.national_codes import NationalCodes
from service.usecases.worklist import other_system_sentences as say
from service.usecases.worklist.spreadsheets import Line, Table
from workflows.definition import Source
from workflows.loader import load_data
from workflows.territory import fold

_DATA = Path(__file__).with_name("other_systems.yaml")
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
# So many lines of titles may stand above the names of the columns.
_LINES_ABOVE = 10
_STAMP = re.compile(r"\d{14}")

CODE, OURS = "external_code", "case_code"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """A column by its names; ``kind`` says how its cells are read."""

    id: str
    kind: Literal["code", "text", "day", "status"]
    label: str
    also: tuple[str, ...] = ()
    required: bool = False


class CodeRule(_Strict):
    """What a code of the other system looks like; none is ever made here."""

    pattern: str
    example: str
    source: Source


class ListRules(_Strict):
    """All that is known of lists of other systems."""

    code: CodeRule
    columns: tuple[Column, ...]

    def fits(self, code: str) -> bool:
        """Return whether a text can be a code of the other system."""
        return re.fullmatch(self.code.pattern, code) is not None


@cache
def list_rules() -> ListRules:
    """Return the rules as they stand in the data."""
    return ListRules.model_validate(load_data(_DATA))


Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that can be used: its values by the id of the column."""

    line: int
    values: Mapping[str, Value]

    def text(self, name: str) -> str | None:
        """Return a text; None when the list does not say it."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def day(self, name: str) -> date | None:
        """Return a day; None when the list does not say it."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    @property
    def status(self) -> int | None:
        """Return the national status; None when the list does not say it."""
        value = self.values.get("status")
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, with a sentence for each column that is wrong."""

    line: int
    code: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table is which; ``unknown`` are the others, as they stand."""

    places: Mapping[int, Column]
    unknown: tuple[str, ...]


def under_head(table: Table) -> Table:
    """Return a table from the line that names its columns; a title may stand above.

    A table in which no line does is returned as it is.
    Raises InputError when no line stands under that one.
    """
    needed = {
        _key(name)
        for column in list_rules().columns
        if column.required
        for name in (column.label, *column.also)
    }
    heads = (table.head, *(line.cells for line in table.lines[:_LINES_ABOVE]))
    for above, head in enumerate(heads):
        if needed & set(map(_key, head)):
            if len(table.lines) == above:
                raise InputError(say.NO_LINES)
            return Table(head, table.lines[above:])
    return table


def columns_of(table: Table) -> Columns:
    """Recognise the columns of a table by the words at its head.

    Raises InputError when a column that is needed is not there, or is there twice.
    """
    rules = list_rules()
    named = {
        _key(name): column
        for column in rules.columns
        for name in (column.label, *column.also)
    }
    places: dict[int, Column] = {}
    unknown: list[str] = []
    for place, head in enumerate(table.head):
        column = named.get(_key(head))
        if column is None:
            unknown += [head] if head else []
        elif column in places.values():
            raise InputError(say.twice_column(column.label))
        else:
            places[place] = column
    for column in rules.columns:
        if column.required and column not in places.values():
            seen = ", ".join(head for head in table.head if head)
            raise InputError(say.no_column(column.label, seen))
    return Columns(places, tuple(unknown))


def entries_of(
    table: Table, columns: Columns, codes: NationalCodes
) -> Iterator[Entry | BadLine]:
    """Yield each line read; one that is wrong in any column is not used at all."""
    seen: dict[str, int] = {}
    for line in table.lines:
        found = _entry(line, columns, codes)
        if isinstance(found, Entry):
            code = found.text(CODE) or ""
            if code in seen:
                text = say.twice_line(code, seen[code])
                found = BadLine(line.number, code, (text,))
            else:
                seen[code] = line.number
        yield found


def _entry(line: Line, columns: Columns, codes: NationalCodes) -> Entry | BadLine:
    values: dict[str, Value] = {}
    wrong: list[str] = []
    typed = ""
    for place, column in columns.places.items():
        cell = line.cells[place] if place < len(line.cells) else ""
        if column.id == CODE:
            typed = cell
        try:
            values[column.id] = _READ[column.kind](cell, codes)
        except InputError as error:
            wrong.append(say.column_of(column.label, str(error)))
    return (
        BadLine(line.number, typed, tuple(wrong))
        if wrong
        else Entry(line.number, values)
    )


def _code(cell: str, codes: NationalCodes) -> Value:
    del codes
    rule = list_rules()
    if not cell:
        raise InputError(say.no_code(rule.code.example))
    if not rule.fits(cell):
        raise InputError(say.bad_code(cell, rule.code.example))
    return cell


def _text(cell: str, codes: NationalCodes) -> Value:
    del codes
    return " ".join(cell.split()) or None


def _day(cell: str, codes: NationalCodes) -> Value:
    """Read a day, with or without an hour; empty is not said."""
    del codes
    if not cell:
        return None
    text = f"{cell[:4]}-{cell[4:6]}-{cell[6:8]}" if _STAMP.fullmatch(cell) else cell
    text = _without_hour(text)
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day, no instant
        except ValueError:
            continue
    raise InputError(say.bad_day(cell))


def _without_hour(text: str) -> str:
    """Leave the hour out, whichever side of the day it stands on."""
    parts = text.replace("T", " ").split()
    days = [part for part in parts if ":" not in part]
    return days[0] if len(days) == 1 else text


def _status(cell: str, codes: NationalCodes) -> Value:
    if not cell:
        return None
    for code, item in codes.statuses.items():
        if cell == code or fold(cell) == fold(item.label.clerk):
            return int(code)
    raise InputError(say.bad_status(cell))


_READ: dict[str, Callable[[str, NationalCodes], Value]] = {
    "code": _code,
    "text": _text,
    "day": _day,
    "status": _status,
}


def _key(head: str) -> str:
    return fold(head).replace(" ", "")

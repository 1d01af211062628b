"""Tables for spreadsheet programs, read and written so that no cell can do anything.

A cell that begins like a formula is written with an apostrophe before it, as people
type it themselves, and read back without. Macros, formulas and links are never looked
at: of a workbook only the values that stand in its cells.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from service.errors import InputError
from service.usecases.worklist import other_system_sentences as say

CSV, XLSX = "csv", "xlsx"
MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 5000
# Empty lines and titles stand between the others; behind so many nothing is read.
_MOST_ROWS = 2 * MOST_LINES
_MOST_UNPACKED = 60 * 1024 * 1024
# What a workbook costs to read grows with its marks, not with its size: a list of
# MOST_LINES with thirty columns has fewer.
_MOST_MARKS = 1_000_000
_FIRST_LINES = 20
_MOST_COLUMNS = 60
_LONGEST_CELL = 500
_ZIP = b"PK"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_SEPARATORS = ",;\t"
# Programs take what begins so for a formula, or for a command.
_BEGINS_FORMULA = (*"=+-@", *"＝＋－＠", "\t", "\r", "\n")
_QUOTE = "'"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its number as the program shows it, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: the words at its head, and the lines under it."""

    head: tuple[str, ...]
    lines: tuple[Line, ...]


def safe(text: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula.

    What begins with an apostrophe already gets another one, so that nothing is lost.
    """
    return _QUOTE + text if text.startswith((*_BEGINS_FORMULA, _QUOTE)) else text


def plain(cell: str) -> str:
    """Return what stood in a cell before it was made safe."""
    quoted = cell.startswith(_QUOTE) and cell[1:].startswith((*_BEGINS_FORMULA, _QUOTE))
    return cell[1:] if quoted else cell


# --- writing --------------------------------------------------------------------------


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV with a mark of UTF-8, as spreadsheet programs want it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as a workbook of one sheet; every cell is text."""
    from service.usecases.worklist import workbooks  # noqa: PLC0415  see there

    return workbooks.written([safe(_printable(cell)) for cell in row] for row in rows)


def _printable(text: str) -> str:
    """Leave out what no workbook may hold: control characters."""
    return "".join(each for each in text if each >= " " or each in "\t\n\r")


# --- reading --------------------------------------------------------------------------


def read_table(content: bytes) -> Table:
    """Read a CSV file or a workbook; the content tells which, not the name.

    Raises InputError with a plain sentence when it cannot be read, has no line under
    its head, or is larger than MOST_BYTES or MOST_LINES.
    """
    if len(content) > MOST_BYTES:
        raise InputError(say.FILE_TOO_BIG)
    if content.startswith(_OLD_OFFICE):
        raise InputError(say.OLD_OR_LOCKED)
    rows = map(_trimmed, _workbook(content) if _is_packed(content) else _text(content))
    read = enumerate(islice(rows, _MOST_ROWS + 1), start=1)
    lines = [Line(n, row) for n, row in read if any(row)]
    if len(lines) > MOST_LINES + 1 or next(rows, None) is not None:
        raise InputError(say.too_many_lines(MOST_LINES))
    if len(lines) <= 1:
        raise InputError(say.NO_LINES)
    head, *under = lines
    width = len(head.cells)
    return Table(head.cells, tuple(_padded(line, width) for line in under))


def _is_packed(content: bytes) -> bool:
    return content.startswith(_ZIP)


def _trimmed(row: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the empty cells at the end: a sheet has more columns than a list."""
    width = max((n for n, cell in enumerate(row, start=1) if cell), default=0)
    return row[:width]


def _padded(line: Line, width: int) -> Line:
    missing = width - len(line.cells)
    return replace(line, cells=line.cells + ("",) * missing) if missing > 0 else line


def _text(content: bytes) -> Iterator[tuple[str, ...]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(say.NOT_UTF8) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        for row in reader:
            yield tuple(map(_cell, row[:_MOST_COLUMNS]))
    except csv.Error:
        raise InputError(say.NOT_A_TABLE) from None


def _separator(text: str) -> str:
    """Return what parts most of the first lines; a title over them has none."""
    first = text[: _FIRST_LINES * _LONGEST_CELL].splitlines()[:_FIRST_LINES]
    return max(
        _SEPARATORS,
        key=lambda each: (sum(each in line for line in first), text.count(each)),
    )


def _workbook(content: bytes) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the first sheet, with the values and never the formulas."""
    from service.usecases.worklist import workbooks  # noqa: PLC0415  see there

    try:
        if _is_heavy(content):
            yield from _refuse(say.TOO_MUCH_IN_IT)
        for row in workbooks.first_sheet(content, _MOST_ROWS, _MOST_COLUMNS):
            yield tuple(map(_cell, row))
    except workbooks.BROKEN:
        raise InputError(say.NOT_A_TABLE) from None


def _is_heavy(content: bytes) -> bool:
    """Say whether reading a workbook would take too much memory, or too long."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > _MOST_UNPACKED:
            return True
        return sum(packed.read(part).count(b"<") for part in parts) > _MOST_MARKS


def _refuse(sentence: str) -> Iterator[tuple[str, ...]]:
    raise InputError(sentence)


def _cell(value: object) -> str:
    """Return what stands in a cell as text; an instant at midnight is a day."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat() if not _hour(value) else value.isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return plain(_printable(str(value)).strip())[:_LONGEST_CELL]


def _hour(at: datetime) -> bool:
    return bool(at.hour or at.minute or at.second)

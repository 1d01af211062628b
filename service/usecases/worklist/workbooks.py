"""Workbooks, as the library for them has them; it is loaded with the first one.

It weighs as much as a tenth of the law, and most processes never meet a workbook.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

# What reading a file that is no workbook, or a broken one, may end in.
BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    DefusedXmlException,
    KeyError,
    IndexError,
    ValueError,
    OSError,
    EOFError,
    AttributeError,
    TypeError,
    RuntimeError,
    zlib.error,
    SyntaxError,  # a broken part of XML
)


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet with these cells, each of them text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def first_sheet(
    content: bytes, rows: int, columns: int
) -> Iterator[tuple[object, ...]]:
    """Yield so many rows and columns of the first sheet: values, never formulas.

    A file that is no workbook raises one of ``BROKEN``, at the first row or later.
    """
    book = load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    yield from book.worksheets[0].iter_rows(
        max_row=rows, max_col=columns, values_only=True
    )

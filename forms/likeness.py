"""Says when two ways of writing a fact are one value, so that they are no conflict."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from unicodedata import normalize

from workflows.shapes import shape_of

# One way of writing each: an apostrophe of an Ê Đê name, a number, a day.
_APOSTROPHES = str.maketrans("’ʼ‘`´", "'''''")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:[.,]\d+)?")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_AS_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")


def likeness(key: str, value: object) -> str:
    """Return a text that is the same for two ways of writing one value of a fact.

    Decomposed letters, doubled spaces, capitals, the separators of a known shape, idle
    zeros of a decimal and the two ways of writing a day mean nothing. A number that may
    be read in two ways (1.000) is left as it stands, and so is one with a leading zero.
    """
    if isinstance(value, bool):
        return str(value).lower()
    text = normalize("NFC", str(value)).translate(_APOSTROPHES)
    text = " ".join(text.split()).strip(" ,;").casefold()
    shape = shape_of(key)
    if shape is not None:
        return shape.bare(text)
    if isinstance(value, Decimal) or (
        _NUMBER.fullmatch(text) and not _AS_THOUSANDS.fullmatch(text)
    ):
        return f"{Decimal(text.replace(',', '.')).normalize():f}"
    return _as_iso(text)


def _as_iso(text: str) -> str:
    written = _DAY.fullmatch(text)
    if written is None:
        return text
    day, month, year = (int(part) for part in written.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text

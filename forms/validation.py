"""Checks the shape of identifiers by the data file, to catch a slip of the finger."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from unicodedata import normalize

import yaml
from pydantic import Field

from forms import sentences
from workflows.definition import Mark, Strict

# One way of writing each: an apostrophe of an Ê Đê name, a number, a day.
_APOSTROPHES = str.maketrans("’ʼ‘`´", "'''''")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:[.,]\d+)?")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_AS_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")


class CheckDigit(Strict):
    """The last digit of ten is ``from`` minus the weighted sum modulo ``modulus``."""

    weights: tuple[int, ...]
    modulus: int
    start: int = Field(alias="from")
    never: int

    def holds(self, digits: str) -> bool:
        """Return whether the digit after the weighted ones is the right one."""
        pairs = zip(self.weights, digits, strict=False)
        rest = sum(weight * int(digit) for weight, digit in pairs) % self.modulus
        expected = self.start - rest
        return expected != self.never and digits[len(self.weights)] == str(expected)


class FormatSource(Strict):
    """Where the shape of an identifier is known from."""

    at: str
    mark: Mark


class Shape(Strict):
    """One kind of identifier: its name for people, its pattern and an example."""

    name: str
    pattern: str
    strip: str = ""
    example: str
    check: CheckDigit | None = None
    or_format: str | None = None
    source: FormatSource

    def fits(self, raw: str) -> bool:
        """Return whether the text, without its separators, has this shape."""
        text = self.bare(raw)
        if re.match(self.pattern, text) is None:
            return False
        return self.check is None or self.check.holds(text)

    def bare(self, raw: str) -> str:
        """Return the text without the separators that people write."""
        return "".join(letter for letter in raw if letter not in self.strip)


class Formats(Strict):
    """The data file: the shapes, and which attribute of a fact has which shape."""

    formats: dict[str, Shape]
    facts: dict[str, str]


@cache
def load() -> Formats:
    """Read the shapes once."""
    text = (resources.files("forms") / "data" / "formats.yaml").read_text("utf-8")
    return Formats.model_validate(yaml.safe_load(text))


def problem(kind: str, raw: str) -> str | None:
    """Return the sentence about a text that cannot be of the kind, or None if it can.

    ``kind`` is a name of the data file (``person_id``, ``tax_code``, ...).
    """
    formats = load().formats
    shape = formats[kind]
    other = formats.get(shape.or_format or "")
    if shape.fits(raw) or (other is not None and other.fits(raw)):
        return None
    return sentences.wrong_format(shape.name, raw, shape.example)


def problem_of_fact(key: str, value: object) -> str | None:
    """Return the sentence about a fact of a known shape, by the end of its key.

    ``party[hoa].phone`` is checked as a phone number; a key without a shape passes.
    """
    kind = load().facts.get(key.rpartition(".")[2])
    if kind is None or not isinstance(value, str):
        return None
    return problem(kind, value)


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
    kind = load().facts.get(key.rpartition(".")[2])
    if kind is not None:
        return re.sub(r"^\+84", "0", load().formats[kind].bare(text))
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

"""Checks the shape of identifiers by the data file, to catch a slip of the finger."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml
from pydantic import Field

from forms import sentences
from workflows.definition import Seen, Strict


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


class Shape(Strict):
    """One kind of identifier: its name for people, its pattern and an example."""

    name: str
    pattern: str
    strip: str = ""
    example: str
    check: CheckDigit | None = None
    or_format: str | None = None
    source: Seen

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
    kind = _kind_of(key)
    if kind is None or not isinstance(value, str):
        return None
    return problem(kind, value)


def shape_of(key: str) -> Shape | None:
    """Return the shape that a fact must have, by the end of its key; None for any."""
    kind = _kind_of(key)
    return None if kind is None else load().formats[kind]


def _kind_of(key: str) -> str | None:
    return load().facts.get(key.rpartition(".")[2])

"""The shapes of identifiers: they catch a slip of the finger wherever one is given.

Web, command line and API ask here. None of it proves that a number is real.
"""

from __future__ import annotations

import re
from functools import cache

from pydantic import Field

from workflows import sentences
from workflows.definition import Seen, Strict
from workflows.loader_shapes import load_shape_file

_ABROAD = re.compile(r"^(\+84|84(?=\d{9}$))")


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
    """One kind of identifier: its name for people, its rule in words, an example.

    ``strip`` are the separators that people write; they are kept only ``as_typed``.
    ``or_shape`` names another shape that serves as well.
    """

    name: str
    rule: str
    pattern: str
    strip: str = ""
    example: str
    as_typed: bool = False
    dialled: bool = False
    check: CheckDigit | None = None
    or_shape: str | None = None
    source: Seen

    def fits(self, raw: str) -> bool:
        """Return whether the text, without its separators, has this shape."""
        text = self.bare(raw)
        if re.fullmatch(self.pattern, text) is None:
            return False
        return self.check is None or self.check.holds(text)

    def bare(self, raw: str) -> str:
        """Return the text without separators; a number dialled from abroad as at home.

        +84 905 000 123 is 0905000123.
        """
        text = "".join(letter for letter in raw if letter not in self.strip)
        return _ABROAD.sub("0", text) if self.dialled else text

    def kept(self, raw: str) -> str:
        """Return the text as it is stored and printed."""
        return raw if self.as_typed else self.bare(raw)


class Shapes(Strict):
    """The data file: the shapes, and which attribute of a fact has which shape."""

    about: str
    shapes: dict[str, Shape]
    facts: dict[str, str]


@cache
def load_shapes() -> Shapes:
    """Read the shapes once."""
    return Shapes.model_validate(load_shape_file())


def problem(kind: str, raw: str) -> str | None:
    """Return the sentence about a text that cannot be of the kind, or None if it can.

    ``kind`` is a name of the data file (``person_id``, ``tax_code``, ...).
    """
    shapes = load_shapes().shapes
    shape = shapes[kind]
    other = shapes.get(shape.or_shape or "")
    if shape.fits(raw) or (other is not None and other.fits(raw)):
        return None
    return sentences.wrong_shape(shape.name, raw, shape.rule, shape.example)


def kind_of(key: str) -> str | None:
    """Return the kind of identifier that a fact is, by the end of its key.

    ``party[hoa].phone`` is a phone number; None for a fact of any other kind.
    """
    return load_shapes().facts.get(key.rpartition(".")[2])


def shape_of(key: str) -> Shape | None:
    """Return the shape that a fact must have, by the end of its key; None for any."""
    kind = kind_of(key)
    return None if kind is None else load_shapes().shapes[kind]

"""The leaflet of a goal: one page for a notice board or a pocket, in large type.

It says what this is, three things to bring, where to go, how long and how much as far
as anybody knows, and where to read on. It holds no name and no number of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from forms import pdf
from forms.marks import Mark


class Size(StrEnum):
    """The paper that a leaflet is printed on."""

    A4 = "a4"
    A5 = "a5"


@dataclass(frozen=True, slots=True)
class Told:
    """A line and what is added to it; ``certain`` is False for what is not verified."""

    text: str
    note: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Leaflet:
    """What a leaflet says, all in words; ``mark`` leads to the page of the goal."""

    title: str
    official: str
    summary: str
    bring: tuple[Told, ...]
    steps: tuple[Told, ...]
    money: tuple[Told, ...]
    as_of: str
    mark: Mark


def leaflet_sheet(leaflet: Leaflet, size: Size) -> pdf.Sheet:
    """Return the leaflet ready to be rendered on paper of this size."""
    page = pdf.laid_out("leaflet.html.jinja", leaflet=leaflet, size=size)
    return pdf.Sheet(normalize("NFC", page))

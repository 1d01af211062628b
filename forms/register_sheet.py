"""A file about processing of data: parts with captions, texts, marks and blanks."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize

from forms import pdf


@dataclass(frozen=True, slots=True)
class Entry:
    """A caption and its text; a text that is empty is a blank for a person to fill."""

    caption: str
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its entries."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """What such a file says, all in words."""

    title: str
    lead: str
    parts: tuple[Part, ...]
    marks: str
    printed: str


def register_sheet(shown: RegisterSheet) -> pdf.Sheet:
    """Return the file ready to be rendered; it holds no answers for a machine."""
    page = pdf.laid_out("register.html.jinja", sheet=shown)
    return pdf.Sheet(normalize("NFC", page))

"""All papers of a step in one file, under a cover sheet that an old woman can read.

The cover says what this is for, where to bring it and with what, what it costs, by when
and for how long, and what of each form is still written by hand. What nobody knows it
says so; it knows no figure of the law itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from forms import pdf, sentences
from forms.definition import Column, FormEdition, FormField, ListBlock, Signatures
from forms.filled import FilledForm
from forms.marks import Mark

# The cover names so many blanks of a form; the form itself shows the others.
MOST_BLANKS = 3
_NOTE_MARK = re.compile(r"\(\d+\)")
_OR = " hoặc"
# A field blank for one of these reasons is nobody's work at home.
_NOT_AT_HOME = frozenset(
    {sentences.NOT_THIS_CASE, sentences.BY_OFFICE, sentences.BLANK_FORM}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to bring it; ``decides`` is the office that decides, when another one."""

    office: str
    hint: str = ""
    decides: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Bring:
    """A paper to bring: as original or copy, and where it comes from."""

    name: str
    copies: tuple[str, ...] = ()
    note: str = ""
    if_needed: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """What one payer pays for one thing: ``amount`` in words, empty when not known.

    ``note`` says why it is so, or whom to ask; ``by`` until when.
    """

    what: str
    payer: str
    amount: str
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Till:
    """Where money is paid, in words, and what for."""

    to: str
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class ByHand:
    """What somebody still writes on a form: first the statements, then what is unknown.

    ``more`` counts the blanks that are not named, ``signs`` are the places to sign.
    ``note`` is what nobody has verified about the form.
    """

    form: str
    number: str
    statements: tuple[str, ...]
    unknown: tuple[str, ...]
    more: int
    signs: tuple[str, ...]
    if_needed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page of a packet, all in words.

    ``printed_by`` says which helper printed it for whom; empty when nobody helped.
    ``terms`` say until when, ``lasts`` how long the office takes, ``checked`` what came
    of looking the papers over at home. Without ``mark`` it is clean.
    """

    title: str
    official: str
    goal: str
    place: Place
    bring: tuple[Bring, ...]
    tills: tuple[Till, ...]
    terms: tuple[str, ...]
    lasts: tuple[str, ...]
    forms: tuple[ByHand, ...]
    mark: Mark | None = None
    checked: tuple[str, ...] = ()
    printed_by: str = ""


def sheets(cover: Cover, forms: Iterable[FilledForm]) -> tuple[pdf.Sheet, ...]:
    """Return the packet ready to be rendered: the cover, then each form anew."""
    return (cover_sheet(cover), *map(pdf.sheet, forms))


def cover_sheet(cover: Cover) -> pdf.Sheet:
    """Return the cover ready to be rendered; it holds no answers for a machine."""
    return pdf.Sheet(normalize("NFC", pdf.laid_out("cover.html.jinja", cover=cover)))


def by_hand(
    filled: FilledForm, name: str, *, if_needed: bool = False, note: str = ""
) -> ByHand:
    """Return what of a form the people at home still write, and where they sign."""
    statements = _statements(filled.edition)
    said: list[str] = []
    unknown: list[str] = []
    for one in filled.blanks:
        field = one.id.partition("#")[0]
        if field not in statements or one.blank_reason in _NOT_AT_HOME:
            continue
        if statements[field]:
            said.append(statements[field])
        elif one.caption:
            unknown.append(f"{one.number} {one.caption}".strip())
    named = tuple(dict.fromkeys(unknown))
    return ByHand(
        name,
        filled.edition.number,
        tuple(dict.fromkeys(said)),
        named[:MOST_BLANKS],
        max(0, len(named) - MOST_BLANKS),
        tuple(dict.fromkeys(_signs(filled))),
        if_needed,
        note,
    )


def _statements(edition: FormEdition) -> dict[str, str]:
    """Return what is written at home, with the reason why only a person may write it.

    Where Dắt would write if it knew, the reason is empty.
    """
    fields: list[FormField | Column] = [*edition.fields()]
    fields += (column for table in edition.tables() for column in table.columns)
    found = {one.id: one.never_prefill or "" for one in fields if one.by == "citizen"}
    lists = (block for block in edition.body if isinstance(block, ListBlock))
    return found | dict.fromkeys((block.id for block in lists), "")


def _signs(filled: FilledForm) -> Iterator[str]:
    """Yield the places to sign by the first line of their titles."""
    for block in filled.blocks:
        if isinstance(block, Signatures):
            yield from (
                _NOTE_MARK.sub("", place.title[0]).removesuffix(_OR)
                for place in block.places
                if place.for_citizen
            )

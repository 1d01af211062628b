"""The words by which a case is found, and what somebody who looks for one may mean.

What a person says on the telephone: a name or a part of it from the beginning of a
word, the end of a code, the sheet and the number of a parcel. Accents, capitals,
hyphens and dots do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.territory import fold

NAME, CODE, PARCEL = "name", "code", "parcel"
# So long is a word that is kept, and the question that is looked up.
MOST = 120
# The end of a code tells something from so many characters on.
SHORTEST_END = 3
_APOSTROPHES = re.compile(r"['’‘ʼ`]")
_STROKE = str.maketrans({"ƀ": "b", "Ƀ": "b"})
_LETTERS = re.compile(r"[^a-z0-9]")
_NUMBER = r"(\d{1,6}[a-z]?)"
_SHEET = re.compile(rf"\bto(?: ban do)?(?: so)? {_NUMBER}\b")
_NUMBERED = re.compile(rf"\bthua(?: dat)?(?: so)? {_NUMBER}\b")
_PAIR = re.compile(rf"^{_NUMBER} ?/ ?{_NUMBER}$")
_ALONE = re.compile(rf"^{_NUMBER}$")


@dataclass(frozen=True, slots=True)
class Sought:
    """One thing that a question may mean: the beginning of a word of this kind."""

    kind: str
    prefix: str


def words_of_name(name: str) -> set[str]:
    """Return a name from each of its words on, so that any part of it is a beginning.

    A name with an apostrophe is found as one word and as two: hmai, h mai.
    """
    name = name.translate(_STROKE)
    apart = fold(_APOSTROPHES.sub(" ", name))
    return {
        " ".join(words[start:])[:MOST]
        for words in (fold(name).split(), apart.split())
        for start in range(len(words))
    }


def word_of_code(code: str) -> str:
    """Return a code from its end, letters and digits only: its end is a beginning."""
    return _LETTERS.sub("", fold(code))[::-1][:MOST]


def words_of_parcel(sheet: str, number: str) -> set[str]:
    """Return a parcel by its sheet first and by its number first."""
    sheet, number = fold(sheet), fold(number)
    if not number:
        return set()
    by_number = f"thua {number} to {sheet}."[:MOST]
    return {by_number, f"to {sheet} thua {number}."[:MOST]} if sheet else {by_number}


def sought(question: str) -> tuple[Sought, ...]:
    """Return what a question may mean, the likeliest first; nothing for an empty one.

    With a digit in it: a parcel, then the end of a code; without: a name, and one word
    alone may be the end of a code too.
    """
    text = fold(question[:MOST].translate(_STROKE))
    if not text:
        return ()
    if not any(each.isdigit() for each in text):
        alone = len(question.split()) == 1
        return (Sought(NAME, text), *(_ends(question[:MOST]) if alone else ()))
    return tuple(dict.fromkeys((*_parcels(question[:MOST]), *_ends(question[:MOST]))))


def _parcels(question: str) -> Iterator[Sought]:
    pair = _PAIR.match(question.strip().lower())
    text = fold(question)
    alone = _ALONE.match(text)
    sheet, number = _SHEET.search(text), _NUMBERED.search(text)
    if pair:
        # People say the sheet first or the parcel first.
        yield Sought(PARCEL, f"to {pair[1]} thua {pair[2]}.")
        yield Sought(PARCEL, f"to {pair[2]} thua {pair[1]}.")
    elif sheet and number:
        yield Sought(PARCEL, f"to {sheet[1]} thua {number[1]}.")
    elif number or alone:
        found = number or alone
        yield Sought(PARCEL, f"thua {found[1] if found else ''} ")
    elif sheet:
        yield Sought(PARCEL, f"to {sheet[1]} ")


def _ends(question: str) -> Iterator[Sought]:
    end = word_of_code(question)
    if len(end) >= SHORTEST_END and not _SHEET.search(fold(question)):
        yield Sought(CODE, end)

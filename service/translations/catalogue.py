"""Reads the words of a language and finds the one that a Vietnamese text became.

A catalogue (``en.po``, ``rad.po``) has the Vietnamese text as its key. Texts that the
program fills in, such as "Còn {0} ngày", stand with numbered places; a finished text is
recognised by them and its values are put into the translation, translated themselves
where they are words of the catalogue too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

SOURCE = "vi"
# Each by the name that its own speakers give it.
LANGUAGES = {"vi": "Tiếng Việt", "en": "English", "rad": "Ê Đê"}
HERE = Path(__file__).parent

_PLACE = re.compile(r"\{(\w+)\}")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
# Not the no-break space, which belongs to an amount of money.
_BLANKS = re.compile(r"[ \n\t]+")


def tidy(text: str) -> str:
    """Return a text as catalogues write it: on one line, one blank between words."""
    return _BLANKS.sub(" ", text).strip()


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A text with places: how it begins, what recognises it filled, its translation."""

    begins: str
    expression: re.Pattern[str]
    names: tuple[str, ...]
    translated: str

    @classmethod
    def of(cls, text: str, translated: str) -> _Pattern:
        """Make the pattern of a text that has at least one place."""
        # Split by a pattern with one group, literal and name take turns.
        pieces = _PLACE.split(text)
        literals, names = pieces[::2], tuple(pieces[1::2])
        expression = "(.+?)".join(map(re.escape, literals))
        return cls(literals[0], re.compile(expression, re.DOTALL), names, translated)

    @property
    def said(self) -> int:
        """Return how much the text says besides its places."""
        return len(self.expression.pattern)


class Catalogue:
    """The words of one language; what it lacks is None, for the caller to decide."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        patterns = (
            _Pattern.of(text, translated)
            for text, translated in words.items()
            if _PLACE.search(text)
        )
        # The text that says most is tried first: it is the closest.
        self._patterns = sorted(patterns, key=lambda each: each.said, reverse=True)

    def find(self, text: str) -> str | None:
        """Return the text in this language, None when it is not in the catalogue.

        A text of several sentences is looked up sentence by sentence when it is not
        known as a whole; one that is missing makes the whole missing.
        """
        text = tidy(text)
        return self._whole(text) or self._by_sentences(text)

    def _whole(self, text: str) -> str | None:
        known = self._words.get(text)
        if known is not None:
            return known
        for pattern in self._patterns:
            if not text.startswith(pattern.begins):
                continue
            filled = pattern.expression.fullmatch(text)
            if filled is not None:
                return self._filled(pattern, filled.groups())
        return None

    def _filled(self, pattern: _Pattern, values: Sequence[str]) -> str:
        said = {
            name: self.find(value) or value
            for name, value in zip(pattern.names, values, strict=True)
        }
        return _PLACE.sub(lambda place: said[place[1]], pattern.translated)

    def _by_sentences(self, text: str) -> str | None:
        sentences = _END_OF_SENTENCE.split(text)
        if len(sentences) == 1:
            return None
        found = [self._whole(sentence) for sentence in sentences]
        return None if None in found else " ".join(filter(None, found))


@cache
def catalogue(language: str) -> Catalogue:
    """Return the words of a language; Vietnamese, the source, has none of its own."""
    if language == SOURCE:
        return Catalogue({})
    return Catalogue(translations(language))


def translations(language: str) -> dict[str, str]:
    """Read the file of a language: each source text that has a translation, with it."""
    with (HERE / f"{language}.po").open("rb") as file:
        return {
            str(message.id): str(message.string)
            for message in read_po(file)
            if message.id and message.string and not message.fuzzy
        }

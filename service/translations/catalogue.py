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
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

SOURCE = "vi"
# Each by the name that its own speakers give it.
LANGUAGES = {"vi": "Tiếng Việt", "en": "English", "rad": "Ê Đê"}
HERE = Path(__file__).parent

_PLACE = re.compile(r"\{(\w+)\}")
# Two places with nothing between them are filled as if they were one.
_TOUCHING = re.compile(r"(?<=\w)\}\{(?=\w+\})")
# In a translation only: the word for one, and that for any other count.
_COUNTED = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
# Not the no-break space, which belongs to an amount of money.
_BLANKS = re.compile(r"[ \n\t]+")
# A key of the program, which is put in where a person has no name yet.
_KEY = re.compile(r"[a-z]+(_[a-z]+)*(-\d+)?")
_QUOTED = re.compile(r"“([^”]+)”")
_BESIDE = re.compile(r"(.+) \(([^()]+)\)")
# What the program puts between the things of a list, the widest first.
_JOINTS = ("; ", ": ", ", ")
_WORD = re.compile(r"[^\W\d_]+")
# A text that says less than so many letters of its own is in many other texts too.
_LITTLE = 10
# How many finished texts a language remembers.
_REMEMBERED = 8192


def tidy(text: str) -> str:
    """Return a text as catalogues write it: on one line, one blank between words."""
    return _BLANKS.sub(" ", text).strip()


def counted(text: str, values: Mapping[str, object]) -> str:
    """Choose the words that go with a count: {0|day|days} is "day" for 1."""
    return _COUNTED.sub(
        lambda each: each[2] if str(values[each[1]]) == "1" else each[3], text
    )


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A text with places: what recognises it when filled, and its translation.

    ``begins`` and ``holds`` are what every filled text begins with and has in it.
    """

    begins: str
    holds: str
    said: int
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
        return cls(
            begins=literals[0],
            holds=max(literals, key=len),
            said=sum(map(len, literals)),
            expression=re.compile(expression, re.DOTALL),
            names=names,
            translated=translated,
        )

    @property
    def first_word(self) -> str:
        """Return the word that every filled text begins with, if it is a whole one."""
        word, blank, _ = self.begins.partition(" ")
        return word if blank else ""

    def values(self, text: str) -> tuple[str, ...] | None:
        """Return what fills the places in a text, None when it is not this text."""
        if not text.startswith(self.begins) or self.holds not in text:
            return None
        filled = self.expression.fullmatch(text)
        return filled.groups() if filled else None


def is_plain(text: str) -> bool:
    """Return whether a text is a name, number or key: the same in every language."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    return _KEY.fullmatch(text) is not None or not any(w[0].islower() for w in words)


class Catalogue:
    """The words of one language; what it lacks is None, for the caller to decide."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        patterns = [
            _Pattern.of(_TOUCHING.sub("", text), _TOUCHING.sub("", translated))
            for text, translated in words.items()
            if _PLACE.search(text)
        ]
        # The text that says most is tried first: it is the closest.
        patterns.sort(key=lambda each: each.said, reverse=True)
        self._anywhere = [each for each in patterns if not each.first_word]
        self._beginning = {
            word: [each for each in patterns if each.first_word in {"", word}]
            for word in {each.first_word for each in patterns}
        }
        self._found = lru_cache(_REMEMBERED)(self._look_up)

    def find(self, text: str) -> str | None:
        """Return the text in this language, None when it is not in the catalogue.

        A text of several sentences is looked up sentence by sentence when it is not
        known as a whole; one that is missing makes the whole missing.
        """
        return self._found(tidy(text))

    def _look_up(self, text: str) -> str | None:
        return (
            self._whole(text)
            or self._by_sentences(text)
            or self._with_its_mark(text)
            or self._in_other_case(text)
            or self._aside(text)
            or next(filter(None, (self._listed(text, by) for by in _JOINTS)), None)
        )

    def _whole(self, text: str) -> str | None:
        known = self._words.get(text)
        if known is not None:
            return known
        first_word = text.partition(" ")[0]
        for pattern in self._beginning.get(first_word, self._anywhere):
            values = pattern.values(text)
            filled = None if values is None else self._filled(pattern, values)
            if filled is not None:
                return filled
        return None

    def _filled(self, pattern: _Pattern, values: Sequence[str]) -> str | None:
        """Return the translation with its values.

        A short text is recognised only when every value is known, a name or a number:
        else it is a piece of another sentence, which nobody has translated. No text
        has sentences within it that are not known.
        """
        said = {}
        for name, value in zip(pattern.names, values, strict=True):
            known = self.find(value)
            short = pattern.said < _LITTLE and not is_plain(value)
            if known is None and (short or _END_OF_SENTENCE.search(value)):
                return None
            said[name] = value if known is None else known
        words = counted(pattern.translated, said)
        return _PLACE.sub(lambda place: said[place[1]], words)

    def _with_its_mark(self, text: str) -> str | None:
        """Find a question whose mark was left out, words to which a dot was put."""
        if text.endswith("."):
            said = self._whole(text[:-1]) or self._in_other_case(text[:-1])
            return said and f"{said}."
        asked = None if text.endswith("?") else self._whole(f"{text}?")
        return asked and asked.removesuffix("?")

    def _in_other_case(self, text: str) -> str | None:
        """Find a text that stands within a sentence, or begins one, elsewhere."""
        first = text[:1]
        found = self._whole(first.swapcase() + text[1:])
        if found is None:
            return None
        return (str.upper if first.isupper() else str.lower)(found[:1]) + found[1:]

    def _listed(self, text: str, joint: str) -> str | None:
        """Find each thing of a list; a name or a number stands as it is.

        A thing may have the joint within it, so the longest known ones are taken.
        """
        pieces = text.split(joint)
        if len(pieces) == 1 or not all(pieces):
            return None
        said: list[str] = []
        any_known, at = False, 0
        while at < len(pieces):
            # Not the whole list once more.
            longest = len(pieces) if at else len(pieces) - 1
            runs = (
                (end, self.find(joint.join(pieces[at:end])))
                for end in range(longest, at, -1)
            )
            end, run = next((each for each in runs if each[1]), (at + 1, None))
            if run is None and not is_plain(pieces[at]):
                return None
            any_known = any_known or run is not None
            said.append(run or pieces[at])
            at = end
        return joint.join(said) if any_known else None

    def _aside(self, text: str) -> str | None:
        """Find words in quotation marks, or those before and in a last pair of ( )."""
        quoted = _QUOTED.fullmatch(text)
        if quoted:
            known = self.find(quoted[1])
            return known and f"“{known}”"
        beside = _BESIDE.fullmatch(text)
        if beside is None:
            return None
        said = [
            self.find(each) or (each if is_plain(each) else None)
            for each in beside.groups()
        ]
        return None if None in said else f"{said[0]} ({said[1]})"

    def _by_sentences(self, text: str) -> str | None:
        """Find the longest runs of sentences that are known, until all are."""
        sentences = _END_OF_SENTENCE.split(text)
        found, at = [], 0
        while at < len(sentences) > 1:
            ends = range(len(sentences), at, -1)
            runs = (
                (end, look(" ".join(sentences[at:end])))
                for end in ends
                # One sentence may be anything that can be found.
                for look in [self.find if end == at + 1 else self._whole]
            )
            end, run = next((each for each in runs if each[1]), (0, None))
            if run is None:
                return None
            found.append(run)
            at = end
        return " ".join(found) or None


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

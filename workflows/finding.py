"""Finds what people mean by the words that they use, accents or not, with a slip.

A phrase is a name that something goes by. What was asked is compared with each phrase:
a word that few phrases have tells more than one that all have, a word with one slip
tells less than a right one, and a phrase written as a whole wins.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from workflows.definition import Names, Strict
from workflows.territory import fold

# A slip in a shorter word makes too many other words of it.
_LONG_ENOUGH = 4
_WHOLE_PHRASE = 6
_SLIPPED = 0.6
_ALIKE_ENOUGH = 0.28
# A word that so many of the phrases have tells nothing by itself.
_EVERYWHERE = 3 / 8


class SpokenWords(Strict):
    """Names of one thing, the usual one first, and words that tell nothing."""

    same: tuple[Names, ...]
    fillers: Names

    @cached_property
    def usual(self) -> tuple[tuple[str, str], ...]:
        """Return each folded name with the usual one, the longest first."""
        pairs = {
            fold(name): fold(names[0]) for names in self.same for name in names[1:]
        }
        return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """Return the folded fillers, the longest first."""
        return tuple(sorted(map(fold, self.fillers), key=len, reverse=True))

    def heard(self, text: str) -> tuple[str, ...]:
        """Return the words that tell something, without accents, by their usual names.

        Where nothing else is said the fillers count.
        """
        said = f" {fold(text.replace(',', ' '))} "
        for name, usual in self.usual:
            said = said.replace(f" {name} ", f" {usual} ")
        told = said
        for filler in self.idle:
            while f" {filler} " in told:
                told = told.replace(f" {filler} ", " ")
        return tuple((told.strip() or said).split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name of something; ``weight`` is how much it counts beside its other names."""

    of: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was meant, with the name that fits best and how well, up to 2."""

    of: str
    phrase: str
    score: float


@dataclass(frozen=True, slots=True)
class _Name:
    """A phrase made ready: its words that tell something, and all its letters."""

    phrase: Phrase
    words: frozenset[str]
    letters: str


class Finder:
    """Phrases made ready for asking."""

    def __init__(self, phrases: Iterable[Phrase], spoken: SpokenWords) -> None:
        self._spoken = spoken
        self._names = tuple(
            _Name(each, frozenset(spoken.heard(each.text)), _letters(each.text))
            for each in phrases
        )
        self._seen = Counter(word for name in self._names for word in name.words)

    def find(self, asked: str) -> tuple[Hit, ...]:
        """Return what may be meant, best first; nothing when nothing is near."""
        words = tuple(dict.fromkeys(self._spoken.heard(asked)))
        if len(words) == 1 and self._everywhere(words[0]):
            return ()
        near = {word: self._slips_of(word) for word in words}
        letters = _letters(asked)
        best: dict[str, Hit] = {}
        for name in self._names:
            score = name.phrase.weight * self._alike(near, name.words)
            if len(letters) >= _WHOLE_PHRASE:
                score += _same_letters(letters, name.letters)
            of = name.phrase.of
            if score >= _ALIKE_ENOUGH and (of not in best or score > best[of].score):
                best[of] = Hit(of, name.phrase.text, score)
        return tuple(sorted(best.values(), key=lambda hit: -hit.score))

    def _alike(
        self, asked: Mapping[str, frozenset[str]], known: frozenset[str]
    ) -> float:
        """Return how much of both is common, from 0 to 1; a slip counts for less."""
        whole = sum(map(self._tells, asked)) + sum(map(self._tells, known))
        common = 0.0
        for word, slips in asked.items():
            if word in known:
                common += self._tells(word)
            elif slips & known:
                common += self._tells(word) * _SLIPPED
        return 2 * common / whole if whole else 0.0

    def _slips_of(self, word: str) -> frozenset[str]:
        """Return the known words that somebody may have meant by this one."""
        if len(word) < _LONG_ENOUGH:
            return frozenset()
        return frozenset(
            name
            for name in self._seen
            if len(name) >= _LONG_ENOUGH and one_slip(word, name)
        )

    def _everywhere(self, word: str) -> bool:
        return self._seen[word] > len(self._names) * _EVERYWHERE

    def _tells(self, word: str) -> float:
        """Return how much a word tells: one that every phrase has tells little."""
        return math.log1p(len(self._names) / max(1, self._seen[word]))


def one_slip(one: str, other: str) -> bool:
    """Return whether one letter is wrong, missing or too many, or two are swapped."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next(
        (at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b),
        len(short),
    )
    rest, more = short[same:], long[same:]
    if len(short) != len(long):
        return rest == more[1:]
    swapped = rest[:2] == more[1::-1] and rest[2:] == more[2:]
    return rest[1:] == more[1:] or swapped


def _letters(text: str) -> str:
    return fold(text.replace(",", " ")).replace(" ", "")


def _same_letters(asked: str, name: str) -> float:
    if asked == name:
        return 1.0
    return _SLIPPED if one_slip(asked, name) else 0.0

"""One set of facts for a matter: each with who said it, when, and from which source.

Nothing is overwritten: a newer word stands beside the older one. Where a person and a
register differ, both are kept and shown; nobody's word is merged into another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

JsonValue: TypeAlias = (
    str | int | float | bool | list["JsonValue"] | dict[str, "JsonValue"] | None
)


class FactSource(StrEnum):
    """Where a fact comes from."""

    ASKED = "asked"
    LOOKED_UP = "looked_up"
    OFFICE = "office"
    DERIVED = "derived"
    SUGGESTED = "suggested"


# A person's, a rule's and a suggestion's newest word replaces their older one, whoever
# typed it. Registers and offices stay apart by name: two of them may disagree.
_APART = frozenset({FactSource.LOOKED_UP, FactSource.OFFICE})


@dataclass(frozen=True, slots=True)
class Fact:
    """One word about one key. ``value`` is plain JSON; None takes the word back.

    ``detail`` says more about the source: the register asked, the number of a letter,
    the person for whom a helper spoke.
    """

    key: str
    value: JsonValue
    said_by: str
    at: datetime
    source: FactSource
    detail: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"the instant of {self.key!r} has no offset")

    @property
    def voice(self) -> tuple[str, str]:
        """Return whose word it is: facts of one voice supersede each other."""
        return self.source, self.said_by if self.source in _APART else ""

    def to_json(self) -> dict[str, JsonValue]:
        """Return it as plain JSON; the instant is ISO with its offset."""
        return {
            "key": self.key,
            "value": self.value,
            "said_by": self.said_by,
            "at": self.at.isoformat(),
            "source": self.source.value,
            "detail": self.detail,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, JsonValue]) -> Fact:
        """Read it back; a missing key or an unknown source raises."""
        detail = raw.get("detail")
        return cls(
            key=str(raw["key"]),
            value=raw["value"],
            said_by=str(raw["said_by"]),
            at=datetime.fromisoformat(str(raw["at"])),
            source=FactSource(str(raw["source"])),
            detail=None if detail is None else str(detail),
        )


@dataclass(frozen=True, slots=True)
class FactLedger:
    """Every fact ever said about a matter, in the order in which it arrived."""

    facts: tuple[Fact, ...] = ()

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> FactLedger:
        """Build it from facts, oldest first."""
        ledger = cls()
        for fact in facts:
            ledger = ledger.add(fact)
        return ledger

    def add(self, fact: Fact) -> FactLedger:
        """Return the ledger with one more word; the same word again changes nothing."""
        if any(said == fact and _same(said.value, fact.value) for said in self.facts):
            return self
        return FactLedger((*self.facts, fact))

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def history(self, key: str) -> tuple[Fact, ...]:
        """Return every word about the key by the instant at which it was said.

        A draft made offline may arrive after a newer word; it was still said before.
        """
        return _in_time(fact for fact in self.facts if fact.key == key)

    def current(self, key: str) -> Fact | None:
        """Return the word that holds: the newest that is not a mere suggestion.

        None when nobody said anything, or when the newest word takes it back.
        """
        return _newest(self.history(key))

    def value(self, key: str) -> JsonValue:
        """Return the value that holds, None when it is not known."""
        fact = self.current(key)
        return fact.value if fact else None

    def values(self) -> dict[str, JsonValue]:
        """Return every value that holds, by key, as the rules read them."""
        about: dict[str, list[Fact]] = {}
        for fact in self.facts:
            about.setdefault(fact.key, []).append(fact)
        held = {key: _newest(_in_time(said)) for key, said in about.items()}
        return {key: fact.value for key, fact in held.items() if fact is not None}

    def keys(self) -> tuple[str, ...]:
        """Return every key that anybody spoke about, in the order of the first word."""
        return tuple(dict.fromkeys(fact.key for fact in self.facts))

    def suggestion(self, key: str) -> Fact | None:
        """Return the newest suggestion that still waits for a person's yes or no.

        One that was answered since, with whatever value, waits no more.
        """
        history = self.history(key)
        offered = [f for f in history if f.source is FactSource.SUGGESTED]
        current = self.current(key)
        if not offered or offered[-1].value is None:
            return None
        answered = current is not None and current.at >= offered[-1].at
        return None if answered else offered[-1]

    def conflicts(self, key: str) -> tuple[Fact, ...]:
        """Return the newest word of each voice when they differ, else nothing.

        The one that holds stands first.
        """
        newest: dict[tuple[str, str], Fact] = {}
        for fact in self.history(key):
            if fact.source is not FactSource.SUGGESTED:
                newest[fact.voice] = fact
        words = [fact for fact in newest.values() if fact.value is not None]
        if all(_same(fact.value, words[0].value) for fact in words):
            return ()
        return tuple(sorted(words, key=lambda f: (f is not self.current(key), f.at)))

    def disputed(self) -> dict[str, tuple[Fact, ...]]:
        """Return every key on which voices differ, with their words."""
        found = {key: self.conflicts(key) for key in self.keys()}
        return {key: words for key, words in found.items() if words}

    def to_json(self) -> list[dict[str, JsonValue]]:
        """Return it as a list of facts, in the order of arrival."""
        return [fact.to_json() for fact in self.facts]

    @classmethod
    def from_json(cls, raw: Iterable[Mapping[str, JsonValue]]) -> FactLedger:
        """Read it back."""
        return cls.of(Fact.from_json(each) for each in raw)


def _in_time(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Order by the instant of saying; at the same instant, by arrival."""
    return tuple(sorted(facts, key=lambda fact: fact.at))


def _newest(history: Iterable[Fact]) -> Fact | None:
    said = [fact for fact in history if fact.source is not FactSource.SUGGESTED]
    return said[-1] if said and said[-1].value is not None else None


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Return whether two words say the same; true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)

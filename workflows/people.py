"""Reads who takes part in a matter, and how these people are related."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from workflows import answers as reading
from workflows import sentences
from workflows.answers import Expected
from workflows.errors import Problem
from workflows.parties import Kinship, Party, PartyRole, Relationship

PARTY_KEYS = ("id", "role", "share")
RELATIONSHIP_KEYS = ("between", "kind")
PERSON = "party[{party}]."
RELATIONSHIP = "relationship["


def nearest(name: str, allowed: Sequence[str]) -> Sequence[str]:
    """Return the names most like one that means nothing; the first few if none is."""
    return get_close_matches(name, allowed, n=3, cutoff=0.4) or list(allowed)[:8]


class Reading:
    """Checks parts of a situation and keeps every problem that it finds."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.problems: list[Problem] = []

    def refuse(self, key: str, value: object, text: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(key, value, text))

    def unknown(self, key: str, name: str, allowed: Sequence[str]) -> None:
        """Keep that a key means nothing, with the nearest names that do."""
        self.refuse(key, name, sentences.unknown_key(key, nearest(name, allowed)))

    def unknown_keys(
        self, where: str, given: Mapping[str, object], allowed: Sequence[str]
    ) -> None:
        """Keep every key that is not allowed."""
        for key in given:
            if key not in allowed:
                self.unknown(f"{where}{key}", str(key), allowed)

    def mapping(self, key: str, value: object) -> Mapping[str, object]:
        """Return a group of keys and values; nothing, and a problem, if it is none."""
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        self.refuse(key, value, sentences.not_an_object(key))
        return {}

    def rows(self, key: str, value: object) -> Sequence[object]:
        """Return a list; nothing, and a problem, if it is none."""
        if value is None:
            return ()
        if isinstance(value, Sequence) and not isinstance(value, str):
            return value
        self.refuse(key, value, sentences.not_a_list(key, value))
        return ()

    def name(self, key: str, value: object) -> str | None:
        """Return an id of letters without marks, digits and hyphens; else a problem."""
        if (
            isinstance(value, str)
            and 0 < len(value) <= 40
            and value.isascii()
            and value.replace("-", "").replace("_", "").isalnum()
        ):
            return value
        self.refuse(key, value, sentences.bad_party_id(key, value))
        return None

    def accepted(self, key: str, value: object, expected: Expected) -> object:
        """Return the typed value; None for null, and for a wrong one with a problem."""
        if value is None:
            return None
        outcome = reading.accept(key, value, expected, self.on)
        if isinstance(outcome, Problem):
            self.problems.append(outcome)
            return None
        return outcome


class PeopleReading:
    """Reads the parties and how they are related."""

    def __init__(self, reader: Reading, attributes: Mapping[str, Expected]) -> None:
        """Read people of whom these attributes may be told, by their bare names."""
        self.reader = reader
        self.ids: tuple[str, ...] = ()
        self.attributes = attributes

    # --- parties ---

    def parties(self, value: object, told: Mapping[str, object]) -> tuple[Party, ...]:
        """Return the parties; ``told`` are the answers, some of them about people."""
        rows = self.reader.rows("parties", value)
        drafts = [
            draft
            for number, row in enumerate(rows)
            if (draft := self._draft(f"parties[{number}]", row)) is not None
        ]
        self.ids = tuple(
            row["id"]
            for row in rows
            if isinstance(row, Mapping) and isinstance(row.get("id"), str)
        )
        for twice in sorted({name for name in self.ids if self.ids.count(name) > 1}):
            self.reader.refuse("parties", twice, sentences.party_twice(twice))
        attributes = self._told_apart(told)
        shares = self._shares(drafts)
        return tuple(
            Party(
                draft.id,
                draft.role,
                shares.get(draft.id, Fraction(1)),
                self._facts_of(draft, attributes.get(draft.id, {})),
            )
            for draft in drafts
        )

    def _draft(self, where: str, row: object) -> _Draft | None:
        given = self.reader.mapping(where, row)
        if not given:
            if isinstance(row, Mapping):
                self.reader.refuse(
                    where, row, sentences.missing_key(f"{where}.id", "receiver-1")
                )
            return None
        names = (*PARTY_KEYS, *self.attributes)
        if self.attributes:
            self.reader.unknown_keys(f"{where}.", given, names)
        party_id = self.reader.name(f"{where}.id", given.get("id"))
        role = self._role(f"{where}.role", given.get("role"))
        share = self._share(f"{where}.share", given.get("share"))
        if party_id is None or role is None:
            return None
        attributes = {name: given[name] for name in self.attributes if name in given}
        return _Draft(party_id, role, share, where, attributes)

    def _role(self, key: str, value: object) -> PartyRole | None:
        allowed = tuple(role.value for role in PartyRole)
        if isinstance(value, str) and value in allowed:
            return PartyRole(value)
        self.reader.refuse(key, value, sentences.not_allowed(key, value, allowed))
        return None

    def _share(self, key: str, value: object) -> Fraction | None:
        if value is None:
            return None
        try:
            share = Fraction(str(value)) if _is_number(value) else Fraction(0)
        except (ValueError, ZeroDivisionError):
            share = Fraction(0)
        if 0 < share <= 1:
            return share
        self.reader.refuse(key, value, sentences.bad_share(key, value))
        return Fraction(0)

    def _shares(self, drafts: Sequence[_Draft]) -> dict[str, Fraction]:
        shares: dict[str, Fraction] = {}
        for role in PartyRole:
            people = [draft for draft in drafts if draft.role is role]
            shares |= self._shares_of(role, people)
        return shares

    def _shares_of(
        self, role: PartyRole, people: Sequence[_Draft]
    ) -> dict[str, Fraction]:
        given = {p.id: p.share for p in people if p.share is not None}
        if not given:
            return {p.id: Fraction(1, len(people)) for p in people}
        without = [p.id for p in people if p.share is None]
        total = sum(given.values(), Fraction(0))
        if without:
            text = sentences.shares_half_given(role, without)
            self.reader.refuse("parties.share", without, text)
        elif total != 1 and all(given.values()):
            text = sentences.shares_do_not_add_up(role, str(total))
            self.reader.refuse("parties.share", str(total), text)
        return given

    def _told_apart(self, told: Mapping[str, object]) -> dict[str, dict[str, object]]:
        """Sort answers named ``party[<id>].<name>`` to the person they are about."""
        found: dict[str, dict[str, object]] = {}
        for key, value in told.items():
            if not key.startswith("party["):
                continue
            party_id, _, name = key.removeprefix("party[").partition("].")
            if party_id not in self.ids:
                text = sentences.nobody(key, party_id, self.ids)
                self.reader.refuse(key, party_id, text)
            elif name in self.attributes:
                found.setdefault(party_id, {})[name] = value
            elif self.attributes:
                allowed = [f"party[{party_id}].{known}" for known in self.attributes]
                self.reader.unknown(key, key, allowed)
        return found

    def _facts_of(self, draft: _Draft, told: Mapping[str, object]) -> dict[str, object]:
        facts: dict[str, object] = {}
        for name, expected in self.attributes.items():
            if name in draft.attributes and name in told:
                key = f"{draft.where}.{name}"
                self.reader.refuse(key, told[name], sentences.said_twice(key))
            source = draft.attributes if name in draft.attributes else told
            if name in source:
                key = f"party[{draft.id}].{name}"
                facts[name] = self.reader.accepted(key, source[name], expected)
        return facts

    # --- relationships ---

    def relationships(
        self, value: object, told: Mapping[str, object]
    ) -> tuple[Relationship, ...] | None:
        """Return the kinships told in either place; None when nobody told any."""
        rows = self.reader.rows("relationships", value)
        answered = [key for key in told if key.startswith(RELATIONSHIP)]
        if value is None and not answered:
            return None
        drafts = [
            self._relationship(f"relationships[{number}]", row)
            for number, row in enumerate(rows)
        ]
        drafts += [self._answered(key, told[key]) for key in answered]
        found: list[Relationship] = []
        seen: set[frozenset[str]] = set()
        for draft in drafts:
            if draft is None:
                continue
            pair = frozenset(draft.between)
            if pair in seen:
                one, other = draft.between
                text = sentences.pair_twice("relationships", one, other)
                self.reader.refuse("relationships", [one, other], text)
            seen.add(pair)
            found.append(draft)
        return tuple(found)

    def _relationship(self, where: str, row: object) -> Relationship | None:
        given = self.reader.mapping(where, row)
        if not given:
            return None
        self.reader.unknown_keys(f"{where}.", given, RELATIONSHIP_KEYS)
        between = self._between(f"{where}.between", given.get("between"))
        not_sure = "kind" in given and given["kind"] is None
        kind = None if not_sure else self._kind(f"{where}.kind", given.get("kind"))
        return None if between is None else Relationship(between, kind)

    def _answered(self, key: str, value: object) -> Relationship | None:
        names = key.removeprefix(RELATIONSHIP).rstrip("]").split(",")
        between = self._between(key, names)
        kind = None if value is None else self._kind(key, value)
        return None if between is None else Relationship(between, kind)

    def _between(self, key: str, value: object) -> tuple[str, str] | None:
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        if not is_list or not isinstance(value, Sequence) or len(value) != 2:
            self.reader.refuse(key, value, sentences.two_people(key, value))
            return None
        one, other = value
        for name in dict.fromkeys((str(one), str(other))):
            if name not in self.ids:
                self.reader.refuse(key, name, sentences.nobody(key, name, self.ids))
        if one == other:
            self.reader.refuse(key, one, sentences.same_person(key, one))
        return str(one), str(other)

    def _kind(self, key: str, value: object) -> Kinship | None:
        allowed = tuple(kind.value for kind in Kinship)
        if isinstance(value, str) and value in allowed:
            return Kinship(value)
        self.reader.refuse(key, value, sentences.not_allowed(key, value, allowed))
        return None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A party as told, before the shares of its role are settled."""

    id: str
    role: PartyRole
    share: Fraction | None
    where: str
    attributes: Mapping[str, object]


def _is_number(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)

"""A situation as a person or the web tells it, read with every mistake named at once.

The shape: ``province``, ``commune``, ``on``, ``goal``, ``parties`` (id, role, share
and what is known of the person), ``relationships`` and ``answers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Protocol

from workflows import answers as reading
from workflows import sentences
from workflows.answers import Expected
from workflows.errors import BadInputError, NoPackageInForceError, Problem
from workflows.packages import Edition, Law
from workflows.parties import Kinship, Party, PartyRole, Relationship

DEFAULT_PROVINCE = "66"
TOP_KEYS = (
    "province",
    "commune",
    "on",
    "goal",
    "parties",
    "relationships",
    "answers",
)
PARTY_KEYS = ("id", "role", "share")
RELATIONSHIP_KEYS = ("between", "kind")
PERSON = "party[{party}]."
RELATIONSHIP = "relationship["


class Communes(Protocol):
    """What finds the code of a commune from what a person wrote."""

    def resolve(self, province: str, text: str) -> str:
        """Return the code, or raise BadInputError saying what is meant."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a matter on a day; a key with None was asked and is not known.

    ``relationships`` is None until somebody has told of a kinship; an empty one says
    that nobody is related.
    """

    province: str
    commune: str | None
    on: date
    goal: str
    parties: tuple[Party, ...]
    relationships: tuple[Relationship, ...] | None
    answers: Mapping[str, object]

    def facts(self) -> dict[str, object]:
        """Return everything known as flat facts; what is not known is left out.

        Besides the answers: ``goal``, ``province``, ``commune``, for each person
        ``party[<id>].<name>``, for each kinship ``relationship[<id>,<id>]``, and whole
        ``parties`` and ``relationships`` for the rules.
        """
        facts: dict[str, object] = {
            **self.answers,
            "goal": self.goal,
            "province": self.province,
            "commune": self.commune,
            "parties": self.parties,
            "relationships": self.relationships,
        }
        for party in self.parties:
            prefix = f"party[{party.id}]."
            facts[f"{prefix}role"] = str(party.role)
            facts[f"{prefix}share"] = party.share
            facts |= {f"{prefix}{name}": said for name, said in party.facts.items()}
        for relationship in self.relationships or ():
            for pair in (relationship.between, relationship.between[::-1]):
                facts[f"{RELATIONSHIP}{','.join(pair)}]"] = relationship.kind
        return {key: value for key, value in facts.items() if value is not None}

    def was_asked(self, key: str) -> bool:
        """Return whether the fact was asked, be it answered or "Tôi chưa rõ"."""
        if key in self.answers or (key == "commune" and self.commune is not None):
            return True
        for party in self.parties:
            prefix = f"party[{party.id}]."
            if key.startswith(prefix):
                return key.removeprefix(prefix) in party.facts
        return key in {
            f"{RELATIONSHIP}{one},{other}]"
            for relationship in self.relationships or ()
            for one, other in (relationship.between, relationship.between[::-1])
        }

    def to_json(self) -> dict[str, object]:
        """Return the shape that ``read`` takes; reading it gives the same situation."""
        shape: dict[str, object] = {
            "province": self.province,
            "commune": self.commune,
            "on": self.on.isoformat(),
            "goal": self.goal,
            "parties": [_party_json(party) for party in self.parties],
            "relationships": [
                {"between": list(told.between), "kind": told.kind}
                for told in self.relationships or ()
            ],
            "answers": {key: _plain(value) for key, value in self.answers.items()},
        }
        if self.relationships is None:
            del shape["relationships"]
        if self.commune is None:
            del shape["commune"]
        return shape


def _party_json(party: Party) -> dict[str, object]:
    told = {name: _plain(value) for name, value in party.facts.items()}
    head = {"id": party.id, "role": str(party.role), "share": str(party.share)}
    return {**head, **told}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def read(
    raw: object,
    law: Law,
    territory: Communes,
    *,
    today: date | None = None,
    goal: str | None = None,
) -> Situation:
    """Read a situation; ``today`` and ``goal`` stand in where it names none itself.

    Raises BadInputError with every mistake found, or NoPackageInForceError when all is
    well but no law is loaded for the place and day.
    """
    if not isinstance(raw, Mapping):
        text = sentences.not_an_object("situation")
        raise BadInputError([Problem("situation", raw, text)])
    return _Reader(raw, law, territory).read(today, goal)


class _Reader:
    """Reads one situation and gathers what is wrong with it."""

    def __init__(
        self, raw: Mapping[str, object], law: Law, territory: Communes
    ) -> None:
        self.raw = raw
        self.law = law
        self.territory = territory
        self.problems: list[Problem] = []

    def read(self, today: date | None, goal: str | None) -> Situation:
        self._unknown_keys("", self.raw, TOP_KEYS)
        province = self._province()
        on = self._on(today)
        commune = None if province is None else self._commune(province)
        edition = self._edition(province, on, commune)
        wanted = self._goal(goal, edition)
        told = self._mapping("answers", self.raw.get("answers"))
        people = _PeopleReader(self, edition, on or date.max)
        parties = people.parties(told)
        relationships = people.relationships(told)
        answers = self._answers(told, edition, on or date.max)
        if self.problems or province is None or on is None or wanted is None:
            raise BadInputError(self.problems)
        return Situation(province, commune, on, wanted, parties, relationships, answers)

    def refuse(self, key: str, value: object, text: str) -> None:
        self.problems.append(Problem(key, value, text))

    def _unknown_keys(
        self, where: str, given: Mapping[str, object], allowed: Iterable[str]
    ) -> None:
        names = tuple(allowed)
        for key in given:
            if key not in names:
                self.unknown(f"{where}{key}", str(key), names)

    def unknown(self, key: str, name: str, allowed: Sequence[str]) -> None:
        near = get_close_matches(name, allowed, n=3, cutoff=0.4) or list(allowed)[:8]
        self.refuse(key, name, sentences.unknown_key(key, near))

    def unknown_keys(
        self, where: str, given: Mapping[str, object], allowed: Iterable[str]
    ) -> None:
        self._unknown_keys(where, given, allowed)

    # --- place, day, goal ---

    def _province(self) -> str | None:
        value = self.raw.get("province", DEFAULT_PROVINCE)
        known = sorted(
            {
                head.territory.province
                for head in self.law.packages.values()
                if head.territory.province is not None
            }
        )
        if isinstance(value, str) and value in known:
            return value
        self.refuse("province", value, sentences.not_allowed("province", value, known))
        return None

    def _on(self, today: date | None) -> date | None:
        value = self.raw.get("on")
        if value is None:
            if today is None:
                self.refuse("on", None, sentences.missing_key("on", "2026-11-23"))
            return today
        outcome = reading.accept("on", value, Expected("date"), date.max)
        return self._kept(outcome, date)

    def _kept(self, outcome: object, kind: type[date]) -> date | None:
        if isinstance(outcome, Problem):
            self.problems.append(outcome)
        return outcome if isinstance(outcome, kind) else None

    def _commune(self, province: str) -> str | None:
        told = self._mapping("answers", self.raw.get("answers"), report=False)
        value = self.raw.get("commune", told.get("commune"))
        if value is None:
            return None
        if not isinstance(value, str):
            text = sentences.wrong_type("commune", value, sentences.COMMUNE)
            self.refuse("commune", value, text)
            return None
        try:
            return self.territory.resolve(province, value)
        except BadInputError as error:
            self.problems.extend(error.problems)
            return None

    def _edition(
        self, province: str | None, on: date | None, commune: str | None
    ) -> Edition | None:
        if province is not None and on is not None:
            try:
                return self.law.edition(province, on, commune)
            except NoPackageInForceError:
                if not self.problems:
                    raise
        return self._any_edition(province)

    def _any_edition(self, province: str | None) -> Edition | None:
        """Return an edition to check the other keys by when place or day is wrong."""
        heads = [
            head
            for head in self.law.packages.values()
            if head.territory.province is not None
        ]
        heads.sort(key=lambda head: (head.territory.province != province, head.package))
        for head in heads:
            with suppress(NoPackageInForceError):
                return self.law.package_edition(head.package, head.in_force.from_)
        return None

    def _goal(self, default: str | None, edition: Edition | None) -> str | None:
        value = self.raw.get("goal", default)
        if edition is None:
            return value if isinstance(value, str) else None
        allowed = tuple(edition.goals)
        if value is None:
            text = sentences.missing_key("goal", sentences.choices(allowed))
            self.refuse("goal", None, text)
        elif not isinstance(value, str) or value not in edition.goals:
            self.refuse("goal", value, sentences.not_allowed("goal", value, allowed))
        else:
            return value
        return None

    # --- answers ---

    def _mapping(
        self, key: str, value: object, *, report: bool = True
    ) -> Mapping[str, object]:
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        if report:
            self.refuse(key, value, sentences.not_an_object(key))
        return {}

    def mapping(self, key: str, value: object) -> Mapping[str, object]:
        return self._mapping(key, value)

    def _answers(
        self, told: Mapping[str, object], edition: Edition | None, on: date
    ) -> dict[str, object]:
        if edition is None:
            return {}
        vocabulary = vocabulary_of(edition)
        found: dict[str, object] = {}
        for key, value in told.items():
            if key.startswith(("party[", RELATIONSHIP)):
                continue
            if value is None and key in edition.questions:
                # "Tôi chưa rõ", also to a question that is not answered by a value.
                found[key] = None
                continue
            if key == "commune":
                continue
            expected = vocabulary.get(key)
            if expected is None:
                self.unknown(key, key, tuple(vocabulary))
            else:
                found[key] = self.accepted(key, value, expected, on)
        return found

    def accepted(self, key: str, value: object, expected: Expected, on: date) -> object:
        """Return the typed value; keep the problem, and return None, if it is wrong."""
        if value is None:
            return None
        outcome = reading.accept(key, value, expected, on)
        if isinstance(outcome, Problem):
            self.problems.append(outcome)
            return None
        return outcome


def vocabulary_of(edition: Edition) -> dict[str, Expected]:
    """Return every fact that may be told in an edition, and what it must be."""
    told = {name: reading.expected_of(spec) for name, spec in edition.facts.items()}
    asked = {
        key: reading.expected_by(question)
        for key, question in edition.questions.items()
        if question.type not in {"parties", "relationship", "commune"}
    }
    return {**told, **asked}


class _PeopleReader:
    """Reads the parties and how they are related."""

    def __init__(self, reader: _Reader, edition: Edition | None, on: date) -> None:
        self.reader = reader
        self.on = on
        self.ids: tuple[str, ...] = ()
        vocabulary = {} if edition is None else vocabulary_of(edition)
        self.attributes = {
            key.removeprefix(PERSON): expected
            for key, expected in vocabulary.items()
            if key.startswith(PERSON)
        }

    # --- parties ---

    def parties(self, told: Mapping[str, object]) -> tuple[Party, ...]:
        rows = self._rows("parties")
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

    def _rows(self, key: str) -> Sequence[object]:
        value = self.reader.raw.get(key)
        if value is None:
            return ()
        if isinstance(value, Sequence) and not isinstance(value, str):
            return value
        self.reader.refuse(key, value, sentences.not_a_list(key, value))
        return ()

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
        party_id = self._id(f"{where}.id", given.get("id"))
        role = self._role(f"{where}.role", given.get("role"))
        share = self._share(f"{where}.share", given.get("share"))
        if party_id is None or role is None:
            return None
        attributes = {name: given[name] for name in self.attributes if name in given}
        return _Draft(party_id, role, share, where, attributes)

    def _id(self, key: str, value: object) -> str | None:
        if (
            isinstance(value, str)
            and 0 < len(value) <= 40
            and value.isascii()
            and value.replace("-", "").replace("_", "").isalnum()
        ):
            return value
        self.reader.refuse(key, value, sentences.bad_party_id(key, value))
        return None

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
                facts[name] = self.reader.accepted(key, source[name], expected, self.on)
        return facts

    # --- relationships ---

    def relationships(
        self, told: Mapping[str, object]
    ) -> tuple[Relationship, ...] | None:
        rows = self._rows("relationships")
        answered = [key for key in told if key.startswith(RELATIONSHIP)]
        if self.reader.raw.get("relationships") is None and not answered:
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

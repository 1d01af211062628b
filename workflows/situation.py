"""A situation as a person or the web tells it, read with every mistake named at once.

The shape: ``province``, ``commune``, ``on``, ``goal``, ``parties`` (id, role, share
and what is known of the person), ``relationships`` and ``answers``; ``parcels`` (id,
holders, area_m2, answers of its own) when one parcel becomes several.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from workflows import answers as reading
from workflows import sentences
from workflows.answers import Expected
from workflows.errors import BadInputError, NoPackageInForceError, Problem
from workflows.packages import Edition, Law
from workflows.parcels import PARCELS, PART_AREA, Parcel, ParcelReading, facts_of
from workflows.parties import Party, Relationship
from workflows.people import PERSON, RELATIONSHIP, PeopleReading, Reading

__all__ = ["PERSON", "Situation", "read", "vocabulary_of"]

DEFAULT_PROVINCE = "66"
EVER_CERTIFIED = "certificate.exists"
NEEDS_A_CERTIFICATE = ("certificate.in_hand", "certificate.lost")
TOP_KEYS = (
    "province",
    "commune",
    "on",
    "goal",
    "parties",
    "relationships",
    "answers",
    "parcels",
)


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
    parcels: tuple[Parcel, ...] = ()

    @property
    def passing(self) -> tuple[Parcel, ...]:
        """Return the parcels that somebody takes, each by dossiers of its own."""
        return tuple(each for each in self.parcels if each.passes(self.parties))

    def of_parcel(self, parcel_id: str) -> Situation:
        """Return the matter of one parcel: its own people, area and answers.

        Raises KeyError for a parcel that the situation does not have.
        """
        found = {parcel.id: parcel for parcel in self.parcels}
        parcel = found[parcel_id]
        own = facts_of(self.parcels, self.parties, self.answers)
        if parcel.area_m2 is not None:
            own[PART_AREA] = parcel.area_m2
        return replace(
            self,
            parties=parcel.people(self.parties),
            answers={**self.answers, **own, **parcel.answers},
            parcels=(),
        )

    def facts(self) -> dict[str, object]:
        """Return everything known as flat facts; what is not known is left out.

        Besides the answers: ``goal``, ``province``, ``commune``, for each person
        ``party[<id>].<name>``, for each kinship ``relationship[<id>,<id>]``, and whole
        ``parties`` and ``relationships`` for the rules. Land that never had a
        certificate has none in anybody's hand, and none was lost.
        """
        facts: dict[str, object] = {
            **_implied(self.answers),
            **self.answers,
            **facts_of(self.parcels, self.parties, self.answers),
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
        if self.parcels:
            shape[PARCELS] = [parcel_json(parcel) for parcel in self.parcels]
        if self.relationships is None:
            del shape["relationships"]
        if self.commune is None:
            del shape["commune"]
        return shape


def _implied(answers: Mapping[str, object]) -> dict[str, object]:
    """Return what follows from an answer, for facts that were not told themselves."""
    if answers.get(EVER_CERTIFIED) is False:
        return dict.fromkeys(NEEDS_A_CERTIFICATE, False)
    return {}


def _party_json(party: Party) -> dict[str, object]:
    told = {name: _plain(value) for name, value in party.facts.items()}
    head = {"id": party.id, "role": str(party.role), "share": str(party.share)}
    return {**head, **told}


def parcel_json(parcel: Parcel) -> dict[str, object]:
    """Return a parcel in the shape that ``read`` takes."""
    shape: dict[str, object] = {"id": parcel.id, "holders": list(parcel.holders)}
    if parcel.area_m2 is not None:
        shape["area_m2"] = str(parcel.area_m2)
    if parcel.answers:
        shape["answers"] = {key: _plain(told) for key, told in parcel.answers.items()}
    return shape


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


class _Reader(Reading):
    """Reads one situation and gathers what is wrong with it."""

    def __init__(
        self, raw: Mapping[str, object], law: Law, territory: Communes
    ) -> None:
        super().__init__(date.max)
        self.raw = raw
        self.law = law
        self.territory = territory

    def read(self, today: date | None, goal: str | None) -> Situation:
        self.unknown_keys("", self.raw, TOP_KEYS)
        province = self._province()
        on = self._on(today)
        self.on = on or date.max
        told = self.mapping("answers", self.raw.get("answers"))
        commune = None if province is None else self._commune(province, told)
        edition = self._edition(province, on, commune)
        wanted = self._goal(goal, edition)
        vocabulary = {} if edition is None else vocabulary_of(edition)
        people = PeopleReading(self, {} if edition is None else attributes_of(edition))
        parties = people.parties(self.raw.get("parties"), told)
        relationships = people.relationships(self.raw.get("relationships"), told)
        answers = {} if edition is None else self._answers(told, edition, vocabulary)
        divided = ParcelReading(self, parties, vocabulary)
        parcels = divided.parcels(self.raw.get(PARCELS), answers)
        if self.problems or province is None or on is None or wanted is None:
            raise BadInputError(self.problems)
        return Situation(
            province, commune, on, wanted, parties, relationships, answers, parcels
        )

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

    def _commune(self, province: str, told: Mapping[str, object]) -> str | None:
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

    def _answers(
        self,
        told: Mapping[str, object],
        edition: Edition,
        vocabulary: Mapping[str, Expected],
    ) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in told.items():
            if key.startswith(("party[", RELATIONSHIP)):
                continue
            if value is None and key in edition.questions:
                # "Tôi chưa rõ", also to a question that is not answered by a value.
                found[key] = None
            elif key in vocabulary:
                found[key] = self.accepted(key, value, vocabulary[key])
            elif key != "commune":
                self.unknown(key, key, tuple(vocabulary))
        return found


@lru_cache(maxsize=16)
def vocabulary_of(edition: Edition) -> Mapping[str, Expected]:
    """Return every fact that may be told in an edition, and what it must be."""
    told = {
        name: reading.expected_of(name, spec) for name, spec in edition.facts.items()
    }
    asked = {
        key: reading.expected_by(key, question)
        for key, question in edition.questions.items()
        if question.type not in {"parties", "relationship", "commune"}
    }
    return {**told, **asked}


@lru_cache(maxsize=16)
def attributes_of(edition: Edition) -> Mapping[str, Expected]:
    """Return what may be told about one person in an edition, by its bare name."""
    return {
        key.removeprefix(PERSON): expected
        for key, expected in vocabulary_of(edition).items()
        if key.startswith(PERSON)
    }

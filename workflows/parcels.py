"""Parcels that result when a parcel is divided, each with those who will hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from workflows import sentences
from workflows.answers import Expected
from workflows.parties import TAKING, Party
from workflows.people import Reading

PARCELS = "parcels"
PARCEL_KEYS = ("id", "holders", "area_m2", "answers")
AREA, PART_AREA, WHOLE = "land.area_m2", "transfer.area_m2", "transfer.whole"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that results, in m², with the ids of those who hold it together.

    ``answers`` are what is different for this parcel alone, such as its price.
    """

    id: str
    holders: tuple[str, ...]
    area_m2: Decimal | None = None
    answers: Mapping[str, object] = field(default_factory=dict)

    def passes(self, parties: Sequence[Party]) -> bool:
        """Return whether somebody takes it; what its owner keeps does not pass."""
        return any(p.id in self.holders and p.role in TAKING for p in parties)

    def people(self, parties: Sequence[Party]) -> tuple[Party, ...]:
        """Return the parties to this parcel alone.

        Those who take another parcel are left out, and the shares of those who take
        this one are parts of this parcel.
        """
        held = sum(
            (p.share for p in parties if p.id in self.holders and p.role in TAKING),
            Fraction(0),
        )
        return tuple(
            replace(p, share=p.share / held) if p.role in TAKING else p
            for p in parties
            if p.role not in TAKING or p.id in self.holders
        )


def facts_of(
    parcels: Sequence[Parcel],
    parties: Sequence[Party],
    answers: Mapping[str, object],
) -> dict[str, object]:
    """Return what the parcels tell of the whole: that a part passes, and how much."""
    passing = [parcel for parcel in parcels if parcel.passes(parties)]
    if not passing:
        return {}
    facts: dict[str, object] = {}
    if _in_part(parcels, answers):
        facts[WHOLE] = False
    areas = [parcel.area_m2 for parcel in passing]
    if None not in areas:
        facts[PART_AREA] = sum((area for area in areas if area), Decimal(0))
    return facts


def _in_part(parcels: Sequence[Parcel], answers: Mapping[str, object]) -> bool:
    whole, first = answers.get(AREA), parcels[0].area_m2
    smaller = isinstance(whole, Decimal) and first is not None and first < whole
    return len(parcels) > 1 or smaller


class ParcelReading:
    """Reads the parcels of a situation and keeps every problem that it finds."""

    def __init__(
        self,
        reader: Reading,
        parties: Sequence[Party],
        vocabulary: Mapping[str, Expected],
    ) -> None:
        self.reader = reader
        self.parties = parties
        self.vocabulary = vocabulary

    def parcels(
        self, value: object, answers: Mapping[str, object]
    ) -> tuple[Parcel, ...]:
        """Return the parcels; ``answers`` are those of the whole, already read."""
        rows = self.reader.rows(PARCELS, value)
        found = tuple(self._rows(rows))
        ids = [parcel.id for parcel in found]
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            self.reader.refuse(PARCELS, twice, sentences.parcel_twice(twice))
        if found and len(found) == len(rows):
            self._against_the_whole(found, answers)
        return found

    def _rows(self, rows: Sequence[object]) -> Iterator[Parcel]:
        for number, row in enumerate(rows):
            where = f"{PARCELS}[{number}]"
            given = self.reader.mapping(where, row)
            self.reader.unknown_keys(f"{where}.", given, PARCEL_KEYS)
            name = self.reader.name(f"{where}.id", given.get("id"))
            holders = self._holders(f"{where}.holders", given.get("holders"))
            area = self._accepted(f"{where}.area_m2", given.get("area_m2"), AREA)
            told = self.reader.mapping(f"{where}.answers", given.get("answers"))
            answers = dict(self._answers(f"{where}.answers", told))
            if name is not None and holders:
                known = area if isinstance(area, Decimal) else None
                yield Parcel(name, holders, known, answers)

    def _holders(self, key: str, value: object) -> tuple[str, ...]:
        people = {party.id: party for party in self.parties}
        if not isinstance(value, list) or not value:
            self.reader.refuse(key, value, sentences.no_holders(key, people))
            return ()
        names = dict.fromkeys(str(name) for name in value)
        for name in names:
            if name not in people:
                self.reader.refuse(key, name, sentences.nobody(key, name, people))
        known = [people[name] for name in names if name in people]
        if len({party.role in TAKING for party in known}) > 1:
            self.reader.refuse(key, value, sentences.mixed_holders(key))
        return tuple(party.id for party in known)

    def _answers(
        self, where: str, told: Mapping[str, object]
    ) -> Iterator[tuple[str, object]]:
        for key, value in told.items():
            if key in self.vocabulary:
                yield key, self._accepted(f"{where}.{key}", value, key)
            else:
                self.reader.unknown(f"{where}.{key}", key, tuple(self.vocabulary))

    def _accepted(self, key: str, value: object, fact: str) -> object:
        if value is None or fact not in self.vocabulary:
            return None
        return self.reader.accepted(key, value, self.vocabulary[fact])

    def _against_the_whole(
        self, parcels: Sequence[Parcel], answers: Mapping[str, object]
    ) -> None:
        held = {name for parcel in parcels for name in parcel.holders}
        takers = [party.id for party in self.parties if party.role in TAKING]
        for name in takers:
            if name not in held:
                self.reader.refuse(PARCELS, name, sentences.no_parcel_for(name))
        whole, total = answers.get(AREA), sum(p.area_m2 or 0 for p in parcels)
        if isinstance(whole, Decimal) and total > whole:
            key = f"{PARCELS}.area_m2"
            text = sentences.parcels_too_big(key, str(total), str(whole))
            self.reader.refuse(key, str(total), text)
        implied = facts_of(parcels, self.parties, answers)
        for fact in (WHOLE, PART_AREA):
            said = answers.get(fact)
            if said is not None and fact in implied and said != implied[fact]:
                text = sentences.parcels_say_otherwise(fact, implied[fact])
                self.reader.refuse(fact, said, text)

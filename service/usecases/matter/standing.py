"""What stands as the answer to a question, and a mark that tells when it changed.

A page carries the mark of the answer that it showed. An older page that is sent after a
newer answer is found out by it, and nothing is overwritten without a word.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.persistence.rows import FactRow
from service.usecases.matter.situations import (
    PARTIES,
    PERSON,
    RELATIONSHIP,
    about,
    current,
)
from service.usecases.matter.voices import PEOPLE, pattern_of
from workflows.guidance import RELATIONSHIP_QUESTION
from workflows.packages import Edition

NAME = "full_name"
OF_ROLE = PARTIES + "."
_MARK_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest word on a question: ``value`` as JSON, and the statement it is from.

    ``row`` is None when nobody answered; a value of None with a row is "Tôi chưa rõ".
    Of the people in a role the value is a list with id, share and name.
    """

    value: Any
    row: FactRow | None

    def mark(self, secret: bytes) -> str:
        """Return letters that change with the answer and tell nothing of it."""
        told = json.dumps([self.row is not None, self.value], ensure_ascii=False)
        made = hmac.new(secret, b"answer:" + told.encode(), hashlib.sha256)
        return made.hexdigest()[:_MARK_LETTERS]


def standing(rows: Iterable[FactRow], key: str) -> Standing:
    """Return what stands as the answer to the question ``key`` of a matter."""
    newest = current(rows)
    if key.startswith(OF_ROLE):
        row = newest.get(PARTIES)
        role = key.removeprefix(OF_ROLE)
        people = [each for each in (row.value if row else []) if each["role"] == role]
        named = [_named(each, newest) for each in people]
        return Standing(named, row) if named else Standing(None, None)
    row = next((newest[each] for each in _ways(key) if each in newest), None)
    return Standing(row.value if row else None, row)


def _named(person: dict[str, Any], newest: dict[str, FactRow]) -> dict[str, Any]:
    name = newest.get(f"party[{person['id']}].{NAME}")
    return {
        "id": person["id"],
        "share": person.get("share"),
        "name": name.value if name else None,
    }


def _ways(key: str) -> tuple[str, ...]:
    """Return how a fact may be called: a kinship by either of its people first."""
    if not key.startswith(RELATIONSHIP):
        return (key,)
    one, _, other = key.removeprefix(RELATIONSHIP).removesuffix("]").partition(",")
    return (key, f"{RELATIONSHIP}{other},{one}]")


def trail_of(
    rows: Sequence[FactRow], edition: Edition, people: Collection[str]
) -> tuple[str, ...]:
    """Return the questions that people answered, in the order of first answering.

    ``people`` are the ids of those who take part; others are no longer asked about.
    """
    said = (row for row in rows if row.case_id is None and row.source in PEOPLE)
    keys = dict.fromkeys(key for row in said for key in _answered_by(row))
    return tuple(
        key
        for key in keys
        if _question_name(key) in edition.questions and about(key) <= set(people)
    )


def _answered_by(row: FactRow) -> Iterator[str]:
    if row.key == PARTIES:
        yield from (f"{OF_ROLE}{each['role']}" for each in row.value or ())
    elif pattern_of(row.key) != PERSON + NAME:
        yield row.key


def _question_name(key: str) -> str:
    if key.startswith(RELATIONSHIP):
        return RELATIONSHIP_QUESTION
    return pattern_of(key)


def before(trail: Sequence[str], key: str) -> str | None:
    """Return the question that was asked before ``key``; None before the first.

    Before a question that nobody answered yet comes the last one that was answered.
    """
    place = trail.index(key) if key in trail else len(trail)
    return trail[place - 1] if place else None

"""What must be so in the room before an exercise counts as done.

Each check looks at facts, moves and consents as they are stored, never at a tick, and
says in the words of the exercise what is missing or wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from service.persistence.rows import CaseRow, ConsentRow, FactRow, MatterRow
from service.usecases.matter.situations import current, edition_today, situation_from
from service.usecases.matter.submit_dossier import plan_of
from service.usecases.matter.voices import disputed
from service.usecases.playing.demo import practice_account
from service.usecases.practising.practice_before import open_money
from service.usecases.practising.practice_book import Check, Exercise
from service.usecases.practising.practice_rooms import Room
from workflows.guidance import question_about
from workflows.journey.model import Plan
from workflows.territory import fold


@dataclass(frozen=True)
class Seen:
    """The room as far as an exercise is concerned, read once."""

    room: Room
    exercise: Exercise
    began: datetime
    matter: MatterRow | None
    rows: tuple[FactRow, ...]
    cases: tuple[CaseRow, ...]
    consents: tuple[ConsentRow, ...]
    begun_matters: tuple[MatterRow, ...]
    seen_by_helper: bool
    case_code: str = ""
    version: int = 0

    @cached_property
    def facts(self) -> Mapping[str, FactRow]:
        """Return the newest word about each fact of the matter."""
        return current(self.rows)

    @cached_property
    def plan(self) -> Plan:
        """Return the plan of the matter; it must have one."""
        desk = self.room.desk
        matter = self.matter
        assert matter is not None  # noqa: S101  the book gives such exercises a matter
        return plan_of(desk, matter, situation_from(desk, matter, self.rows))

    def question(self, key: str) -> str:
        """Return how the matter asks for a fact, to name it to the trainee."""
        desk, matter = self.room.desk, self.matter
        assert matter is not None  # noqa: S101  as above
        situation = situation_from(desk, matter, self.rows)
        found = question_about(situation, edition_today(desk, matter), key)
        return found.text if found else key

    @cached_property
    def first_due(self) -> str | None:
        """Return the first day by which money is to be paid, None without one."""
        desk = self.room.desk
        lines = open_money(desk, self.cases)
        days = [line.due for line in lines if line.due is not None]
        return min(days).isoformat() if days else None


def look(room: Room, exercise: Exercise, note: Mapping[str, Any]) -> Seen:
    """Read what the checks of an exercise look at."""
    tenant = room.desk.settings.province
    matter_id = note.get("matter")
    began = datetime.fromisoformat(note["began"])
    with room.desk.database.reading() as uow:
        account = uow.people.account_by_name(practice_account())
        named = account.display_name if account else ""
        mine = account.id if account else ""
        if not matter_id:
            newer = uow.practice.matters_since(tenant, began)
            return Seen(room, exercise, began, None, (), (), (), newer, False)
        return Seen(
            room,
            exercise,
            began,
            uow.matters.by_id(tenant, matter_id),
            uow.matters.facts(tenant, matter_id),
            uow.cases.of_matter(tenant, matter_id),
            tuple(
                row
                for row in uow.people.consents(tenant, matter_id=matter_id)
                if row.account_id == mine
            ),
            (),
            any(row.who == named for row in uow.people.accesses(tenant, matter_id)),
            note.get("case", ""),
            note.get("seen", 0),
        )


def what_is_missing(seen: Seen) -> tuple[str, ...]:
    """Return the sentences of the checks that do not hold yet."""
    return tuple(
        sentence
        for check in seen.exercise.checks
        for sentence in _CHECKS[check.what](seen, check)
    )


def _goal_opened(seen: Seen, check: Check) -> Iterator[str]:
    goals = [matter.goal for matter in seen.begun_matters]
    if not goals:
        yield check.missing
    elif check.given["goal"] not in goals:
        edition = edition_today(seen.room.desk, seen.begun_matters[-1])
        yield check.wrong.format(goal=edition.goals[goals[-1]].title)


def _facts(seen: Seen, check: Check) -> Iterator[str]:
    source = check.given.get("source")
    for key, expected in check.given["expects"].items():
        row = seen.facts.get(key)
        if row is None or (source and source not in {row.source, row.detail}):
            yield check.missing.format(question=seen.question(key))
        elif row.value != expected:
            yield check.wrong.format(question=seen.question(key))


def _unknown(seen: Seen, check: Check) -> Iterator[str]:
    for key in check.given["keys"]:
        row = seen.facts.get(key)
        if row is None:
            yield check.missing.format(question=seen.question(key))
        elif row.value is not None:
            yield check.wrong.format(question=seen.question(key))


def _agreed(seen: Seen, check: Check) -> Iterator[str]:
    key, matter = check.given["key"], seen.matter
    assert matter is not None  # noqa: S101  the book gives such exercises a matter
    situation = situation_from(seen.room.desk, matter, seen.rows)
    edition = edition_today(seen.room.desk, matter)
    people = {party.id for party in situation.parties}
    if key in disputed(seen.rows, edition, people):
        yield check.missing
    elif seen.facts[key].value != check.given["value"]:
        yield check.wrong.format(value=seen.facts[key].value)


def _consented(seen: Seen, check: Check) -> Iterator[str]:
    now = seen.room.now()
    running = [
        row for row in seen.consents if row.ended_at is None and row.ends_at > now
    ]
    if not running:
        yield check.missing
    elif any(set(row.scope) & set(check.given["lacks"]) for row in running):
        yield check.wrong


def _consent_ended(seen: Seen, check: Check) -> Iterator[str]:
    if any(row.ended_at is None for row in seen.consents):
        yield check.missing


def _looked(seen: Seen, check: Check) -> Iterator[str]:
    if not seen.seen_by_helper:
        yield check.missing


def _filed(seen: Seen, check: Check) -> Iterator[str]:
    if not any(row.status is not None for row in seen.cases):
        yield check.missing
    elif not any(row.received_at for row in seen.cases):
        yield check.wrong


def _filed_again(seen: Seen, check: Check) -> Iterator[str]:
    (case,) = seen.cases
    with seen.room.desk.database.reading() as uow:
        moves = uow.cases.moves(case.tenant_id, case.id)
    events = [move.body["event"] for move in moves]
    if events[-1] == check.given["event"]:
        yield check.missing
    elif case.received_at is None:
        yield check.wrong


def _moved(seen: Seen, check: Check) -> Iterator[str]:
    """Say what the clerk has not done on his dossier, or written otherwise."""
    case = next((row for row in seen.cases if row.code == seen.case_code), None)
    if case is None:
        yield check.missing
        return
    with seen.room.desk.database.reading() as uow:
        moves = uow.cases.moves(case.tenant_id, case.id)
    made = [move.body for move in moves if move.seq > seen.version]
    done = [body for body in made if body["event"] == check.given["event"]]
    if not done:
        yield check.wrong if made else check.missing
    elif not _as_told(done[-1]["facts"], check):
        yield check.wrong


def _as_told(facts: Mapping[str, Any], check: Check) -> bool:
    """Return whether what was written says what the story tells."""
    says, expects = check.given.get("says", {}), check.given.get("expects", {})
    written = {key: fold(str(facts.get(key, ""))) for key in says}
    return all(facts.get(key) == value for key, value in expects.items()) and all(
        fold(word) in written[key] for key, words in says.items() for word in words
    )


_CHECKS: dict[str, Callable[[Seen, Check], Iterator[str]]] = {
    "goal_opened": _goal_opened,
    "facts": _facts,
    "unknown": _unknown,
    "agreed": _agreed,
    "consented": _consented,
    "consent_ended": _consent_ended,
    "looked": _looked,
    "filed": _filed,
    "filed_again": _filed_again,
    "moved": _moved,
}

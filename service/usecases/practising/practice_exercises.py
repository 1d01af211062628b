"""Doing the exercises of a room: begin one, be somebody in it, hear what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.auth.actors import Actor, anonymous
from service.auth.sessions import SignedIn, citizen_of, open_matter
from service.errors import NotFoundError
from service.usecases.desk import Desk
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.tell import tell_situation
from service.usecases.playing.demo import practice_account, practising, practising_clerk
from service.usecases.practising.practice_answers import AskView, asked, feedback_on
from service.usecases.practising.practice_before import bring_about, case_offering
from service.usecases.practising.practice_book import (
    CLERK,
    Exercise,
    exercise,
    exercises,
)
from service.usecases.practising.practice_checks import Seen, look, what_is_missing
from service.usecases.practising.practice_rooms import Room
from workflows.situation import read

_DONE = "done"
RESIDENT, HELPER = "resident", "helper"


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """An exercise on the list; ``state`` is later, now or done."""

    exercise: Exercise
    state: str
    done_on: date | None


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """An exercise as its page shows it.

    Before it has begun there is no code. ``missing`` is what to mend, once somebody
    asked to look; ``path`` is where to work.
    """

    exercise: Exercise
    state: str
    begun: bool
    code: str
    pin: str
    path: str
    tasks: tuple[str, ...]
    solution: tuple[str, ...]
    asks: tuple[AskView, ...]
    looked: bool
    missing: tuple[str, ...]
    done_on: date | None


def list_exercises(room: Room) -> tuple[ExerciseRow, ...]:
    """Return all exercises with how far they are."""
    return tuple(
        ExerciseRow(each, _state(room, each), _done_on(room, each))
        for each in exercises()
    )


def read_exercise(room: Room, name: str) -> ExerciseView:
    """Return an exercise of the room; raise NotFoundError for a name that is none."""
    one = exercise(name)
    note = _note(room, name)
    begun = bool(note)
    seen = look(room, one, note) if begun else None
    typed = note.get("answers", {})
    asks = asked(seen, typed) if seen else ()
    missing = _missing(seen, asks) if seen and note.get("looked") else ()
    code = note.get("code", "")
    return ExerciseView(
        one,
        _state(room, one),
        begun,
        code,
        note.get("pin", ""),
        _at(one, note),
        _named(one.tasks),
        _named(one.solution),
        asks,
        bool(note.get("looked")),
        missing,
        _done_on(room, one),
    )


def begin_exercise(room: Room, name: str) -> None:
    """Begin an exercise anew: its matter is made, and offices work on that one now."""
    one = exercise(name)
    desk = room.desk
    note: dict[str, Any] = {"began": room.now().isoformat()}
    matter_id = ""
    if one.matter is not None:
        province = desk.settings.province
        told = {"province": province, "on": desk.today().isoformat(), **one.matter}
        situation = read(told, desk.law, desk.territory)
        opened = start_matter(
            desk,
            anonymous(province),
            goal=situation.goal,
            province=province,
            commune=situation.commune,
        )
        citizen = citizen_of(province, opened.matter_id)
        tell_situation(desk, citizen, opened.code, situation)
        for thing in one.before:
            bring_about(desk, citizen, opened.code, thing)
        matter_id = opened.matter_id
        if one.of_clerk:
            note |= _on_desk(desk, citizen, one)
        note |= {"code": opened.code, "pin": opened.pin, "matter": matter_id}
    _keep_note(room, name, note)
    room.keep(exercise=name, matter=matter_id)


def look_over(room: Room, name: str, answers: Mapping[str, str]) -> bool:
    """Take the answers and look whether all is done; return whether it is.

    Raises NotFoundError when the exercise was not begun.
    """
    one = exercise(name)
    note = _note(room, name)
    if not note:
        raise NotFoundError("exercise", name)
    note |= {"answers": dict(answers), "looked": True}
    seen = look(room, one, note)
    done = not _missing(seen, asked(seen, note["answers"]))
    if done and _DONE not in note:
        note[_DONE] = room.desk.today().isoformat()
    _keep_note(room, name, note)
    return done


def be(room: Room, name: str, role: str, old_token: str | None) -> SignedIn | None:
    """Sign in as a made-up person of the exercise; None where nobody is to be opened.

    The resident of an exercise without a matter has nothing to sign in to.
    """
    note = _note(room, name)
    one = exercise(name)
    if role == CLERK and one.of_clerk:
        return practising_clerk(room.desk, one.office, old_token)
    if role == HELPER:
        return practising(room.desk, old_token)
    if not note.get("code"):
        return None
    return open_matter(room.desk, note["code"], note["pin"], old_token=old_token)


def where_to_work(room: Room, name: str, role: str) -> str:
    """Return the address where somebody of an exercise begins, empty for none."""
    one, note = exercise(name), _note(room, name)
    code = note.get("code", "")
    if role == one.role:
        return _at(one, note)
    if role == HELPER:
        return "/ho-tro"
    return f"/ho-so/{code}" if code else ""


def done_exercises(room: Room) -> tuple[ExerciseRow, ...]:
    """Return the exercises that are done, in the order of the book."""
    return tuple(row for row in list_exercises(room) if row.state == _DONE)


def _at(one: Exercise, note: Mapping[str, Any]) -> str:
    """Return the address where an exercise is worked on."""
    return one.at.format(code=note.get("code", ""), case=note.get("case", ""))


def _on_desk(desk: Desk, citizen: Actor, one: Exercise) -> dict[str, Any]:
    """Return the dossier on which the clerk works, and how far it has come."""
    row = case_offering(desk, citizen, one.checks[0].given["event"])
    return {"case": row.code, "seen": row.version} if row is not None else {}


def _named(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sentences with the name of the account of the helper in them."""
    return tuple(each.format(helper=practice_account()) for each in sentences)


def _missing(seen: Seen, asks: tuple[AskView, ...]) -> tuple[str, ...]:
    said = (feedback_on(each) for each in asks)
    return (*what_is_missing(seen), *(each for each in said if each))


def _state(room: Room, one: Exercise) -> str:
    if _DONE in _note(room, one.id):
        return _DONE
    return "now" if room.notes.get("exercise") == one.id else "later"


def _done_on(room: Room, one: Exercise) -> date | None:
    day = _note(room, one.id).get(_DONE)
    return date.fromisoformat(day) if day else None


def _note(room: Room, name: str) -> dict[str, Any]:
    return dict(room.notes.get("exercises", {}).get(name, {}))


def _keep_note(room: Room, name: str, note: Mapping[str, Any]) -> None:
    known = room.notes.get("exercises", {})
    room.keep(exercises={**known, name: dict(note)})

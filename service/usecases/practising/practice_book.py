"""The book of exercises: what each one tells, asks and checks, read from data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from service.errors import NotFoundError
from workflows.loader import load_data

# For residents and who helps them, then for clerks. The place of an exercise stands in
# the number of a sheet, so new ones come last.
_BOOKS = ("practice.yaml", "practice_desk.yaml")
CLERK = "clerk"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Strict):
    """One answer to choose; ``says`` tells kindly why it is not the right one."""

    value: str
    text: str
    right: bool = False
    says: str = ""


class Ask(_Strict):
    """A question of an exercise.

    The right answer is the choice marked so, or worked out from the room by the name
    in ``right_from``; ``wrong`` is said when a worked-out answer does not fit.
    """

    id: str
    text: str
    kind: Literal["one", "number", "day"] = "one"
    choices: tuple[Choice, ...] = ()
    choices_from: str = ""
    right_from: str = ""
    wrong: str = ""


class Check(BaseModel):
    """What must be so in the room, by the name of a check, with what to say if not."""

    model_config = ConfigDict(extra="allow", frozen=True)

    what: str
    missing: str
    wrong: str = ""

    @property
    def given(self) -> Mapping[str, Any]:
        """Return what the check needs to know besides: keys, values, names."""
        return self.model_extra or {}


class Before(BaseModel):
    """Something that has happened already when the exercise begins."""

    model_config = ConfigDict(extra="allow", frozen=True)

    do: Literal["facts", "submit", "raise", "until_owed", "until", "consent"]

    @property
    def given(self) -> Mapping[str, Any]:
        """Return with what it was done."""
        return self.model_extra or {}


class Exercise(_Strict):
    """An exercise: a made-up person with a story, tasks, and what is checked.

    ``role`` is as whom it begins, a clerk in the made-up ``office``; ``at`` the address
    where, with ``{code}`` for the matter and ``{case}`` for the dossier of the clerk,
    which are made when the exercise begins.
    """

    id: str
    title: str
    person: str
    story: tuple[str, ...]
    role: Literal["resident", "helper", "clerk"]
    office: str = ""
    tasks: tuple[str, ...]
    solution: tuple[str, ...]
    matter: Mapping[str, Any] | None = None
    before: tuple[Before, ...] = ()
    at: str = ""
    asks: tuple[Ask, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def of_clerk(self) -> bool:
        """Return whether it is an exercise of a clerk at his desk."""
        return self.role == CLERK


class _Book(_Strict):
    """The file: ``people`` only hold situations that several exercises share."""

    people: Mapping[str, Any]
    exercises: tuple[Exercise, ...]


@cache
def exercises() -> tuple[Exercise, ...]:
    """Return the exercises in the order of the book."""
    here = Path(__file__).parent
    books = [_Book.model_validate(load_data(here / name)) for name in _BOOKS]
    return tuple(each for book in books for each in book.exercises)


def exercise(name: str) -> Exercise:
    """Return one exercise; raise NotFoundError for a name that is none."""
    found = next((each for each in exercises() if each.id == name), None)
    if found is None:
        raise NotFoundError("exercise", name)
    return found

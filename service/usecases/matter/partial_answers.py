"""Answers that are only a part of what was asked, or stand in words of an older time.

Nobody is refused for them: the part is kept under its own name, and an address of the
time before the communes were merged is shown as it may be written now.
"""

from __future__ import annotations

import re

from service.auth.actors import Actor
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import AnswerOutcome, answer
from service.usecases.matter.situations import PERSON
from workflows.addresses import AddressKind, AddressReading, address_now
from workflows.writing import tidy

_BIRTH_DATE, _BIRTH_YEAR = "birth_date", "birth_year"
_ADDRESS = PERSON + "address"
_YEAR = re.compile(r"(?:năm\s+)?(\d{4})", re.IGNORECASE)


def year_alone(asked_by: str, typed: str) -> str | None:
    """Return the year when somebody knows no more of a birth date, else None."""
    found = _YEAR.fullmatch(tidy(typed))
    return found[1] if found and asked_by == PERSON + _BIRTH_DATE else None


def answer_year(
    desk: Desk, actor: Actor, code: str, key: str, year: str, *, seen: str | None
) -> AnswerOutcome:
    """Keep the year of birth; the day stays not known, for the papers that need it."""
    of_year = key.removesuffix(_BIRTH_DATE) + _BIRTH_YEAR
    outcome = answer(desk, actor, code, of_year, year)
    if outcome.problem is not None:
        return outcome
    return answer(desk, actor, code, key, "", unknown=True, seen=seen)


def older_address(desk: Desk, asked_by: str, typed: str) -> AddressReading | None:
    """Return how an address of before July 2025 may be written now, to choose from.

    None for one that names the communes of today, or that nobody can place.
    """
    if asked_by != _ADDRESS or not tidy(typed):
        return None
    reading = address_now(desk.territory, typed)
    old = reading.kind in {AddressKind.ONE, AddressKind.SEVERAL}
    return reading if old and tidy(typed) not in reading.lines else None

"""The completion sheet: which exercises somebody did, and how it can be checked.

The number of a sheet tells the day and the exercises and carries a seal of the
installation, so that it can be checked without anything being stored. Only for a
helper or a clerk who was signed in is it kept, with the account.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from forms import pdf
from forms.marks import Mark
from service.auth.actors import Actor
from service.persistence.practice import SheetRow
from service.usecases.desk import Desk
from service.usecases.practising import practice_sentences as say
from service.usecases.practising.practice_book import Exercise, exercises
from service.usecases.practising.practice_exercises import ExerciseRow, done_exercises
from service.usecases.practising.practice_rooms import Room

_NUMBER = re.compile(r"LT-(\d{6})-([0-9A-F]+)-([0-9A-F]{4})-([0-9A-F]{12})")
_LONGEST_NAME = 80
# Whose sheets are kept with their accounts.
_KEPT_FOR = frozenset({"helper", "clerk"})


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What the number of a sheet tells: the day of printing, and what was done."""

    number: str
    on_day: date
    done: tuple[Exercise, ...]


def print_sheet(home: Desk, room: Room, actor: Actor | None, name: str) -> bytes:
    """Return the sheet as PDF; ``actor`` is who is signed in outside the room.

    The name is printed as it was typed and kept nowhere. The same exercises on the
    same day give the same number.
    """
    done = done_exercises(room)
    today = home.today()
    number = _number(home, today, done, room.number)
    if actor is not None and actor.kind in _KEPT_FOR and actor.account_id:
        names = [row.exercise.id for row in done]
        row = SheetRow(home.settings.province, number, actor.account_id, today, names)
        with home.database.transaction() as uow:
            uow.practice.add_sheet(row)
    address = f"{home.settings.base_url}/luyen-tap/giay-xac-nhan/{number}"
    page = pdf.laid_out(
        "practice.html.jinja",
        name=" ".join(name.split())[:_LONGEST_NAME],
        rows=[(row.exercise.title, row.done_on) for row in done],
        total=len(exercises()),
        today=today,
        mark=Mark(address, number, say.CHECK_HERE),
    )
    return home.press.print(pdf.Sheet(normalize("NFC", page)))


def read_sheet(home: Desk, number: str) -> SheetRead | None:
    """Return what a number tells, None when this installation never gave it out."""
    found = _NUMBER.fullmatch(number.strip().upper())
    if found is None:
        return None
    told, mask, serial, seal = found.groups()
    if not hmac.compare_digest(_seal(home, f"{told}-{mask}-{serial}"), seal):
        return None
    bits = int(mask, 16)
    book = exercises()
    done = tuple(each for place, each in enumerate(book) if bits >> place & 1)
    return SheetRead(
        found.group(),
        datetime.strptime(told, "%y%m%d").date(),  # noqa: DTZ007  a day, no instant
        done,
    )


def sheets_of(home: Desk, actor: Actor) -> tuple[SheetRow, ...]:
    """Return the sheets that were kept for a helper or a clerk, newest first."""
    if actor.kind not in _KEPT_FOR or not actor.account_id:
        return ()
    with home.database.reading() as uow:
        return uow.practice.sheets_of(home.settings.province, actor.account_id)


def _number(home: Desk, day: date, done: Sequence[ExerciseRow], room: str) -> str:
    names = {row.exercise.id for row in done}
    bits = sum(1 << place for place, each in enumerate(exercises()) if each.id in names)
    serial = f"{int(room):04X}"
    told = f"{day:%y%m%d}-{bits:03X}-{serial}"
    return f"LT-{told}-{_seal(home, told)}"


def _seal(home: Desk, told: str) -> str:
    made = hmac.new(home.secret, f"practice-sheet:{told}".encode(), hashlib.sha256)
    return made.hexdigest()[:12].upper()

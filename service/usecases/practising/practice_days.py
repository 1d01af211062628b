"""The days of a practice room: they pass when asked to, and the offices do their part.

Only the case of the exercise at hand is worked on. The family's moves are left to
whoever practises; money that an office has asked for is paid before its day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.auth.sessions import citizen_of
from service.persistence.rows import CaseRow
from service.usecases.cases.casefile import open_case
from service.usecases.desk import legal_day
from service.usecases.playing.play import Play, StuckError, play_turn, work
from service.usecases.playing.play_telling import told_moves
from service.usecases.playing.rehearsal_time import Mail
from service.usecases.practising.practice_book import exercise
from service.usecases.practising.practice_rooms import Room
from service.usecases.telling.deliver_messages import deliver_messages

# After so many turns without a move nothing is to be expected any more.
_TURNS = 12
_SEED = 1


def settle(room: Room) -> None:
    """Let the offices hear what was just done; no day passes."""
    with _playing(room) as play:
        work(play)
        deliver_messages(room.desk)
    known = room.notes.get("phone", [])
    kept = reversed(room.desk.ports.messenger.kept())
    sent = [message.model_dump(mode="json") for message in kept]
    new = [each for each in sent if each not in known]
    if new:
        room.keep(phone=known + new)


def phone_of(room: Room) -> tuple[str, ...]:
    """Return what stands on the telephones of the made-up people, newest first."""
    return tuple(each["text"] for each in reversed(room.notes.get("phone", [])))


def let_days_pass(room: Room) -> None:
    """Go on to the next thing that happens and note what it was.

    Where nothing is to be expected, because whoever practises is to act, the next
    working day begins. At a clerk's desk no office does his work for him.
    """
    with _playing(room) as play:
        began = room.now()
        play.note()
        play.stored.clear()
        work(play)
        if not _at_a_desk(room):
            _play_on(play)
        if not play.stored and room.desk.today() == legal_day(began):
            play.later(1)
            work(play)
        deliver_messages(room.desk)
        told = [_told(move) for move in told_moves(play)]
    room.keep(passed={"moves": told})


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened while days passed: when, who did it, what it was."""

    at: datetime
    office: str
    what: str


def happenings(room: Room) -> tuple[Happening, ...]:
    """Return what happened when the days passed last, in its order."""
    passed = room.notes.get("passed") or {}
    return tuple(
        Happening(datetime.fromisoformat(each["at"]), each["office"], each["what"])
        for each in passed.get("moves", ())
        if each["what"]
    )


def _at_a_desk(room: Room) -> bool:
    name = room.notes.get("exercise")
    return name is not None and exercise(name).of_clerk


def _play_on(play: Play) -> None:
    """Play turns until somebody has made a move, or nobody can."""
    for _ in range(_TURNS):
        case = _running(play)
        if play.stored or case is None:
            return
        with play.desk.database.reading() as uow:
            file = open_case(play.desk, uow, case)
        try:
            if not play_turn(play, file, ()):
                return
        except StuckError:
            return
        work(play)


def _running(play: Play) -> CaseRow | None:
    """Return the newest case of the matter that a citizen has started."""
    tenant, matter_id = play.citizen.tenant, play.citizen.matter_id or ""
    with play.desk.database.reading() as uow:
        rows = uow.cases.of_matter(tenant, matter_id)
    open_ones = [row for row in rows if row.step_id and row.ended_at is None]
    return open_ones[-1] if open_ones else None


@contextmanager
def _playing(room: Room) -> Iterator[Play]:
    """Play on in the room: what is on its way is kept from one page to the next."""
    tenant = room.desk.settings.province
    citizen = citizen_of(tenant, room.notes.get("matter") or "")
    play = Play(room.desk, room.wind, citizen, _SEED, family=False)
    play.mail = [
        Mail(datetime.fromisoformat(at), number, office, raw.encode())
        for at, number, office, raw in room.notes.get("mail", [])
    ]
    play.posted = room.notes.get("posted", 0)
    play.ordered = {(line, left) for line, left in room.notes.get("ordered", [])}
    yield play
    room.keep(
        mail=[
            [mail.arrives.isoformat(), mail.number, mail.office, mail.raw.decode()]
            for mail in play.mail
        ],
        posted=play.posted,
        ordered=[list(each) for each in play.ordered],
    )


def _told(move: dict[str, Any]) -> dict[str, Any]:
    label = move["label"] or {}
    return {
        "at": move["at"],
        "office": move["office"],
        "what": label.get("citizen") or "",
    }

"""A disk without room while clerks work: a plain no, and later the same form: done."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from html import escape

from sqlalchemy import Connection, event

from service.faults.apart import apart, row_of
from service.faults.browser import Answer
from service.faults.chance import Chance
from service.faults.counter import FILED, Counter, counter
from service.faults.trials import Trial
from service.faults.world import World
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.desk import Desk
from service.web.sentences import NO_ROOM

NAME = "a full disk loses nothing and halves nothing (SQLite)"
_NOT_MADE = "the limit is one of SQLite; a server has its disk elsewhere"
_CASES, _PLENTY = 15, 1_000_000
_OK, _UNAVAILABLE = 200, 503
_FULL, _ROOM = b"\1", b"\0"


def disk_full(world: World, chance: Chance) -> Trial:
    """Take the room away while clerks move cases over HTTP, and give it back."""
    if world.ground.server is not None:
        return Trial(NAME, 0, 0, 0, not_made=_NOT_MADE)
    after = chance.of("disk").randrange(1, _CASES // 3)
    with (
        mmap.mmap(-1, 1) as full,
        apart(world.ground) as desk,
        counter(desk, _CASES) as clerks,
    ):
        clerks.begin(_limited(full))
        clerks.at_once(clerks.posts, _fill_after(clerks, after, full))
        refused, wrong = _without_room(clerks)
        full[:1] = _ROOM
        wrong += clerks.settled()
    return Trial(NAME, 0, refused, refused, tuple(wrong))


def _fill_after(clerks: Counter, after: int, full: mmap.mmap) -> Callable[[], bool]:
    """Return what takes the room away as soon as so many cases are moved."""

    def looked() -> bool:
        if sum(each.done for each in clerks.posts) >= after:
            full[:1] = _FULL
        return False

    return looked


def _limited(full: mmap.mmap) -> Callable[[Desk], Desk]:
    """Return what lets a child write no page more while the shared byte says so."""

    def prepare(desk: Desk) -> Desk:
        def limit(connection: Connection) -> None:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            most = used if full[:1] == _FULL else _PLENTY
            connection.exec_driver_sql(f"PRAGMA max_page_count={most}")

        event.listen(desk.database.engine, "begin", limit)
        return desk

    return prepare


def _without_room(clerks: Counter) -> tuple[int, list[str]]:
    """Return how many posts found no room, and what is wrong meanwhile."""
    wrong, refused = _not_read(clerks), 0
    for post in clerks.posts:
        if post.done:
            if row_of(clerks.desk, post.case).version == FILED:
                wrong.append(f"{post.case}: acknowledged, and lost")
            continue
        refused += 1
        if not _says_so(post.answer):
            told = post.answer and post.answer.status
            wrong.append(f"{post.case}: without room it was answered {told}")
        if _left_of(clerks.desk, post.case):
            wrong.append(f"{post.case}: refused, and something is written")
    if not verify_audit(clerks.desk).ok:
        wrong.append("the histories do not hold without room")
    return refused, wrong


def _not_read(clerks: Counter) -> list[str]:
    """Return what cannot be read without room.

    A look into a case is written down before it is given: the page of a case may say
    in plain words that there is no room, the list and the front page may not.
    """
    pages = ("/", "/can-bo", f"/can-bo/ho-so/{clerks.posts[-1].case}")
    *always, case = zip(pages, clerks.reads(*pages), strict=True)
    wrong = [f"{path}: {page.status}" for path, page in always if page.status != _OK]
    if case[1].status != _OK and not _says_so(case[1]):
        wrong.append(f"{case[0]}: {case[1].status}")
    return wrong


def _says_so(answer: Answer | None) -> bool:
    """Return whether an answer is the plain page that there is no room."""
    if answer is None or answer.status != _UNAVAILABLE:
        return False
    return escape(NO_ROOM.title) in answer.text


def _left_of(desk: Desk, case: str) -> bool:
    """Return whether a move or an effect of a refused move stands in the database."""
    row = row_of(desk, case)
    with desk.database.reading() as uow:
        moves = list(uow.cases.moves(row.tenant_id, row.id))
        effects = list(uow.queues.out_of_move(row.tenant_id, row.id, FILED + 1))
    return row.version != FILED or len(moves) != FILED or bool(effects)

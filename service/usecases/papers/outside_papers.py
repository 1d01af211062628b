"""Papers in a store outside the database: moved there and back, looked at, swept.

Nothing is deleted outside before the transaction is over that lets it go, and nothing
that might belong to a transaction still open.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from integrations.objects.store import ObjectsAwayError, ObjectStore
from service.errors import InputError
from service.observability import note, warn
from service.persistence.database import Database
from service.persistence.documents import Documents
from service.usecases.administration.admin_sentences import STORE_AWAY
from service.usecases.desk import Desk

NO_STORE = "Chưa đặt kho giấy tờ: xem DAT_OBJECTS__BUCKET."
_log = logging.getLogger(__name__)
_AT_ONCE, _NAMES = 20, 1000
# So long a transaction may be open whose object nobody names yet.
_OPEN_SECONDS = 24 * 3600.0
_PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Outside:
    """Where papers lie: how many inside, how many outside, and what is amiss there."""

    inside: int
    outside: int
    missing: tuple[str, ...]
    nobodys: int


def store_of(desk: Desk) -> ObjectStore:
    """Return the store of the installation; raises InputError when there is none."""
    if desk.database.objects is None:
        raise InputError(NO_STORE)
    return desk.database.objects


def take_out(desk: Desk) -> Iterator[int]:
    """Take papers out of the database, a few at a time; tell how many are left."""
    store_of(desk)
    yield from _moved(desk, Documents.move_out, lambda inside, _: inside)


def bring_back(desk: Desk) -> Iterator[int]:
    """Bring papers back into the database, a few at a time; tell how many are left."""
    store_of(desk)
    yield from _moved(desk, Documents.move_in, lambda _, outside: outside)


def seal_outside_again(database: Database, key: str) -> int:
    """Bring what lies outside under a key; return how many papers were not."""
    if database.objects is None:
        return 0
    after, changed = ("", ""), 0
    while True:
        with database.transaction() as uow:
            done = uow.documents.seal_again(after, _AT_ONCE, key)
        if done is None:
            return changed
        after, changed = done[0], changed + done[1]


def look_outside(desk: Desk) -> Outside:
    """Compare the store with the rows; what was written a moment ago may be amiss."""
    lying = {each.name for each in store_of(desk).lying()} - {_PROBE}
    named = _named(desk.database)
    with desk.database.reading() as uow:
        inside, outside = uow.documents.counted()
    return Outside(inside, outside, tuple(sorted(named - lying)), len(lying - named))


def missing_outside(database: Database, store: ObjectStore | None) -> tuple[str, ...]:
    """Return the papers of a database that a store has not.

    Raises InputError when the store does not answer.
    """
    named = _named(database)
    if not named or store is None:
        return tuple(sorted(named))
    try:
        return tuple(sorted(named - {each.name for each in store.lying()}))
    except ObjectsAwayError as error:
        raise InputError(STORE_AWAY) from error


def _named(database: Database) -> set[str]:
    named, after = set[str](), ""
    while True:
        with database.reading() as uow:
            names = uow.documents.names(after, _NAMES)
        if not names:
            return named
        named.update(names)
        after = names[-1]


def delete_gone(desk: Desk) -> int:
    """Delete what rows named and let go; what the store does not do now stays due."""
    store, deleted = desk.database.objects, 0
    if store is None:
        return 0
    with desk.database.reading() as uow:
        names = uow.documents.gone(_AT_ONCE)
    try:
        for name in names:
            store.delete(name)
            with desk.database.transaction() as uow:
                uow.documents.forget_gone(name)
            deleted += 1
    except ObjectsAwayError:
        warn(_log, "the store of papers does not answer")
    return deleted


def sweep_outside(desk: Desk) -> int:
    """Delete what nobody ever named: a transaction failed after it was written."""
    store, deleted = desk.database.objects, 0
    if store is None:
        return 0
    try:
        lying, now = store.lying(), desk.now()
        while piece := list(islice(lying, _NAMES)):
            old = [
                each.name
                for each in piece
                if (now - each.since).total_seconds() > _OPEN_SECONDS
            ]
            with desk.database.reading() as uow:
                named = uow.documents.named(old)
            for name in old:
                if name not in named:
                    store.delete(name)
                    deleted += 1
    except ObjectsAwayError:
        warn(_log, "the store of papers does not answer")
    if deleted:
        note(_log, "objects that nobody named were deleted", count=deleted)
    return deleted


def takes_and_gives(store: ObjectStore) -> bool:
    """Return whether the store keeps something, gives it back and lets it go."""
    try:
        store.put(_PROBE, b"dat")
        given = store.get(_PROBE)
        store.delete(_PROBE)
    except ObjectsAwayError:
        return False
    return given == b"dat"


def _moved(
    desk: Desk,
    move: Callable[[Documents, tuple[str, str], int], tuple[str, str] | None],
    left: Callable[[int, int], int],
) -> Iterator[int]:
    after: tuple[str, str] | None = ("", "")
    while after is not None:
        with desk.database.transaction() as uow:
            after = move(uow.documents, after, _AT_ONCE)
        with desk.database.reading() as uow:
            yield left(*uow.documents.counted())

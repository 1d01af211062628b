"""The contents of papers: sealed in their row, or sealed in a store outside.

What goes outside is sealed for its row, as it would be inside, and named by its sum. It
is written first; the row that names it comes with the transaction. What a transaction
that failed left outside, nobody names, and a sweep takes it away. What a row no longer
names the database itself writes down, and it is deleted once that is committed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Connection,
    Dialect,
    RowMapping,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from integrations.objects.store import (
    ObjectMissingError,
    ObjectsAwayError,
    ObjectStore,
)
from service.errors import StoreAwayError
from service.persistence.sealing import Placed, opened, placed, ring_of, sealed_columns
from service.persistence.tables.cases import document
from service.persistence.tables.objects import object_gone
from service.secrecy.key_ring import key_of

_STORES: WeakKeyDictionary[Dialect, ObjectStore] = WeakKeyDictionary()
# What is left in the row: nothing, sealed for it.
_OUTSIDE = b""
READ = (document.c.tenant_id, document.c.id, document.c.content, document.c.object_name)


def give_store(dialect: Dialect, store: ObjectStore) -> None:
    """Let the papers of a database lie in a store."""
    _STORES[dialect] = store


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """Store a paper, its content outside when there is a store."""
    told = dict(values)
    store = _STORES.get(connection.dialect)
    if store is not None:
        sealed = ring_of(connection.dialect).seal(told["content"], _about(told))
        told |= {"content": _OUTSIDE, "object_name": _put(store, told, sealed)}
    connection.execute(insert(document), placed(document, told))


def content_of(connection: Connection, row: RowMapping) -> bytes:
    """Return the content of a paper; ``row`` has the columns of ``READ``."""
    name = row["object_name"]
    if name is None:
        inside: bytes = opened(connection, document, row)["content"]
        return inside
    sealed = _got(_STORES.get(connection.dialect), name)
    return ring_of(connection.dialect).open(sealed, _about(row))


@dataclass(frozen=True, slots=True)
class Documents:
    """Queries about where the contents of papers lie, inside one transaction."""

    connection: Connection

    def counted(self) -> tuple[int, int]:
        """Return how many papers lie inside, and how many outside."""
        outside = func.count(document.c.object_name)
        found = self.connection.execute(select(func.count(), outside)).one()
        return found[0] - found[1], found[1]

    def names(self, after: str, most: int) -> tuple[str, ...]:
        """Return names of what lies outside, in order, from after one on."""
        found = self.connection.execute(
            select(document.c.object_name)
            .where(document.c.object_name > after)
            .order_by(document.c.object_name)
            .limit(most)
        )
        return tuple(found.scalars())

    def named(self, names: list[str]) -> frozenset[str]:
        """Return which of these names a row has."""
        found = self.connection.execute(
            select(document.c.object_name).where(document.c.object_name.in_(names))
        )
        return frozenset(found.scalars())

    def move_out(self, after: tuple[str, str], most: int) -> tuple[str, str] | None:
        """Take the contents of the next papers out; return the last one looked at."""
        store = _there(_STORES.get(self.connection.dialect))
        rows = self._rows(after, most, outside=False)
        for row in rows:
            plain = opened(self.connection, document, row)["content"]
            sealed = ring_of(self.connection.dialect).seal(plain, _about(row))
            self._keep(row, _OUTSIDE, _put(store, row, sealed))
        return _last(rows)

    def move_in(self, after: tuple[str, str], most: int) -> tuple[str, str] | None:
        """Take the contents of the next papers in; return the last one looked at."""
        rows = self._rows(after, most, outside=True)
        for row in rows:
            self._keep(row, content_of(self.connection, row), None)
        return _last(rows)

    def seal_again(
        self, after: tuple[str, str], most: int, key: str
    ) -> tuple[tuple[str, str], int] | None:
        """Bring the next papers outside under a key; return the last, and how many."""
        store, changed = _STORES.get(self.connection.dialect), 0
        rows = self._rows(after, most, outside=True)
        for row in rows:
            sealed = _got(store, row["object_name"])
            if key_of(sealed[:40]) != key:
                ring, about = ring_of(self.connection.dialect), _about(row)
                again = ring.seal(ring.open(sealed, about), about)
                self._keep(row, _OUTSIDE, _put(_there(store), row, again))
                changed += 1
        last = _last(rows)
        return None if last is None else (last, changed)

    def gone(self, most: int) -> tuple[str, ...]:
        """Return objects that no row names any more, the oldest first."""
        found = self.connection.execute(
            select(object_gone.c.name).order_by(object_gone.c.at).limit(most)
        )
        return tuple(found.scalars())

    def forget_gone(self, name: str) -> None:
        """Write down that an object was deleted."""
        self.connection.execute(delete(object_gone).where(object_gone.c.name == name))

    def _rows(
        self, after: tuple[str, str], most: int, *, outside: bool
    ) -> list[RowMapping]:
        name, key = document.c.object_name, (document.c.tenant_id, document.c.id)
        found = self.connection.execute(
            select(*READ)
            .where(name.is_not(None) if outside else name.is_(None))
            .where(tuple_(*key) > tuple_(*after))
            .order_by(*key)
            .limit(most)
            .with_for_update()
        )
        return list(found.mappings())

    def _keep(self, row: RowMapping, content: bytes, name: str | None) -> None:
        self.connection.execute(
            update(document)
            .where(document.c.tenant_id == row["tenant_id"], document.c.id == row["id"])
            .values(content=Placed(content, _about(row)), object_name=name)
        )


@contextmanager
def answering() -> Iterator[None]:
    """Say of a store that does not answer, or lacks something, that it is away."""
    try:
        yield
    except (ObjectsAwayError, ObjectMissingError) as error:
        raise StoreAwayError(type(error).__name__) from error


def _there(store: ObjectStore | None) -> ObjectStore:
    if store is None:
        raise StoreAwayError("no store is set")
    return store


def _put(store: ObjectStore, row: Mapping[str, Any] | RowMapping, sealed: bytes) -> str:
    """Keep what is sealed under the name of its paper and of its own sum."""
    name = f"{row['tenant_id']}/{row['id']}/{hashlib.sha256(sealed).hexdigest()}"
    with answering():
        store.put(name, sealed)
    return name


def _got(store: ObjectStore | None, name: str) -> bytes:
    with answering():
        sealed = _there(store).get(name)
    if hashlib.sha256(sealed).hexdigest() != name.rpartition("/")[2]:
        raise StoreAwayError("an object is not what its name says")
    return sealed


def _about(row: Mapping[str, Any] | RowMapping) -> str:
    kind = sealed_columns(document)["content"]
    return kind.about({name: row[name] for name in kind.key})


def _last(rows: list[RowMapping]) -> tuple[str, str] | None:
    return (rows[-1]["tenant_id"], rows[-1]["id"]) if rows else None

"""What is sealed under an older key comes under the one in use, some rows at a time.

The service goes on meanwhile: a row that it changes at the same moment is left as it
wrote it. Who is stopped begins again, and passes over what was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    Table,
    Text,
    bindparam,
    func,
    select,
    tuple_,
    type_coerce,
    update,
)

from service.persistence.database import Database
from service.persistence.sealing import (
    Sealed,
    SealedBytes,
    open_text,
    seal_text,
    sealed_columns,
)
from service.persistence.staff import key_place
from service.persistence.tables.columns import metadata
from service.persistence.tables.staff import staff_access
from service.secrecy.key_ring import Ring, key_of

_ROWS = 200
_LONGEST_NAME = 12  # of a key, such as k17, with what stands before it
_ROWS_WITH_FILES = 10


@dataclass(frozen=True, slots=True)
class ByHand:
    """A column that its own program seals, by the account in whose row it stands."""

    key: tuple[str, ...] = ("tenant_id", "account_id")

    def about(self, row: Mapping[str, Any]) -> str:
        """Return the place in a row."""
        return key_place(row["account_id"])


Kind = Sealed | SealedBytes | ByHand


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows of a table were looked at, and how many came under another key."""

    table: str
    rows: int
    changed: int


def sealed_tables() -> tuple[Table, ...]:
    """Return the tables that have sealed columns, in the order of their names."""
    known = sorted(metadata.tables.values(), key=lambda table: table.name)
    return tuple(table for table in known if kinds_of(table))


def kinds_of(table: Table) -> Mapping[str, Kind]:
    """Return what is sealed in a table by column, keys of devices among it."""
    if table is staff_access:
        return {"key": ByHand()}
    return sealed_columns(table)


def keys_in_use(database: Database) -> frozenset[str]:
    """Return the names of the keys under which anything of the database stands."""
    found = set()
    for table in sealed_tables():
        with database.reading() as uow:
            for name in kinds_of(table):
                start = func.substr(_raw(table, name), 1, _LONGEST_NAME)
                asked = select(start).where(table.c[name].is_not(None)).distinct()
                values = uow.matters.connection.execute(asked).scalars()
                found |= {key_of(_head(value)) for value in values}
    return frozenset(found)


def reseal(database: Database, table: Table, key: str) -> Iterator[Resealed]:
    """Bring a table under a key; tell after each piece how far it is."""
    told, after = Resealed(table.name, 0, 0), None
    while True:
        with database.transaction() as uow:
            rows = _piece(uow.matters.connection, table, after)
            changed = sum(
                _again(uow.matters.connection, database.ring, table, row, key)
                for row in rows
            )
        if not rows:
            return
        after = [rows[-1][name] for name in _key(table)]
        told = Resealed(table.name, told.rows + len(rows), told.changed + changed)
        yield told


def reseal_all(database: Database, key: str) -> Iterator[Resealed]:
    """Bring every table under a key, until nothing is left that was under another.

    What a process was just writing when its table was passed is found the next time.
    """
    left = True
    while left:
        left = False
        for table in sealed_tables():
            for told in reseal(database, table, key):
                yield told
                left = left or told.changed > 0


def _key(table: Table) -> Sequence[str]:
    return next(iter(kinds_of(table).values())).key


def _piece(
    connection: Connection, table: Table, after: Sequence[Any] | None
) -> Sequence[Mapping[str, Any]]:
    """Return the next rows by key, with the sealed columns as they stand."""
    place = [table.c[name] for name in _key(table)]
    kinds = kinds_of(table)
    files = any(isinstance(kind, SealedBytes) for kind in kinds.values())
    asked = (
        select(*place, *(_raw(table, name).label(name) for name in kinds))
        .order_by(*place)
        .limit(_ROWS_WITH_FILES if files else _ROWS)
    )
    if after is not None:
        asked = asked.where(tuple_(*place) > tuple_(*after))
    return [dict(row) for row in connection.execute(asked).mappings()]


def _again(
    connection: Connection, ring: Ring, table: Table, row: Mapping[str, Any], key: str
) -> bool:
    """Seal what of a row is under another key, unless it was changed meanwhile."""
    changes = {}
    for name, kind in kinds_of(table).items():
        value = row[name]
        if value is not None and key_of(_head(value)) != key:
            changes[name] = _sealed_again(ring, kind, value, kind.about(row))
    if not changes:
        return False
    same = [table.c[name] == row[name] for name in _key(table)]
    same += [_raw(table, name) == row[name] for name in changes]
    values = {
        name: bindparam(f"new_{name}", value, type_=_plain(table, name))
        for name, value in changes.items()
    }
    done = connection.execute(update(table).where(*same).values(values))
    return done.rowcount == 1


def _sealed_again(
    ring: Ring,
    kind: Kind,
    value: Any,  # noqa: ANN401  a text or a file
    about: str,
) -> str | bytes:
    if not isinstance(kind, Sealed):
        return ring.seal(ring.open(bytes(value), about), about)
    return seal_text(ring, open_text(ring, value, about), about)


def _head(value: Any) -> bytes:  # noqa: ANN401  a text or a file
    return value[:40].encode() if isinstance(value, str) else bytes(value[:40])


def _plain(table: Table, name: str) -> Text | LargeBinary:
    kind = table.c[name].type
    return LargeBinary() if isinstance(kind, SealedBytes | LargeBinary) else Text()


def _raw(table: Table, name: str) -> Any:  # noqa: ANN401  a column as it stands
    return type_coerce(table.c[name], _plain(table, name))

"""Insert or replace rows by their key, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from service.persistence.sealing import placed


def put(
    connection: Connection,
    table: Table,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    replace: bool = True,
) -> bool:
    """Store a row; an existing one is replaced, or kept when ``replace`` is false.

    Return whether a row was written.
    """
    statement = _upsert(
        table, connection.dialect.name, tuple(key), tuple(values) if replace else ()
    )
    # Without the option the number of rows of an INSERT is not kept on PostgreSQL.
    done = connection.execute(
        statement,
        placed(table, {**key, **values}),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount == 1


def put_all(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Store rows of the same columns; those that are there by their key are replaced.

    Two transactions that store some of the same rows need them in the same order.
    """
    if rows:
        values = tuple(name for name in rows[0] if name not in key)
        statement = _upsert(table, connection.dialect.name, tuple(key), values)
        connection.execute(statement, [placed(table, row) for row in rows])


@lru_cache(maxsize=256)
def _upsert(
    table: Table, dialect: str, key: tuple[str, ...], values: tuple[str, ...]
) -> Executable:
    """Return the statement for the columns; without ``values`` an old row is kept."""
    statement: postgresql.Insert | sqlite.Insert
    if dialect == "postgresql":
        statement = postgresql.insert(table)
    else:
        statement = sqlite.insert(table)
    if not values:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: statement.excluded[name] for name in values},
    )

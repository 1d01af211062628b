"""Insert or replace one row by its key, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


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
    row = {**key, **values}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**row)
    if replace:
        statement = statement.on_conflict_do_update(
            index_elements=list(key), set_=dict(values)
        )
    else:
        statement = statement.on_conflict_do_nothing()
    # Without the option the number of rows of an INSERT is not kept on PostgreSQL.
    done = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return done.rowcount == 1

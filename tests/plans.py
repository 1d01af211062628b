"""How the database answers a statement: by an index, or by reading a whole table."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    event,
    text,
)
from sqlalchemy.types import TypeDecorator

from service.persistence.database import Database
from service.persistence.tables.columns import metadata
from service.persistence.wall import Scope

# As many as the installation has offices and ways to them, editions of the law, helpers
# in teams, holidays: they do not grow with its cases, and pages read them whole.
# Offices outside are seven, and a day of service, or of counting, is one row.
BOUNDED = frozenset(
    {
        "office",
        "office_line",
        "package_edition",
        "team",
        "team_member",
        "holiday",
        "holiday_count",
        "recount",
        "message_wording",
        "service_day",
        "oddity_day",
    }
)
# Who lists the helpers of all teams joins their accounts; the administrator counts the
# accounts that are due to be looked over, and may find that all are.
OF_ALL_ACCOUNTS = (
    "FROM team_member JOIN account",
    "count(*) AS count_1 FROM account JOIN",
)
# Indices of what waits for the worker or for a person, and of nothing else.
QUEUES = (
    "ix_outbox_open", "ix_outbox_case", "ix_outbox_failed", "ix_inbox_open",
    "ix_inbox_fault", "ix_inbox_second", "ix_obligation_open",
)  # fmt: skip
# So many rows that PostgreSQL would rather use an index than read the table.
ROWS = 3000
OFFICES = 60
WHEN = "timestamptz '2026-01-01' + n * interval '1 hour'"
_PROVINCE = "((tenant_id)::text = '66'::text)"
_SCANS = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"}


@contextmanager
def listening(database: Database) -> Iterator[dict[str, object]]:
    """Gather each statement with the values that it was sent with first."""
    heard: dict[str, object] = {}

    def hear(_connection, _cursor, sql, parameters, _context, many) -> None:
        # Rows that go in one statement are one set of parameters.
        several = many and isinstance(parameters, list)
        heard.setdefault(sql, parameters[0] if several else parameters)

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)


def scans(database: Database, heard: dict[str, object]) -> dict[str, list[str]]:
    """Return the statements that read a growing table whole, and what the plan says."""
    prefix, reading = {
        "sqlite": ("EXPLAIN QUERY PLAN ", scans_of_sqlite),
        "postgresql": ("EXPLAIN (FORMAT JSON) ", scans_of_postgresql),
    }[database.dialect]
    found: dict[str, list[str]] = {}
    clerk = Scope("province", "66")
    with database.within(clerk).reading() as uow:
        connection = uow.cases.connection
        for sql, values in heard.items():
            if any(each in " ".join(sql.split()) for each in OF_ALL_ACCOUNTS):
                continue
            if sql.split(maxsplit=1)[0] not in {"SELECT", "UPDATE", "DELETE", "WITH"}:
                continue
            plan = connection.exec_driver_sql(prefix + sql, values).all()
            lines = reading(sql, plan)
            if lines:
                found[" ".join(sql.split())] = lines
    return found


# --- SQLite ---------------------------------------------------------------------------


def scans_of_sqlite(sql: str, plan: list) -> list[str]:
    """Return the lines of a plan that read a table, or a province, whole.

    Walking along an index is no such thing while a limit ends it.
    """
    aliases = dict(re.findall(r'"?(\w+)"? AS "?(\w+)"?', sql))
    named = {alias: name for name, alias in aliases.items()}
    ends = "LIMIT" in sql and not any("TEMP B-TREE" in str(row[3]) for row in plan)
    found = []
    for line in (str(row[3]) for row in plan):
        what = re.match(r"(SCAN|SEARCH) (\w+)(.*)", line)
        if what is None:
            continue
        table = named.get(what[2], what[2])
        if not _grows(table) or any(name in line for name in QUEUES):
            continue
        along = what[1] == "SEARCH" and not line.endswith("(tenant_id=?)")
        if "AUTOMATIC" in line or not (along or ("USING" in what[3] and ends)):
            found.append(line)
    return found


# --- PostgreSQL -----------------------------------------------------------------------


def scans_of_postgresql(_sql: str, plan: list) -> list[str]:
    """Return the nodes of a plan that read a table, or an index, whole."""
    raw = plan[0][0]
    told = raw if isinstance(raw, list) else json.loads(raw)
    return list(_nodes(told[0]["Plan"], "", limited=False))


def _nodes(node: dict, table: str, *, limited: bool) -> Iterator[str]:
    kind = node["Node Type"]
    table = node.get("Relation Name", table)
    limited = limited or kind == "Limit"
    # All rows are of one province here: to filter by it leaves none out.
    ends = limited and node.get("Filter", _PROVINCE) == _PROVINCE
    whole = kind == "Seq Scan" or ("Index Cond" not in node and not ends)
    if kind in _SCANS and _grows(table) and whole and not _is_queue(node):
        yield f"{kind} on {table} {node.get('Filter', '')}"
    # Whatever sorts or gathers has to read all of what is below it.
    gathers = kind in {"Sort", "Aggregate", "Hash", "Materialize"}
    for part in node.get("Plans", ()):
        yield from _nodes(part, table, limited=limited and not gathers)


def _is_queue(node: dict) -> bool:
    return node.get("Index Name") in QUEUES


def _grows(table: str) -> bool:
    return table in metadata.tables and table not in BOUNDED


def fill(database: Database) -> None:
    """Put thousands of made-up rows into every table that grows, then look at them."""
    with database.engine.connect() as connection, connection.begin():
        for table in metadata.sorted_tables:
            if table.name not in BOUNDED:
                connection.execute(text(_filling(table)))
        connection.execute(text("ANALYZE"))


def _filling(table: Table) -> str:
    columns = [column for column in table.columns if column.autoincrement is not True]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(_value(column) for column in columns)
    rows = f"generate_series(1, {ROWS}) AS n ON CONFLICT DO NOTHING"
    return f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM {rows}'  # noqa: S608


# Of what ends or falls due, few rows have.
SOON = f"CASE WHEN n % 50 = 0 THEN {WHEN} ELSE timestamptz '2027-01-01' END"
# What row ``n`` has in a column that is named so, mostly as it is in use.
_BY_NAME = {
    "tenant_id": "'66'",
    "office_id": f"'o-' || n % {OFFICES}",
    "state": "'done'",
    "lane": "'done'",
    "kind": "'done'",
    "expires_on": "date '2027-01-01' + n % 300",
    "failed_at": f"CASE WHEN n % 1000 = 0 THEN {WHEN} END",
    "reviewed_at": SOON,
    "ends_at": SOON,
    "due_at": SOON,
}
_BY_TYPE = {
    String: "left('x-' || n, {length})",
    Boolean: "false",
    Date: "date '2026-01-01' + n % 300",
    DateTime: f"CASE WHEN n % 10 > 0 THEN {WHEN} END",
    JSON: "'{{}}'",
    LargeBinary: "''",
    Integer: "n % 7",
}


def _value(column: Column) -> str:
    """Return what row ``n`` has in a column; words that may miss do, but for keys."""
    if column.name in _BY_NAME:
        return _BY_NAME[column.name]
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, DateTime) and not column.nullable:
        return WHEN
    if isinstance(kind, Integer) and column.primary_key:
        return "1"
    is_key = column.name.endswith(("_id", "code", "_by"))
    if isinstance(kind, JSON | String) and column.nullable and not is_key:
        return "NULL"
    pattern = next(each for type_, each in _BY_TYPE.items() if isinstance(kind, type_))
    return pattern.format(length=min(getattr(kind, "length", None) or 9, 9))

"""Each revision by itself, up and down again, with rows in every table of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.schema import AddConstraint, CreateIndex

from service.persistence.database import SCRIPTS, connect, downgrade, upgrade
from service.persistence.sealing import SealedBytes, opened, placed
from service.persistence.tables.columns import Instant, metadata
from tests.conftest import RING
from tests.service.test_store import the_tables_are_as_declared

BOOK = "alembic_version"
SEALS_SINCE = "0006"  # from there on some columns are sealed, as the tables of now say
SEALS_MORE = "0007"  # which says itself what it seals besides
REVISIONS = ScriptDirectory(str(SCRIPTS))
STEPS = ["base", *sorted(s.revision for s in REVISIONS.walk_revisions())]
AT, DAY = datetime(2026, 11, 25, 2, 0, tzinfo=UTC), date(2026, 11, 25)
# Where a file outside the database is named: going back asks for it, which is another
# test (tests/service/test_objects.py).
OUTSIDE = {("document", "object_name")}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """Return a database of its own without any table."""
    if request.param == "sqlite":
        database = connect(f"sqlite:///{tmp_path / 'steps.sqlite'}", RING)
        yield database
        database.dispose()
        return
    url = sa.make_url(request.getfixturevalue("postgres_url"))
    name = f"{url.database}_steps"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    database = connect(
        url.set(database=name).render_as_string(hide_password=False), RING
    )
    yield database
    database.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    admin.dispose()


@cache
def before_more_was_sealed(whole):
    """Return a table of now, with what was sealed last still open."""
    made = whole.to_metadata(sa.MetaData())
    for table, _, names in REVISIONS.get_revision(SEALS_MORE).module.SEALED:
        for name in names if table == whole.name else ():
            made.c[name].type = sa.Text()
    return made


@dataclass
class Schema:
    """The tables as they are at a revision, by which rows are written and read."""

    database: object
    revision: str

    def __post_init__(self):
        found = sa.MetaData()
        found.reflect(self.database.engine)
        self.tables = [each for each in found.sorted_tables if each.name != BOOK]

    def of(self, table):
        """Return the table that opens what is sealed, and which columns there are."""
        whole = metadata.tables.get(table.name)
        if self.revision < SEALS_SINCE or whole is None:
            return table, list(table.columns)
        if self.revision < SEALS_MORE:
            whole = before_more_was_sealed(whole)
        return whole, [each for each in whole.columns if each.name in table.columns]

    def fill(self, number):
        """Write one row into every table."""
        with self.database.engine.begin() as connection:
            made = {}
            for table in self.tables:
                made[table.name] = self._row(table, number, made)
                whole, columns = self.of(table)
                row = {each.name: made[table.name][each.name] for each in columns}
                connection.execute(sa.insert(whole).values(placed(whole, row)))

    def _row(self, table, number, made):
        row = {
            each.name: None
            if (table.name, each.name) in OUTSIDE
            else a_value(each, number)
            for each in self.of(table)[1]
        }
        for key in table.foreign_key_constraints:
            for mine, theirs in zip(key.columns, key.elements, strict=True):
                if key.referred_table.name in made:
                    row[mine.name] = made[key.referred_table.name][theirs.column.name]
        return row

    def rows(self):
        """Return every row as it can be read: by table, then by its key."""
        found = {}
        with self.database.engine.connect() as connection:
            for table in self.tables:
                whole, columns = self.of(table)
                keys = [each.name for each in table.primary_key]
                found[table.name] = {
                    tuple(row[name] for name in keys): row
                    for row in (
                        told(opened(connection, whole, each))
                        for each in connection.execute(sa.select(*columns)).mappings()
                    )
                }
        return found

    def shape(self):
        """Return what the database itself knows of its tables, guards and functions."""
        shape = {
            table.name: (
                {(one.name, str(one.type), one.nullable) for one in table.columns},
                {str(AddConstraint(one)) for one in table.constraints},
                {str(CreateIndex(one)) for one in table.indexes},
            )
            for table in self.tables
        }
        return shape | {"guards": guards(self.database)}


def guards(database):
    """Return triggers, functions and policies."""
    if database.dialect == "sqlite":
        asked = "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
    else:
        asked = (
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal UNION ALL SELECT proname, prosrc FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace"
            " UNION ALL SELECT policyname, tablename || qual FROM pg_policies"
        )
    with database.engine.connect() as connection:
        return sorted(tuple(each) for each in connection.execute(sa.text(asked)))


def a_value(column, number):
    """Return something that fits a column and differs from row to row."""
    if column.name == "tenant_id":
        return f"{number}"
    kind, shape = column.type, getattr(column.type, "shape", None)
    for kinds, shapes, value in (
        ((sa.JSON,), {"json"}, {"Tên": [f"Hoa {number}", None]}),
        ((sa.Boolean,), (), True),
        ((sa.Integer, sa.Numeric), (), number),
        ((sa.DateTime, Instant), (), AT),
        ((sa.Date,), {"day"}, DAY),
        ((sa.LargeBinary, SealedBytes), (), f"ảnh {number}".encode()),
    ):
        if isinstance(kind, kinds) or shape in shapes:
            return value
    return f"{number}:{column.name} ấ"[: getattr(kind, "length", None) or 99]


def told(row):
    """Return a row with its instants as both databases tell them."""
    return {
        name: value.replace(tzinfo=None)
        if isinstance(value, datetime)
        else bytes(value)
        if isinstance(value, memoryview)
        else value
        for name, value in row.items()
    }


def same(before, after):
    """Return what is gone or reads otherwise, of what both sides know."""
    wrong = []
    for table in before.keys() & after.keys():
        for key, row in before[table].items():
            now = after[table].get(key)
            if now is None:
                wrong.append((table, key))
                continue
            wrong += [
                (table, key, name, row[name], now[name])
                for name in row.keys() & now.keys()
                if row[name] != now[name]
            ]
    return wrong


def test_every_revision_keeps_the_rows_that_both_sides_know(empty):
    schemas, rows = {}, {}
    for number, revision in enumerate(STEPS[1:], 1):
        upgrade(empty, revision)
        schema = Schema(empty, revision)
        if number > 1:
            assert same(rows[number - 1], schema.rows()) == []
        schema.fill(number)
        schemas[number], rows[number] = schema.shape(), schema.rows()
        assert all(len(each) >= 1 for each in rows[number].values())
    the_tables_are_as_declared(empty)
    after = rows[len(rows)]
    for number in reversed(range(1, len(STEPS) - 1)):
        downgrade(empty, STEPS[number])
        schema = Schema(empty, STEPS[number])
        assert schema.shape() == schemas[number]
        now = schema.rows()
        assert same(after, now) == []
        assert same(rows[number], now) == []
        schema.fill(100 + number)
        after = schema.rows()
        if empty.dialect == "sqlite":
            with empty.engine.connect() as connection:
                orphans = connection.exec_driver_sql("PRAGMA foreign_key_check")
                assert orphans.all() == []
    downgrade(empty, "base")
    assert Schema(empty, "base").tables == []
    assert guards(empty) == []

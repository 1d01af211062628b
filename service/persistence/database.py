"""One database, SQLite or PostgreSQL: connections, transactions, and migration."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import DiskFull
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)

from integrations.objects.store import ObjectStore
from service.errors import InputError, StoreFullError, UnstorableError
from service.metrics import LOOKED_UP
from service.persistence.documents import give_store
from service.persistence.replica import Replica
from service.persistence.sealing import give_ring
from service.persistence.unit_of_work import UnitOfWork
from service.persistence.wall import (
    SCOPE,
    Opening,
    Scope,
    everything,
    make_role,
    whole,
)
from service.secrecy.key_ring import NoRing, Ring

SCRIPTS = Path(__file__).resolve().parents[2] / "alembic"
# The store itself failed: nothing is known to be wrong with what was asked of it.
STORE_FAILURES: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    StoreFullError,
)

# What is deleted is overwritten in the file too.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
_LOOSE = "synchronous=OFF"
_WRITE = "dat_write"
_ONE_MOMENT = "REPEATABLE READ"
_UPGRADE_LOCK, _USE_LOCK = 660_066, 660_067
Seen = TypeVar("Seen")
_IN_USE = (
    "Cơ sở dữ liệu đang được dùng: dừng dat serve, dat worker và mọi lần phục hồi khác"
    " rồi làm lại."
)


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and, for SQLite, the one lock that its writers queue for.

    The busy handler of SQLite is not fair, so writers stand in line at a lock of the
    process (threads) and a lock file (processes) before ``BEGIN IMMEDIATE``.
    ``ring`` seals what people told us on its way to the tables; ``scope`` is for whom
    its transactions are. ``behind_pooler`` is the engine of the server itself when the
    other one reaches it through a pooler, where no connection is one's own for longer
    than a transaction. ``objects`` is where papers lie when they lie outside.
    """

    engine: Engine
    lock_file: Path | None = None
    ring: Ring = field(default_factory=NoRing)
    scope: Scope = field(default_factory=everything)
    behind_pooler: Engine | None = None
    replica: Replica | None = None
    objects: ObjectStore | None = None
    _threads: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Let the columns of this engine be sealed with the ring."""
        engines = [self.engine]
        if self.replica is not None:
            engines.append(self.replica.engine)
        for each in engines:
            give_ring(each.dialect, self.ring)
            if self.objects is not None:
                give_store(each.dialect, self.objects)

    @property
    def direct(self) -> Engine:
        """Return the engine whose connections are one's own as long as one likes."""
        return self.behind_pooler or self.engine

    @property
    def dialect(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Open a writing transaction: whole on leaving, nothing on an exception.

        Raises UnstorableError for a text or a number that no column can hold,
        StoreFullError when there is no room left.
        """
        with (
            _storable(),
            self._writer(),
            self._connection(self.engine, writes=True) as connection,
            connection.begin(),
        ):
            yield UnitOfWork.over(connection)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Open a reading transaction: one consistent view, never waits for a writer.

        Raises UnstorableError for a text or a number that no column can hold.
        """
        with self._reading(self.engine) as uow:
            yield uow

    def look(self, read: Callable[[UnitOfWork], Seen]) -> Seen:
        """Return what is read of the replica when it is near, else of the database.

        For what may be a moment old and is read in one go: a replica that goes away in
        the middle of it is left for the database, and the reading begins anew.
        """
        replica = self.replica
        if replica is not None and replica.serves():
            try:
                with self._reading(replica.engine) as uow:
                    seen = read(uow)
            except STORE_FAILURES:
                replica.rest()
            else:
                LOOKED_UP.add("replica")
                return seen
        with self.reading() as uow:
            seen = read(uow)
        LOOKED_UP.add("primary")
        return seen

    def within(self, scope: Scope) -> Database:
        """Return the same database for somebody."""
        return replace(self, scope=scope)

    @contextmanager
    def _reading(self, engine: Engine) -> Iterator[UnitOfWork]:
        with (
            _storable(),
            self._connection(engine, writes=False) as connection,
            connection.begin(),
        ):
            yield UnitOfWork.over(connection)

    def _connection(
        self, engine: Engine, *, writes: bool, level: str | None = None
    ) -> Connection:
        options: dict[str, Any] = {_WRITE: writes, SCOPE: self.scope}
        if level is not None:
            options["isolation_level"] = level
        return engine.connect().execution_options(**options)

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """Open a reading transaction in which every statement sees one moment.

        For what reads much and must agree with itself; no writer waits for it.
        """
        level = None if self.dialect == "sqlite" else _ONE_MOMENT
        with (
            _storable(),
            self._connection(self.engine, writes=False, level=level) as connection,
            connection.begin(),
        ):
            yield UnitOfWork.over(connection)

    @contextmanager
    def _writer(self) -> Iterator[None]:
        if self.lock_file is None:
            yield
            return
        with self._threads, self.lock_file.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Say, as long as it lasts, that a process works on the database.

        Waits while somebody is ``alone`` with it. With a server it is said over one
        connection: when the server ends, nobody says it any more.
        """
        if self.lock_file is not None:
            with _locked(_of_use(self.lock_file), fcntl.LOCK_SH):
                yield
            return
        with self._lasting() as connection:
            connection.execute(_SHARE, {"key": _USE_LOCK})
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one at the database: nobody uses it, and nobody writes.

        Raises InputError at once, in a sentence, when somebody does.
        """
        if self.lock_file is not None:
            at_once = fcntl.LOCK_EX | fcntl.LOCK_NB
            with (
                _locked(_of_use(self.lock_file), at_once),
                _locked(self.lock_file, at_once),
            ):
                yield
            return
        with self._lasting() as connection:
            if not connection.execute(_TAKE, {"key": _USE_LOCK}).scalar():
                raise InputError(_IN_USE)
            yield

    @contextmanager
    def turn(self, name: str) -> Iterator[bool]:
        """Hold a name among all processes; yield False when another one has it now.

        The lock ends with the process that holds it, however that ends. It is held past
        a pooler: whoever works under it wants another connection of those few. On
        SQLite, which is for one worker, nobody is asked: it is always his turn.
        """
        if self.lock_file is not None:
            yield True
            return
        with self.direct.connect() as connection:
            taken = connection.execute(_TAKE_TURN, {"name": name}).scalar()
            yield bool(taken)

    @contextmanager
    def _lasting(self) -> Iterator[Connection]:
        """Lend a connection that ends afterwards, with the locks that it took."""
        with self.direct.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            try:
                yield alone
            finally:
                alone.invalidate()

    @property
    def file(self) -> Path | None:
        """Return the file of SQLite; None when the data lie with a server."""
        name = self.engine.url.database
        return Path(name) if self.lock_file is not None and name else None

    def answers(self) -> bool:
        """Return whether the database can be asked now; it never raises."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def takes(self, line: Callable[[UnitOfWork], None]) -> bool:
        """Return whether a change can be written now; it never raises for the store."""
        try:
            with self.transaction() as uow:
                line(uow)
        except (SQLAlchemyError, StoreFullError):
            return False
        return True

    def at_head(self) -> bool:
        """Return whether the schema is the one that this program was written for."""
        with self.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        return found == newest_revision()

    def forget(self) -> None:
        """Let what was deleted leave the files, as far as the database allows it.

        SQLite empties its log, which still holds older pages. PostgreSQL overwrites
        dead rows when it vacuums; its log and the backups end with their own terms.
        """
        if self.dialect != "sqlite":
            return
        with self._writer(), self.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self.direct.dispose()
        if self.replica is not None:
            self.replica.engine.dispose()


_SHARE = text("SELECT pg_advisory_lock_shared(:key)")
_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_TAKE_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


def _of_use(lock_file: Path) -> Path:
    return lock_file.with_suffix(".use")


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, how)
        except BlockingIOError as error:
            raise InputError(_IN_USE) from error
        yield


@contextmanager
def _storable() -> Iterator[None]:
    try:
        yield
    except DataError as error:
        raise UnstorableError from error
    except OperationalError as error:
        if _is_full(error.orig):
            raise StoreFullError from error
        raise


def _is_full(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return isinstance(error, DiskFull)


def is_address(url: str) -> bool:
    """Return whether the text is an address of a database that we can work with."""
    try:
        return make_url(url).get_backend_name() in {"sqlite", "postgresql"}
    except ArgumentError:
        return False


@dataclass(frozen=True, slots=True)
class Beside:
    """Other ways to the data of a PostgreSQL server, and how old a look-up may be.

    ``direct`` is the address of the server when the ordinary one is that of a pooler,
    ``replica`` that of a streaming replica, at most ``most_behind`` seconds old.
    """

    direct: str = ""
    replica: str = ""
    most_behind: float = 5.0


def connect(
    url: str,
    ring: Ring | None = None,
    *,
    lasting: bool = True,
    beside: Beside | None = None,
) -> Database:
    """Open the database at the address; folders of a SQLite file are made.

    Without the ring of keys the schema can be looked at, and nothing of a person.

    What is committed on one that is not ``lasting`` may be lost when the machine stops:
    for made-up data that is written by the thousand.
    """
    parsed, beside = make_url(url), beside or Beside()
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "dat.sqlite")
        pragmas = _PRAGMAS if lasting else (*_PRAGMAS, _LOOSE)
        return _connect_sqlite(url, path, pragmas, ring or NoRing())
    if not lasting:
        # A pooler takes no options, and who loads much needs none.
        parsed, beside = make_url(beside.direct or url), Beside()
    engine = _postgres(parsed, _UNPREPARED if beside.direct else {}, lasting=lasting)
    behind = _postgres(make_url(beside.direct), {}) if beside.direct else None
    replica = None
    if beside.replica:
        there = _postgres(make_url(beside.replica), _UNPREPARED | _IMPATIENT)
        replica = Replica(there, engine, beside.most_behind)
    return Database(
        engine, ring=ring or NoRing(), behind_pooler=behind, replica=replica
    )


# A pooler gives each transaction another connection: nothing is prepared on any.
_UNPREPARED: dict[str, object] = {"prepare_threshold": None}
_IMPATIENT: dict[str, object] = {"connect_timeout": 2}


def _postgres(url: URL, how: dict[str, object], *, lasting: bool = True) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    loose = {} if lasting else {"options": "-c synchronous_commit=off"}
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        connect_args={**how, **loose},
        # What an error says goes to the log: no value of a person stands there.
        hide_parameters=True,
    )
    # Rows for one table go in one statement; the driver would send one for each.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    Opening(engine)
    return engine


def _connect_sqlite(
    url: str, path: Path, pragmas: Sequence[str], ring: Ring
) -> Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": 30, "check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401  sqlite3
        # Transactions are begun by the hook below, not guessed by the driver.
        dbapi_connection.isolation_level = None
        for pragma in pragmas:
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return Database(engine, path.with_name(path.name + ".lock"), ring)


@cache
def newest_revision() -> str:
    """Return the newest schema that this program knows."""
    return str(ScriptDirectory(str(SCRIPTS)).get_current_head())


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision, whole or not at all; two at once queue for it."""
    with _migrating(database) as connection:
        command.upgrade(_alembic(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to a revision (``base`` empties it), whole or not at all."""
    with _migrating(database) as connection:
        command.downgrade(_alembic(connection), revision)


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """Open the one transaction of a migration, and hold everybody else's back.

    On both databases the schema itself is part of the transaction.
    """
    with (
        database._writer(),  # noqa: SLF001  the same line as every other writer
        database.direct.connect().execution_options(**{_WRITE: True}) as connection,
        connection.begin(),
    ):
        if database.dialect == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK}
            )
            make_role(connection)
            whole(connection)
        yield connection


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

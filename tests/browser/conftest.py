"""A real service on a loopback port, and a real Chromium for whoever visits it."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from service.persistence.database import connect
from service.usecases.playing.demo import seed
from tests.browser.people import DEADLINE
from tests.browser.scenes import Scene
from tests.browser.town import Town
from tests.conftest import Desks
from tests.serving import served

# A busy machine is no reason to say that something does not come.
expect.set_options(timeout=DEADLINE)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def chromium() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        where = "this runner" if os.environ.get("CI") else "this machine"
        pytest.fail(f"No Chromium on {where}: install one of {', '.join(BROWSERS)}.")
    return found


@pytest.fixture(scope="session")
def seeded(sqlite_template, tmp_path_factory):
    """A database with the offices, people and matters of the demo, and its sign-ins."""
    path = tmp_path_factory.mktemp("demo") / "dat.sqlite"
    shutil.copy(sqlite_template, path)
    database = connect(f"sqlite:///{path}")
    accounts = {each.name: each for each in seed(Desks(database, path.parent).make())}
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path, accounts


@pytest.fixture(scope="module")
def whole_town(seeded, tmp_path_factory):
    """Everything that a module shares: one database, one service, one browser."""
    with a_town(seeded, tmp_path_factory.mktemp("town")) as town:
        yield town


@contextmanager
def a_town(seeded, folder, *, knows_address=False, **settings):
    """Build a town in a folder, with these settings of its service."""
    path, accounts = seeded
    shutil.copy(path, folder / path.name)
    database = connect(f"sqlite:///{folder / path.name}")
    desks = Desks(database, folder)
    # Another seed than that of the demo, so that no name is given out twice.
    desk = desks.make(seed=2, worker_seconds=0.2, **settings)
    serving = served(desk, knows_address=knows_address)
    with sync_playwright() as playwright, serving as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        town = Town(address, desk, desks.hour, accounts, browser)
        town.worker.start()
        yield town
        town.worker.stop()
        browser.close()
    database.dispose()


@pytest.fixture
def town(whole_town):
    """The shared service; no page that anybody sees in the test may be broken."""
    yield whole_town
    assert whole_town.everybody_leaves() == []


@pytest.fixture(scope="module")
def scene(whole_town):
    """Matters in every condition, and people who stay signed in, for a whole module."""
    made = Scene(whole_town)
    yield made
    for person in made.people.values():
        person.context.close()

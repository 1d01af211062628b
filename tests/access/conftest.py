"""One world for all that is asked here: it takes a while to make."""

import shutil

import pytest

from service.persistence.database import connect
from tests.access.walking import Kept
from tests.access.world import World


@pytest.fixture(scope="session")
def made_world(sqlite_template, tmp_path_factory):
    """Return the world, and its file as it was when it was made."""
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

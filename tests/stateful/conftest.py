"""A store with offices and people that every matter begins with, copied for each."""

import shutil
from itertools import count

import pytest

from service.persistence.database import connect
from tests.stateful.world import copy_of, people_in


@pytest.fixture(scope="session")
def prepared(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stateful")
    path = shutil.copy(sqlite_template, folder / "prepared.sqlite")
    database = connect(f"sqlite:///{path}")
    people_in(database, folder)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture
def opening(prepared, tmp_path):
    """Open the prepared store anew each time that it is called."""
    numbers = count()
    return lambda: (copy_of(prepared, tmp_path, next(numbers)), tmp_path)

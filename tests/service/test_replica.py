"""A streaming replica of a real PostgreSQL: who reads it, and what when it fails."""

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from sqlalchemy import text

from service.faults.cluster import folder_of_servers, primary, standby
from service.main import WROTE
from service.metrics import LOOKED_UP
from service.persistence.database import Beside, connect, upgrade
from service.persistence.replica import newest
from service.usecases.following.follow_case import follow
from service.usecases.operation.gauges import gauges
from tests.conftest import RING, Desks
from tests.factories import filed
from tests.visitor import Visitor

_seeds = count(1)


@dataclass
class Tick:
    """Seconds that a test lets pass."""

    now: float = 1000.0

    def __call__(self):
        self.now += 0.6
        return self.now


@pytest.fixture(scope="module")
def servers():
    with ExitStack() as stack:
        first = stack.enter_context(primary(stack.enter_context(folder_of_servers())))
        database = connect(first.address)
        upgrade(database)
        database.dispose()
        yield first, stack.enter_context(standby(first))


@pytest.fixture
def desk(servers, tmp_path):
    first, second = servers
    beside = Beside(replica=second.address, most_behind=60)
    database = connect(first.address, RING, beside=beside)
    database.replica.now = Tick()
    yield Desks(database, tmp_path).make(seed=next(_seeds))
    database.dispose()


@contextmanager
def read_at(place):
    """Say that what is looked up inside is read of one server, once."""
    before = dict(LOOKED_UP._counts)
    yield
    after = LOOKED_UP._counts
    told = {each[0]: after[each] - before.get(each, 0) for each in after}
    assert {each: n for each, n in told.items() if n} == {place: 1}


def catch_up(desk):
    """Wait until the replica has everything that is written now."""
    with desk.database.engine.connect() as connection:
        place = connection.execute(text("SELECT pg_current_wal_lsn()::text")).scalar()
    asked = text("SELECT pg_last_wal_replay_lsn() >= CAST(:place AS pg_lsn)")
    latest = time.monotonic() + 60
    with desk.database.replica.engine.connect() as connection:
        while not connection.execute(asked, {"place": place}).scalar():
            assert time.monotonic() < latest, "the replica stands still"


def test_a_look_up_is_read_of_the_replica_and_says_the_same(desk):
    matter = filed(desk)
    catch_up(desk)

    with read_at("replica"):
        seen = follow(desk, matter.case)
    with newest(wanted=True), read_at("primary"):
        assert follow(desk, matter.case) == seen
    assert seen.found


def test_whoever_has_just_written_is_shown_the_newest(desk):
    matter = filed(desk)
    catch_up(desk)
    visitor = Visitor(desk)

    visitor.opens("/mo-lai").sends("/mo-lai", ma=matter.code, so=matter.pin)
    assert visitor.client.cookies[WROTE]
    with read_at("primary"):
        assert visitor.opens(f"/tra-cuu?ma={matter.case}").status == 200
    visitor.client.cookies.clear()
    with read_at("replica"):
        assert visitor.opens(f"/tra-cuu?ma={matter.case}").status == 200


def test_a_replica_that_is_too_far_behind_is_left_alone(desk, servers):
    known = filed(desk)
    catch_up(desk)
    with read_at("replica"):
        follow(desk, known.case)
    servers[1].ask("SELECT pg_wal_replay_pause()")
    try:
        fresh = filed(desk)
        with read_at("replica"):
            assert follow(desk, fresh.case).found, "what is missing is asked again"
        desk.database.replica.now.now += 61
        with read_at("primary"):
            assert follow(desk, known.case).found
        (told,) = (each for each in gauges(desk) if "replica" in each.name)
        assert told.values[""] > 60
    finally:
        servers[1].ask("SELECT pg_wal_replay_resume()")
    catch_up(desk)
    with read_at("replica"):
        follow(desk, known.case)


def test_a_replica_that_goes_away_and_comes_back_is_noticed_by_nobody(desk, servers):
    matter = filed(desk)
    catch_up(desk)
    with read_at("replica"):
        follow(desk, matter.case)

    servers[1].kill()
    with read_at("primary"):
        assert follow(desk, matter.case).found
    servers[1].start(primary=False)
    desk.database.replica.now.now += 60
    catch_up(desk)
    with read_at("replica"):
        assert follow(desk, matter.case).found

"""The service behind a real pgbouncer, where each transaction has another line."""

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from service.errors import InputError
from service.faults.cluster import USER, folder_of_servers, primary
from service.persistence.database import Beside, connect, upgrade
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.operation.back_up import back_up, verify_backup
from service.usecases.outside.working import run_until_idle
from tests.conftest import RING, Desks
from tests.factories import act, clerk, filed, row_of
from tests.processes import a_free_port

# Fewer connections than people who work at once: each transaction gets another one.
CONNECTIONS, PEOPLE = 2, 6


def config(folder, server, port):
    """Write what pgbouncer is told; return where it lies."""
    told = folder / "pgbouncer.ini"
    told.write_text(
        "[databases]\n"
        f"postgres = host=127.0.0.1 port={server.port} user=postgres\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        "auth_type = any\npool_mode = transaction\n"
        f"default_pool_size = {CONNECTIONS}\nmax_client_conn = 200\n"
        "server_round_robin = 1\nquery_wait_timeout = 60\n"
    )
    return told


def program():
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "the system package pgbouncer is missing: see .ci/system-packages"
    return found


@pytest.fixture(scope="module")
def pooled():
    """The address of the pooler, and that of the server behind it."""
    with ExitStack() as stack:
        folder: Path = stack.enter_context(folder_of_servers())
        server = stack.enter_context(primary(folder))
        port = a_free_port()
        as_user = ["-u", USER] if os.geteuid() == 0 else []
        process = subprocess.Popen(
            [program(), "-q", *as_user, config(folder, server, port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)
        address = server.address.replace(f":{server.port}/", f":{port}/")
        latest = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(address).close()
            except psycopg.OperationalError:
                assert time.monotonic() < latest, "the pooler never answered"
                time.sleep(0.1)
            else:
                break
        yield address, server.address


@pytest.fixture(scope="module")
def desk(pooled, tmp_path_factory):
    address, direct = pooled
    database = connect(address, RING, beside=Beside(direct=direct))
    upgrade(database)
    yield Desks(database, tmp_path_factory.mktemp("pooled")).make()
    database.dispose()


def test_this_pooler_breaks_whoever_keeps_anything_on_a_connection(pooled):
    """The control: the driver as it is would fail here, so the other tests can."""
    with ExitStack() as stack:
        lines = [
            stack.enter_context(psycopg.connect(pooled[0], prepare_threshold=0))
            for _ in range(CONNECTIONS + 1)
        ]

        def work():
            for line in lines * 3:
                line.execute("SELECT 1 + %s", [1])
                line.commit()

        with pytest.raises(psycopg.errors.ProgrammingError):
            work()


def test_people_who_work_at_once_behind_a_pooler_do_not_notice_it(desk):
    cases = [filed(desk).case for _ in range(PEOPLE)]

    def walk(code):
        act(desk, clerk(desk, "notary"), code, "accept")
        return row_of(desk, code).version

    with ThreadPoolExecutor(PEOPLE) as people:
        versions = list(people.map(walk, cases))
        list(people.map(lambda _: run_until_idle(desk), range(2)))

    assert len(versions) == PEOPLE
    assert verify_audit(desk).ok


def test_of_two_who_want_a_turn_behind_a_pooler_one_has_it(desk):
    turn = desk.database.turn
    with turn("of the test") as one, turn("of the test") as other:
        assert one
        assert not other
    with desk.database.turn("of the test") as again:
        assert again


def test_who_uses_the_database_is_known_past_the_pooler(desk):
    with desk.database.used():
        for _ in range(CONNECTIONS * 3):
            assert desk.database.answers()
        with pytest.raises(InputError), desk.database.alone():
            raise AssertionError("somebody uses it")
    with desk.database.alone():
        assert desk.database.answers()


def test_a_backup_is_taken_past_the_pooler_and_is_whole(desk, tmp_path):
    filed(desk)
    path, manifest = back_up(desk, tmp_path)

    assert manifest.histories.cases > 0
    assert verify_backup(desk, path).ok

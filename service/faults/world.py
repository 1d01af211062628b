"""The installation that a run is done to: its database, its processes, its offices.

``Ground`` is what takes long and is the same for every world: the law, the forms, the
server of the database. A ``World`` is one installation on it, with children that may be
killed, and is gone without a trace when its block ends.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
import uvicorn
from fastapi import FastAPI

from forms import pdf
from integrations.listening import listening_socket
from service.auth.passwords import Passwords
from service.composition import build_desk, build_ports, settle
from service.faults import databases
from service.faults.chance import Chance
from service.faults.children import Opened, Spoil, roles
from service.faults.clock import SharedClock
from service.faults.history import History
from service.faults.lines import LOOPBACK
from service.faults.nursery import Nursery, open_nursery
from service.faults.offices import Offices
from service.faults.people import Clerk, guide, half_way, people, walk
from service.faults.players import warm_up
from service.faults.proxy import Proxy
from service.faults.rows import known
from service.faults.wire import over_http
from service.main import create_app
from service.persistence.database import connect, upgrade
from service.settings import Settings
from service.usecases.desk import Desk
from service.usecases.outside.working import run_until_idle

# So many requests of people are under way at once: more would only wait in the service.
AT_ONCE = 12
# So many matters are at the tax office when a run begins.
HALF_WAY = 3
_MANY = 10_000_000
_MEMORY, _ROOM = "/dev/shm", 2 << 30  # noqa: S108  a folder of its own is made in it  # nosec B108
_A4 = (595, 842)


@dataclass(slots=True)
class BlankPrinter:
    """Prints an empty page for every paper: papers are not what is tried here."""

    page: bytes

    def print(self, *sheets: pdf.Sheet) -> bytes:
        """Return the page, whatever the sheets are."""
        del sheets
        return self.page

    def close(self) -> None:
        """Nothing runs."""


@dataclass(slots=True)
class World:
    """One installation under faults.

    ``desk`` is that of the harness: for preparing and for looking, never killed.
    ``guide`` holds for each event what was recorded with it on a way to a good end.
    ``before`` are the moves (case~number) and the effects done before the run began.
    """

    ground: Ground
    address: str
    chance: Chance
    clock: SharedClock
    desk: Desk
    clerks: tuple[Clerk, ...]
    guide: Mapping[str, Mapping[str, object]]
    before: frozenset[str]
    doors: tuple[int, ...]
    office_door: socket.socket
    feed: tuple[int, int]
    history: History = field(default_factory=History)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    proxy: Proxy = field(init=False)
    offices: Offices = field(init=False)
    nursery: Nursery = field(init=False)

    @property
    def kind(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self.ground.kind

    @property
    def port(self) -> int:
        """Return where people reach the service: behind the bad road."""
        return self.proxy.port

    @property
    def by_point(self) -> dict[str, int]:
        """Return how many processes were killed, by role and point."""
        return self.nursery.by_point

    async def open(self) -> None:
        """Open the road and the offices."""
        self.proxy = Proxy(self.doors, self.chance.of("proxy"), self.history.fault)
        await self.proxy.start()
        port = self.proxy.port
        self.offices = Offices(self.desk, self.chance, self.history, port)
        await self.offices.start(self.office_door)

    def calm(self) -> None:
        """End all faults: what lives goes on living, what is sent arrives."""
        self.proxy.calm = self.offices.calm = True
        self.nursery.calm()

    async def close(self) -> None:
        """Close the road and the offices."""
        await self.proxy.close()
        await self.offices.close()

    async def new_matter(self) -> Opened:
        """Let the feeder open a matter; only one may be asked for at a time."""
        wanted, given = self.feed
        os.write(wanted, b".")
        raw = b""
        while not raw.endswith(b"\n"):
            try:
                raw += os.read(given, 4096)
            except BlockingIOError:
                await asyncio.sleep(0.01)
        return Opened.read(raw)


@dataclass(slots=True)
class Ground:
    """What every world stands on; see the module.

    ``hosts`` share the work, each with pages and a worker of its own; ``failing`` lets
    the server of the database fail, and returns when another one has its place.
    """

    folder: Path
    server: str | None
    desk: Desk
    clock: SharedClock
    hosts: int = 1
    failing: Callable[[], None] | None = None

    @property
    def kind(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return "sqlite" if self.server is None else "postgresql"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the address of an empty database that is gone afterwards."""
        with databases.fresh(self.server, self.folder) as address:
            yield address

    @contextmanager
    def world(self, chance: Chance, spoil: Spoil | None = None) -> Iterator[World]:
        """Open an installation; ``spoil`` changes the desk of every child of it."""
        with ExitStack() as stack:
            address = stack.enter_context(self.database())
            twins = build_ports(self.desk.settings, self.clock, self.desk.secret)
            database = connect(address, self.desk.ring)
            desk = replace(self.desk, database=database, ports=twins)
            stack.callback(desk.database.dispose)
            upgrade(desk.database)
            clerks = people(desk)
            walk(desk)
            doors = [
                stack.enter_context(listening_socket(LOOPBACK, backlog=512))
                for _ in range(self.hosts)
            ]
            offices = stack.enter_context(listening_socket(LOOPBACK, backlog=512))
            outside = f"http://{LOOPBACK}:{offices.getsockname()[1]}"
            at_work = replace(desk, ports=over_http(desk, outside))
            app = create_app(at_work)
            wanted, want = _pipe(stack)
            given, give = _pipe(stack)
            world = World(
                self, address, chance, self.clock, desk,
                clerks, guide(desk), frozenset(),
                tuple(door.getsockname()[1] for door in doors), offices,
                (want, given),
            )  # fmt: skip
            asyncio.run(_warm(world, app, doors[0]))
            run_until_idle(desk)
            for _ in range(HALF_WAY):
                half_way(desk)
            world.before, world.history = known(desk.database), History()
            desk.database.dispose()
            settle()
            log = stack.enter_context((self.folder / "children.log").open("ab"))
            world.nursery = open_nursery(
                roles(at_work, app, doors, (wanted, give), spoil),
                chance,
                (*(door.fileno() for door in doors), wanted, give),
                log.fileno(),
            )
            stack.callback(world.nursery.close)
            os.set_blocking(given, False)
            yield world


@contextmanager
def ground(
    wanted: str | None,
    rate: float = 30,
    *,
    hosts: int = 1,
    failing: Callable[[], None] | None = None,
) -> Iterator[Ground]:
    """Prepare the ground for a database: None for SQLite, an address, or embedded.

    The clock runs ``rate`` times as fast as ours. A drill wants 1: on a busy machine
    terms would else run out between two of its scenes.
    """
    with (
        TemporaryDirectory(prefix="dat-faults-", dir=_in_memory()) as name,
        databases.server(wanted, Path(name)) as server,
    ):
        folder = Path(name)
        clock = SharedClock(rate)
        settings = Settings(
            environment="demo",
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'unused.sqlite'}",
            offices_mode="auto",
            seal_file=None,
            worker_seconds=0.4,
            undo_seconds=20,
            clerk_idle_minutes=_MANY,
            citizen_idle_minutes=_MANY,
            session_hours=_MANY,
            sign_in_tries=_MANY,
            sign_ins_of_client=_MANY,
            opens_of_client=_MANY,
            number_tries_a_day=_MANY,
            callbacks_of_client=_MANY,
            quarantine_of_hour=_MANY,
            forged_of_hour=_MANY,
            office_rest_seconds=60,
        )
        desk = build_desk(settings, clock=clock)
        desk = replace(
            desk,
            passwords=Passwords(memory_kib=64, time_cost=1),
            press=BlankPrinter(_blank_page()),
        )
        yield Ground(folder, server, desk, clock, hosts, failing)


def _in_memory() -> str | None:
    """Return the folder that lies in memory, when there is one with room.

    Processes are killed here, not the machine: what they wrote the kernel has, so a run
    need not wait for the disk.
    """
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY
    return None


def _blank_page() -> bytes:
    document, written = pypdfium2.PdfDocument.new(), BytesIO()
    document.new_page(*_A4)
    document.save(written)
    document.close()
    return written.getvalue()


async def _warm(world: World, app: FastAPI, door: socket.socket) -> None:
    """Serve in this process until every page has been used once."""
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, ws="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[door.dup()]))
    await warm_up(world, world.doors[0])
    server.should_exit = True
    await serving


def _pipe(stack: ExitStack) -> tuple[int, int]:
    read, write = os.pipe()
    stack.callback(os.close, read)
    stack.callback(os.close, write)
    return read, write

"""Pages and moves of one server process over HTTP, next to hello and to a twin.

The server runs as ``dat serve --no-worker`` on a temporary database, SQLite and then
PostgreSQL. Beside it run a service of the same framework that only says hello, and the
twin: the same three routes as Django and its REST framework make them. All are asked in
turns by the same client over sixteen connections.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from service.bench.load import Load, Page, each_once, under_load, visit
from service.bench.matters import desk_in
from service.bench.measures import Bar, Effort, Measure
from service.bench.postgres import postgres
from service.bench.processes import (
    ROOT,
    Server,
    serving,
    settled_megabytes,
    surroundings,
)
from service.bench.web_people import People, asked_for, people_in

CONNECTIONS = 16
# What share of the rate of hello, world a page should reach (P1, P2).
GOALS = {
    "sqlite": {"question": 0.20, "lookup": 0.40},
    "postgresql": {"question": 0.20, "lookup": 0.25},
}
# How many times as quick as the twin ours should be (P4).
TWIN_GOALS = {"question": 3.0, "lookup": 3.0, "move": 4.0}
# In how many milliseconds 99 of 100 answers should be there (P5).
DELAYS = {"question": 25.0, "lookup": 25.0, "move": 50.0}
# What the server and the worker may hold together, in how many containers (P7).
MEMORY_LIMIT, WEB_LIMIT, CONTAINERS = 512.0, 250.0, 2
# The client must be able to ask so much quicker than hello answers.
CLIENT_GOAL = 1.5

_HELLO = Page("/")
_COMPOSE = ROOT / "docs" / "deploy" / "compose.yaml"

Rounds = dict[str, list[Load]]


def measure(effort: Effort) -> Iterator[Measure]:
    """Measure the client, then the pages on both databases."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        yield _client(Path(name), effort)
    with TemporaryDirectory(prefix="dat-bench-") as name:
        yield from _on("sqlite", Path(name), effort)
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server may run as another user
        with postgres(folder) as server:
            ours, twin = server.new_database("ours"), server.new_database("twin")
            yield from _on("postgresql", folder, effort, (ours, twin))
    yield _containers()


def _client(folder: Path, effort: Effort) -> Measure:
    """Show that the client is no bottleneck: it asks quicker than hello answers."""
    around = surroundings(folder)
    rates: dict[str, list[float]] = {"responder": [], "hello": []}
    with (
        serving(["service.bench.responder"], around) as responder,
        serving(["service.bench.hello"], around) as hello,
    ):
        for _ in range(effort.visits):
            rates["responder"].append(_asked(responder, _HELLO, effort).rate)
            rates["hello"].append(_asked(hello, _HELLO, effort).rate)
    both = zip(rates["responder"], rates["hello"], strict=True)
    return Measure(
        "web.client",
        median(rates["responder"]),
        median(rates["hello"]),
        "hello, world; asked of a server that does nothing",
        "requests/s",
        median(mine / theirs for mine, theirs in both),
        Bar(CLIENT_GOAL, "least", firm=False),
    )


def _on(
    dialect: str, folder: Path, effort: Effort, addresses: tuple[str, str] | None = None
) -> Iterator[Measure]:
    """Measure on one database: at the addresses, else in files of the folder."""
    ours_at, twin_at = addresses or (None, str(folder / "twin.sqlite"))
    desk = desk_in(folder, ours_at)
    people = people_in(desk, effort.moves * effort.visits)
    desk.database.dispose()
    rows = folder / "rows.json"
    rows.write_text(json.dumps(people.rows, default=str), "utf-8")
    around = surroundings(folder)
    if ours_at is not None:
        around["DAT_DATABASE_URL"] = ours_at
    twin_line = [
        "service.bench.django_twin",
        "--database",
        twin_at,
        "--rows",
        str(rows),
    ]
    with ExitStack() as opened:
        ours = opened.enter_context(
            serving(["service", "serve", "--no-worker"], around)
        )
        hello = opened.enter_context(serving(["service.bench.hello"], around))
        twin = opened.enter_context(serving(twin_line, around))
        question = asked_for(people.question, ours.port)
        visit(ours.port, [question, people.lookup, *people.others], effort.pages)
        visit(hello.port, [_HELLO], effort.pages)
        visit(twin.port, [people.twin_question, people.twin_lookup], effort.pages)
        if dialect == "sqlite":
            yield from _memory(ours, hello, around)
        rounds = _rounds(ours, hello, twin, question, people, effort)
    yield from _told(dialect, rounds)


def _rounds(
    ours: Server,
    hello: Server,
    twin: Server,
    question: Page,
    people: People,
    effort: Effort,
) -> Rounds:
    """Ask all three servers for everything in turns."""
    taken: Rounds = {}
    for number in range(effort.visits):
        part = slice(number * effort.moves, (number + 1) * effort.moves)
        once: Mapping[str, tuple[Server, list[Page]]] = {
            "move": (ours, people.moves[part]),
            "twin.move": (twin, people.twin_moves[part]),
        }
        again: Mapping[str, tuple[Server, Page]] = {
            "hello": (hello, _HELLO),
            "question": (ours, question),
            "twin.question": (twin, people.twin_question),
            "lookup": (ours, people.lookup),
            "twin.lookup": (twin, people.twin_lookup),
        }
        for name, (server, page) in again.items():
            taken.setdefault(name, []).append(_asked(server, page, effort))
        for name, (server, pages) in once.items():
            made = each_once(server.port, pages, connections=CONNECTIONS)
            taken.setdefault(name, []).append(made)
    return taken


def _asked(server: Server, page: Page, effort: Effort) -> Load:
    return under_load(
        server.port, page, connections=CONNECTIONS, seconds=effort.seconds
    )


# --- what came of it ------------------------------------------------------------------


def _told(dialect: str, rounds: Rounds) -> Iterator[Measure]:
    for name, goal in GOALS[dialect].items():
        promise = "P1" if name == "question" else "P2"
        bar = Bar(goal, "least", firm=False)
        yield _rates(f"web.{dialect}.{name}", rounds, name, "hello", bar, promise)
    for name, goal in TWIN_GOALS.items():
        bar = Bar(goal, "least", firm=False)
        other = f"twin.{name}"
        yield _rates(f"web.{dialect}.twin.{name}", rounds, name, other, bar, "P4")
    for name, goal in DELAYS.items():
        yield _delays(f"web.{dialect}.delay.{name}", rounds, name, goal)


def _rates(
    name: str, rounds: Rounds, mine: str, theirs: str, bar: Bar, promise: str
) -> Measure:
    ours, others = ([each.rate for each in rounds[key]] for key in (mine, theirs))
    against = "hello, world" if theirs == "hello" else "Django and its REST framework"
    return Measure(
        name,
        median(ours),
        median(others),
        against,
        "requests/s",
        median(a / b for a, b in zip(ours, others, strict=True)),
        bar,
        promise,
    )


def _delays(name: str, rounds: Rounds, mine: str, goal: float) -> Measure:
    ours, hello = (
        [each.delay(0.99) * 1000 for each in rounds[key]] for key in (mine, "hello")
    )
    return Measure(
        name,
        median(ours),
        median(hello),
        f"hello, world; 99 of 100 over {CONNECTIONS} connections",
        "ms",
        median(a / b for a, b in zip(ours, hello, strict=True)),
        Bar(goal, "most", of="value", firm=False),
        "P5",
    )


def _memory(
    ours: Server, hello: Server, around: Mapping[str, str]
) -> Iterator[Measure]:
    """Weigh the server after its pages, and with a worker beside it."""
    web, bare = ours.resident_megabytes(), hello.resident_megabytes()
    goal = Bar(WEB_LIMIT, "most", of="value", firm=False)
    yield Measure("web.memory", web, bare, "hello, world", "MB", web / bare, goal)
    both = web + settled_megabytes(["service", "worker"], around)
    # It is so near that the allocator decides: a goal, which fails no run.
    limit = Bar(MEMORY_LIMIT, "most", of="value", firm=False)
    yield Measure(
        "footprint.memory",
        both,
        bare,
        "hello, world; the server and a worker",
        "MB",
        both / bare,
        limit,
        "P7",
    )


def _containers() -> Measure:
    """Count the containers of an installation in the file that starts it."""
    _, _, below = _COMPOSE.read_text("utf-8").partition("\nservices:\n")
    services = re.split(r"^\S", below, maxsplit=1, flags=re.MULTILINE)[0]
    count = len(re.findall(r"^  \w[\w-]*:", services, re.MULTILINE))
    limit = Bar(CONTAINERS, "most", of="value")
    return Measure(
        "footprint.containers", count, CONTAINERS, "the goal", "containers",
        count / CONTAINERS, limit, "P7",
    )  # fmt: skip

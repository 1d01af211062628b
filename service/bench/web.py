"""Pages of one server process, next to a service that only says hello.

The server runs as ``dat serve --no-worker`` on a temporary SQLite file with the made-up
cases of the demo. Both servers are asked in turns by the same client.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from service.auth.sessions import open_matter
from service.bench.load import Page, rate, visit
from service.bench.measures import Bar, Effort, Measure
from service.bench.processes import LOOPBACK, Server, serving, surroundings
from service.composition import build_desk
from service.persistence.database import upgrade
from service.settings import Settings
from service.usecases.demo import SeededAccount, seed
from service.web.dependencies import SESSION

MEMORY_LIMIT = 250.0
GOALS = {"question": 0.20, "lookup": 0.40}
ROUNDS = 3
CONNECTIONS = 16
_HELLO = Page("/")
_TRACKING = "/tra-cuu"


@dataclass(frozen=True, slots=True)
class _Visitor:
    """A citizen of the demo: the code of the matter, and a session that opens it."""

    code: str
    cookies: str

    def page(self, path: str) -> Page:
        return Page(path, self.cookies)


def measure(effort: Effort) -> Iterator[Measure]:
    """Measure memory after many pages, then the rates of two pages."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        visitors = _seeded(folder)
        around = surroundings(folder)
        with (
            serving(["service", "serve", "--no-worker"], around) as ours,
            serving(["service.bench.hello"], around) as hello,
        ):
            asked = _asked(ours, visitors)
            yield _memory(ours, hello, visitors, asked, effort)
            yield from _rates(ours, hello, visitors, asked, effort)


def _seeded(folder: Path) -> list[_Visitor]:
    settings = Settings(
        environment="demo",
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'dat.sqlite'}",
    )
    desk = build_desk(settings)
    upgrade(desk.database)

    def visitor(account: SeededAccount) -> _Visitor:
        signed = open_matter(desk, account.name, account.password)
        return _Visitor(account.name, f"{SESSION}={signed.token}; dat_visit=bench")

    accounts = [each for each in seed(desk) if each.path == _TRACKING]
    visitors = [visitor(account) for account in accounts]
    desk.database.dispose()
    return visitors


def _asked(ours: Server, visitors: list[_Visitor]) -> Page:
    """Return the page of the next question of the first matter that has one."""
    for visitor in visitors:
        connection = http.client.HTTPConnection(LOOPBACK, ours.port, timeout=20)
        with closing(connection):
            connection.request(
                "GET",
                f"/ho-so/{visitor.code}/cau-hoi",
                headers={"Cookie": visitor.cookies},
            )
            place = connection.getresponse().headers.get("Location", "")
        if "/cau-hoi/" in place:
            return visitor.page(place)
    raise RuntimeError("no matter of the demo has an open question")


def _memory(
    ours: Server, hello: Server, visitors: list[_Visitor], asked: Page, effort: Effort
) -> Measure:
    pages = [Page("/"), asked]
    for each in visitors:
        pages += [
            Page(f"{_TRACKING}?ma={each.code}"),
            each.page(f"/ho-so/{each.code}"),
            each.page(f"/ke-hoach/{each.code}"),
        ]
    visit(ours.port, pages, effort.pages)
    visit(hello.port, [_HELLO], effort.pages)
    value, baseline = ours.resident_megabytes(), hello.resident_megabytes()
    return Measure(
        "web.memory",
        value,
        baseline,
        "hello, world",
        "MB",
        value / baseline,
        Bar(MEMORY_LIMIT, "most", of="value"),
    )


def _rates(
    ours: Server, hello: Server, visitors: list[_Visitor], asked: Page, effort: Effort
) -> Iterator[Measure]:
    pages = {
        "question": asked,
        "lookup": Page(f"{_TRACKING}?ma={visitors[0].code}"),
    }
    taken: dict[str, list[float]] = {name: [] for name in ("hello", *pages)}
    for _ in range(ROUNDS):
        taken["hello"].append(_rate(hello, _HELLO, effort))
        for name, page in pages.items():
            taken[name].append(_rate(ours, page, effort))
    for name in pages:
        ratios = zip(taken[name], taken["hello"], strict=True)
        yield Measure(
            f"web.{name}",
            median(taken[name]),
            median(taken["hello"]),
            "hello, world",
            "requests/s",
            median(a / b for a, b in ratios),
            Bar(GOALS[name], "least", firm=False),
        )


def _rate(server: Server, page: Page, effort: Effort) -> float:
    return rate(server.port, page, connections=CONNECTIONS, seconds=effort.seconds)

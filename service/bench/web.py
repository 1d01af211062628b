"""Pages of one server process, next to a service that only says hello.

The server runs as ``dat serve --no-worker`` on a temporary SQLite file with two matters
in it. Both servers are asked in turns by the same client.
"""

from __future__ import annotations

import http.client
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from service.auth.sessions import open_matter
from service.bench.load import Page, rate, visit
from service.bench.matters import Opened, desk_in, handed_in, told
from service.bench.measures import Bar, Effort, Measure
from service.bench.processes import LOOPBACK, Server, serving, surroundings
from service.web.csrf import VISIT
from service.web.desks import SESSION

MEMORY_LIMIT = 250.0
# What share of the rate of hello, world a page should reach.
GOALS = {"question": 0.20, "lookup": 0.40}
CONNECTIONS = 16

_ROUNDS = 3
_HELLO = Page("/")


@dataclass(frozen=True, slots=True)
class _Visitor:
    """A citizen: the code of the matter, that of its case, the cookies that open it."""

    code: str
    case: str
    cookies: str

    def page(self, path: str) -> Page:
        return Page(path, self.cookies)


def measure(effort: Effort) -> Iterator[Measure]:
    """Measure memory after many pages, then the rates of two pages."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        asked, waiting = _visitors(folder)
        around = surroundings(folder)
        with (
            serving(["service", "serve", "--no-worker"], around) as ours,
            serving(["service.bench.hello"], around) as hello,
        ):
            pages = _pages(asked, waiting, ours.port)
            yield _memory(ours, hello, pages.values(), effort)
            yield from _rates(ours, hello, pages, effort)


def _visitors(folder: Path) -> tuple[_Visitor, _Visitor]:
    """Return who is still asked, and who waits for an office."""
    desk = desk_in(folder)

    def visitor(opened: Opened) -> _Visitor:
        signed = open_matter(desk, opened.code, opened.pin)
        cookies = f"{SESSION}={signed.token}; {VISIT}=bench"
        return _Visitor(opened.code, opened.case, cookies)

    both = visitor(told(desk)), visitor(handed_in(desk))
    desk.database.dispose()
    return both


def _question_of(visitor: _Visitor, port: int) -> Page:
    """Return the page of the visitor's next question; the server says which it is."""
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=20)) as client:
        path = f"/ho-so/{visitor.code}/cau-hoi"
        client.request("GET", path, headers={"Cookie": visitor.cookies})
        return visitor.page(client.getresponse().headers["Location"])


def _pages(asked: _Visitor, waiting: _Visitor, port: int) -> dict[str, Page]:
    return {
        "question": _question_of(asked, port),
        "lookup": Page(f"/tra-cuu?ma={waiting.case}"),
        "home": Page("/"),
        "goal": Page("/viec/give"),
        "matter": waiting.page(f"/ho-so/{waiting.code}"),
        "answers": waiting.page(f"/ho-so/{waiting.code}/kiem-tra"),
        "plan": waiting.page(f"/ke-hoach/{waiting.code}"),
    }


def _memory(
    ours: Server, hello: Server, pages: Collection[Page], effort: Effort
) -> Measure:
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
    ours: Server, hello: Server, pages: Mapping[str, Page], effort: Effort
) -> Iterator[Measure]:
    rates: dict[str, list[float]] = {name: [] for name in ("hello", *GOALS)}
    for _ in range(_ROUNDS):
        rates["hello"].append(_rate(hello, _HELLO, effort))
        for name in GOALS:
            rates[name].append(_rate(ours, pages[name], effort))
    for name, goal in GOALS.items():
        both = zip(rates[name], rates["hello"], strict=True)
        yield Measure(
            f"web.{name}",
            median(rates[name]),
            median(rates["hello"]),
            "hello, world",
            "requests/s",
            median(mine / theirs for mine, theirs in both),
            Bar(goal, "least", firm=False),
        )


def _rate(server: Server, page: Page, effort: Effort) -> float:
    return rate(server.port, page, connections=CONNECTIONS, seconds=effort.seconds)

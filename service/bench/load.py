"""A client that costs little: connections kept open, one request after another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice, repeat, takewhile
from time import perf_counter

from service.bench.processes import LOOPBACK

_PATIENCE = 120.0
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


class UnexpectedAnswerError(RuntimeError):
    """The server did not do what was asked; there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for: a path, with the cookies of whoever asks.

    With a form it is sent there, and the answer may lead on to another page.
    """

    path: str
    cookies: str = ""
    form: str | None = None

    def request(self) -> bytes:
        """Return the request as it goes over the wire."""
        method = "GET" if self.form is None else "POST"
        lines = [f"{method} {self.path} HTTP/1.1", f"Host: {LOOPBACK}"]
        if self.cookies:
            lines.append(f"Cookie: {self.cookies}")
        if self.form is not None:
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(self.form)}")
        return "\r\n".join([*lines, "", self.form or ""]).encode()


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did: in how many seconds, and how long each answer took."""

    seconds: float
    delays: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Return the answers in a second."""
        return len(self.delays) / self.seconds

    def delay(self, share: float) -> float:
        """Return the seconds in which such a share of the answers was there."""
        return sorted(self.delays)[
            min(int(len(self.delays) * share), len(self.delays) - 1)
        ]


def under_load(port: int, page: Page, *, connections: int, seconds: float) -> Load:
    """Ask for one page again and again, over so many connections at once."""
    until = perf_counter() + seconds

    def again() -> Iterator[bytes]:
        return takewhile(lambda _: perf_counter() < until, repeat(page.request()))

    return _load(port, [again() for _ in range(connections)])


def each_once(port: int, pages: Sequence[Page], *, connections: int) -> Load:
    """Ask for each page once; whichever connection is free takes the next one."""
    requests = iter([page.request() for page in pages])
    return _load(port, [requests] * connections)


def rate(port: int, page: Page, *, connections: int, seconds: float) -> float:
    """Return how many answers a second so many connections get."""
    return under_load(port, page, connections=connections, seconds=seconds).rate


def visit(port: int, pages: Iterable[Page], count: int) -> None:
    """Ask for the pages in turn, ``count`` requests in all, on one connection."""
    _load(port, [islice(cycle([page.request() for page in pages]), count)])


def _load(port: int, lanes: Iterable[Iterator[bytes]]) -> Load:
    start = perf_counter()
    delays = asyncio.run(_ask_all(port, lanes))
    return Load(perf_counter() - start, tuple(delays))


async def _ask_all(port: int, lanes: Iterable[Iterator[bytes]]) -> list[float]:
    loop = asyncio.get_running_loop()
    finished: list[asyncio.Future[list[float]]] = []
    async with asyncio.timeout(_PATIENCE):
        for requests in lanes:
            finished.append(loop.create_future())
            client = partial(_Client, requests, finished[-1])
            await loop.create_connection(client, LOOPBACK, port)
        return [delay for each in await asyncio.gather(*finished) for delay in each]


class _Client(asyncio.Protocol):
    """One connection: sends a request when the answer to the last one is there."""

    def __init__(
        self, requests: Iterator[bytes], told: asyncio.Future[list[float]]
    ) -> None:
        self._told = told
        self._requests = requests
        self._delays: list[float] = []
        self._asked = self._got = b""
        self._since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._next()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(_END_OF_HEAD)
        if not found:
            return
        length = int(head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        if self._is_done(head.split(maxsplit=2)[1]):
            self._delays.append(perf_counter() - self._since)
            self._next()
        else:
            self._fail(head.partition(b"\r\n")[0].decode())

    def _is_done(self, status: bytes) -> bool:
        """Return whether the page came, or the form was taken."""
        return status == b"200" or (status == b"303" and self._asked[:4] == b"POST")

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"closed: {exc}")

    def _next(self) -> None:
        self._got = b""
        self._asked = next(self._requests, b"")
        self._since = perf_counter()
        if self._asked:
            self._transport.write(self._asked)
        else:
            self._told.set_result(self._delays)
            self._transport.close()

    def _fail(self, answer: str) -> None:
        if not self._told.done():
            path = self._asked.split()[1].decode()
            error = UnexpectedAnswerError(f"{path}: {answer}")
            self._told.set_exception(error)
            self._transport.close()

"""A client that costs little: connections kept open, one request after another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice, repeat, takewhile
from time import perf_counter

from service.bench.processes import LOOPBACK

_PATIENCE = 30.0
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


class UnexpectedAnswerError(RuntimeError):
    """The server answered something else than 200; there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for: a path, with the cookies of whoever asks."""

    path: str
    cookies: str = ""

    def request(self) -> bytes:
        """Return the request as it goes over the wire."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {LOOPBACK}"]
        if self.cookies:
            lines.append(f"Cookie: {self.cookies}")
        return "\r\n".join([*lines, "", ""]).encode()


def rate(port: int, page: Page, *, connections: int, seconds: float) -> float:
    """Return how many answers a second so many connections get."""
    start = perf_counter()
    until = start + seconds

    def again() -> Iterator[bytes]:
        return takewhile(lambda _: perf_counter() < until, repeat(page.request()))

    count = asyncio.run(_ask_all(port, [again() for _ in range(connections)]))
    return count / (perf_counter() - start)


def visit(port: int, pages: Iterable[Page], count: int) -> None:
    """Ask for the pages in turn, ``count`` requests in all, on one connection."""
    requests = islice(cycle([page.request() for page in pages]), count)
    asyncio.run(_ask_all(port, [requests]))


async def _ask_all(port: int, lanes: Iterable[Iterator[bytes]]) -> int:
    loop = asyncio.get_running_loop()
    counts: list[asyncio.Future[int]] = []
    async with asyncio.timeout(_PATIENCE):
        for requests in lanes:
            counts.append(loop.create_future())
            client = partial(_Client, requests, counts[-1])
            await loop.create_connection(client, LOOPBACK, port)
        return sum(await asyncio.gather(*counts))


class _Client(asyncio.Protocol):
    """One connection: sends a request when the answer to the last one is there."""

    def __init__(self, requests: Iterator[bytes], count: asyncio.Future[int]) -> None:
        self._told = count
        self._requests = requests
        self._count = 0
        self._asked = self._got = b""

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
        if head.split(maxsplit=2)[1] == b"200":
            self._count += 1
            self._next()
        else:
            self._fail(head.partition(b"\r\n")[0].decode())

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"closed: {exc}")

    def _next(self) -> None:
        self._got = b""
        self._asked = next(self._requests, b"")
        if self._asked:
            self._transport.write(self._asked)
        else:
            self._told.set_result(self._count)
            self._transport.close()

    def _fail(self, answer: str) -> None:
        if not self._told.done():
            path = self._asked.split()[1].decode()
            error = UnexpectedAnswerError(f"{path}: {answer}")
            self._told.set_exception(error)
            self._transport.close()

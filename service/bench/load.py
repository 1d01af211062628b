"""A client that costs little: connections kept open, one request after another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from time import perf_counter

from service.bench.processes import LOOPBACK

_PATIENCE = 20.0


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
    return asyncio.run(_rate(port, page, connections, seconds))


def visit(port: int, pages: Sequence[Page], count: int) -> None:
    """Ask for the pages in turn, ``count`` requests in all, on one connection."""
    asyncio.run(_visit(port, list(islice(cycle(pages), count))))


async def _rate(port: int, page: Page, connections: int, seconds: float) -> float:
    start = perf_counter()
    until = start + seconds
    lanes = (_lane(port, page, until) for _ in range(connections))
    counts = await asyncio.gather(*lanes)
    return sum(counts) / (perf_counter() - start)


async def _lane(port: int, page: Page, until: float) -> int:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    request, count = page.request(), 0
    while perf_counter() < until:
        await _ask(reader, writer, request)
        count += 1
    writer.close()
    return count


async def _visit(port: int, pages: Sequence[Page]) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    for page in pages:
        await _ask(reader, writer, page.request())
    writer.close()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> None:
    writer.write(request)
    async with asyncio.timeout(_PATIENCE):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
    if head.split(maxsplit=2)[1] != b"200":
        answer = head.split(b"\r\n")[0].decode()
        raise UnexpectedAnswerError(f"{request.split()[1].decode()}: {answer}")

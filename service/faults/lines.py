"""HTTP/1.1 as bare as it comes: whole messages over one connection that may break."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
SECONDS = 10.0
# Whatever may happen to somebody who waits for an answer on a bad road.
BROKEN = (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, EOFError)


@dataclass(frozen=True, slots=True)
class Whole:
    """One request or answer: its first line and headers, and its body."""

    head: bytes
    body: bytes

    @property
    def raw(self) -> bytes:
        """Return it as it goes over the wire."""
        return self.head + self.body

    @property
    def status(self) -> int:
        """Return the status of an answer."""
        return int(self.head.split(b" ", 2)[1])

    def headers(self, name: str) -> Iterator[str]:
        """Yield the values of a header."""
        for line in self.head.split(b"\r\n")[1:]:
            field, _, value = line.partition(b":")
            if field.decode("latin-1").lower() == name:
                yield value.decode("latin-1").strip()


async def read(reader: asyncio.StreamReader) -> Whole | None:
    """Return one whole request or answer, None when there is no more.

    Raises IncompleteReadError when it ends in the middle.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    fields = head.lower()
    if b"transfer-encoding: chunked" in fields:
        return Whole(head, await _chunks(reader))
    _, found, rest = fields.partition(b"\r\ncontent-length:")
    length = int(rest.split(b"\r\n", 1)[0]) if found else 0
    return Whole(head, await reader.readexactly(length) if length else b"")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    raw = b""
    while True:
        line = await reader.readline()
        size = int(line.strip() or b"0", 16)
        raw += line + await reader.readexactly(size + 2)
        if size == 0:
            return raw


@dataclass(slots=True)
class Line:
    """A connection to a port of this machine, opened anew after it broke.

    Through one ``gate`` only so many ask at once.
    """

    port: int
    gate: asyncio.Semaphore | None = None
    _pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Whole:
        """Send one request and return the whole answer; else raise one of BROKEN."""
        told = {"host": LOOPBACK, "content-length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
        head = f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")
        try:
            async with self.gate or nullcontext(), asyncio.timeout(SECONDS):
                if self._pair is None:
                    self._pair = await asyncio.open_connection(LOOPBACK, self.port)
                reader, writer = self._pair
                writer.write(head + body)
                await writer.drain()
                answer = await read(reader)
        except BaseException:
            self.close()
            raise
        if answer is None:
            self.close()
            raise EOFError(path)
        return answer

    def close(self) -> None:
        """Break the connection off."""
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None

"""The bad road between people and the service: a proxy that cuts, delays and halves.

It leads to one host after the other, past one that does not take the connection.
Answers are lost most of all, since then nobody knows whether something was done.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from service.faults.lines import BROKEN, LOOPBACK, read

_RESET = struct.pack("ii", 1, 0)  # linger on, for no time: close sends a reset
# What may happen to one request or its answer, and how often of a thousand.
KINDS = {
    "refused connection": 130,
    "cut request": 130,
    "cut answer": 50,
    "lost answer": 60,
    "reset": 130,
    "half-closed": 30,
    "slow request": 50,
}
_THOUSAND = 1000


def choose(chance: Random) -> str:
    """Return what happens to a request; an empty text when nothing does."""
    left = chance.randrange(_THOUSAND)
    for kind, weight in KINDS.items():
        left -= weight
        if left < 0:
            return kind
    return ""


@dataclass(slots=True)
class Proxy:
    """Leads from ``port`` to the service; while ``calm`` it does no harm."""

    to: Sequence[int]
    chance: Random
    count: Callable[[str], None]
    calm: bool = False
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _next: int = 0

    async def start(self) -> None:
        """Begin to listen on a free port."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0, backlog=256)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End every connection and stop listening."""
        if self._server is None:
            return
        self._server.close()
        for writer in list(self._open):
            writer.close()
        await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._open.add(writer)
        served: asyncio.StreamWriter | None = None
        try:
            back, served = await self._host()
            self._open.add(served)
            while await self._exchange((reader, writer), (back, served)):
                pass
        except (*BROKEN, asyncio.CancelledError):
            # Either side went away, or the run is over.
            return
        finally:
            for each in (writer, served):
                if each is not None:
                    self._open.discard(each)
                    each.close()

    async def _host(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the host whose turn it is, or to one after it that answers."""
        self._next += 1
        for place in range(self._next, self._next + len(self.to) - 1):
            with suppress(OSError):
                return await asyncio.open_connection(
                    LOOPBACK, self.to[place % len(self.to)]
                )
        last = self.to[(self._next - 1) % len(self.to)]
        return await asyncio.open_connection(LOOPBACK, last)

    async def _exchange(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        service: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> bool:
        """Lead one request there and its answer back; False ends the connection."""
        whole = await read(client[0])
        if whole is None:
            return False
        asked = whole.raw
        harm = "" if self.calm else choose(self.chance)
        if harm:
            self.count(harm)
        match harm:
            case "refused connection":
                return False
            case "reset":
                _reset(client[1])
                return False
            case "cut request":
                service[1].write(asked[: self.chance.randrange(1, len(asked))])
                await service[1].drain()
                return False
            case "slow request":
                middle = self.chance.randrange(1, len(asked))
                service[1].write(asked[:middle])
                await asyncio.sleep(0.01 + 0.05 * self.chance.random())
                service[1].write(asked[middle:])
            case "half-closed":
                service[1].write(asked)
                service[1].write_eof()
            case _:
                service[1].write(asked)
        await service[1].drain()
        told = await read(service[0])
        if told is None or harm == "lost answer":
            return False
        answer = told.raw
        if harm == "cut answer":
            answer = answer[: self.chance.randrange(1, len(answer))]
        client[1].write(answer)
        await client[1].drain()
        return harm != "cut answer"


def _reset(writer: asyncio.StreamWriter) -> None:
    own = writer.get_extra_info("socket")
    if isinstance(own, socket.socket) or own is not None:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()

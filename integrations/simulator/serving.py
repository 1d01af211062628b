"""Several simulated offices in one process, each on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Generator, Sequence

import uvicorn
from starlette.applications import Starlette

from integrations.listening import listening_socket


class _Server(uvicorn.Server):
    """A server that leaves the signals to whoever runs several of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take no signal."""
        yield


def listen(host: str, base: int, count: int) -> list[socket.socket]:
    """Return sockets on following ports from ``base``; on free ones for 0.

    Raises OSError when one of the ports is taken.
    """
    with contextlib.ExitStack() as opened:
        sockets = [
            opened.enter_context(listening_socket(host, base + number if base else 0))
            for number in range(count)
        ]
        opened.pop_all()
    return sockets


def address_of(listening: socket.socket) -> str:
    """Return the address of a server on this socket."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


async def serve(
    apps: Sequence[Starlette], sockets: Sequence[socket.socket], ends: asyncio.Event
) -> None:
    """Serve each app on its socket until a signal comes or ``ends`` is set."""
    servers = [
        _Server(uvicorn.Config(app, log_level="critical", ws="none")) for app in apps
    ]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError, RuntimeError):
            # In a thread other than the main one there are no signals to take.
            loop.add_signal_handler(number, ends.set)
    serving = asyncio.gather(
        *(
            server.serve([listening])
            for server, listening in zip(servers, sockets, strict=True)
        )
    )
    await ends.wait()
    for server in servers:
        server.should_exit = True
    await serving

"""A socket that listens, for servers that are given theirs."""

from __future__ import annotations

import socket


def listening_socket(host: str, port: int = 0, backlog: int = 100) -> socket.socket:
    """Return a socket that listens at a port; at a free one for 0.

    It says that it is TCP, which ``socket.create_server`` leaves open: only then does
    asyncio send each piece of an answer at once. Else every second piece waits for the
    other side's acknowledgement, for 40 ms. Raises OSError when the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(backlog)
    except OSError:
        listening.close()
        raise
    return listening

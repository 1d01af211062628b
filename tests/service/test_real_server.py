"""What the server of an installation makes of bytes that no browser would send."""

import io
import json
import logging
import socket
import threading
from contextlib import contextmanager

import pytest

from integrations.listening import listening_socket
from service.commands.serve import server_of
from service.main import create_app
from service.observability import JsonLines

ELSEWHERE = "203.0.113.9"


@contextmanager
def serving(desk):
    """Serve as ``dat serve`` does; give the port."""
    with listening_socket("127.0.0.1") as listening:
        server = server_of(create_app(desk), "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(60)


def says(port, text):
    """Send bytes and return all that comes back until the server closes the line."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(text.replace("\n", "\r\n").encode())
        told = b""
        while piece := line.recv(65536):
            told += piece
    return told.decode("utf-8", "replace")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_request_with_two_lengths_is_refused(desk):
    """Else a second request could hide in the first, past the proxy."""
    hidden = "GET /readyz HTTP/1.1\nHost: a\n\n"
    with serving(desk) as port:
        fine = says(port, "GET /livez HTTP/1.1\nHost: a\nConnection: close\n\n")
        assert fine.startswith("HTTP/1.1 200")
        assert "\r\nserver:" not in fine.lower()
        for lengths in (
            "Content-Length: 5\nContent-Length: 0",
            "Transfer-Encoding: chunked, identity",
            "Content-Length: +5",
        ):
            told = says(
                port,
                f"POST /livez HTTP/1.1\nHost: a\n{lengths}\n\n0\n\n{hidden}",
            )
            answers = told.count("HTTP/1.1 ")
            assert "200 OK" not in told, lengths
            assert answers <= 2, lengths
            assert told.startswith(("HTTP/1.1 400", "HTTP/1.1 405")), lengths
        # With both, the pieces count and the length does not (RFC 9112): the whole body
        # is the one empty piece, whatever length was told.
        both = f"Content-Length: {len(hidden) + 9}\nTransfer-Encoding: chunked"
        told = says(port, f"POST /livez HTTP/1.1\nHost: a\n{both}\n\n0\n\n{hidden}")
        assert told.startswith("HTTP/1.1 400") or told.count("HTTP/1.1 ") == 2
        for bare in ("X-A: a\nX B: c", "X-A : b", ": nothing"):
            told = says(port, f"GET /livez HTTP/1.1\nHost: a\n{bare}\n\n")
            assert told.startswith("HTTP/1.1 400"), bare


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_address_that_a_visitor_claims_counts_only_from_the_proxy(desk, monkeypatch):
    """The address that limits count by is that of the line, unless a proxy says it."""
    asked = (
        "POST /dang-nhap HTTP/1.1\nHost: a\nConnection: close\n"
        f"X-Forwarded-For: {ELSEWHERE}\nContent-Length: 0\n\n"
    )
    for proxy, source in (("10.9.8.7", "127.0.0.1"), ("127.0.0.1", ELSEWHERE)):
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", proxy)
        kept = io.StringIO()
        handler = logging.StreamHandler(kept)
        handler.setFormatter(JsonLines())
        logger = logging.getLogger("service.security")
        logger.addHandler(handler)
        try:
            with serving(desk) as port:
                assert "HTTP/1.1 403" in says(port, asked)
        finally:
            logger.removeHandler(handler)
        (line,) = (json.loads(each) for each in kept.getvalue().splitlines())
        assert line["source"] == source, proxy

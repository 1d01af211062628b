"""What the server of an installation makes of bytes that no browser would send."""

import io
import json
import logging
import socket
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from integrations.listening import listening_socket
from service.commands.serve import server_of
from service.main import create_app
from service.observability import JsonLines

ELSEWHERE = "203.0.113.9"
DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
# Addresses of this machine in the place of those of the containers' network.
GATEWAY, DATABASE, MOST = "127.30.66.1", "127.30.66.2", 3


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


@contextmanager
def a_proxy(port):
    """Stand before the server as the guide says: the address of the visitor, anew."""
    with listening_socket("127.0.0.1") as door:

        def work():
            while True:
                try:
                    line, (visitor, _) = door.accept()
                except OSError:
                    return
                with line:
                    line.sendall(passed_on(port, line.recv(65536).decode(), visitor))

        threading.Thread(target=work, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def passed_on(port, asked, visitor):
    kept = [
        each
        for each in asked.rstrip("\r\n").split("\r\n")
        if not each.lower().startswith("x-forwarded-for:")
    ]
    return says_from(GATEWAY, port, [*kept, f"X-Forwarded-For: {visitor}"])


def says_from(address, port, lines):
    """Send a request from an address of this machine; return the answer."""
    there = ("127.0.0.1", port)
    with socket.create_connection(there, 60, (address, 0)) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        told = b""
        while piece := line.recv(65536):
            told += piece
    return told


def looks_up(address, port, *more):
    """Ask for a code that names nothing; return the status of the answer."""
    lines = ["GET /tra-cuu?ma=HS-00000-00000-00000-0 HTTP/1.1", "Host: a"]
    told = says_from(address, port, [*lines, "Connection: close", *more])
    return int(told.split()[1])


def claims(*addresses):
    return f"X-Forwarded-For: {', '.join(addresses)}"


@pytest.fixture
def as_composed(monkeypatch):
    """Trust whom the compose file trusts, with addresses of this machine."""
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    trusted = told["services"]["dat"]["environment"]["FORWARDED_ALLOW_IPS"]
    (net,) = told["networks"]["default"]["ipam"]["config"]
    assert trusted == net["gateway"]
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted.replace("172.", "127.", 1))
    assert trusted.replace("172.", "127.", 1) == GATEWAY


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("as_composed")
def test_behind_the_proxy_of_the_compose_file_each_visitor_has_limits_of_her_own(desks):
    one, other = "127.0.0.11", "127.0.0.12"
    desk = desks.make(misses_of_client=MOST)
    with serving(desk) as port, a_proxy(port) as door:
        # Whatever she claims, it is her own address that is counted.
        told = Counter(
            looks_up(one, door, claims(f"198.51.100.{n}")) for n in range(MOST + 2)
        )
        assert told[429] == 2
        assert looks_up(one, door, claims(GATEWAY)) == 429
        assert looks_up(other, door) != 429


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("as_composed")
def test_who_comes_past_the_proxy_counts_as_himself_and_uses_up_nobodys_limit(desks):
    visitor = "127.0.0.11"
    desk = desks.make(misses_of_client=MOST)
    with serving(desk) as port, a_proxy(port) as door:
        for claimed in (claims(visitor), claims(visitor, GATEWAY), claims(GATEWAY)):
            looks_up(DATABASE, port, claimed)
        assert looks_up(DATABASE, port, claims(ELSEWHERE)) == 429
        assert looks_up(visitor, door) != 429

"""Simulated offices on real loopback ports, and a door that hears what they say."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from integrations import webhooks
from integrations.http import Line, OfficeClient
from integrations.simulator.behaviour import Plan
from integrations.simulator.offices import KINDS, Trial, close_offices, open_offices
from integrations.simulator.pages import operator_pages
from integrations.simulator.serving import address_of, listen, serve
from integrations.simulator.wire import create_app

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
KEY = b"a key of the office and ours, 32 bytes"
# Longer than a busy machine takes, shorter than anybody waits for a test that hangs.
PATIENCE = 30


@contextmanager
def running(apps):
    """Serve apps on free ports until the block ends; give their addresses."""
    sockets, ends = listen("127.0.0.1", 0, len(apps)), []

    async def until_told():
        ends.extend([asyncio.Event(), asyncio.get_running_loop()])
        await serve(apps, sockets, ends[0])

    thread = threading.Thread(target=lambda: asyncio.run(until_told()), daemon=True)
    thread.start()
    try:
        yield [address_of(each) for each in sockets]
    finally:
        ends[1].call_soon_threadsafe(ends[0].set)
        thread.join(20)


@contextmanager
def hasty(*clients):
    """Let clients wait, in this block, for no answer that does not come at once."""
    for each in clients:
        each._client.timeout = 0.1
    try:
        yield
    finally:
        for each in clients:
            each._client.timeout = PATIENCE


@pytest.fixture
def an_office(tmp_path):
    """Open one office on a port, with a client that signs as the service does."""

    @contextmanager
    def opened(name="tax", plan=None, *, auto=True, clock=lambda: NOW):
        keys = dict.fromkeys(KINDS, (KEY,))
        plans = {name: Plan.model_validate(plan or {})}
        trial = Trial(tmp_path / "sandbox", clock, keys, plans, auto=auto)
        (office,) = open_offices(trial, [name])
        with running([create_app(office, operator_pages(office))]) as (address,):
            client = OfficeClient(Line(name, address, KEY, clock, PATIENCE))
            try:
                yield office, client
            finally:
                client.close()
                close_offices([office])

    return opened


class Door:
    """The service as the offices see it: it keeps what it hears, or will not."""

    def __init__(self):
        self.heard, self.answers = [], []

    @contextmanager
    def open(self):
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["content-length"]))
                name = webhooks.check(
                    [KEY], webhooks.FROM_OFFICE, self.headers, raw, NOW
                )
                door.heard.append((self.path, name, raw))
                self.send_response(door.answers.pop(0) if door.answers else 202)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.fixture
def door():
    return Door()

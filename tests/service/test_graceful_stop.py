"""Told to stop in the middle of many requests, the service loses and doubles none."""

import asyncio
import os
import re
import signal
import time
from dataclasses import replace

import httpx2

from service.commands.serve import server_of
from service.composition import build_darkroom, build_press
from service.main import create_app
from tests.factories import PASSWORD, an_account, filed
from tests.processes import PATIENCE, a_free_port
from tests.service.test_watching import watcher

REQUESTS, AT_ONCE, BEFORE = 500, 250, 60
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
# What a connection says that was closed before its request was taken.
CLOSED = (httpx2.TransportError, httpx2.StreamError)


def begins(desk, port):
    """Serve the desk in a child process; return the process."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        desk.database.engine.dispose(close=False)
        settings = desk.settings.model_copy(update={"stop_seconds": 240})
        own = replace(
            desk,
            settings=settings,
            press=build_press(settings),
            darkroom=build_darkroom(settings),
        )
        server_of(create_app(own), "127.0.0.1", port).run()
        status = 0
    finally:
        os._exit(status)


def ended_well(child):
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGTERM


async def ready(client):
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx2.TransportError:
            await asyncio.sleep(0.1)
    raise AssertionError("the service never began")


async def signed_in(client):
    """Sign a clerk in; return the token that her forms carry."""
    form = (await client.get("/dang-nhap")).text
    told = {"ten": "ghi-chep", "mat-khau": PASSWORD, "csrf": _TOKEN.search(form)[1]}
    assert (await client.post("/dang-nhap", data=told)).status_code == 303
    return _TOKEN.search((await client.get("/can-bo")).text)[1]


class Writer:
    """Sends notes to one case, many at once; remembers what came of each."""

    def __init__(self, client, place, token):
        self.client, self.place, self.token = client, place, token
        self.answered, self.tries = set(), {}

    async def send(self, number):
        """Send one note under its key; True when it was answered."""
        self.tries[number] = self.tries.get(number, 0) + 1
        form = {"ghi-chu": f"ghi {number}", "khoa": f"k{number}", "csrf": self.token}
        try:
            answer = await self.client.post(self.place, data=form)
        except CLOSED:
            return
        assert answer.status_code == 303, answer.text
        self.answered.add(number)

    async def send_all(self, numbers, stop=None):
        """Send notes; ``stop`` is called when some were answered."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number):
            async with gate:
                await self.send(number)
                if stop and len(self.answered) == BEFORE:
                    stop()

        await asyncio.gather(*(one(number) for number in numbers))


def test_a_service_told_to_stop_answers_what_it_took_and_a_repeat_heals_the_rest(desk):
    case = filed(desk).case
    an_account(desk, "ghi-chep", "Chị Ghi", "clerk", "notary")
    port = a_free_port()
    children = [begins(desk, port)]

    async def told_to_stop():
        limits = httpx2.Limits(max_connections=AT_ONCE)
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=240
        ) as client:
            await ready(client)
            token = await signed_in(client)
            writer = Writer(client, f"/can-bo/ho-so/{case}/ghi-chu", token)
            await writer.send_all(
                range(REQUESTS), lambda: os.kill(children[0], signal.SIGTERM)
            )
            assert ended_well(children.pop())
            before = len(writer.answered)
            children.append(begins(desk, port))
            await ready(client)
            await writer.send_all(set(range(REQUESTS)) - writer.answered)
            return writer, before

    try:
        writer, before = asyncio.run(told_to_stop())
    finally:
        for child in children:
            os.kill(child, signal.SIGTERM)
            assert ended_well(child)
    # What was under way when the signal came was answered, and not cut off.
    assert BEFORE + AT_ONCE // 2 <= before < REQUESTS
    assert writer.answered == set(range(REQUESTS))
    assert max(writer.tries.values()) == 2
    with desk.database.reading() as uow:
        file = uow.cases.by_code(case)
        notes = uow.case_desk.notes("66", file.id, "notary-66", REQUESTS + 1)
    assert sorted(note.text for note in notes) == sorted(
        f"ghi {number}" for number in range(REQUESTS)
    )


def test_before_it_stops_taking_requests_it_says_that_it_will(desks):
    desk = desks.make(drain_seconds=3600)
    app = create_app(desk)
    server = server_of(app, "127.0.0.1", a_free_port())
    server.handle_exit(signal.SIGTERM, None)
    assert app.state.stopping
    assert not server.should_exit
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit


def test_told_to_stop_it_is_red_and_alive(desk):
    client = watcher(desk)
    client.app.state.stopping = True
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert client.get("/livez").status_code == 200

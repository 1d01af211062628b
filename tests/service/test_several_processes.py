"""Two processes of pages and two workers on one PostgreSQL, over real HTTP."""

import json
import os
import re
import signal
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import httpx2
import pytest
from sqlalchemy import text

from service.commands.serve import server_of
from service.commands.worker import _work
from service.composition import Chance, system_clock
from service.faults.world import BlankPrinter
from service.main import create_app
from service.metrics import COUNTED, text_of
from service.usecases.cases.decide import raise_event
from service.usecases.operation.service_days import slot_of
from tests.conftest import Desks, emptied
from tests.factories import PASSWORD, an_account, clerk, filed, row_of
from tests.processes import a_free_port

MATTERS, TRIES = 8, 4
TOKEN = "figures of this test"
_FORM = re.compile(r'name="csrf" value="([^"]+)"')
_DONE = re.compile(
    r'^dat_deliveries_total\{kind="sync",outcome="done"\} (\d+)$', re.MULTILINE
)


def portal():
    """Return an office that takes everything, and how often each message came."""
    came = Counter()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if told.pop("session", None):
                came[json.dumps(told)] += 1
            time.sleep(0.05)  # so that the other worker meets the message, too
            body = b'{"session": "s", "error_code": 0, "result": []}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Door), came


def counted(desk, where):
    with desk.database.engine.connect() as connection:
        asked = text(f"SELECT count(*) FROM outbox WHERE {where}")  # noqa: S608  ours
        told = connection.execute(asked)
        return told.scalar_one()


def done_in(figures):
    found = _DONE.search(figures)
    return int(found[1]) if found else 0


def all_done(desk):
    return counted(desk, "done_at IS NULL") == 0


def forked(desk, work):
    """Run something at a desk in a process of its own; return what ends it."""
    child = os.fork()
    if not child:
        try:
            desk.database.engine.dispose(close=False)
            work(desk)
        finally:
            os._exit(0)

    def end():
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)

    return end


def serve_at(port):
    return lambda desk: server_of(create_app(desk), "127.0.0.1", port).run()


def work_at(port):
    def work(desk):
        told = {"metrics_port": port}
        _work(replace(desk, settings=desk.settings.model_copy(update=told)), once=False)

    return work


@pytest.fixture(scope="module")
def town(postgres_url, tmp_path_factory):
    """Matters that wait for the workers, and four processes that began at once."""
    desks = Desks(emptied(postgres_url), tmp_path_factory.mktemp("several"))
    desks.hour = system_clock
    before = desks.make(undo_seconds=0)
    cases = [filed(before).case for _ in range(MATTERS)]
    for case in cases:
        actor = clerk(before, "notary")
        raise_event(before, actor, case, "accept", idempotency_key=None)
    an_account(before, "quan-tri", "Anh Trị", "administrator")
    an_account(before, "ghi-chep", "Chị Ghi", "clerk", "notary")
    ports = [a_free_port() for _ in range(4)]
    with ExitStack() as stack:
        door, came = portal()
        stack.callback(door.server_close)
        desk = desks.make(
            undo_seconds=0,
            worker_seconds=0.1,
            gateways={"portal": f"http://127.0.0.1:{door.server_port}"},
            sign_in_tries=TRIES,
            backup_hour=0,
            backup_proved=False,
            metrics_token=TOKEN,
        )
        desk = replace(desk, press=BlankPrinter(b"%PDF-1.7 a page"), ids=Chance())
        for port, work in zip(
            ports, (serve_at, serve_at, work_at, work_at), strict=True
        ):
            stack.callback(forked(desk, work(port)))
        Thread(target=door.serve_forever, daemon=True).start()
        stack.callback(door.shutdown)
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for each in addresses:
            until(lambda each=each: lives(each), f"{each} never answered")
        yield SimpleNamespace(
            desk=desk, cases=cases, came=came, folder=desks.folder,
            pages=addresses[:2], workers=addresses[2:],
            # A child goes on from what this process had counted.
            done_before=done_in(text_of(COUNTED)),
        )  # fmt: skip
    desk.database.dispose()


def lives(address):
    try:
        return httpx2.get(f"{address}/livez", timeout=60).status_code == 200
    except httpx2.TransportError:
        return False


def until(true, what):
    latest = time.monotonic() + 120
    while time.monotonic() < latest:
        if found := true():
            return found
        time.sleep(0.2)
    raise AssertionError(what)


def signed_in(client, name, password=PASSWORD):
    token = _FORM.search(client.get("/dang-nhap").text)[1]
    form = {"ten": name, "mat-khau": password, "csrf": token}
    return client.post("/dang-nhap", data=form)


def test_each_message_is_sent_by_one_worker_and_each_paper_printed_once(town):
    until(lambda: all_done(town.desk), "the outbox never emptied")

    assert len(town.came) >= MATTERS
    assert set(town.came.values()) == {1}
    for code in town.cases:
        row = row_of(town.desk, code)
        with town.desk.database.reading() as uow:
            papers = uow.records.documents(row.tenant_id, row.id)
        assert len(papers) == len({each.form for each in papers}) > 0


def test_both_workers_tell_their_own_counts_on_ports_of_their_own(town):
    until(lambda: all_done(town.desk), "the outbox never emptied")
    key = {"authorization": f"Bearer {TOKEN}"}
    told = [
        httpx2.get(f"{each}/metrics", headers=key, timeout=60).text
        for each in town.workers
    ]
    done = [done_in(each) - town.done_before for each in told]

    with town.desk.database.reading() as uow:
        known = uow.operation.last_day(town.desk.settings.province)
    assert sum(done) == counted(town.desk, "kind = 'sync'")
    assert known == slot_of(town.desk.now())[0]
    for each in town.workers:
        assert httpx2.get(f"{each}/metrics").status_code == 404
        assert httpx2.get(f"{each}/readyz").status_code == 200


def test_of_two_workers_one_makes_the_backup_of_the_day(town):
    def ended():
        with town.desk.database.reading() as uow:
            rows = uow.operation.backups(town.desk.settings.province, 9)
        return [each for each in rows if each.ended_at]

    (row,) = until(ended, "no backup was made")
    assert row.error is None
    assert [each.name for each in (town.folder / "backups").iterdir()] == [row.place]


def test_who_signed_in_at_one_process_is_known_to_the_other(town):
    one, other = town.pages
    with httpx2.Client(base_url=one, timeout=120) as client:
        assert signed_in(client, "ghi-chep").status_code == 303
        page = client.get(f"{other}/can-bo")
        assert page.status_code == 200
        left = {"csrf": _FORM.search(page.text)[1]}
        client.post(f"{other}/dang-xuat", data=left)
        assert client.get(f"{one}/can-bo").status_code == 303


def test_wrong_passwords_at_both_processes_are_counted_together(town):
    one, other = (httpx2.Client(base_url=each, timeout=120) for each in town.pages)
    with one, other:
        answers = [
            signed_in(client, "quan-tri", "wrong").status_code
            for client in (one, other) * TRIES
        ]
    assert answers[TRIES:] == [429] * TRIES
    assert 429 not in answers[:TRIES]

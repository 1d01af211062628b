"""What an operator sees: signs of life, counts, one request followed all the way."""

import io
import json
import logging
import re
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import create_engine

from forms.engine import Sheet
from service import telemetry
from service.composition import build_press
from service.main import create_app
from service.observability import JsonLines
from service.persistence.database import connect, downgrade, upgrade
from service.usecases.outside.deliver import deliver_outbox
from service.usecases.outside.working import run_until_idle
from service.usecases.telling.deliver_messages import deliver_messages
from tests.factories import a_matter, filed, row_of
from tests.service.test_messages import agrees
from tests.visitor import at_the_counter_of

ID = re.compile(r"^[0-9a-f]{32}$")


@contextmanager
def logged():
    """Gather the lines of the log as they are written."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines())
    # The visitor of the test is no part of the service.
    handler.addFilter(lambda record: record.name != "httpx2")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    lines = []
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        lines += [json.loads(line) for line in kept.getvalue().splitlines()]


@contextmanager
def an_office():
    """Serve an office that understands nothing, and keep the headers it was sent."""
    heard = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.headers["x-request-id"])
            self.send_response(503)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815  the name of the library

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()


def watcher(desk, host="127.0.0.1"):
    app = create_app(desk)
    return TestClient(app, client=(host, 5000), raise_server_exceptions=False)


def accepted(desk, case):
    """Let the notary take a case by a press of the button; return the visitor."""
    visitor = at_the_counter_of(desk, "notary")
    place = f"/can-bo/ho-so/{case}"
    form = {"phien-ban": row_of(desk, case).version, "khoa": "k" * 32}
    visitor.opens(place).sends(f"{place}/viec/accept", **form)
    assert visitor.path == place
    return visitor


def number(text, name):
    """Return the value of the line of a metric that begins so."""
    (line,) = (each for each in text.splitlines() if each.startswith(name + " "))
    return float(line.rpartition(" ")[2])


def test_one_request_is_followed_through_the_outbox_to_the_office(desks):
    with an_office() as (address, heard):
        before = desks.make()
        case = filed(before).case
        run_until_idle(before)
        desk = desks.make(gateways={"portal": address}, seed=2)
        with logged() as lines:
            accepted(desk, case)
            desks.hour.later(hours=2)
            deliver_outbox(desk)
        (pressed,) = (
            each for each in lines if each.get("route", "").endswith("{event}")
        )
        name = pressed["request_id"]
        assert ID.match(name)
        with desk.database.reading() as uow:
            effects = uow.queues.out_of_move("66", row_of(desk, case).id, 3)
        assert {row.request_id for row in effects} == {name}
        assert name in heard
        delivery = [
            each for each in lines
            if each.get("outbox_id") in {row.id for row in effects}
        ]  # fmt: skip
        assert delivery
        assert {each["request_id"] for each in delivery} == {name}


def test_a_text_to_a_person_names_the_request_in_which_it_was_asked_for(desks):
    with an_office() as (address, heard):
        twin = desks.make()
        matter = filed(twin)
        run_until_idle(twin)
        agrees(twin, matter, "progress")
        desk = desks.make(gateways={"messaging": address}, seed=2)
        with logged() as lines:
            accepted(desk, matter.case)
            desks.hour.later(hours=1)
            deliver_outbox(desk)
            deliver_messages(desk)  # the provider is silent
            assert heard
            desks.hour.later(hours=1)
            deliver_messages(twin)
        (pressed,) = (
            each for each in lines if each.get("route", "").endswith("{event}")
        )
        assert heard[-1] == pressed["request_id"]
        with twin.database.reading() as uow:
            texts = uow.contacts.messages("66", matter.citizen.matter_id)
        (told,) = (each for each in texts if each.template == "accepted")
        assert told.request_id == pressed["request_id"]
        (handed,) = (each for each in lines if each.get("message_id") == told.id)
        assert handed["text"] == "a text was handed over"
        assert handed["request_id"] == pressed["request_id"]


def test_the_log_names_the_route_and_neither_a_code_nor_what_was_asked(desk):
    opened, _ = a_matter(desk)
    with logged() as lines:
        watcher(desk).get(f"/ke-hoach/{opened.code}?ten=Nguyen&so=0912345678")
        watcher(desk).get("/khong-co/0912345678?q=bi-mat")
    told = [each for each in lines if each["logger"] == "service.access"]
    assert [each["route"] for each in told] == ["/ke-hoach/{code}", "/mo-lai", "(none)"]
    everything = json.dumps(lines)
    for secret in (opened.code, "Nguyen", "0912345678", "bi-mat"):
        assert secret not in everything


def test_the_id_of_a_request_is_ours_whatever_the_visitor_sends(desk):
    answer = watcher(desk).get("/livez", headers={"x-request-id": "079201001234"})
    assert ID.match(answer.headers["x-request-id"])


def test_what_fails_is_logged_by_its_place_and_told_by_the_id_of_the_request(desk):
    broken = replace(desk, law=None)
    name = "Nguyễn Thị Bí Mật"
    with logged() as lines:
        answer = watcher(broken).get(f"/version?ten={name}")
    assert answer.status_code == 500
    (failed,) = (each for each in lines if each["text"] == "a request failed")
    assert failed["request_id"] == answer.headers["x-request-id"]
    assert failed["error"] == "AttributeError"
    assert re.search(r"\w+\.\w+:\d+", failed["where"])
    assert name not in json.dumps(lines, ensure_ascii=False)


def test_counts_are_told_on_this_machine_and_to_nobody_else(desk):
    assert watcher(desk).get("/metrics").status_code == 200
    for client, headers in (
        (watcher(desk, "10.0.0.7"), {}),
        (watcher(desk), {"x-forwarded-for": "10.0.0.7"}),
        (watcher(desk), {"forwarded": "for=10.0.0.7"}),
    ):
        assert client.get("/metrics", headers=headers).status_code == 404


def test_a_token_opens_the_counts_from_anywhere_and_nothing_else_does(desks):
    desk = desks.make(metrics_token="k" * 40)
    wanted = {"authorization": f"Bearer {'k' * 40}"}
    far = watcher(desk, "10.0.0.7")
    assert far.get("/metrics", headers=wanted).status_code == 200
    for wrong in ({}, {"authorization": "Bearer x"}, {"authorization": "Bearer ế"}):
        sent = {key: value.encode() for key, value in wrong.items()}
        assert watcher(desk).get("/metrics", headers=sent).status_code == 404


def test_counts_tell_of_routes_moves_and_waiting_and_of_no_person(desk, desks):
    client = watcher(desk)
    before = client.get("/metrics").text
    matter = filed(desk)
    at_the_counter_of(desk, "tax").signs_in("khong-ai-ca", "sai")
    desks.hour.later(minutes=3)
    text = client.get("/metrics").text
    assert number(text, "dat_outbox_oldest_seconds") == 180
    assert number(text, "dat_cases_overdue") == 0
    moves = 'dat_moves_total{procedure="notarize_contract"}'
    assert number(text, moves) >= 2
    failed = 'dat_sign_ins_failed_total{door="staff"}'
    earlier = number(before, failed) if failed in before else 0
    assert number(text, failed) == earlier + 1
    seen = 'dat_request_seconds_count{route="/dang-nhap",method="POST",status="'
    assert seen in text
    assert 'route="/metrics",method="GET",status="200",le="+Inf"' in text
    for secret in (matter.code, matter.case, "khong-ai-ca"):
        assert secret not in text
    form = re.compile(r'^(# (HELP|TYPE) .+|\w+(\{(\w+="[^"]*",?)+\})? [-+.e\d]+)$')
    assert [line for line in text.splitlines() if not form.match(line)] == []


def test_a_paper_that_was_printed_is_timed(desk):
    press = build_press(desk.settings)
    try:
        press.print(Sheet("<!doctype html><p>."))
    finally:
        press.close()
    text = watcher(desk).get("/metrics").text
    assert number(text, "dat_paper_seconds_count") >= 1


def test_without_a_database_it_lives_and_is_not_ready(desk, monkeypatch):
    monkeypatch.setattr(type(desk.database), "answers", lambda _: False)
    client = watcher(desk)
    assert client.get("/livez").text == "ok\n"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["the database does not answer"]


def test_a_database_of_another_schema_is_not_ready(desk):
    downgrade(desk.database, "0005")
    try:
        answer = watcher(desk).get("/readyz")
    finally:
        upgrade(desk.database)
    assert answer.json()["wrong"] == [
        "the database is not at the schema of this program"
    ]


def test_a_database_that_takes_no_changes_is_not_ready(desk):
    if desk.database.dialect == "sqlite":
        url = f"file:{desk.database.file}?mode=ro"
        reading = replace(desk.database, engine=only_reading(url))
    else:
        url = desk.database.engine.url.update_query_dict(
            {"options": "-c default_transaction_read_only=on"}
        )
        reading = connect(url.render_as_string(hide_password=False))
    answer = watcher(replace(desk, database=reading)).get("/readyz")
    reading.dispose()
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["the database takes no changes"]


def only_reading(url):
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(url, uri=True))


def test_readiness_tells_how_long_messages_wait_and_names_no_place(desk, desks):
    filed(desk)
    desks.hour.later(minutes=2)
    answer = watcher(desk).get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["outbox_oldest_seconds"] == 120
    assert answer.json()["last_backup"] is None
    tight = desks.make(least_free_megabytes=10**9)
    told = watcher(tight).get("/readyz")
    assert told.status_code == 503
    assert "MB are free in the folder of the data" in told.text
    assert str(desk.settings.data_dir) not in told.text


@pytest.fixture
def spans():
    kept = InMemorySpanExporter()
    telemetry.send_to(kept, at_once=True)
    yield kept
    telemetry.stop()


def test_traces_join_a_request_and_its_deliveries_and_name_no_person(desk, spans):
    case = filed(desk).case
    visitor = accepted(desk, case)
    run_until_idle(desk)
    told = [dict(each.attributes) for each in spans.get_finished_spans()]
    (pressed,) = (
        each for each in told if str(each.get("dat.route", "")).endswith("{event}")
    )
    assert pressed["dat.status"] == 303
    names = {each["dat.request"] for each in told if "dat.kind" in each}
    assert pressed["dat.request"] in names
    assert case not in str(told)
    assert visitor.status == 200


def test_without_telemetry_no_span_is_made(desk):
    with telemetry.span("request", route="/") as told:
        told.tell(status=200)
        assert not trace.get_current_span().get_span_context().is_valid
    assert watcher(desk).get("/livez").status_code == 200

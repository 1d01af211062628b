"""What is typed where it does not belong is told again by no error, count or trace."""

import logging
import re

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service import telemetry
from tests.access.matrix import rows
from tests.access.test_guards import by_https
from tests.conftest import CANARIES
from tests.hostile.test_injection import Lines
from tests.visitor import Visitor

NUMBER, PHONE = CANARIES[0], CANARIES[4]
# What an error may never tell: how the program is made, where it lies, what it asks.
INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|sqlalchemy|psycopg|sqlite3|pydantic"
    r"|starlette|fastapi|uvicorn|jinja|\bSELECT\b|\bINSERT INTO\b|[a-z]Error\b|NoneType"
)
# Pages that are asked about a number: they say which one they did not find.
ANSWERS = ("/tra-cuu", "/luyen-tap/giay-xac-nhan/")
ASK = ("nobody", "resident", "clerk", "administrator")


@pytest.fixture
def spans():
    kept = InMemorySpanExporter()
    telemetry.send_to(kept, at_once=True)
    yield kept
    telemetry.stop()


@pytest.fixture
def log():
    """Return the lines that all loggers write, those of libraries too."""
    kept, logger = Lines(), logging.getLogger()
    logger.addHandler(kept)
    yield kept.lines
    logger.removeHandler(kept)


def addresses():
    """Yield each address with the number in each of its places, and some of none."""
    for row in rows():
        if "{" in row.path and not row.path.startswith("/tinh"):
            yield row.method, re.sub(r"{\w+(?::\w+)?}", NUMBER, row.path)
    for path in (f"/{NUMBER}", f"/ho-so/{NUMBER}/x", f"/can-bo/{NUMBER}.php"):
        yield from (("GET", path), ("POST", path))
    yield "GET", f"/tra-cuu?ma={NUMBER}"
    yield "GET", f"/can-bo/tim?q={NUMBER}&x[]={PHONE}"


def wrong_with(method, answer):
    """Say what an error tells that it should not."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    if answer.status_code >= 400 and (found := INSIDE.search(answer.text)):
        return found[0]
    asked = method != "GET" or answer.request.url.path.startswith(ANSWERS)
    again = answer.status_code == 404 and NUMBER in answer.text
    return "the number" if again and not asked else ""


def test_a_number_in_an_address_comes_back_in_no_error_line_count_or_trace(
    world, log, spans
):
    wrong, missed = {}, 0
    for method, path in addresses():
        for actor in ASK:
            answer = world.asks(actor, method, path)
            missed += answer.status_code == 404
            if found := wrong_with(method, answer):
                wrong[method, path, actor] = found
    world.client.cookies.clear()
    watched = [
        world.client.get(path) for path in ("/readyz", "/tinh-trang", "/version")
    ]
    traced = str(
        [(each.name, dict(each.attributes)) for each in spans.get_finished_spans()]
    )

    assert wrong == {}
    assert missed > 100
    assert [line for line in log if NUMBER in line or PHONE in line] == []
    assert traced.count("dat.route") > 100
    for told in (traced, *(each.text for each in watched)):
        assert NUMBER not in told
        assert PHONE not in told


def test_outside_the_demo_nothing_describes_the_doors(world):
    visitor = Visitor(by_https(world.desk))
    for path in ("/docs", "/redoc", "/openapi.json", "/api/v1/openapi.json"):
        assert visitor.opens(path).status == 404, path
        assert "paths" not in visitor.text


BODIES = {
    "application/json": (
        b"{", b"[]", b"null", b'{"answers": 1}', b'{"ticket": {}, "answers": [{}]}',
        b"\xff\xfe", b'{"answers": [' + b"[" * 2000, b'"\\ud800"',
    ),
    "application/x-www-form-urlencoded": (
        b"%", b"a=%ff%fe", b"csrf=%00", b"&" * 500, b"a[b]=1", b"csrf=1&csrf=2",
    ),
    "text/xml": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",),
}  # fmt: skip


def test_no_error_tells_how_the_program_is_made(world):
    """Bodies that are none, at every door that takes one."""
    wrong = {}
    for row in rows():
        if row.method != "POST":
            continue
        path = world.address(row.path, world.own)
        actor = next((each for each in row.who("ok") if each in ASK), "nobody")
        for kind, bodies in BODIES.items():
            for body in bodies if row.path.startswith("/api") else bodies[:2]:
                world.client.cookies.clear()
                headers = world._headers(actor) | {"content-type": kind}
                answer = world.client.post(path, content=body, headers=headers)
                if found := wrong_with("POST", answer):
                    wrong[row.route, body[:20]] = found
    assert wrong == {}

"""What the log says of who came in, who was turned away, and from where."""

import io
import json
import logging
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from service.auth.sessions import sign_in
from service.errors import SignInRefusedError, TooManyTriesError
from service.main import create_app
from service.observability import JsonLines, note
from service.security_log import Event
from service.web.desks import SESSION
from tests.factories import a_matter
from tests.service.test_sign_in import PASSWORD, an_account
from tests.service.test_watching import logged

ELSEWHERE = "203.0.113.7"


def told(lines, event):
    """Return the lines of one event."""
    return [line for line in lines if line.get("event") == event.name.lower()]


@pytest.fixture
def visitor(desk):
    """Return a browser of somebody elsewhere, who is not led on by itself."""
    return TestClient(
        create_app(desk), client=(ELSEWHERE, 5000), follow_redirects=False
    )


def form_of(visitor, where):
    """Return the token of the form on a page."""
    text = visitor.get(where).text
    return text.partition('name="csrf" value="')[2].partition('"')[0]


def test_a_sign_in_and_its_refusal_are_lines_of_the_log(desk, visitor):
    account = an_account(desk)
    known = {"csrf": form_of(visitor, "/dang-nhap"), "ten": "lan"}
    with logged() as lines:
        visitor.post("/dang-nhap", data=known | {"mat-khau": "not hers"})
        visitor.post("/dang-nhap", data=known | {"ten": "nobody", "mat-khau": "x"})
        visitor.post("/dang-nhap", data=known | {"mat-khau": PASSWORD})
        away = {"csrf": form_of(visitor, "/tai-khoan-cua-toi")}
        visitor.post("/dang-xuat", data=away)
    refused = told(lines, Event.REFUSED)
    assert [line.get("account") for line in refused] == [account, None]
    assert {line["kind"] for line in refused} == {"staff"}
    (came,) = told(lines, Event.SIGNED_IN)
    assert (came["account"], came["kind"]) == (account, "helper")
    assert told(lines, Event.SIGNED_OUT)
    for line in (*refused, came):
        assert line["source"] == ELSEWHERE
        assert line["request_id"]
    assert "nobody" not in str(lines)
    assert PASSWORD not in str(lines)


def test_a_citizen_who_comes_in_or_not_is_named_by_no_line(desk, visitor):
    opened, _ = a_matter(desk)
    sent = {"csrf": form_of(visitor, "/mo-lai"), "ma": opened.code}
    with logged() as lines:
        visitor.post("/mo-lai", data=sent | {"so": "1" + opened.pin})
        visitor.post("/mo-lai", data=sent | {"so": opened.pin})
    assert [line["kind"] for line in told(lines, Event.REFUSED)] == ["matter"]
    assert [line["kind"] for line in told(lines, Event.SIGNED_IN)] == ["matter"]
    assert opened.code not in str(lines)
    assert opened.matter_id not in str(lines)


def test_what_somebody_may_not_do_is_a_line_of_the_log(desk, visitor):
    account = an_account(desk)
    visitor.cookies.set(SESSION, sign_in(desk, "lan", PASSWORD).token)
    with logged() as lines:
        assert visitor.get("/quan-tri").status_code == 403
    (line,) = told(lines, Event.NOT_ALLOWED)
    assert line["account"] == account
    assert line["source"] == ELSEWHERE
    assert line["route"] == "/quan-tri"
    assert line["action"]


def test_a_foreign_form_and_too_many_tries_are_lines_of_the_log(desk, visitor):
    an_account(desk)
    with logged() as lines:
        assert visitor.post("/dang-nhap", data={"csrf": "0" * 64}).status_code == 403
        for _ in range(desk.settings.sign_in_tries):
            with pytest.raises(SignInRefusedError):
                sign_in(desk, "lan", "guess")
        with pytest.raises(TooManyTriesError):
            sign_in(desk, "lan", "guess")
    (foreign,) = told(lines, Event.FOREIGN_FORM)
    assert foreign["route"] == "/dang-nhap"
    (limited,) = told(lines, Event.LIMITED)
    assert limited["kind"] == "name"


def test_a_line_break_in_a_value_begins_no_line_of_the_log():
    """Whoever writes ``\\n{"level":`` into a value writes no line of his own."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("alone")  # noqa: LOG001  nobody else shall hear of it
    logger.addHandler(handler)
    trick = 'a\r\n{"level": "ERROR", "text": "made up"}\u2028\x00'
    note(logger, trick, kind=trick, route=trick)
    (line,) = kept.getvalue().splitlines()
    assert json.loads(line)["kind"] == trick


def test_a_line_of_the_log_tells_its_time_in_utc():
    record = logging.LogRecord("a", logging.INFO, "", 0, "said", None, None)
    record.created = datetime(2026, 12, 1, 3, 4, 5, 678000, UTC).timestamp()
    line = json.loads(JsonLines().format(record))
    assert datetime.fromisoformat(line["at"]) == datetime(
        2026, 12, 1, 3, 4, 5, 678000, UTC
    )
    assert line["at"].endswith("+00:00")

"""Whoever breaks off in the middle of a message leaves one line, and no more."""

import logging
import socket
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from service.web.csrf import FIELD
from tests.serving import served

PATIENCE = 60
FORM = "application/x-www-form-urlencoded"
SENT = [
    ("/api/v1/callbacks/tax", "application/json", '{"id": "12345678", '),
    ("/tra-cuu/dien-thoai", FORM, f"{FIELD}=x&dien-thoai=09"),
    ("/dang-nhap", FORM, f"{FIELD}=x&mat-khau="),
]


class Log(logging.Handler):
    """Keeps what is logged, and tells when somebody broke off."""

    def __init__(self):
        super().__init__()
        self.lines, self.broken_off = [], threading.Semaphore(0)

    def emit(self, record):
        self.lines.append(record)
        if record.name == "service.main" or record.exc_info:
            self.broken_off.release()


@contextmanager
def listening():
    """Hear what the service and its server log, whichever of them passes it on."""
    log = Log()
    heard = [logging.getLogger(name) for name in ("", "uvicorn")]
    before = heard[0].level
    heard[0].setLevel(logging.INFO)
    for each in heard:
        each.addHandler(log)
    try:
        yield log
    finally:
        heard[0].setLevel(before)
        for each in heard:
            each.removeHandler(log)


def breaks_off(address, path, kind, body):
    """Send the beginning of a long body, and hang up."""
    there = urlsplit(address)
    head = f"POST {path} HTTP/1.1\r\nhost: {there.netloc}\r\ncontent-type: {kind}\r\n"
    whole = f"{head}content-length: 5000\r\n\r\n{body}"
    with socket.create_connection((there.hostname, there.port), PATIENCE) as line:
        line.sendall(whole.encode())


@pytest.mark.parametrize(("path", "kind", "body"), SENT)
def test_who_hangs_up_in_the_middle_of_a_body_leaves_one_short_line(
    desk, path, kind, body
):
    with served(desk) as address, listening() as log:
        breaks_off(address, path, kind, body)
        assert log.broken_off.acquire(timeout=PATIENCE)
    told = [
        line
        for line in log.lines
        if line.levelno >= logging.INFO and line.name != "service.access"
    ]
    assert [(line.getMessage(), line.exc_info) for line in told] == [
        ("a sender broke off", None)
    ]

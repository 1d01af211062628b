"""Logs as one JSON object a line, without personal data.

Only fields of the allow-list are written; long runs of digits (identity numbers,
telephone numbers) are struck out as the last wall. Every line of a request, and of what
is done for it later, names the request by an id of our own.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import walk_tb
from types import TracebackType

ALLOWED = frozenset(
    {
        "account",
        "action",
        "case_id",
        "count",
        "error",
        "event",
        "kind",
        "message_id",
        "method",
        "milliseconds",
        "office",
        "outbox_id",
        "path",
        "procedure",
        "request_id",
        "route",
        "seconds",
        "source",
        "status",
        "tries",
        "version",
    }
)
# Libraries that would log whole addresses, and so what is asked in them.
_TALKATIVE = ("httpx2", "httpcore2", "weasyprint", "fontTools", "urllib3")
_DIGITS = re.compile(
    r"(?<![0-9a-fA-F-])\+?\d{9,12}(?![0-9a-fA-F-])"
    # As people write them: in groups.
    r"|(?<![\w.-])(?:\+84|0)(?:[ .]?\d{2,4}){3,4}(?![\w-])"
)
_request: ContextVar[str] = ContextVar("request", default="")
_source: ContextVar[str] = ContextVar("source", default="")


def request_id() -> str:
    """Return the id of the request under way here; empty outside of one."""
    return _request.get()


def source() -> str:
    """Return the address that the request under way came from, as far as known."""
    return _source.get()


@contextmanager
def under_request(name: str, source: str = "") -> Iterator[None]:
    """Let everything inside belong to a request; an empty name means to none."""
    before, elsewhere = _request.set(name), _source.set(source)
    try:
        yield
    finally:
        _request.reset(before)
        _source.reset(elsewhere)


def redact(text: str) -> str:
    """Strike out what looks like an identity or a telephone number."""
    return _DIGITS.sub("[…]", text)


class JsonLines(logging.Formatter):
    """One line of JSON a record; line breaks in values stay inside the string."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON with the allowed extra fields."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "text": redact(record.getMessage()),
        }
        if name := request_id():
            line["request_id"] = name
        fields = getattr(record, "fields", {})
        line |= {key: _plain(fields[key]) for key in fields if key in ALLOWED}
        if record.exc_info and record.exc_info[0] is not None:
            # The message of an exception may quote what a person typed.
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return _printable(json.dumps(line, ensure_ascii=False))


def _printable(text: str) -> str:
    """Escape what ends a line or steers a terminal, so that nobody forges a line."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


def _where(trace: TracebackType | None) -> str:
    """Return the line of the program that failed, without anything it worked with."""
    frames = [(frame.f_code, number) for frame, number in walk_tb(trace)]
    return " < ".join(
        f"{PurePath(code.co_filename).stem}.{code.co_name}:{number}"
        for code, number in frames[:-4:-1]
    )


def _plain(value: object) -> object:
    return redact(value) if isinstance(value, str) else value


def configure(level: str) -> None:
    """Send all logs to standard error in the JSON form, those of the server too.

    Standard output is for what a command answers to who called it.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def note(logger: logging.Logger, text: str, **fields: object) -> None:
    """Write one line at INFO with fields of the allow-list."""
    logger.info(text, extra={"fields": fields})


def warn(
    logger: logging.Logger, text: str, fields: Mapping[str, object] | None = None
) -> None:
    """Write one line at WARNING, with the type of the exception in hand, if any."""
    logger.warning(text, extra={"fields": fields or {}}, exc_info=sys.exc_info())

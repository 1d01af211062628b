"""Logs as one JSON object a line, without personal data.

Only fields of the allow-list are written; long runs of digits (identity numbers,
telephone numbers) are struck out as the last wall.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping

ALLOWED = frozenset(
    {
        "case_id",
        "count",
        "error",
        "event",
        "kind",
        "message_id",
        "office",
        "outbox_id",
        "path",
        "procedure",
        "request_id",
        "seconds",
        "status",
        "tries",
        "version",
    }
)
_DIGITS = re.compile(r"(?<![0-9a-fA-F-])\+?\d{9,12}(?![0-9a-fA-F-])")


def redact(text: str) -> str:
    """Strike out what looks like an identity or a telephone number."""
    return _DIGITS.sub("[…]", text)


class JsonLines(logging.Formatter):
    """One line of JSON a record; line breaks in values stay inside the string."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON with the allowed extra fields."""
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "text": redact(record.getMessage()),
        }
        fields = getattr(record, "fields", {})
        line |= {key: _plain(fields[key]) for key in fields if key in ALLOWED}
        if record.exc_info and record.exc_info[0] is not None:
            # The message of an exception may quote what a person typed.
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def _plain(value: object) -> object:
    return redact(value) if isinstance(value, str) else value


def configure(level: str) -> None:
    """Send all logs to standard output in the JSON form."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def note(logger: logging.Logger, text: str, **fields: object) -> None:
    """Write one line at INFO with fields of the allow-list."""
    logger.info(text, extra={"fields": fields})


def warn(
    logger: logging.Logger, text: str, fields: Mapping[str, object] | None = None
) -> None:
    """Write one line at WARNING, with the type of the exception in hand, if any."""
    logger.warning(text, extra={"fields": fields or {}}, exc_info=sys.exc_info())

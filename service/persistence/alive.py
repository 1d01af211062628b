"""Whether a kept connection still leads to the server, without asking it each time.

A server that ends says so on every connection, and the machine does when it is killed:
something lies there to be read. Only then, or after a rest in which whoever stands in
between may have forgotten the connection, is the server asked, which is a way there and
back.
"""

from __future__ import annotations

import select
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

_RESTED = "dat_rested"
# A connection that was used within so many seconds is taken as it is.
_SHORT_REST = 5.0


def only_living(engine: Engine) -> None:
    """Lend only connections of the engine that lead to a server, else make them new."""

    @event.listens_for(engine, "checkin")
    def _rest(_raw: object, kept: ConnectionPoolEntry) -> None:
        kept.info[_RESTED] = monotonic()

    @event.listens_for(engine, "checkout")
    def _lend(raw: Any, kept: ConnectionPoolEntry, _lent: object) -> None:  # noqa: ANN401  psycopg
        rested = kept.info.get(_RESTED)
        if rested is None:
            return  # it was opened just now
        if monotonic() - rested < _SHORT_REST and not _has_news(raw):
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            # Whatever became of this one became of all that are as old.
            raise InvalidatePoolError from error


def _has_news(raw: Any) -> bool:  # noqa: ANN401  psycopg
    """Say whether something came that nobody asked for, at the least an end."""
    if raw.closed:
        return True
    waiting = select.poll()
    waiting.register(raw.fileno(), select.POLLIN)
    return bool(waiting.poll(0))

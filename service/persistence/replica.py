"""A streaming replica of PostgreSQL, for what is looked up and may be a moment old.

How old it is at most is known without trusting any clock of another machine: of each
place in the log of the primary we know when we saw it; what the replica has replayed
tells which of these moments it shows. A replica that was cut off grows old by itself.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sqlalchemy import Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

# Seconds between two looks at the replica, and after one that failed.
_PAUSE, _REST = 0.5, 5.0
# So many places of the log are remembered: the last minutes.
_MARKS = 600
_WRITTEN = text("SELECT pg_current_wal_lsn()::text")
_REPLAYED = text("SELECT pg_last_wal_replay_lsn()::text")
_newest: ContextVar[bool] = ContextVar("newest", default=False)


@contextmanager
def newest(*, wanted: bool) -> Iterator[None]:
    """Let whatever is looked up inside be as new as it is, when somebody just wrote.

    It holds for the request, whichever thread does its work.
    """
    before = _newest.set(wanted)
    try:
        yield
    finally:
        _newest.reset(before)


@dataclass(slots=True)
class Replica:
    """The engine of a replica, and how far it is behind the primary.

    One that is more than ``most`` seconds behind, or does not answer, is left alone.
    """

    engine: Engine
    primary: Engine
    most: float
    now: Callable[[], float] = time.monotonic
    _marks: deque[tuple[float, int]] = field(
        default_factory=lambda: deque[tuple[float, int]](maxlen=_MARKS)
    )
    _shows: float | None = None
    _ask_at: float = 0
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def serves(self) -> bool:
        """Return whether this request may read here now.

        One thread asks the servers now and then; the others go by what it found. Should
        a server hang, what was found grows too old, and nobody else waits for it.
        """
        if _newest.get():
            return False
        if self.now() >= self._ask_at and self._asking.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._asking.release()
        behind = self.behind()
        return behind is not None and behind <= self.most

    def behind(self) -> float | None:
        """Return how many seconds old the replica is at most; None: not known."""
        return None if self._shows is None else self.now() - self._shows

    def rest(self) -> None:
        """Leave the replica alone for a while: it did not answer."""
        self._shows = None
        self._ask_at = self.now() + _REST

    def _ask(self) -> None:
        now = self.now()
        self._ask_at = now + _PAUSE
        written = _place(self.primary, _WRITTEN)
        if written is not None:
            self._marks.append((now, written))
        replayed = _place(self.engine, _REPLAYED)
        if replayed is None:
            self.rest()
            return
        while self._marks and self._marks[0][1] <= replayed:
            self._shows = self._marks.popleft()[0]


def _place(engine: Engine, question: TextClause) -> int | None:
    """Return a place in the log as a number; None when the server tells none."""
    try:
        with engine.connect() as connection:
            told = connection.execute(question).scalar()
    except SQLAlchemyError:
        return None
    if told is None:
        return None
    high, low = str(told).split("/")
    return int(high, 16) << 32 | int(low, 16)

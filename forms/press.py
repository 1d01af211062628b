"""Renders papers in processes of their own, each with a limit of time and memory.

The engine never enters the process that serves pages. A paper that takes too long or
needs too much ends alone, with a plain sentence; the next one finds a worker again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from forms.engine import Sheet, fingerprint, render
from forms.errors import PaperTooBigError, PaperTooSlowError, PressStoppedError
from forms.workers import WorkerLostError, Workers

_FIRST_PAGE = Sheet(
    '<!doctype html><html lang="vi"><title>.</title><h1>Ă</h1><p>ă <i>ê̆</i> <b>ơ̆</b>'
)


class Printer(Protocol):
    """Whatever makes one file of several sheets."""

    def print(self, *sheets: Sheet) -> bytes:
        """Return one file of all the sheets; raise a ``PressError`` or fail so."""
        ...

    def close(self) -> None:
        """Finish what is being printed, then end."""
        ...


class Press:
    """Workers that print; they start with the first paper, and end with ``close``.

    Several threads may print at once. Whoever asks for a paper that is being printed
    waits for that one. ``took`` is told how many seconds each paper took.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        seconds: float = 20,
        megabytes: int = 300,
        took: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._workers = Workers(
            _warm_up, workers=workers, seconds=seconds, megabytes=megabytes
        )
        self._lock = threading.Lock()
        self._running: dict[str, Future[bytes]] = {}
        self._took = took

    def print(self, *sheets: Sheet) -> bytes:
        """Return one file of all the sheets, made by a worker.

        Raises a ``PressError`` when this paper cannot be made, ``FontMissingError``
        when none can.
        """
        name = fingerprint(*sheets)
        with self._lock:
            running = self._running.get(name)
            mine: Future[bytes] = running or Future()
            self._running[name] = mine
        if running is not None:
            return running.result()
        try:
            mine.set_result(self._print(sheets))
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._running[name]
        return mine.result()

    def close(self) -> None:
        """Finish what is being printed, then end the workers.

        A later paper would start new ones.
        """
        self._workers.close()

    def _print(self, sheets: tuple[Sheet, ...]) -> bytes:
        begun = time.monotonic()
        try:
            return self._workers.run(render, *sheets)
        except TimeoutError:
            raise PaperTooSlowError(self._workers.seconds) from None
        except MemoryError:
            raise PaperTooBigError(self._workers.megabytes) from None
        except WorkerLostError:
            raise PressStoppedError from None
        finally:
            self._took(time.monotonic() - begun)


def _warm_up() -> None:
    render(_FIRST_PAGE)

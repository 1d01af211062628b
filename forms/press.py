"""Renders papers in processes of their own, each with a limit of time and memory.

The engine never enters the process that serves pages. A worker starts fresh (it shares
no open file, connection or lock with the program), forgets the settings of the program,
and once it is warm may neither write a file nor open a connection. A paper that takes
too long or needs too much ends alone, with a plain sentence; the next one finds a
worker again.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import threading
from concurrent.futures import Future

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from forms.engine import Sheet, fingerprint, render
from forms.errors import PaperTooBigError, PaperTooSlowError, PressStoppedError

# After so many papers a worker makes room for a fresh one.
_PAPERS_OF_A_WORKER = 500
# A paper may wait for those before it so many times as long as it may take itself.
_PATIENCE = 5
_TRIES = 2
_PREFIX = "DAT_"
_OUTSIDE = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
)
_FIRST_PAGE = Sheet(
    '<!doctype html><html lang="vi"><title>.</title><h1>Ă</h1><p>ă <i>ê̆</i> <b>ơ̆</b>'
)


class Press:
    """Workers that print; they start with the first paper, and end with ``close``.

    Several threads may print at once. Whoever asks for a paper that is being printed
    waits for that one.
    """

    def __init__(
        self, *, workers: int = 2, seconds: float = 20, megabytes: int = 300
    ) -> None:
        self._workers = workers
        self._seconds = seconds
        self._megabytes = megabytes
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._running: dict[str, Future[bytes]] = {}

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
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            self._end(pool)

    def _print(self, sheets: tuple[Sheet, ...]) -> bytes:
        """Print, and once more when the worker dies of something else than limits."""
        for _ in range(_TRIES):
            pool = self._open()
            try:
                return self._result(pool.schedule(render, sheets, {}, self._seconds))
            except TimeoutError:
                raise PaperTooSlowError(self._seconds) from None
            except MemoryError:
                raise PaperTooBigError(self._megabytes) from None
            except (ProcessExpired, RuntimeError):
                # The worker died, or the pool is broken or was closed under way.
                continue
        raise PressStoppedError

    def _result(self, future: ProcessFuture[bytes]) -> bytes:
        """Wait for the paper; whoever cannot wait any longer gives it up."""
        try:
            return future.result(self._seconds * _PATIENCE)
        finally:
            future.cancel()

    def _open(self) -> ProcessPool:
        """Return the workers; new ones if there are none or they are beyond help."""
        with self._lock:
            broken = self._pool
            if broken is not None and broken.active:
                return broken
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=_PAPERS_OF_A_WORKER,
                initializer=_begin,
                initargs=(self._megabytes,),
                context=multiprocessing.get_context("spawn"),
            )
            pool = self._pool
        if broken is not None:
            self._end(broken)
        return pool

    def _end(self, pool: ProcessPool) -> None:
        pool.close()
        try:
            pool.join(self._seconds)
        except TimeoutError:
            pool.stop()
            pool.join()


def _begin(megabytes: int) -> None:
    """Make a worker ready: forget what it need not know, warm up, then lock it in."""
    for name in [name for name in os.environ if name.startswith(_PREFIX)]:
        del os.environ[name]
    render(_FIRST_PAGE)
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_stay_inside)


def _stay_inside(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(_OUTSIDE):
        raise PermissionError(event)

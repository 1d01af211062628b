"""Processes of their own for work that must not happen where pages are served.

A worker starts fresh (it shares no open file, connection or lock with the program),
forgets the settings of the program, and once it is warm may neither write a file nor
open a connection. Work that takes too long or needs too much ends alone; the next piece
finds a worker again.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

# After so many pieces of work a worker makes room for a fresh one.
_TASKS_OF_A_WORKER = 500
# Work may wait for what is before it so many times as long as it may take itself.
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


class WorkerLostError(Exception):
    """The process that did the work ended in the middle, and once more."""


class Workers:
    """Processes that start with the first piece of work, and end with ``close``.

    ``warm_up`` loads in a new worker what it needs, before the doors are shut. Several
    threads may ask at once.
    """

    def __init__(
        self,
        warm_up: Callable[[], object],
        *,
        workers: int,
        seconds: float,
        megabytes: int,
    ) -> None:
        self._warm_up = warm_up
        self._workers = workers
        self.seconds = seconds
        self.megabytes = megabytes
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the work returns; once more if the worker dies of something else.

        Raises TimeoutError and MemoryError at the limits, ``WorkerLostError``, and
        whatever the work raises but a RuntimeError.
        """
        for _ in range(_TRIES):
            pool = self._open()
            try:
                future: ProcessFuture[T] = pool.schedule(
                    work, args, kwargs, self.seconds
                )
                return self._result(future)
            except (ProcessExpired, RuntimeError):
                # The worker died, or the pool is broken or was closed under way.
                continue
        raise WorkerLostError

    def close(self) -> None:
        """Finish what is being done, then end the workers.

        Later work would start new ones.
        """
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            self._end(pool)

    def _result(self, future: ProcessFuture[T]) -> T:
        """Wait for the work; whoever cannot wait any longer gives it up."""
        try:
            return future.result(self.seconds * _PATIENCE)
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
                max_tasks=_TASKS_OF_A_WORKER,
                initializer=_begin,
                initargs=(self._warm_up, self.megabytes),
                context=multiprocessing.get_context("spawn"),
            )
            pool = self._pool
        if broken is not None:
            self._end(broken)
        return pool

    def _end(self, pool: ProcessPool) -> None:
        pool.close()
        try:
            pool.join(self.seconds)
        except TimeoutError:
            pool.stop()
            pool.join()


def _begin(warm_up: Callable[[], object], megabytes: int) -> None:
    """Make a worker ready: forget what it need not know, warm up, then lock it in."""
    for name in [name for name in os.environ if name.startswith(_PREFIX)]:
        del os.environ[name]
    warm_up()
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_stay_inside)


def _stay_inside(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(_OUTSIDE):
        raise PermissionError(event)

"""The loop beside the pages: deliver, receive, and raise what time brings."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from service.observability import note, warn
from service.usecases.deliver import deliver_outbox
from service.usecases.desk import Desk
from service.usecases.receive import (
    office_secret,
    process_inbox,
    receive_message,
    sign,
)
from service.usecases.sweep_timers import sweep_timers

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkDone:
    """How much one pass did."""

    delivered: int
    received: int
    timers: int

    def __bool__(self) -> bool:
        return bool(self.delivered or self.received or self.timers)


def run_once(desk: Desk) -> WorkDone:
    """Do everything that is due now, once through."""
    delivered = deliver_outbox(desk)
    collect(desk)
    return WorkDone(delivered, process_inbox(desk), sweep_timers(desk))


def run_until_idle(desk: Desk, most: int = 1000) -> None:
    """Do passes until nothing is due any more."""
    for _ in range(most):
        if not run_once(desk):
            return


def collect(desk: Desk) -> None:
    """Fetch what offices in this process have to say; they sign like real ones."""
    for name, office in desk.ports.speaking().items():
        for raw in office.collect():
            receive_message(desk, name, raw, sign(office_secret(desk, name), raw))


class Worker:
    """A thread that does a pass every so often until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 20) -> None:
        """Let the thread finish what it is doing, and wait for it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def run(self) -> None:
        """Work in this thread until ``stop`` is called from another."""
        self._run()

    def _run(self) -> None:
        note(_log, "the worker begins")
        while not self._stopping.is_set():
            try:
                busy = bool(run_once(self._desk))
            except Exception:  # noqa: BLE001  a pass that fails must not end the loop
                warn(_log, "a pass of the worker failed")
                busy = False
            if not busy:
                self._stopping.wait(self._desk.settings.worker_seconds)
        note(_log, "the worker ends")

"""The loop beside the pages: deliver, receive, and raise what time brings."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from service.observability import note, warn
from service.usecases.administration.idle_accounts import lock_idle
from service.usecases.custody.audit_heads import head_when_due
from service.usecases.custody.oddities import count_oddities
from service.usecases.desk import Desk
from service.usecases.indicators.count_figures import sweep_figures
from service.usecases.operation.backup_runs import back_up_when_due
from service.usecases.operation.service_days import see_service
from service.usecases.outside.working import WorkDone, run_once, run_until_idle
from service.usecases.papers.outside_papers import sweep_outside

__all__ = ["WorkDone", "Worker", "run_once", "run_until_idle"]

_PAUSE, _DAY = timedelta(hours=1), timedelta(days=1)
_KEEPERS_PAUSE = 60.0  # seconds
_log = logging.getLogger(__name__)


class Worker:
    """A thread that does a pass every so often until it is stopped.

    Beside it another one makes the backup of the day and the head of the audit, counts
    what stood out the day before, and sweeps papers outside. That may take long:
    messages do not wait for it, and a stop does not either; what was half made is not
    there.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._swept_at: datetime | None = None
        self._looked_at: datetime | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Ask the loop to end after the pass it is doing; returns at once."""
        self._stopping.set()

    def stop(self, seconds: float = 20) -> None:
        """Let the thread finish what it is doing, and wait for it."""
        self.ask_to_stop()
        if self._thread is not None:
            self._thread.join(seconds)

    def run(self) -> None:
        """Work in this thread until ``stop`` is called from another."""
        self._run()

    def _run(self) -> None:
        note(_log, "the worker begins")
        threading.Thread(target=self._keep, name="keeper", daemon=True).start()
        while not self._stopping.is_set():
            try:
                busy = bool(run_once(self._desk))
                self._count()
            except Exception:  # noqa: BLE001  a pass that fails must not end the loop
                warn(_log, "a pass of the worker failed")
                busy = False
            if not busy:
                self._stopping.wait(self._desk.settings.worker_seconds)
        note(_log, "the worker ends")

    def _count(self) -> None:
        """Count and lock what is due; of several workers one does it at a time."""
        with self._desk.database.turn("counting") as own:
            if own:
                sweep_figures(self._desk)
                self._sweep_accounts()
                see_service(self._desk)

    def _sweep_outside(self, desk: Desk) -> None:
        """Look once a day for papers outside that nobody names."""
        with desk.database.turn("outside") as own:
            now = desk.now()
            if own and (self._looked_at is None or now - self._looked_at >= _DAY):
                self._looked_at = now
                sweep_outside(desk)

    def _sweep_accounts(self) -> None:
        """Lock the accounts that nobody uses, once an hour."""
        now = self._desk.now()
        if self._swept_at is None or now - self._swept_at >= _PAUSE:
            lock_idle(self._desk)
            self._swept_at = now

    def _keep(self) -> None:
        while not self._stopping.is_set():
            for keep in (
                back_up_when_due,
                head_when_due,
                count_oddities,
                self._sweep_outside,
            ):
                try:
                    keep(self._desk)
                except Exception:  # noqa: BLE001  it is tried again in a minute
                    warn(_log, "what is kept each day could not be begun")
            self._stopping.wait(_KEEPERS_PAUSE)

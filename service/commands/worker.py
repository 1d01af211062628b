"""``dat worker``: deliver messages and raise timers in a process of its own."""

from __future__ import annotations

import argparse
import signal
from types import FrameType

from service.commands.desks import add_no_migrate, begin_to_watch, migrated_desk
from service.commands.signs import signs
from service.composition import settle
from service.usecases.desk import Desk
from service.usecases.operation.check_setup import refuse_made_up
from service.worker import Worker, run_until_idle


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take whether to stop when nothing is left."""
    parser.add_argument("--once", action="store_true", help="stop when idle")
    add_no_migrate(parser)


def run(args: argparse.Namespace) -> int:
    """Work until told to stop; what was begun is finished first."""
    desk = migrated_desk(migrate=not args.no_migrate)
    refuse_made_up(desk)
    begin_to_watch(desk.settings)
    try:
        with desk.database.used():
            _work(desk, once=args.once)
    finally:
        desk.press.close()
        desk.database.dispose()
    return 0


def _work(desk: Desk, *, once: bool) -> None:
    if once:
        run_until_idle(desk)
        return
    worker = Worker(desk)
    settle()
    with signs(desk):
        _until_told(worker)


def _until_told(worker: Worker) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.ask_to_stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    worker.run()

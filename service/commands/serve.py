"""``dat serve``: the web service on loopback, and the worker in the same process."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from types import FrameType

import uvicorn
from fastapi import FastAPI

from service.commands.desks import (
    add_no_migrate,
    begin_to_watch,
    migrated_desk,
    only_in_demo,
)
from service.commands.offices_beside import offices_beside
from service.composition import settle
from service.main import create_app
from service.settings import Settings
from service.usecases.desk import Desk
from service.usecases.operation.check_setup import refuse_made_up
from service.usecases.playing.demo import seed
from service.usecases.playing.demo_walk import told, walk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address, and whether this is the demo."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="made-up people and cases")
    parser.add_argument(
        "--no-offices", action="store_true", help="a demo without offices over HTTP"
    )
    parser.add_argument("--no-worker", action="store_true", help="only the pages")
    add_no_migrate(parser)


def run(args: argparse.Namespace) -> int:
    """Migrate, seed when this is the demo, print the addresses, and serve."""
    address = f"http://{args.host}:{args.port}"
    if args.demo:
        only_in_demo(Settings())
    with ExitStack() as beside:
        offices: Mapping[str, str] = {}
        if args.demo and not args.no_offices:
            offices = beside.enter_context(offices_beside(Settings(), address))
        desk = migrated_desk(
            served_at=address, gateways=offices, migrate=not args.no_migrate
        )
        refuse_made_up(desk)
        begin_to_watch(desk.settings)
        print(f"Dắt: {address}/", flush=True)
        if args.demo:
            _tell_demo(desk, address, offices)
        app = create_app(desk, with_worker=not args.no_worker)
        settle()
        beside.enter_context(desk.database.used())
        server_of(app, args.host, args.port).run()
    return 0


class PatientServer(uvicorn.Server):
    """A server that says it will stop, stops taking requests, and finishes the others.

    Between the signal and the end of taking requests lie the ``drain_seconds`` of the
    settings, so that whoever shares the requests out sees the red sign first. A second
    signal ends that wait.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._state = app.state

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Turn readiness red at once; take no more requests after a while."""
        seconds = self._state.desk.settings.drain_seconds
        first, self._state.stopping = not self._state.stopping, True
        if first and seconds:
            pause = threading.Timer(seconds, super().handle_exit, (sig, frame))
            pause.daemon = True
            pause.start()
            return
        super().handle_exit(sig, frame)


def server_of(app: FastAPI, host: str, port: int) -> PatientServer:
    """Return the server of an application, with our logs instead of its own."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=app.state.desk.settings.stop_seconds,
    )
    return PatientServer(config, app)


def _tell_demo(desk: Desk, address: str, offices: Mapping[str, str]) -> None:
    print("  Đang chuẩn bị dữ liệu thử nghiệm, mất vài giây…", flush=True)
    accounts = seed(desk)
    for line in told(walk(accounts, address, short=True)):
        print(f"  {line}", flush=True)
    if offices:
        print("  Cơ quan bên ngoài, bản giả, mỗi nơi một trang để làm thay:")
        for name, page in offices.items():
            print(f"    {name:<14} {page}/")
    print("  Mọi tên đăng nhập và mã việc:", flush=True)
    for account in accounts:
        print(f"  {account.label:<46} {account.path:<10} {account.sign_in}", flush=True)

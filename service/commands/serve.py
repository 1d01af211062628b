"""``dat serve``: the web service on loopback, and the worker in the same process."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import ExitStack

import uvicorn

from service.commands.desks import migrated_desk, only_in_demo
from service.commands.offices_beside import offices_beside
from service.composition import settle
from service.main import create_app
from service.settings import Settings
from service.usecases.check_setup import refuse_made_up
from service.usecases.demo import seed
from service.usecases.demo_walk import told, walk
from service.usecases.desk import Desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address, and whether this is the demo."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="made-up people and cases")
    parser.add_argument(
        "--no-offices", action="store_true", help="a demo without offices over HTTP"
    )
    parser.add_argument("--no-worker", action="store_true", help="only the pages")


def run(args: argparse.Namespace) -> int:
    """Migrate, seed when this is the demo, print the addresses, and serve."""
    address = f"http://{args.host}:{args.port}"
    if args.demo:
        only_in_demo(Settings())
    with ExitStack() as beside:
        offices: Mapping[str, str] = {}
        if args.demo and not args.no_offices:
            offices = beside.enter_context(offices_beside(Settings(), address))
        desk = migrated_desk(served_at=address, gateways=offices)
        refuse_made_up(desk)
        print(f"Dắt: {address}/", flush=True)
        if args.demo:
            _tell_demo(desk, address, offices)
        app = create_app(desk, with_worker=not args.no_worker)
        settle()
        beside.enter_context(desk.database.used())
        uvicorn.run(app, host=args.host, port=args.port, log_level="warning")
    return 0


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

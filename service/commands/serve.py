"""``dat serve``: the web service on loopback, and the worker in the same process."""

from __future__ import annotations

import argparse

import uvicorn

from service.composition import build_desk
from service.main import create_app
from service.persistence.database import upgrade
from service.settings import Settings
from service.usecases.demo import seed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address, and whether this is the demo."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="made-up people and cases")
    parser.add_argument("--no-worker", action="store_true", help="only the pages")


def run(args: argparse.Namespace) -> int:
    """Migrate, seed when this is the demo, print the addresses, and serve."""
    settings = Settings()
    desk = build_desk(settings)
    upgrade(desk.database)
    address = f"http://{args.host}:{args.port}"
    print(f"Dắt: {address}")
    if args.demo:
        for account in seed(desk):
            print(f"  {account.label:<34} {address}{account.path}  {account.sign_in}")
    app = create_app(desk, with_worker=not args.no_worker)
    uvicorn.run(app, host=args.host, port=args.port, log_level="warning")
    return 0

"""``dat sandbox``: the outside offices as HTTP servers on loopback, for trials."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import ValidationError
from yaml import YAMLError

from integrations.journal import JournalBusyError
from integrations.loopback import is_loopback
from integrations.simulator.behaviour import EVERYBODY, Plan, load_plans
from integrations.simulator.offices import (
    KINDS,
    Trial,
    close_offices,
    open_offices,
)
from integrations.simulator.pages import operator_pages
from integrations.simulator.pump import Pump
from integrations.simulator.serving import address_of, listen, serve
from integrations.simulator.wire import SimulatedOffice, create_app
from service.auth.office_keys import office_key
from service.composition import installation_secret, system_clock
from service.errors import InputError
from service.settings import Settings

GATEWAYS = "DAT_GATEWAYS="
_LOOKING = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where the offices listen, whom they speak to, and how they behave."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port-base", type=int, default=8100, help="the first port; 0: free ones"
    )
    parser.add_argument(
        "--callbacks", metavar="URL", help="the service; without it nothing is said"
    )
    parser.add_argument(
        "--office", action="append", choices=sorted(KINDS), help="only this; repeatable"
    )
    parser.add_argument("--auto", action="store_true", help="answer without a person")
    parser.add_argument(
        "--behaviour", type=Path, metavar="FILE", help="what goes wrong, YAML or JSON"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed: the same")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Open the offices, print where they are, and serve until told to stop."""
    settings = Settings()
    if settings.environment != "demo":
        raise InputError("dat sandbox chỉ chạy ở bản thử nghiệm (DAT_ENVIRONMENT=demo)")
    names = tuple(args.office or KINDS)
    secret = installation_secret(settings)
    trial = Trial(
        settings.data_dir / "sandbox",
        system_clock,
        {name: (office_key(settings, secret, name),) for name in names},
        _plans(args.behaviour),
        auto=args.auto,
        seed=args.seed,
    )
    try:
        offices = open_offices(trial, names)
    except JournalBusyError as error:
        raise InputError(f"một dat sandbox khác đang dùng {error}") from error
    try:
        _serve(args, offices)
    finally:
        close_offices(offices)
    return 0


def _serve(args: argparse.Namespace, offices: tuple[SimulatedOffice, ...]) -> None:
    try:
        sockets = listen(args.host, args.port_base, len(offices))
    except OSError as error:
        raise InputError(f"--port-base {args.port_base}: {error.strerror}") from error
    gateways = {
        office.name: address_of(listening)
        for office, listening in zip(offices, sockets, strict=True)
    }
    for office in offices:
        office.stand_at(gateways[office.name])
    key = _control_key(args.host)
    print("Các cơ quan thử nghiệm, không nơi nào là thật:")
    for name, address in gateways.items():
        print(f"  {name:<14} {address}/")
    print(f"{GATEWAYS}'{json.dumps(gateways)}'", flush=True)
    pump = Pump(offices, args.callbacks.rstrip("/")) if args.callbacks else None
    if pump:
        pump.start()
    try:
        apps = [
            create_app(office, operator_pages(office), control_key=key)
            for office in offices
        ]
        asyncio.run(_until_told(lambda ends: serve(apps, sockets, ends), args))
    finally:
        if pump:
            pump.stop()


def _control_key(host: str) -> str:
    """Return the key of ``/control``, told once; none where only we can ask."""
    if is_loopback(host):
        return ""
    key = secrets.token_urlsafe(24)
    print(f"Khóa của /control (Authorization: Bearer …): {key}", flush=True)
    return key


async def _until_told(
    serving: Callable[[asyncio.Event], Awaitable[None]], args: argparse.Namespace
) -> None:
    ends, loop = asyncio.Event(), asyncio.get_running_loop()
    if args.parent:

        def watch() -> None:
            # Whoever started us may be killed without a word.
            while os.getppid() == args.parent:
                time.sleep(_LOOKING)
            loop.call_soon_threadsafe(ends.set)

        threading.Thread(target=watch, daemon=True).start()
    await serving(ends)


def _plans(path: Path | None) -> dict[str, Plan]:
    if path is None:
        return {}
    try:
        plans = load_plans(path)
    except (OSError, ValidationError, YAMLError) as error:
        raise InputError(f"{path}: {error}") from error
    unknown = set(plans) - {*KINDS, EVERYBODY}
    if unknown:
        raise InputError(f"{path}: không có cơ quan {', '.join(sorted(unknown))}")
    return plans

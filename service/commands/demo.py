"""``dat demo``: made-up offices and people, a month of cases, a first walk."""

from __future__ import annotations

import argparse

from service.commands.desks import migrated_desk, only_in_demo
from service.commands.inputs import add_json, print_json
from service.composition import month_desk
from service.settings import Settings
from service.usecases.desk import Desk
from service.usecases.playing.demo import seed
from service.usecases.playing.demo_month import Month, fill_month
from service.usecases.playing.demo_walk import told, walk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how many people come in the month, the seed of chance, how to print."""
    parser.description = (
        "Fill the database with made-up offices and people, and with the cases of the"
        " month before now. Run it while the service stands still."
    )
    parser.add_argument(
        "--matters", type=int, default=110, help="people who come in the month"
    )
    parser.add_argument("--seed", type=int, default=66, help="the same seed: the same")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Seed once, print the walk and every sign-in; a second run adds nothing."""
    only_in_demo(Settings())
    desk = migrated_desk()
    try:
        accounts = seed(desk)
        cases = _play_month(desk, args.matters, args.seed)
    finally:
        desk.press.close()
    if args.json:
        print_json(
            [
                {"label": a.label, "path": a.path, "name": a.name, "secret": a.password}
                for a in accounts
            ]
        )
        return 0
    if cases:
        print(f"Đã chơi một tháng: {cases} hồ sơ giả, ở mọi cơ quan.\n")
    print("Chạy `dat serve` ở một cửa sổ khác, rồi đi theo thứ tự này:\n")
    print("\n".join(told(walk(accounts, desk.settings.base_url))))
    print("\nMọi tên đăng nhập và mã việc:")
    for account in accounts:
        print(f"  {account.label:<46} {account.path:<10} {account.sign_in}")
    return 0


def _play_month(home: Desk, matters: int, seed_of_chance: int) -> int:
    """Play the month before now, once; return how many cases it has."""
    hour = [home.now()]
    desk = month_desk(home, lambda: hour[0], seed_of_chance)
    month = Month(desk, lambda at: hour.__setitem__(0, at), home.now(), seed_of_chance)
    try:
        return fill_month(month, matters)
    finally:
        desk.database.dispose()

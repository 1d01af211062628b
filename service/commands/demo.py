"""``dat demo``: made-up offices, people and cases, and a walk through them."""

from __future__ import annotations

import argparse

from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.usecases.demo import seed
from service.usecases.demo_walk import told, walk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how to print."""
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Seed once, print the walk and every sign-in; a second run adds nothing."""
    desk = migrated_desk()
    try:
        accounts = seed(desk)
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
    print("Chạy `dat serve` ở một cửa sổ khác, rồi đi theo thứ tự này:\n")
    print("\n".join(told(walk(accounts, desk.settings.base_url))))
    print("\nMọi tên đăng nhập và mã việc:")
    for account in accounts:
        print(f"  {account.label:<46} {account.path:<10} {account.sign_in}")
    return 0

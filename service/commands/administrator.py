"""``dat administrator NAME``: the first account of an installation, once."""

from __future__ import annotations

import argparse

from service.commands.desks import migrated_desk
from service.usecases.first_administrator import first_administrator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the name to sign in by, and the name that others see."""
    parser.add_argument("name", metavar="NAME", help="to sign in by")
    parser.add_argument("--full-name", default="Quản trị", help="what others see")


def run(args: argparse.Namespace) -> int:
    """Store the account and print its password, the only time that it is shown."""
    desk = migrated_desk()
    password = first_administrator(desk, args.name, args.full_name)
    print(f"Tên đăng nhập: {args.name.strip().lower()}")
    print(f"Mật khẩu, đổi ngay lần đầu: {password}")
    print("Đăng nhập ở /dang-nhap.")
    return 0

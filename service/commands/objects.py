"""``dat objects``: papers in a store outside the database, there and back."""

from __future__ import annotations

import argparse

from service.commands.desks import migrated_desk
from service.usecases.desk import Desk
from service.usecases.papers.outside_papers import (
    bring_back,
    delete_gone,
    look_outside,
    sweep_outside,
    take_out,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb."""
    parser.add_argument("verb", choices=["check", "take-out", "bring-back", "sweep"])


def run(args: argparse.Namespace) -> int:
    """Do what the verb says while the service goes on; 1 when papers are missing."""
    desk = migrated_desk()
    try:
        return _VERBS[args.verb](desk)
    finally:
        desk.database.dispose()


def _take_out(desk: Desk) -> int:
    for left in take_out(desk):
        print(f"còn {left} giấy tờ trong cơ sở dữ liệu", flush=True)
    return 0


def _bring_back(desk: Desk) -> int:
    for left in bring_back(desk):
        print(f"còn {left} giấy tờ ở kho ngoài", flush=True)
    print("Giấy tờ mới vẫn vào kho cho đến khi bỏ DAT_OBJECTS__BUCKET.")
    return 0


def _sweep(desk: Desk) -> int:
    deleted = sweep_outside(desk)
    while more := delete_gone(desk):
        deleted += more
    print(f"đã xóa {deleted} tệp không còn giấy tờ nào dùng")
    return 0


def _check(desk: Desk) -> int:
    found = look_outside(desk)
    print(f"{found.inside} giấy tờ trong cơ sở dữ liệu, {found.outside} ở kho ngoài")
    print(f"{found.nobodys} tệp ở kho không giấy tờ nào dùng (dat objects sweep)")
    for name in found.missing:
        print(f"THIẾU ở kho: {name}")
    return 1 if found.missing else 0


_VERBS = {
    "check": _check,
    "take-out": _take_out,
    "bring-back": _bring_back,
    "sweep": _sweep,
}

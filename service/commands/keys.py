"""``dat keys new | list``: the keys that seal personal data, in a file of their own."""

from __future__ import annotations

import argparse

from service.commands.inputs import now
from service.errors import InputError
from service.secrecy.key_ring import FileRing, make_ring
from service.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do with the ring of keys."""
    parser.add_argument("verb", choices=["new", "list"])


def run(args: argparse.Namespace) -> int:
    """Make the ring or put one more key on it, or tell which keys there are."""
    return _VERBS[args.verb]()


def _new() -> int:
    path = Settings().ring_path
    if path.exists():
        name = FileRing(path).add_key(now())
        print(
            f"{name} đã có trong {path}, chưa dùng. Chép tệp này sang mọi máy chạy"
            " Dắt, cất một bản riêng, rồi chạy dat keys rotate."
        )
        return 0
    make_ring(path, now())
    print(
        f"k1 đã có trong {path}. Cất một bản ở nơi khác với bản sao lưu dữ liệu:"
        " mất tệp này thì không ai đọc lại được dữ liệu cá nhân."
    )
    return 0


def _list() -> int:
    path = Settings().ring_path
    if not path.exists():
        raise InputError(f"Không có tệp khóa {path}.")
    keys = FileRing(path).keys
    for name, made_at in keys.made_at.items():
        print(name, made_at, "đang dùng" if name == keys.seals_with else "chỉ để mở")
    return 0


_VERBS = {"new": _new, "list": _list}

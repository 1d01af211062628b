"""``dat keys new | list | rotate``: the keys that seal personal data."""

from __future__ import annotations

import argparse

from service.commands.inputs import now
from service.composition import installation_ring
from service.errors import InputError
from service.persistence.database import connect
from service.persistence.resealing import reseal_all
from service.secrecy.key_ring import FileRing, make_ring
from service.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do with the ring of keys."""
    parser.add_argument("verb", choices=list(_VERBS))


def run(args: argparse.Namespace) -> int:
    """Make a key, tell which there are, or bring everything under the newest."""
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


def _rotate() -> int:
    """Use the newest key, and bring everything under it while the service goes on."""
    settings = Settings()
    ring = installation_ring(settings, now)
    database = connect(settings.url, ring)
    key = ring.use_newest()
    print(f"Từ nay che bằng {key}.")
    for told in reseal_all(database, key):
        print(f"{told.table}: đã xem {told.rows} dòng, che lại {told.changed}")
    print(
        f"Xong: dữ liệu đang dùng ở dưới {key}. Giữ các khóa cũ chừng nào còn bản sao"
        " lưu từ trước."
    )
    return 0


_VERBS = {"new": _new, "list": _list, "rotate": _rotate}

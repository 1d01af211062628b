"""``dat keys new | list | rotate | remove | public``: keys of the installation."""

from __future__ import annotations

import argparse
from pathlib import Path

from service.commands.inputs import now
from service.composition import installation_ring, open_database
from service.errors import InputError
from service.persistence.resealing import keys_in_use, reseal_all
from service.secrecy.key_ring import FileRing, make_ring
from service.secrecy.sealed_file import key_named
from service.settings import Settings
from service.usecases.operation.back_up import ENDING
from service.usecases.papers.outside_papers import seal_outside_again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do with the ring of keys."""
    parser.add_argument("verb", choices=[*_VERBS, "remove"])
    parser.add_argument("key", nargs="?", default="", help="the key to remove: k1")
    parser.add_argument(
        "--without-old-backups",
        action="store_true",
        help="remove it though backups need it: nobody can read them any more",
    )


def run(args: argparse.Namespace) -> int:
    """Make a key, tell which there are, use the newest for all, or take one off."""
    if args.verb == "remove":
        return _remove(args.key, without_old_backups=args.without_old_backups)
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
    database = open_database(settings, ring)
    key = ring.use_newest()
    print(f"Từ nay che bằng {key}.")
    while again := seal_outside_again(database, key):
        print(f"kho giấy tờ: che lại {again}")
    for told in reseal_all(database, key):
        print(f"{told.table}: đã xem {told.rows} dòng, che lại {told.changed}")
    print(
        f"Xong: dữ liệu đang dùng ở dưới {key}. Giữ các khóa cũ chừng nào còn bản sao"
        " lưu từ trước, rồi gỡ bằng dat keys remove."
    )
    return 0


def _remove(name: str, *, without_old_backups: bool) -> int:
    """Take an old key off the ring when nothing stands under it any more."""
    settings = Settings()
    ring = installation_ring(settings, now)
    if name not in ring.names():
        raise InputError(f"Vòng khóa không có khóa {name or '…'}. Xem: dat keys list.")
    if name == ring.in_use():
        raise InputError(
            f"Khóa {name} đang dùng để che dữ liệu. Chạy dat keys new, rồi dat keys"
            " rotate, rồi mới gỡ được nó."
        )
    if name in keys_in_use(open_database(settings, ring)):
        raise InputError(
            f"Trong cơ sở dữ liệu còn dữ liệu che bằng {name}: chạy dat keys rotate"
            " cho xong rồi gỡ."
        )
    archives = _asking_for(name, settings)
    if archives and not without_old_backups:
        raise InputError(
            f"Còn {len(archives)} bản sao lưu cần khóa {name}, cũ nhất là"
            f" {archives[0].name}. Gỡ khóa thì không ai đọc lại được các bản đó. Đợi"
            " chúng hết hạn, hoặc thêm --without-old-backups."
        )
    ring.remove_key(name)
    print(
        f"Đã gỡ khóa {name}. Bản sao lưu nào làm lúc {name} còn dùng thì không đọc lại"
        " được nữa, kể cả bản cất ở nơi khác. Chép tệp khóa này sang mọi máy chạy Dắt."
    )
    return 0


def _asking_for(name: str, settings: Settings) -> list[Path]:
    """Return the backups at hand that were sealed with a key, oldest first."""
    places = (settings.backups, settings.backup_copy_dir)
    found = [
        path
        for place in places
        if place is not None
        for path in place.glob(f"dat-*{ENDING}")
        if key_named(path) == name
    ]
    return sorted(found, key=lambda path: path.name)


def _public() -> int:
    """Print the key by which others check what this installation signed."""
    signer = installation_ring(Settings(), now).signer()
    print(signer.public)
    print(f"Tên khóa: {signer.name}. Gửi khóa này cho người giữ đầu chuỗi lịch sử.")
    return 0


_VERBS = {"new": _new, "list": _list, "rotate": _rotate, "public": _public}

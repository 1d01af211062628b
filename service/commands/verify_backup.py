"""``dat verify-backup FILE``: an archive restored beside, proved, and let go again."""

from __future__ import annotations

import argparse
from pathlib import Path

from service.commands.restore import add_unsealed, told
from service.composition import build_desk
from service.errors import InputError
from service.settings import Settings
from service.usecases.operation.back_up import ENDING, verify_backup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the archive; without one the newest of the installation is meant."""
    parser.add_argument(
        "file", metavar="FILE", type=Path, nargs="?", help="default: the newest backup"
    )
    add_unsealed(parser)


def run(args: argparse.Namespace) -> int:
    """Restore and prove beside; answer 1 when it is not what was backed up."""
    settings = Settings()
    archive = args.file or _newest(settings.backups)
    done = verify_backup(build_desk(settings), archive, unsealed=args.unsealed)
    print(archive)
    for line in told(done):
        print(line)
    return 0 if done.ok else 1


def _newest(folder: Path) -> Path:
    found = sorted(folder.glob(f"dat-*{ENDING}"))
    if not found:
        raise InputError(f"{folder}: chưa có bản sao lưu nào.")
    return found[-1]

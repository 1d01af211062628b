"""``dat backup``: everything in one file, while the service goes on."""

from __future__ import annotations

import argparse
from pathlib import Path

from service.composition import build_desk
from service.settings import Settings
from service.usecases.operation.back_up import back_up
from service.usecases.operation.backup_runs import note_by_hand


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder that the archive goes to."""
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path, help="default: DAT_BACKUP_DIR"
    )


def run(args: argparse.Namespace) -> int:
    """Write the archive and say what is in it."""
    settings = Settings()
    desk = build_desk(settings)
    path, manifest = back_up(desk, args.to or settings.backups)
    note_by_hand(desk, path)
    told = manifest.histories
    megabytes = path.stat().st_size / 1_000_000
    print(f"{path} ({megabytes:.1f} MB, {desk.database.dialect})")
    print(
        f"{sum(manifest.rows.values())} dòng trong {len(manifest.rows)} bảng,"
        f" {told.cases} hồ sơ, {told.moves} dòng lịch sử, đầu chuỗi {told.head}"
    )
    print(
        "Tệp đã mã hóa bằng vòng khóa (DAT_KEY_FILE); trong tệp không có vòng khóa và"
        " khóa bí mật: cất riêng hai thứ đó, thiếu thì không phục hồi được."
    )
    return 0

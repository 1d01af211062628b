"""``dat backup``: everything in one file, while the service goes on."""

from __future__ import annotations

import argparse
from pathlib import Path

from service.composition import build_desk
from service.settings import Settings
from service.usecases.back_up import back_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder that the archive goes to."""
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path, help="default: backups in the data folder"
    )


def run(args: argparse.Namespace) -> int:
    """Write the archive and say what is in it."""
    settings = Settings()
    desk = build_desk(settings)
    path, manifest = back_up(desk, args.to or settings.data_dir / "backups")
    told = manifest.histories
    megabytes = path.stat().st_size / 1_000_000
    print(f"{path} ({megabytes:.1f} MB, {desk.database.dialect})")
    print(
        f"{sum(manifest.rows.values())} dòng trong {len(manifest.rows)} bảng,"
        f" {told.cases} hồ sơ, {told.moves} dòng lịch sử, đầu chuỗi {told.head}"
    )
    print("Tệp chưa mã hóa và không có khóa bí mật của bản cài đặt: giữ riêng hai thứ.")
    return 0

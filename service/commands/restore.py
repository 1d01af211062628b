"""``dat restore FILE``: an archive put into an empty database, and proved there."""

from __future__ import annotations

import argparse
from pathlib import Path

from service.composition import build_desk
from service.errors import InputError
from service.persistence.database import is_address
from service.settings import Settings
from service.usecases.operation.back_up import Restored, restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the archive, where it goes, and whether what stands there may step aside."""
    parser.add_argument("file", metavar="FILE", type=Path, help="from dat backup")
    parser.add_argument(
        "--into", metavar="URL", default="", help="default: the configured database"
    )
    parser.add_argument(
        "--force", action="store_true", help="set aside what stands there"
    )
    add_unsealed(parser)


def run(args: argparse.Namespace) -> int:
    """Restore and prove; answer 1 when it did not stay: it is not what was kept."""
    settings = Settings()
    if args.into:
        into = _an_address(args.into)
        changes = {"database_url": into, "database_admin_url": "", "replica_url": ""}
        settings = settings.model_copy(update=changes)
    try:
        desk = build_desk(settings)
    except OSError as error:
        raise InputError(f"{settings.url}: {error.strerror}.") from error
    done = restore(desk, args.file, force=args.force, unsealed=args.unsealed)
    for line in told(done):
        print(line)
    return 0 if done.ok else 1


def add_unsealed(parser: argparse.ArgumentParser) -> None:
    """Let an archive of an older program be used, for which the caller answers."""
    parser.add_argument(
        "--unsealed",
        action="store_true",
        help="take an archive that is not encrypted: only one that you made yourself",
    )


def _an_address(typed: str) -> str:
    if not is_address(typed):
        raise InputError(
            f"--into: {typed!r} không phải địa chỉ cơ sở dữ liệu;"
            " viết như sqlite:////noi/chua/dat.sqlite hoặc postgresql://…"
        )
    return typed


def told(done: Restored) -> list[str]:
    """Return what happened, a line each; the proof stands last."""
    manifest, report = done.manifest, done.report
    taken = f"{manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    program = f"bản Dắt {manifest.program}, phiên bản dữ liệu {manifest.revision}"
    lines = [f"Bản sao lưu lúc {taken}, {program}."]
    if done.aside:
        lines.append(f"Dữ liệu cũ được cất ở {done.aside}; vẫn còn thông tin cá nhân.")
    lines += [f"{name}: đã có nội dung khác, giữ nguyên." for name in done.kept]
    if done.other_secret:
        lines.append(
            "Khóa bí mật ở đây khác với nơi sao lưu: đặt lại DAT_SECRET_KEY như cũ,"
            " nếu không một số mã đã cấp không còn mở được."
        )
    lines += [f"{name}: số dòng khác với lúc sao lưu." for name in done.other_rows]
    if done.manifest.objects:
        lines.append(
            f"{done.manifest.objects} giấy tờ nằm ở kho ngoài, sao lưu tại đó."
        )
    lines += [f"THIẾU ở kho ngoài: {name}" for name in done.missing]
    lines += [
        f"{f.case_code} dòng {f.seq} [{f.kind}] {f.text}" for f in report.findings
    ]
    lines.append(
        f"{report.cases} hồ sơ, {report.moves} dòng lịch sử, đầu chuỗi {report.head}"
    )
    lines.append(
        "Đủ từng dòng, chuỗi còn nguyên như lúc sao lưu."
        if done.ok
        else "Dữ liệu phục hồi KHÔNG khớp với lúc sao lưu, nên không được đưa vào:"
        " nơi phục hồi vẫn như trước."
    )
    return lines

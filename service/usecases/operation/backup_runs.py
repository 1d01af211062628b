"""The backups of an installation: made every day, proved, copied, and let go of.

Of several processes one makes the backup of a day. What became of each is written
down; the last good one is what the pages, the readiness and the metrics tell of.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from service.errors import AppError, InputError
from service.observability import note, warn
from service.persistence.operation import BackupRow
from service.usecases.desk import VIETNAM, Desk
from service.usecases.operation.back_up import ENDING, back_up, verify_backup

SHOWN = 14
NOT_AS_IT_WAS = "khôi phục thử không khớp với lúc sao lưu"
_log = logging.getLogger(__name__)


def backups(desk: Desk) -> tuple[BackupRow, ...]:
    """Return the last backups that were begun here, the newest first."""
    with desk.database.reading() as uow:
        return uow.operation.backups(desk.settings.province, SHOWN)


def last_good(desk: Desk) -> BackupRow | None:
    """Return the newest backup that came to its end without an error."""
    with desk.database.reading() as uow:
        return uow.operation.last_good(desk.settings.province)


def back_up_when_due(desk: Desk) -> BackupRow | None:
    """Make the backup of today when its hour has come and nobody has begun it.

    A backup that could not be made says why; nothing is raised.
    """
    hour = desk.settings.backs_up_at
    now = desk.now().astimezone(VIETNAM)
    if hour is None or now.hour < hour:
        return None
    row = BackupRow(desk.settings.province, f"day-{now.date()}", desk.now())
    with desk.database.reading() as uow:
        if uow.operation.backup(row.tenant_id, row.id) is not None:
            return None
    with desk.database.transaction() as uow:
        if not uow.operation.begin_backup(row):
            return None
    return _made(desk, row)


def _made(desk: Desk, row: BackupRow) -> BackupRow:
    try:
        path = _one(desk)
    except Exception as error:  # noqa: BLE001  whatever it is, the administrator sees it
        warn(_log, "the backup of the day was not made")
        said = str(error) if isinstance(error, AppError) else type(error).__name__
        ended = replace(row, ended_at=desk.now(), error=said)
    else:
        size = path.stat().st_size
        ended = replace(row, ended_at=desk.now(), place=path.name, bytes=size)
        note(_log, "the backup of the day was made", count=size)
    with desk.database.transaction() as uow:
        uow.operation.end_backup(ended)
    return ended


def _one(desk: Desk) -> Path:
    """Make a backup, prove it, copy it to the second place, let old ones go."""
    settings = desk.settings
    path, _ = back_up(desk, settings.backups)
    if settings.backup_proved and not verify_backup(desk, path).ok:
        raise InputError(NOT_AS_IT_WAS)
    _let_go(desk, settings.backups)
    if settings.backup_copy_dir is not None:
        _copy(path, settings.backup_copy_dir)
        _let_go(desk, settings.backup_copy_dir)
    return path


def _copy(path: Path, folder: Path) -> None:
    """Copy an archive to another place, whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        growing = folder / f".{path.name}"
        with path.open("rb") as source, growing.open("wb") as sink:
            growing.chmod(0o600)
            shutil.copyfileobj(source, sink)
            sink.flush()
            os.fsync(sink.fileno())
        growing.replace(folder / path.name)
    except OSError as error:
        raise InputError(f"{folder}: không ghi được ({error.strerror}).") from error


def _let_go(desk: Desk, folder: Path) -> None:
    """Remove archives that are older than the days to keep; the newest always stays."""
    oldest = desk.now() - timedelta(days=desk.settings.backup_keep_days)
    name = f"dat-{oldest:%Y%m%dT%H%M%SZ}{ENDING}"
    kept = sorted(folder.glob(f"dat-*{ENDING}"))
    for path in kept[:-1]:
        if path.name < name:
            path.unlink()


def note_by_hand(desk: Desk, path: Path) -> None:
    """Write down a backup that somebody made by the command."""
    now, size = desk.now(), path.stat().st_size
    row = BackupRow(
        desk.settings.province, f"hand-{desk.ids.new_id()}", now, now, path.name, size
    )
    with desk.database.transaction() as uow:
        uow.operation.begin_backup(row)

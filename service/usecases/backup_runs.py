"""Which backups were made here, and when the last good one was."""

from __future__ import annotations

from service.persistence.operation import BackupRow
from service.usecases.desk import Desk

SHOWN = 14


def backups(desk: Desk) -> tuple[BackupRow, ...]:
    """Return the last backups that were begun here, the newest first."""
    with desk.database.reading() as uow:
        return uow.operation.backups(desk.settings.province, SHOWN)


def last_good(desk: Desk) -> BackupRow | None:
    """Return the newest backup that came to its end without an error."""
    with desk.database.reading() as uow:
        return uow.operation.last_good(desk.settings.province)

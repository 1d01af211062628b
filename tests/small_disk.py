"""A disk without room, for a database that stands on it."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event, text

_GROWING = ("case", "case_move", "outbox", "idempotency", "access_log", "inbox")
_ENOUGH = 1_000_000


class LimitOfSqlite:
    """SQLite has a limit of its own: the file may not grow any more."""

    def __init__(self, database) -> None:
        self._database, self._full = database, False
        event.listen(database.engine, "begin", self._limit)

    def _limit(self, connection):
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = used if self._full else _ENOUGH
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")

    def fill(self):
        self._full = True

    def make_room(self):
        self._full = False

    def close(self):
        self.make_room()


class DiskInMemory:
    """The tables of PostgreSQL that grow, on a disk of a few megabytes in memory.

    It needs the right to mount one. When it is filled, the server really has no room.
    """

    def __init__(self, database) -> None:
        self._database = database
        self._place = Path(tempfile.mkdtemp(prefix="dat-disk-"))
        self._place.chmod(0o755)
        options = ("-t", "tmpfs", "-o", "size=24m,mode=0755", "tmpfs")
        subprocess.run(["mount", *options, self._place], check=True)  # noqa: S607
        space = self._place / "space"
        space.mkdir()
        owner = Path(self._told("SHOW data_directory")).stat()
        os.chown(space, owner.st_uid, owner.st_gid)
        self._told(f"CREATE TABLESPACE small LOCATION '{space}'")
        self._move_to("small")

    def _told(self, statement):
        with self._database.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            done = alone.execute(text(statement))
            return done.scalar_one() if done.returns_rows else None

    def _move_to(self, tablespace):
        for name in _GROWING:
            self._told(f'ALTER TABLE "{name}" SET TABLESPACE {tablespace}')

    def fill(self):
        with (self._place / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(bytes(4096)) == 4096:
                    pass
            except OSError:
                return

    def make_room(self):
        (self._place / "filler").unlink(missing_ok=True)

    def close(self):
        self.make_room()
        self._move_to("pg_default")
        self._told("DROP TABLESPACE small")
        self._database.dispose()
        subprocess.run(["umount", self._place], check=True)  # noqa: S607
        shutil.rmtree(self._place)


@contextmanager
def small_disk(database):
    """Put a database on a disk that ``fill`` fills and ``make_room`` empties."""
    kind = LimitOfSqlite if database.dialect == "sqlite" else DiskInMemory
    disk = kind(database)
    try:
        yield disk
    finally:
        disk.close()

"""A file that only grows: what a simulated office still knows after being killed."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

Entry = dict[str, JsonValue]


class JournalBusyError(Exception):
    """Another process writes this journal; two offices must not share one memory."""


class Journal:
    """One JSON object a line, on the disk before anybody hears of it.

    A line that a kill left half written was told to nobody: it is cut off when the
    journal is opened again. Raises JournalBusyError when another process has it open.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise JournalBusyError(str(path)) from error
        self._file.seek(0)
        whole = self._file.read()
        self._lines = whole[: whole.rfind(b"\n") + 1]
        self._file.truncate(len(self._lines))

    def entries(self) -> Iterator[Entry]:
        """Yield what stood in the journal when it was opened, oldest first."""
        for line in self._lines.splitlines():
            yield json.loads(line)

    def write(self, entry: Entry) -> None:
        """Put an entry on the disk; when this returns, a kill cannot take it away."""
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let another process have it."""
        self._file.close()

"""The folders of the practice rooms: named by a hash, dead after a day, wiped whole."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.usecases.desk import Desk

LIFE = timedelta(days=1)
_BORN = "born"
_FOLDER = "practice"


def folder_of(home: Desk, token: str) -> Path:
    """Return where the room of a token lies, whether there is one or not."""
    return rooms_folder(home) / hashlib.sha256(token.encode()).hexdigest()[:32]


def rooms_folder(home: Desk) -> Path:
    """Return where the rooms of the installation lie."""
    return home.settings.data_dir / _FOLDER


def is_born(folder: Path) -> bool:
    """Return whether the room was finished and nobody has wiped it since."""
    return (folder / _BORN).exists()


def give_birth(home: Desk, folder: Path) -> None:
    """Write down that the room is finished, and since when it lives."""
    (folder / _BORN).write_text(home.now().isoformat())


def is_alive(home: Desk, folder: Path) -> bool:
    """Return whether the room is there and its day is not over."""
    with suppress(OSError, ValueError):
        born = datetime.fromisoformat((folder / _BORN).read_text())
        return born <= home.now() < born + LIFE
    return False


def living_folders(home: Desk) -> int:
    """Return how many folders of rooms there are."""
    return len(_folders(home))


def wipe(folder: Path) -> None:
    """Take a room away with all its files; one that is gone is no error."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep_rooms(home: Desk) -> int:
    """Wipe every room whose day is over; return how many there were.

    One that was never finished is left alone for a day: somebody may be making it.
    """
    dead = [each for each in _folders(home) if _is_over(home, each)]
    for folder in dead:
        wipe(folder)
    return len(dead)


def _is_over(home: Desk, folder: Path) -> bool:
    if is_born(folder):
        return not is_alive(home, folder)
    with suppress(OSError):
        made = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        return made + LIFE < home.now()
    return False


def _folders(home: Desk) -> list[Path]:
    folder = rooms_folder(home)
    return list(folder.iterdir()) if folder.is_dir() else []

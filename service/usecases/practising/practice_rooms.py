"""Rooms to practise in: made-up people and cases, apart from everything real.

A room is a folder with a database of its own. Whoever has its token, a cookie, is in
it; the folder is named after the hash of the token, so that who sees the folder cannot
enter. A room dies a day after it was made, and when whoever practises leaves it.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from service.auth.sessions import count_try
from service.errors import TooManyRoomsError
from service.usecases.desk import Clock, Desk
from service.usecases.playing.demo import seed_practice
from service.usecases.playing.rehearsal_time import opening
from service.usecases.practising.practice_folders import (
    folder_of,
    give_birth,
    is_alive,
    is_born,
    living_folders,
    sweep_rooms,
    wipe,
)

RoomDesk = Callable[[Desk, Path, Clock], Desk]

MOST_ROOMS = 300
_NOTE = "room"
_OPEN_AT_ONCE = 40


@dataclass(slots=True)
class Room:
    """A room somebody practises in: its desk, and how far its clock is ahead.

    ``notes`` is what the room remembers from one page to the next.
    """

    home: Desk
    folder: Path
    desk: Desk = field(init=False)
    ahead: timedelta = timedelta()
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """Return the number that stands on every paper printed in the room."""
        return practice_number(self.desk.secret)

    @property
    def is_there(self) -> bool:
        """Return whether nobody has wiped the room in the meantime."""
        return is_born(self.folder)

    def now(self) -> datetime:
        """Return the instant of the room's own clock."""
        return self.home.now() + self.ahead

    def wind(self, at: datetime) -> None:
        """Set the clock of the room to an instant; it never goes back."""
        self.ahead = max(self.ahead, at - self.home.now())
        self.keep(ahead=self.ahead.total_seconds())

    def keep(self, **notes: Any) -> None:  # noqa: ANN401  JSON
        """Remember something, over what was remembered under the same name."""
        tenant = self.desk.settings.province
        with self.desk.database.transaction() as uow:
            self.notes = (uow.practice.note(tenant, _NOTE) or {}) | notes
            uow.practice.put_note(tenant, _NOTE, self.notes)

    def count(self, name: str) -> int:
        """Return how often something was done in the room, for a form to carry."""
        return int(self.notes.get(name, 0))

    def claims(self, name: str, count: str) -> bool:
        """Count something once more, unless it was since the form was made.

        Of two taps on one button only the first is told to go on.
        """
        tenant = self.desk.settings.province
        with self.desk.database.transaction() as uow:
            notes = uow.practice.note(tenant, _NOTE) or {}
            if str(notes.get(name, 0)) != count:
                return False
            self.notes = notes | {name: notes.get(name, 0) + 1}
            uow.practice.put_note(tenant, _NOTE, self.notes)
        return True

    def read(self) -> None:
        """Read again what the room remembers: another process may have changed it."""
        with self.desk.database.reading() as uow:
            notes = uow.practice.note(self.desk.settings.province, _NOTE)
        self.notes = notes or {}
        self.ahead = timedelta(seconds=self.notes.get("ahead", 0))


class Rooms:
    """All rooms of an installation, in the folder of its data.

    Several threads and several processes may use them at once.
    """

    def __init__(self, home: Desk, furnish: RoomDesk) -> None:
        self._home = home
        self._furnish = furnish
        self._open: dict[str, Room] = {}
        self._lock = threading.Lock()

    def token(self, key: str, visit: str) -> str:
        """Return the token of a new room, the same for a form that is sent twice."""
        if not key:
            return self._home.ids.token()
        told = f"room:{key}:{visit}".encode()
        return hmac.new(self._home.secret, told, hashlib.sha256).hexdigest()

    def enter(self, token: str, client: str = "") -> Room:
        """Return the room of a token, and make it when there is none.

        Raises TooManyRoomsError when too many people practise already, and
        TooManyTriesError when ``client``, an address, made too many rooms.
        """
        known = self.living(token)
        if known is not None:
            return known
        told = hashlib.sha256(client.encode()).hexdigest()[:40]
        most = self._home.settings.practice_rooms_of_client
        count_try(self._home, f"room:{told}", most=most, window=timedelta(hours=1))
        sweep_rooms(self._home)
        if living_folders(self._home) >= MOST_ROOMS:
            raise TooManyRoomsError
        self._make(folder_of(self._home, token))
        made = self.living(token)
        if made is None:
            raise TooManyRoomsError
        return made

    def living(self, token: str) -> Room | None:
        """Return the room of a token, None when there is none or its day is over."""
        folder = folder_of(self._home, token)
        name = folder.name
        if not is_alive(self._home, folder):
            self._forget(name)
            wipe(folder)
            return None
        with self._lock:
            room = self._open.get(name)
            if room is None:
                room = self._opened(folder)
                self._make_place()
                self._open[name] = room
        room.read()
        return room

    def leave(self, token: str) -> None:
        """Wipe the room of a token; one that is gone is no error."""
        folder = folder_of(self._home, token)
        self._forget(folder.name)
        wipe(folder)

    def close(self) -> None:
        """Close what this process has open; the rooms live on."""
        for name in tuple(self._open):
            self._forget(name)

    def _make(self, folder: Path) -> None:
        """Make a room aside and put it in place whole; the first of two wins."""
        aside = folder.with_name(f"{folder.name}.{self._home.ids.new_id()}")
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.mkdir()
        room = self._opened(aside)
        seed_practice(room.desk)
        room.wind(opening(room.desk, self._home.now()))
        room.desk.database.dispose()
        give_birth(self._home, aside)
        try:
            aside.rename(folder)
        except OSError:
            wipe(aside)

    def _opened(self, folder: Path) -> Room:
        room = Room(self._home, folder)
        room.desk = self._furnish(self._home, folder, room.now)
        return room

    def _make_place(self) -> None:
        while len(self._open) >= _OPEN_AT_ONCE:
            oldest = next(iter(self._open))
            self._open.pop(oldest).desk.database.dispose()

    def _forget(self, name: str) -> None:
        with self._lock:
            room = self._open.pop(name, None)
        if room is not None:
            room.desk.database.dispose()


def practice_number(secret: bytes) -> str:
    """Return the three digits that the papers of the room with this secret carry."""
    return str(100 + int.from_bytes(hashlib.sha256(secret).digest()[:2]) % 900)

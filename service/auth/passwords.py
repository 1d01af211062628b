"""Passwords and pins: Argon2id, and no hint whether a name exists."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import TooManyTriesError

# Whoever finds all places taken, those for waiting too, comes again so much later.
_SOON_SECONDS = 5


@dataclass(slots=True)
class Passwords:
    """Hashes and checks; few at once, because each costs memory on purpose.

    A few more wait for their turn. Beyond them nobody waits, so that a flood of
    sign-ins leaves threads for everything else: TooManyTriesError.
    """

    memory_kib: int = 65_536
    time_cost: int = 3
    at_once: int = 4
    waiting: int = 16
    _slots: threading.Semaphore = field(init=False)
    _places: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._slots = threading.Semaphore(self.at_once)
        self._places = threading.Semaphore(self.at_once + self.waiting)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooManyTriesError(_SOON_SECONDS)
        try:
            with self._slots:
                yield
        finally:
            self._places.release()

    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(
            time_cost=self.time_cost,
            memory_cost=self.memory_kib,
            parallelism=1,
            type=Type.ID,
        )

    def hash(self, secret: str) -> str:
        """Return the hash to store; the salt is inside."""
        with self._turn():
            return self._hasher().hash(secret)

    def fits(self, stored: str | None, secret: str) -> bool:
        """Return whether the secret fits; without a stored hash it takes as long."""
        with self._turn():
            hasher = self._hasher()
            if stored is None:
                hasher.hash(secret)
                return False
            try:
                return hasher.verify(stored, secret)
            except (VerificationError, InvalidHashError):
                return False

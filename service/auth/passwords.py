"""Passwords and pins: Argon2id, and no hint whether a name exists."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and checks; few at once, because each costs memory on purpose."""

    memory_kib: int = 65_536
    time_cost: int = 3
    _slots: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(4))

    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(
            time_cost=self.time_cost,
            memory_cost=self.memory_kib,
            parallelism=1,
            type=Type.ID,
        )

    def hash(self, secret: str) -> str:
        """Return the hash to store; the salt is inside."""
        with self._slots:
            return self._hasher().hash(secret)

    def fits(self, stored: str | None, secret: str) -> bool:
        """Return whether the secret fits; without a stored hash it takes as long."""
        with self._slots:
            hasher = self._hasher()
            if stored is None:
                hasher.hash(secret)
                return False
            try:
                return hasher.verify(stored, secret)
            except (VerificationError, InvalidHashError):
                return False

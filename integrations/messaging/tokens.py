"""An access token that is renewed with a token that may be used once.

Whoever uses a refresh token up and loses the answer is locked out, so: one worker at a
time renews (``claim``), what came back is on the disk before it is used, and when an
answer was lost the person who runs the service is told to fetch a new first token.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from integrations.errors import (
    AdapterNotConfiguredError,
    OfficeRefusedError,
    OfficeUnavailableError,
)

_EARLY = timedelta(minutes=2)  # renewed before it ends, never in the last moment
_CLAIM = timedelta(seconds=60)  # longer than any answer is waited for


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair as the provider gave it; ``mark`` tells from which start it came."""

    access: str
    refresh: str
    ends_at: datetime
    mark: str


@dataclass(frozen=True, slots=True)
class Granted:
    """What the provider answers to a refresh token."""

    access: str
    refresh: str
    seconds: int


class TokenStore(Protocol):
    """Where tokens survive the process; several workers share it.

    A pair has a number, which grows with every new one; 0 stands for none yet.
    """

    def read(self, name: str) -> tuple[int, Tokens | None]:
        """Return the newest pair of a provider and its number."""
        ...

    def claim(self, name: str, number: int, now: datetime, until: datetime) -> bool:
        """Let one worker renew a pair: False while another does, or when it is old.

        A claim that nobody finished ends at ``until``.
        """
        ...

    def let_go(self, name: str) -> None:
        """End a claim that brought nothing."""
        ...

    def put(self, name: str, tokens: Tokens) -> None:
        """Keep a new pair for good under the next number, and end the claim."""
        ...


@dataclass(slots=True)
class MemoryTokens:
    """Tokens of one process, for trials and tests."""

    _held: dict[str, tuple[int, Tokens]] = field(default_factory=dict)
    _claims: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, name: str) -> tuple[int, Tokens | None]:
        """Return the newest pair of a provider and its number."""
        return self._held.get(name, (0, None))

    def claim(self, name: str, number: int, now: datetime, until: datetime) -> bool:
        """Let one caller renew the newest pair."""
        with self._lock:
            claimed = self._claims.get(name)
            free = claimed is None or claimed <= now
            if not free or self.read(name)[0] != number:
                return False
            self._claims[name] = until
            return True

    def let_go(self, name: str) -> None:
        """End a claim that brought nothing."""
        with self._lock:
            self._claims.pop(name, None)

    def put(self, name: str, tokens: Tokens) -> None:
        """Keep a new pair."""
        with self._lock:
            self._held[name] = (self.read(name)[0] + 1, tokens)
            self._claims.pop(name, None)


def fingerprint(token: str) -> str:
    """Return what tells one token from another without being one."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Start:
    """Where the first refresh token comes from, and a mark of that.

    With another mark, such as of a new token in the settings, whatever was kept before
    counts no more.
    """

    token: Callable[[], str]
    mark: str


@dataclass(frozen=True, slots=True)
class TokenKeeper:
    """Gives a token that holds; ``renew`` asks the provider for another pair."""

    name: str
    store: TokenStore
    start: Start
    renew: Callable[[str], Granted]
    clock: Callable[[], datetime]

    def access(self, refused: str = "") -> str:
        """Return an access token, another one than ``refused``.

        Raises OfficeUnavailableError while another worker renews it or no answer came,
        AdapterNotConfiguredError when only a new first token helps.
        """
        (number, stored), now = self.store.read(self.name), self.clock()
        held = stored if stored and stored.mark == self.start.mark else None
        if held and held.access != refused and held.ends_at - _EARLY > now:
            return held.access
        if not self.store.claim(self.name, number, now, now + _CLAIM):
            raise OfficeUnavailableError(self.name, "the token is being renewed", 2)
        try:
            granted = self.renew(held.refresh if held else self.start.token())
        except OfficeRefusedError as refusal:
            self.store.let_go(self.name)
            raise AdapterNotConfiguredError(
                self.name, f"needs a new refresh token: {refusal.reason}"
            ) from refusal
        ends_at = self.clock() + timedelta(seconds=granted.seconds)
        # On the disk first: after a crash from here on the next process has it.
        self.store.put(
            self.name, Tokens(granted.access, granted.refresh, ends_at, self.start.mark)
        )
        return granted.access

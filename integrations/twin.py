"""What all sandbox twins share: they remember, acknowledge, and fail on command."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.messages import (
    Acknowledgement,
    Kept,
    Message,
    OfficeMessage,
    Said,
    Statement,
)

TRIAL = "thử nghiệm"


@dataclass(slots=True)
class Faults:
    """What a twin does wrong next: fail so many calls, lose answers, say all twice."""

    fail: int = 0
    lose_answer: int = 0
    twice: bool = False


@dataclass(slots=True)
class Twin:
    """The state of one simulated office: what it was told, and what it will say."""

    name: str
    clock: Callable[[], datetime]
    faults: Faults = field(default_factory=Faults)
    seen: dict[str, object] = field(default_factory=dict)
    calls: int = 0
    book: list[Kept] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    _saying: list[bytes] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> str:
        """Return that this is only a trial."""
        return f"{self.name}: {TRIAL}"

    def take(self, key: str, message: Message) -> tuple[Acknowledgement, bool]:
        """Keep a message once by its key; return the answer and whether it was new.

        Raises OfficeUnavailableError when told to fail, before the message is kept, or
        when told to lose the answer, after; OfficeRefusedError when another message
        came under the same key before.
        """
        with self._lock:
            self.calls += 1
            if self.faults.fail > 0:
                self.faults.fail -= 1
                raise OfficeUnavailableError(self.name, "told to fail")
            new = key not in self.seen
            if not new and self.seen[key] != message:
                raise OfficeRefusedError(self.name, f"409 another message had {key}")
            if new:
                self.seen[key] = message
                body = message.model_dump_json().encode()
                self.book.append(Kept(key=key, sha256=_sum(body), at=self.clock()))
            if self.faults.lose_answer > 0:
                self.faults.lose_answer -= 1
                raise OfficeUnavailableError(self.name, "the answer was lost")
        return Acknowledgement(reference=f"{self.name}-{key}", note=TRIAL), new

    def answer(self) -> None:
        """Fail when told to: for a question, of which nothing is kept."""
        with self._lock:
            self.calls += 1
            if self.faults.fail > 0:
                self.faults.fail -= 1
                raise OfficeUnavailableError(self.name, "told to fail")

    def statement(self, since: datetime) -> Statement:
        """Return what it had from us and said to us since an instant."""
        with self._lock:
            return Statement(
                received=tuple(each for each in self.book if each.at >= since),
                said=tuple(each for each in self.said if each.at >= since),
            )

    def say(self, message: OfficeMessage) -> None:
        """Put a message where ``collect`` finds it; twice when told so."""
        raw = message.model_dump_json().encode()
        with self._lock:
            self.said.append(
                Said(id=message.id, sha256=_sum(raw), at=self.clock(), raw=raw.decode())
            )
            self._saying += [raw, raw] if self.faults.twice else [raw]

    def collect(self) -> tuple[bytes, ...]:
        """Return what waits to be said, once."""
        with self._lock:
            saying = tuple(self._saying)
            self._saying.clear()
        return saying


def _sum(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()

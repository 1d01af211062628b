"""What all sandbox twins share: they remember, acknowledge, and fail on command."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from integrations.errors import OfficeUnavailableError
from integrations.messages import Acknowledgement, OfficeMessage

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
    faults: Faults = field(default_factory=Faults)
    seen: dict[str, object] = field(default_factory=dict)
    calls: int = 0
    _saying: list[bytes] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> str:
        """Return that this is only a trial."""
        return f"{self.name}: {TRIAL}"

    def take(self, key: str, message: object) -> tuple[Acknowledgement, bool]:
        """Keep a message once by its key; return the answer and whether it was new.

        Raises OfficeUnavailableError when told to fail, before the message is kept, or
        when told to lose the answer, after.
        """
        with self._lock:
            self.calls += 1
            if self.faults.fail > 0:
                self.faults.fail -= 1
                raise OfficeUnavailableError(self.name, "told to fail")
            new = key not in self.seen
            self.seen.setdefault(key, message)
            if self.faults.lose_answer > 0:
                self.faults.lose_answer -= 1
                raise OfficeUnavailableError(self.name, "the answer was lost")
        return Acknowledgement(reference=f"{self.name}-{key}", note=TRIAL), new

    def say(self, message: OfficeMessage) -> None:
        """Put a message where ``collect`` finds it; twice when told so."""
        raw = message.model_dump_json().encode()
        with self._lock:
            self._saying += [raw, raw] if self.faults.twice else [raw]

    def collect(self) -> tuple[bytes, ...]:
        """Return what waits to be said, once."""
        with self._lock:
            saying = tuple(self._saying)
            self._saying.clear()
        return saying

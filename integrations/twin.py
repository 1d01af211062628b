"""What all sandbox twins share: they remember, acknowledge, and fail on command."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import BaseModel

from integrations.errors import KeyReusedError, OfficeUnavailableError
from integrations.journal import Entry, Journal
from integrations.messages import (
    Acknowledgement,
    Heard,
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


@dataclass(frozen=True, slots=True)
class Saying:
    """A message of the office to us, and when it was taken over, None before."""

    message: OfficeMessage
    raw: bytes
    at: datetime
    delivered_at: datetime | None = None


@dataclass(slots=True)
class Twin:
    """The state of one simulated office: what it was told, and what it will say.

    With a journal it knows after a kill all that it ever acknowledged or said. One key
    is one message: the same key with another body is refused, and counted. ``things``
    are what the office knows of itself, such as a parcel or a warning.
    """

    name: str
    clock: Callable[[], datetime]
    journal: Journal | None = None
    faults: Faults = field(default_factory=Faults)
    seen: dict[str, Message] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    said: dict[str, Saying] = field(default_factory=dict)
    things: list[Heard] = field(default_factory=list)
    calls: int = 0
    repeats: int = 0
    conflicts: int = 0
    _waiting: dict[str, None] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        if self.journal is not None:
            kinds = {e.__name__: e for root in (Message, Heard) for e in _kinds(root)}
            for entry in self.journal.entries():
                self._replay(entry, kinds)

    def check(self) -> str:
        """Return that this is only a trial."""
        return f"{self.name}: {TRIAL}"

    def take(self, key: str, message: Message) -> tuple[Acknowledgement, bool]:
        """Keep a message once by its key; return the answer and whether it was new.

        Raises OfficeUnavailableError when told to fail, before the message is kept, or
        when told to lose the answer, after; KeyReusedError when the key has already
        brought another message.
        """
        with self._lock:
            self.answer()
            new = self._keep(key, message)
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

    def put(self, thing: Heard) -> None:
        """Let the office know something of itself; the newest stands last."""
        with self._lock:
            kind, body = type(thing).__name__, thing.model_dump_json()
            self._write({"did": "put", "kind": kind, "body": body})
            self.things.append(thing)

    def say(self, message: OfficeMessage) -> bool:
        """Say a message once by its id; return whether it was new."""
        with self._lock:
            if message.id in self.said:
                return False
            saying = Saying(message, message.model_dump_json().encode(), self.clock())
            self._write(
                {
                    "did": "said",
                    "raw": saying.raw.decode(),
                    "at": saying.at.isoformat(),
                }
            )
            self.said[message.id] = saying
            self._waiting[message.id] = None
            return True

    def waiting(self) -> tuple[Saying, ...]:
        """Return what was said and not yet taken over, oldest first."""
        with self._lock:
            return tuple(self.said[message_id] for message_id in self._waiting)

    def delivered(self, message_id: str) -> None:
        """Note that the other side has taken a message over."""
        with self._lock:
            at = self.clock()
            self._write({"did": "delivered", "id": message_id, "at": at.isoformat()})
            self.said[message_id] = replace(self.said[message_id], delivered_at=at)
            self._waiting.pop(message_id, None)

    def collect(self) -> tuple[bytes, ...]:
        """Return what waits to be said, once, or all of it twice when told so."""
        with self._lock:
            waiting = self.waiting()
            for saying in waiting:
                self.delivered(saying.message.id)
            times = 2 if self.faults.twice else 1
        return tuple(saying.raw for saying in waiting for _ in range(times))

    def statement(self, since: datetime) -> Statement:
        """Return what it had from us and said to us since an instant."""
        with self._lock:
            return Statement(
                received=tuple(each for each in self.kept.values() if each.at >= since),
                said=tuple(
                    Said(
                        id=each.message.id,
                        sha256=hashlib.sha256(each.raw).hexdigest(),
                        at=each.at,
                        raw=each.raw.decode(),
                    )
                    for each in self.said.values()
                    if each.at >= since
                ),
            )

    def _keep(self, key: str, message: Message) -> bool:
        body = message.wire()
        sha256 = hashlib.sha256(body).hexdigest()
        known = self.kept.get(key)
        if known is not None and known.sha256 != sha256:
            self.conflicts += 1
            raise KeyReusedError(self.name, key)
        if known is not None:
            self.repeats += 1
            return False
        kept = Kept(key=key, sha256=sha256, at=self.clock())
        kind = type(message).__name__
        self._write(
            {
                "did": "took",
                "kind": kind,
                "body": body.decode(),
                **kept.model_dump(mode="json"),
            }
        )
        self.kept[key], self.seen[key] = kept, message
        return True

    def _write(self, entry: Entry) -> None:
        if self.journal is not None:
            self.journal.write(entry)

    def _replay(self, entry: Entry, kinds: dict[str, type[BaseModel]]) -> None:
        match entry.pop("did"):
            case "took":
                kind, body = kinds[str(entry.pop("kind"))], str(entry.pop("body"))
                message = kind.model_validate_json(body)
                if isinstance(message, Message):
                    kept = Kept.model_validate(entry)
                    self.kept[kept.key], self.seen[kept.key] = kept, message
            case "said":
                raw, at = str(entry["raw"]), datetime.fromisoformat(str(entry["at"]))
                told = OfficeMessage.model_validate_json(raw)
                self.said[told.id] = Saying(told, raw.encode(), at)
                self._waiting[told.id] = None
            case "delivered":
                name, at = str(entry["id"]), datetime.fromisoformat(str(entry["at"]))
                self.said[name] = replace(self.said[name], delivered_at=at)
                self._waiting.pop(name, None)
            case "put":
                thing = kinds[str(entry["kind"])].model_validate_json(
                    str(entry["body"])
                )
                if isinstance(thing, Heard):
                    self.things.append(thing)
            case other:
                raise ValueError(f"nothing is known of {other!r} in a journal")


def _kinds(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield every kind of message, so that a journal finds its own again."""
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)

"""What was asked of the service and what it answered; nothing is ever taken back.

A command is one key. It may be sent several times; an attempt without an answer stays
unknown: nothing follows from it, neither that it was done nor that it was not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from service.persistence.rows import TimerRow

Told = Literal["done", "proposed", "stale", "refused", "broken", "unknown"]


@dataclass(slots=True)
class Attempt:
    """One sending of a command; ``told`` is what became of it as far as one knows."""

    told: Told = "unknown"
    status: int | None = None
    where: str = ""


@dataclass(slots=True)
class Command:
    """What one key asks for: an event on a case as it stood at a version.

    ``actor`` is the key of the person as the service knows it; ``version`` is None
    where the form names none. ``group`` is the same for commands that were meant to
    meet on one version.
    """

    number: int
    kind: str
    actor: str
    case: str
    event: str
    key: str
    version: int | None = None
    group: str = ""
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def answered(self) -> list[Attempt]:
        """Return the attempts that were answered."""
        return [
            each for each in self.attempts if each.told not in {"unknown", "broken"}
        ]

    @property
    def acknowledged(self) -> bool:
        """Return whether the service said that it was done."""
        return any(each.told == "done" for each in self.attempts)


@dataclass(slots=True)
class History:
    """All commands and all faults of a run, in the order in which they began.

    ``timers`` are those that were seen to run out.
    """

    commands: list[Command] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    timers: list[TimerRow] = field(default_factory=list)

    def command(self, kind: str, actor: str, **what: object) -> Command:
        """Note that a command begins."""
        told = Command(len(self.commands), kind, actor, **what)  # type: ignore[arg-type]
        self.commands.append(told)
        return told

    def fault(self, kind: str) -> None:
        """Count one fault that was done to the service."""
        self.faults[kind] += 1

    def acknowledged(self) -> Iterator[Command]:
        """Yield the commands that the service said were done."""
        return (each for each in self.commands if each.acknowledged)

    def write(self, path: Path, more: Mapping[str, object]) -> None:
        """Write everything to a file, one line of JSON for each thing."""
        with path.open("w", encoding="utf-8") as file:
            for each in (
                more,
                *map(asdict, self.commands),
                *map(asdict, self.messages),
            ):
                file.write(json.dumps(each, ensure_ascii=False, default=str) + "\n")


@dataclass(slots=True)
class Message:
    """What an office said to us; ``outcomes`` are the answers of the door, in order.

    ``sha256`` is the sum of what cannot be read.
    """

    office: str
    id: str
    kind: Literal["true", "garbage", "forged"]
    case: str = ""
    event: str = ""
    outcomes: list[str] = field(default_factory=list)
    sha256: str = ""

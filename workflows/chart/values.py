"""What goes into a statechart and what comes out: events, instances, outcomes.

All of it is frozen data. An ``Instance`` is the row of a case: it says where the case
is and what the chart must remember, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self, TypeAlias

from workflows.definition import (
    ClockOrder,
    Effect,
    Label,
    Length,
    Needs,
    ParamRef,
    Record,
    Source,
    Transition,
    Warn,
)
from workflows.errors import MoveRefusedError

Configuration: TypeAlias = tuple[str, ...]
History: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
Handled: TypeAlias = Literal["moved", "recorded", "deferred", "late", "stale"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody says happened, and when (an aware instant).

    ``role`` is the role of the actor in this chart: citizen, handling_office, ... or
    timer, system, parent, child, ledger. ``facts`` (JSON values) are entered with the
    event. An answer of a linked case carries the ``revision`` that it answers.
    ``second`` names who confirmed what the actor had proposed.
    """

    name: str
    at: datetime
    actor: str
    role: str
    facts: Mapping[str, object] = field(default_factory=dict)
    revision: int = 0
    second: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"event {self.name!r} needs an instant with its offset")

    def to_json(self) -> dict[str, object]:
        """Return JSON data from which ``from_json`` makes an equal event."""
        raw: dict[str, object] = {
            "name": self.name,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "role": self.role,
            "facts": dict(self.facts),
            "revision": self.revision,
        }
        return raw if self.second is None else {**raw, "second": self.second}

    @classmethod
    def from_json(cls, raw: Mapping[str, object]) -> Self:
        """Read an event back; raise ValueError when a part of it is missing."""
        match raw:
            case {
                "name": str(name),
                "at": str(at),
                "actor": str(actor),
                "role": str(role),
                "facts": dict(facts),
                "revision": int(revision),
            }:
                when = datetime.fromisoformat(at)
                second = raw.get("second")
                confirmed = None if second is None else str(second)
                return cls(name, when, actor, role, facts, revision, confirmed)
            case _:
                raise ValueError(f"not a stored event: {raw!r}")


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of the dossier, against which ``needs`` is checked."""

    present: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    originals_in: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """Where a case is: everything that the chart has to remember, in one row.

    ``configuration`` holds the active leaves in document order; ``history`` what each
    history state remembers; ``seen`` the event names that some ``from_history`` fact
    asks for and that happened; ``deferred`` the signals kept for later, in order;
    ``revisions`` how often what a link was told has been corrected since.
    """

    configuration: Configuration = ()
    history: History = ()
    flags: tuple[tuple[str, bool], ...] = ()
    seen: tuple[str, ...] = ()
    deferred: tuple[Event, ...] = ()
    revisions: tuple[tuple[str, int], ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return JSON data for the row of the case; what is empty is left out."""
        raw: dict[str, object] = {"configuration": list(self.configuration)}
        if self.history:
            raw["history"] = {name: list(states) for name, states in self.history}
        if self.flags:
            raw["flags"] = dict(self.flags)
        if self.seen:
            raw["seen"] = list(self.seen)
        if self.deferred:
            raw["deferred"] = [event.to_json() for event in self.deferred]
        if self.revisions:
            raw["revisions"] = dict(self.revisions)
        return raw

    @classmethod
    def from_json(cls, raw: Mapping[str, object]) -> Self:
        """Read an instance back; raise ValueError when it is not one."""
        if "configuration" not in raw:
            raise ValueError(f"not a stored instance: {raw!r}")
        # The row was written by `to_json`, so what is inside is taken on trust; the
        # chart itself refuses a configuration that is not legal.
        stored: Mapping[str, Any] = raw
        history = stored.get("history", {})
        deferred = stored.get("deferred", ())
        return cls(
            tuple(stored["configuration"]),
            tuple([(name, tuple(kept)) for name, kept in history.items()]),
            tuple(stored.get("flags", {}).items()),
            tuple(stored.get("seen", ())),
            tuple([Event.from_json(event) for event in deferred]),
            tuple(stored.get("revisions", {}).items()),
        )


@dataclass(frozen=True, slots=True)
class TimerOrder:
    """Arm or disarm the timer of a state; a disarmed one needs no length.

    ``since`` names the recorded day from which the length is counted.
    """

    state: str
    event: str
    length: ParamRef | Length | None
    arm: bool
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An arrow that was followed: from which state, where to, and on which event.

    ``target`` is None when the arrow stays; ``source_state`` is empty for an entry.
    """

    source_state: str
    target: str | None
    transition: Transition
    event_name: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A signal that had been kept and was given to the chart within this step.

    ``refused`` says why nobody took it: the caller makes a visible fault of it.
    """

    event: Event
    handled: Handled | Literal["refused"]
    refused: MoveRefusedError | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event did: the instance before and after, and what is to follow."""

    handled: Handled
    before: Instance
    after: Instance
    taken: tuple[Taken, ...] = ()
    effects: tuple[Effect, ...] = ()
    clock: tuple[ClockOrder, ...] = ()
    timers: tuple[TimerOrder, ...] = ()
    delivered: tuple[Delivered, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a role may do now, or why it may not yet.

    Two offers of one event differ in their lines: the facts that are entered decide
    which of them is taken. ``issues`` are the sheets that are printed with it.
    """

    event: str
    state: str
    target: str | None
    label: Label | None
    by: tuple[str, ...]
    records: tuple[Record, ...]
    needs: Needs
    warn: Warn | None
    undo: Literal["until_effects_leave"] | None
    source: tuple[Source, ...]
    issues: tuple[str, ...] = ()
    why_not: MoveRefusedError | None = None
    second_person: bool = False

    @property
    def available(self) -> bool:
        """Return whether the event may be raised now."""
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a walk over every configuration found, whatever guards may say.

    ``dead_ends`` have no arrow out at all; from ``trapped`` ones (the dead ends among
    them) no end can be reached. ``never_taken`` names arrows as (state, event, line).
    """

    configurations: tuple[Configuration, ...]
    ends: tuple[Configuration, ...]
    unreachable: tuple[str, ...]
    dead_ends: tuple[Configuration, ...]
    trapped: tuple[Configuration, ...]
    never_taken: tuple[tuple[str, str, int], ...]

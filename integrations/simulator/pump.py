"""Carries what simulated offices say to the service: signed, until it is taken over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

from integrations import webhooks
from integrations.simulator.behaviour import Deed
from integrations.simulator.wire import GARBAGE, SimulatedOffice
from integrations.twin import Saying

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# So long a message that is to come too late waits for another one of its case.
_HELD_BACK = 20.0


@dataclass(slots=True)
class _Sending:
    """How far a message has come: what goes wrong with it, when it is tried next."""

    deeds: frozenset[Deed]
    next_at: float
    held_until: float
    tries: int = 0


@dataclass(slots=True)
class Pump:
    """Sends in order within a case, except where the office is told to mix it up.

    ``seconds`` is how long it rests when there is nothing to carry.
    """

    offices: tuple[SimulatedOffice, ...]
    callbacks: str
    seconds: float = 0.2
    timeout: float = 20
    _sendings: dict[tuple[str, str], _Sending] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self._client = httpx2.Client(
            timeout=self.timeout, follow_redirects=False, trust_env=False
        )

    def start(self) -> None:
        """Begin to carry, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the message under way and end; what waits stays in the journal."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(self.timeout + 1)
        self._client.close()

    def carry(self) -> int:
        """Send once whatever is due; return how many messages were taken over."""
        return sum(
            self._carried(office, saying)
            for office in self.offices
            if not office.conduct.silent()
            for saying in tuple(self._due(office))
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                carried = self.carry()
            except OSError:
                # The journal found no room: what was not noted is sent again.
                carried = 0
            if not carried:
                self._stopping.wait(self.seconds)

    def _due(self, office: SimulatedOffice) -> Iterator[Saying]:
        """Yield the messages that go now: of each case the first that may."""
        now, begun = time.monotonic(), set[str]()
        for saying in office.twin.waiting():
            sending = self._sending(office, saying, now)
            if saying.message.case in begun or now < sending.held_until:
                continue
            begun.add(saying.message.case)
            if sending.next_at <= now:
                yield saying

    def _sending(self, office: SimulatedOffice, saying: Saying, now: float) -> _Sending:
        name = (office.name, saying.message.id)
        if name not in self._sendings:
            deeds = office.conduct.in_voice(saying.message.id)
            late = office.conduct.plan.seconds if "delay" in deeds else 0
            held = now + _HELD_BACK if "reorder" in deeds else now
            self._sendings[name] = _Sending(deeds, now + late, held)
        return self._sendings[name]

    def _carried(self, office: SimulatedOffice, saying: Saying) -> bool:
        """Send one message and all that goes wrong with it; return whether it is over.

        One that was not taken over is sent again later, word for word.
        """
        sending = self._sendings[office.name, saying.message.id]
        message, deeds = saying.message, sending.deeds
        if "litter" in deeds:
            self._post(office, f"{message.id}-litter", GARBAGE)
        taken = self._post(office, message.id, saying.raw)
        if not taken:
            pause = min(_FIRST_PAUSE * 2 ** min(sending.tries, 10), _LONGEST_PAUSE)
            sending.tries += 1
            sending.next_at = time.monotonic() + pause
            return False
        if "twice" in deeds:
            self._post(office, message.id, saying.raw)
        if "change_mind" in deeds:
            for other in office.changed_mind(message):
                office.twin.say(other)
        office.twin.delivered(message.id)
        del self._sendings[office.name, message.id]
        self._release(office, message.case)
        return True

    def _release(self, office: SimulatedOffice, case: str) -> None:
        """Let what was held back of a case go: another message has overtaken it."""
        for saying in office.twin.waiting():
            if saying.message.case == case:
                self._sending(office, saying, time.monotonic()).held_until = 0

    def _post(self, office: SimulatedOffice, message_id: str, raw: bytes) -> bool:
        """Post a body to the door of the service; return whether it has it now."""
        at = office.twin.clock()
        headers = webhooks.sign(
            office.keys[0], webhooks.FROM_OFFICE, message_id, at, raw
        )
        headers["content-type"] = "application/json"
        door = f"{self.callbacks}/api/v1/callbacks/{office.name}"
        try:
            answer = self._client.post(door, content=raw, headers=headers)
        except httpx2.HTTPError:
            return False
        return answer.is_success

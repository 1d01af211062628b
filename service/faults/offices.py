"""The offices outside: they answer by HTTP, badly, and say things to us, badly too.

What an office says is what the twin of that office says; here it is only lost, doubled,
delayed and garbled. All that reached an office is kept, for the checks.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import parse_qs

from integrations import webhooks
from integrations.errors import IntegrationError
from integrations.live import STATEMENT
from integrations.messages import Acknowledgement, OfficeMessage
from service.auth.office_keys import office_key
from service.faults.chance import Chance
from service.faults.history import History, Message
from service.faults.lines import BROKEN, Line, Whole, read
from service.faults.wire import BECAME, CALLS, Became
from service.usecases.desk import Desk
from service.usecases.outside.office_lines import port_of

# What an office does wrong with a request, and how often of a thousand.
KINDS = {
    "office lost the request": 60,
    "office lost the answer": 90,
    "office answered garbage": 50,
    "office said not now": 50,
    "office was slow": 30,
}
_DOWN = "office was down"
_THOUSAND = 1000
_GARBAGE = (b"", b"{", b"[]", b'{"reference": 7}', b"<html>502</html>", b"\xff\xfe")
_SOMETHING = b'{"id": "no-message-at-all", "case": "HS-0", "event": "take_up"}'
_DOOR = "/api/v1/callbacks/{office}"


@dataclass(slots=True)
class Offices:
    """The server of all offices of a run, and what they say to the service.

    ``port`` is where they reach the service; ``desk`` is that of the harness, whose
    ports are the twins.
    ``seen`` holds for every office and key the sums of the bodies that came.
    """

    desk: Desk
    chance: Chance
    history: History
    port: int
    calm: bool = False
    seen: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    ports: dict[str, Any] = field(init=False)
    _down: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _server: asyncio.Server | None = None
    _met: set[str] = field(default_factory=set)
    _said: list[tuple[Message, bytes]] = field(default_factory=list)
    _saying: set[asyncio.Task[None]] = field(default_factory=set)
    _behave: Random = field(init=False)
    _speak: Random = field(init=False)

    def __post_init__(self) -> None:
        self.ports = {name: port_of(self.desk, name) for name in CALLS}
        self._behave = self.chance.of("offices", "answer")
        self._speak = self.chance.of("offices", "speak")

    async def start(self, door: socket.socket) -> None:
        """Begin to answer at a door that listens already."""
        self._server = await asyncio.start_server(self._serve, sock=door)

    async def close(self) -> None:
        """Stop listening and speaking."""
        for task in self._saying:
            task.cancel()
        await asyncio.gather(*self._saying, return_exceptions=True)
        if self._server is not None:
            self._server.close()

    async def fall_silent(self) -> None:
        """Say everything that is still to be said, and wait until it was heard."""
        while self._saying:
            await asyncio.gather(*self._saying)

    # --- what reaches an office -------------------------------------------------------

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while asked := await read(reader):
                answer = await self._answer(asked)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (*BROKEN, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _answer(self, asked: Whole) -> bytes | None:
        target = asked.head.split(b" ", 2)[1].decode()
        path, _, query = target.partition("?")
        _, office, what = path.split("/", 2)
        key = next(asked.headers(webhooks.ID), "")
        harm = self._harm(office)
        if harm:
            self.history.fault(harm)
        if harm in {_DOWN, "office lost the request"}:
            return None
        if harm == "office said not now":
            return _http(503, b"{}")
        status, body = self._done(office, f"/{what}", key, asked.body, query)
        if harm == "office lost the answer":
            return None
        if harm == "office was slow":
            await asyncio.sleep(0.05 + 0.1 * self._behave.random())
        if harm == "office answered garbage":
            return _http(200, self._behave.choice(_GARBAGE))
        return _http(status, body)

    def _done(
        self, office: str, path: str, key: str, body: bytes, query: str
    ) -> tuple[int, bytes]:
        """Do what an office is asked; return the status and the answer."""
        port = self.ports[office]
        if path == STATEMENT:
            since = datetime.fromisoformat(parse_qs(query)["since"][0])
            return 200, port.twin.statement(since).model_dump_json().encode()
        call = next(each for each in CALLS[office] if each.path == path)
        message = call.asks.model_validate_json(body)
        if call is BECAME:
            return 200, Became(
                outcome=port.outcome(message.channel, message.key)
            ).model_dump_json().encode()
        if issubclass(call.answers, Acknowledgement):
            self.seen[office][key].append(hashlib.sha256(body).hexdigest())
        try:
            answer = getattr(port, call.method)(message, key=key)
        except IntegrationError as refused:
            return 409, refused.reason.encode()
        self._answer_by(office, port.twin.collect())
        return 200, answer.model_dump_json().encode()

    def _harm(self, office: str) -> str:
        if self.calm:
            return ""
        if office not in self._met:
            # So even the shortest run has a message that is sent again.
            self._met.add(office)
            return "office lost the answer"
        if self._down[office] > 0:
            self._down[office] -= 1
            return _DOWN
        if self._behave.random() < 0.01:
            self._down[office] = self._behave.randrange(5, 40)
        left = self._behave.randrange(_THOUSAND)
        for kind, weight in KINDS.items():
            left -= weight
            if left < 0:
                return kind
        return ""

    # --- what an office says ----------------------------------------------------------

    def _answer_by(self, office: str, said: tuple[bytes, ...]) -> None:
        """Say things: some twice, some late, some after others, some garbled before."""
        chance = self._speak
        for raw in said:
            told = OfficeMessage.model_validate_json(raw)
            message = Message(office, told.id, "true", told.case, told.event)
            self.history.messages.append(message)
            self._said.append((message, raw))
            times = 2 if chance.random() < 0.3 else 1
            if times == 2:
                self.history.fault("message said twice")
            for _ in range(times):
                wait = 0.3 * chance.random()
                if chance.random() < 0.15:
                    self.history.fault("message late")
                    wait = 2.0 * chance.random()
                self._go(self._say(message, raw, wait))

    async def mutter(self, number: int, still: Callable[[], bool]) -> None:
        """Say again what was said long ago, and nonsense, as long as it goes on."""
        chance = self.chance.of("offices", "mutter", number)
        while still():
            await asyncio.sleep(0.2 * chance.random())
            if self._said and chance.random() < 0.5:
                message, raw = chance.choice(self._said)
                self.history.fault("message said again")
                await self._say(message, raw, 0)
            else:
                await self.talk_nonsense(chance, chance.choice(sorted(CALLS)))

    async def talk_nonsense(self, chance: Random, office: str) -> None:
        """Say what nobody can read, or what the office never signed."""
        _, raw = chance.choice(self._said) if self._said else (None, _SOMETHING)
        number = len(self.history.messages)
        if chance.random() < 0.5:
            self.history.fault("message garbled")
            cut, secret = raw[: chance.randrange(1, len(raw))], None
            digest = hashlib.sha256(cut).hexdigest()
            message = Message(office, f"garbled-{number}", "garbage", sha256=digest)
        else:
            self.history.fault("message forged")
            message = Message(office, f"forged-{number}", "forged")
            cut, secret = raw, b"the key of somebody else"
        self.history.messages.append(message)
        await self._say(message, cut, 0, secret)

    async def _say(
        self, message: Message, raw: bytes, wait: float, secret: bytes | None = None
    ) -> None:
        """Say something until the door has answered, as an office does."""
        await asyncio.sleep(wait)
        path, line = _DOOR.format(office=message.office), Line(self.port)
        key = secret or office_key(self.desk.settings, self.desk.secret, message.office)
        for _ in range(200):
            headers = webhooks.sign(
                key, webhooks.FROM_OFFICE, message.id, self.desk.now(), raw
            )
            headers["content-type"] = "application/json"
            try:
                answer = await line.ask("POST", path, headers, raw)
            except BROKEN:
                await asyncio.sleep(0.03)
                continue
            message.outcomes.append(_outcome(answer))
            forged = message.kind == "forged" and answer.status < 500
            if answer.status < 300 or forged:
                break
            # While the database is away there is time.
            await asyncio.sleep(0.03 if answer.status < 500 else 0.3)
        line.close()

    def _go(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(what)
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)


def _outcome(answer: Whole) -> str:
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
    outcome = told.get("outcome") if isinstance(told, dict) else None
    return str(outcome or answer.status)


def _http(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body

"""One way to speak to an outside office over HTTP: signed, bounded, honest on doubt.

What an answer means is decided here and nowhere else: a readable answer of the wanted
shape is an answer; a plain no is a refusal; everything else (no answer, half an answer,
garbage, "later") leaves the outcome unknown, and the same message is sent again later
under the same key.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Literal, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from integrations import webhooks
from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.messages import Message

# The statement of two weeks holds every message whole, and must find room.
MOST_BYTES = 20_000_000
# What stays a no however often it is asked; 408, 425, 429 and 5xx are "not now".
REFUSALS = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 415, 422})
_JSON = "application/json"
REQUEST_ID = "x-request-id"
# A small packed answer may be a huge one: none is asked for, and none is unpacked.
UNPACKED = {"accept-encoding": "identity"}

Asked = TypeVar("Asked", bound=Message)
Answered = TypeVar("Answered", bound=BaseModel)
Outcome = Literal["accepted", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Call(Generic[Asked, Answered]):
    """One request of the wire: its path and what it asks and answers.

    The gateway sends it, the server of the simulated office answers it by the method
    of its twin that has the name ``method``. Of what is ``secret`` no sum is kept.
    """

    path: str
    asks: type[Asked]
    answers: type[Answered]
    method: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, for the log; no body, only the sums of the bodies.

    The sum of a request is empty when that could be guessed from it: a password, or a
    code sent to somebody.
    """

    office: str
    what: str
    key: str
    sent_at: datetime
    request_sha256: str
    answer_sha256: str | None
    status: int | None
    outcome: Outcome
    milliseconds: int
    error: str = ""


def forget(_exchange: Exchange) -> None:
    """Write nothing down: for tests and for trials without a store."""


@dataclass(frozen=True, slots=True)
class Line:
    """How an office is reached; ``written`` is told of every exchange.

    ``seconds`` bounds each wait: for the connection, for the answer to begin, between
    two pieces of it, and three times that the whole answer. ``request`` gives the id of
    the request for which the office is asked, to find both sides of a trouble by.
    """

    office: str
    address: str
    secret: bytes
    clock: Callable[[], datetime]
    seconds: float = 10
    written: Callable[[Exchange], None] = forget
    request: Callable[[], str] = str


@dataclass(slots=True)
class OfficeClient:
    """Speaks to one office; may be used from several threads."""

    line: Line
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self._client = httpx2.Client(
            timeout=self.line.seconds,
            follow_redirects=False,
            trust_env=False,
            headers=UNPACKED,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    @contextmanager
    def within(self, seconds: float) -> Iterator[OfficeClient]:
        """Give a client that waits no longer than this, for who asks in person."""
        soon = OfficeClient(replace(self.line, seconds=min(seconds, self.line.seconds)))
        with closing(soon):
            yield soon

    def call(
        self, call: Call[Asked, Answered], message: Asked, *, key: str
    ) -> Answered:
        """Send a message under its key and return the answer.

        Raises OfficeRefusedError when the office says no, OfficeUnavailableError when
        nothing is known of the outcome.
        """
        return self._ask(
            "POST",
            call.path,
            call.answers,
            key=key,
            body=message.wire(),
            secret=call.secret,
        )

    def post(
        self,
        path: str,
        answers: type[Answered],
        *,
        key: str,
        body: bytes,
        headers: Mapping[str, str],
        secret: bool = False,
    ) -> Answered:
        """Send what an office of another format wants: its body and its own headers.

        Nothing is signed: such an office knows us by what the headers hold. Of what is
        ``secret`` no sum is kept. Errors as with ``call``.
        """
        return self._ask(
            "POST", path, answers, key=key, body=body, headers=headers, secret=secret
        )

    def read(
        self,
        path: str,
        answers: type[Answered],
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Ask for something without changing anything; errors as with ``call``."""
        query = str(httpx2.QueryParams(dict(params or {})))
        asked = f"{path}?{query}" if query else path
        return self._ask("GET", asked, answers, headers=headers)

    def _ask(
        self,
        method: str,
        path: str,
        answers: type[Answered],
        *,
        key: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        secret: bool = False,
    ) -> Answered:
        line, begun = self.line, time.monotonic()
        sent_at = line.clock()
        status: int | None = None
        raw, error = b"", ""
        outcome: Outcome = "unknown"
        try:
            if headers is None:
                headers = self._signed(method, path, key, sent_at, body)
            status, raw, after = self._send(method, path, body, headers)
            answer = _read(line.office, status, raw, after, answers)
            outcome = "accepted"
        except OfficeRefusedError as refusal:
            outcome, error = "refused", refusal.reason
            raise
        except OfficeUnavailableError as doubt:
            error = doubt.reason
            raise
        else:
            return answer
        finally:
            line.written(
                Exchange(
                    line.office,
                    path.partition("?")[0].strip("/"),
                    key,
                    sent_at,
                    "" if secret or not key else hashlib.sha256(body).hexdigest(),
                    hashlib.sha256(raw).hexdigest() if status is not None else None,
                    status,
                    outcome,
                    round((time.monotonic() - begun) * 1000),
                    error,
                )
            )

    def _signed(
        self, method: str, path: str, key: str, at: datetime, body: bytes
    ) -> dict[str, str]:
        # A GET is signed too: what an office keeps of us is for us alone.
        name = key or f"{method} {path}"
        headers = webhooks.sign(self.line.secret, webhooks.TO_OFFICE, name, at, body)
        return headers | {"content-type": _JSON, "accept": _JSON}

    def _send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes, str]:
        """Return the status, the whole answer and what it says of "later"."""
        line = self.line
        address = line.address.rstrip("/") + path
        asked = {REQUEST_ID: name} if (name := line.request()) else {}
        try:
            with self._client.stream(
                method, address, content=body, headers={**headers, **asked}
            ) as answer:
                raw = whole(line.office, answer, line.seconds)
                after = answer.headers.get("retry-after", "")
                return answer.status_code, raw, after
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise OfficeUnavailableError(line.office, type(error).__name__) from error


def whole(office: str, answer: httpx2.Response, seconds: float) -> bytes:
    """Return an answer in one piece, if it comes unpacked and ends soon enough.

    ``seconds`` bound one wait, three times that the whole answer. Raises
    OfficeUnavailableError.
    """
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise OfficeUnavailableError(office, "a packed answer")
    raw, latest = bytearray(), time.monotonic() + 3 * seconds
    for piece in answer.iter_raw():
        raw += piece
        if len(raw) > MOST_BYTES or time.monotonic() > latest:
            raise OfficeUnavailableError(office, "an endless answer")
    return bytes(raw)


def _read(
    office: str, status: int, raw: bytes, after: str, answers: type[Answered]
) -> Answered:
    if status in REFUSALS:
        text = raw[:200].decode(errors="replace")
        raise OfficeRefusedError(office, f"{status} {text}".strip())
    if not 200 <= status < 300:
        seconds = float(after) if after.isascii() and after.isdigit() else None
        raise OfficeUnavailableError(office, f"status {status}", seconds)
    try:
        return answers.model_validate_json(raw)
    except ValidationError as error:
        raise OfficeUnavailableError(office, "an answer that cannot be read") from error

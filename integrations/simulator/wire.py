"""The wire of a simulated office: one app for every office, around its twin."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from integrations import webhooks
from integrations.errors import (
    IntegrationError,
    KeyReusedError,
    OfficeRefusedError,
)
from integrations.http import Call
from integrations.live import STATEMENT
from integrations.loopback import is_loopback
from integrations.messages import OfficeMessage
from integrations.simulator.behaviour import Conduct, Deed, Plan
from integrations.twin import TRIAL, Twin

MOST_BYTES = 2_000_000
GARBAGE = b"<html><body>Back soon"
_NOT_YOU = "only from this machine or by the control key, and as JSON"

Endpoint = Callable[[Request], Awaitable[Response]]
Answer = Callable[[], Awaitable[Response]]
# What answers a request of a wire of its own, or does what the plan has in its place.
Behaving = Callable[[str, Answer], Awaitable[Response]]


@dataclass(slots=True)
class SimulatedOffice:
    """An office that answers over HTTP: its port, what it is asked, how it behaves.

    ``port`` is the sandbox whose methods the calls name. ``keys`` are the keys that the
    service signs with; the office signs with the first. ``more`` are routes of a wire
    of its own.
    """

    name: str
    port: Any
    twin: Twin
    calls: tuple[Call[Any, Any], ...]
    keys: tuple[bytes, ...]
    conduct: Conduct
    more: tuple[BaseRoute, ...] = ()

    def stand_at(self, address: str) -> None:
        """Let an office whose answers lead people to its page know where that is."""
        if hasattr(self.port, "page"):
            self.port.page = f"{address}/"

    def changed_mind(self, message: OfficeMessage) -> tuple[OfficeMessage, ...]:
        """Return what the office says when it takes back what it said."""
        take_back = getattr(self.port, "take_back", None)
        return () if take_back is None else tuple(take_back(message))


class Cut(Response):
    """An answer that ends in the middle, as when a connection breaks.

    More is announced than comes, so that the server hangs up.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__(body, media_type="application/json")
        self.headers["content-length"] = str(len(body) + 100)


def wire(office: SimulatedOffice, control_key: str = "") -> list[BaseRoute]:
    """Return the routes on which an office is asked by the service, and steered."""
    asked = [
        Route(call.path, _called(office, call), methods=["POST"])
        for call in office.calls
    ]
    told = Route(STATEMENT, guarded(office, _statement(office)), methods=["GET"])
    return [*asked, told, *_control(office, control_key)]


def create_app(
    office: SimulatedOffice, pages: tuple[BaseRoute, ...] = (), *, control_key: str = ""
) -> Starlette:
    """Return the server of an office: its wire, its control, and its pages.

    With a ``control_key`` only who knows it steers the office, from wherever he asks;
    without one whoever sits at this machine does.
    """
    return Starlette(routes=[*wire(office, control_key), *pages, *office.more])


def guarded(
    office: SimulatedOffice, answer: Callable[[Request, str], Awaitable[Response]]
) -> Endpoint:
    """Return an endpoint that hears only the service, and behaves as it was told.

    ``answer(request, key)`` gets the id under which the request was signed; the body
    stands in ``request.state.raw``.
    """

    async def endpoint(request: Request) -> Response:
        raw = await bounded(request)
        if raw is None:
            return PlainTextResponse("too long", 413)
        request.state.raw = raw
        try:
            now = office.twin.clock()
            key = webhooks.check(
                office.keys, webhooks.TO_OFFICE, request.headers, raw, now
            )
        except webhooks.BadSignatureError as error:
            return PlainTextResponse(str(error), 401)
        if request.method == "GET" and key != f"GET {_target(request)}":
            return PlainTextResponse("signed for another address", 401)
        return await behaving(office, key, lambda: answer(request, key))

    return endpoint


async def bounded(request: Request) -> bytes | None:
    """Return the body, None when it is longer than anybody needs."""
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > MOST_BYTES:
            return None
    return raw


def refusal(error: IntegrationError) -> Response:
    """Return the status that says what a twin raised."""
    if isinstance(error, KeyReusedError):
        return PlainTextResponse(error.reason, 409)
    if isinstance(error, OfficeRefusedError):
        return PlainTextResponse(error.reason, 422)
    return PlainTextResponse(error.reason, 503)


def _called(office: SimulatedOffice, call: Call[Any, Any]) -> Endpoint:
    method = getattr(office.port, call.method)

    async def answer(request: Request, key: str) -> Response:
        try:
            message = call.asks.model_validate_json(request.state.raw)
            said: BaseModel = await run_in_threadpool(method, message, key=key)
        except ValidationError as error:
            return PlainTextResponse(f"{error.error_count()} faults in the body", 422)
        except IntegrationError as error:
            return refusal(error)
        return Response(said.model_dump_json(), media_type="application/json")

    return guarded(office, answer)


def _statement(
    office: SimulatedOffice,
) -> Callable[[Request, str], Awaitable[Response]]:
    async def answer(request: Request, key: str) -> Response:
        del key
        try:
            since = datetime.fromisoformat(request.query_params["since"])
            told = await run_in_threadpool(office.twin.statement, since)
        except (KeyError, ValueError, TypeError):
            return PlainTextResponse("since: an instant with its zone", 400)
        return Response(told.model_dump_json(), media_type="application/json")

    return answer


async def behaving(office: SimulatedOffice, key: str, answer: Answer) -> Response:
    """Answer, or do what the plan has in its place."""
    deeds = office.conduct.at_door(key)
    if "down" in deeds:
        return PlainTextResponse(f"{TRIAL}: down", 503)
    if "refuse" in deeds:
        return PlainTextResponse(f"{TRIAL}: refused", 422)
    if "slow" in deeds:
        await asyncio.sleep(office.conduct.plan.seconds)
    return _spoiled(await answer(), deeds)


def _spoiled(answer: Response, deeds: frozenset[Deed]) -> Response:
    if "lose" in deeds:
        return Cut(b"")
    body = bytes(answer.body)
    if "half" in deeds:
        return Cut(body[: len(body) // 2])
    if "garbage" in deeds:
        return Response(GARBAGE, media_type="text/html")
    return answer


def _target(request: Request) -> str:
    path = request.scope["raw_path"].decode()
    query = request.scope["query_string"].decode()
    return f"{path}?{query}" if query else path


# --- for whoever runs the trial -------------------------------------------------------


def _control(office: SimulatedOffice, key: str) -> list[BaseRoute]:
    """Return the small API by which whoever runs a trial steers the office."""

    async def tell(request: Request) -> Response:
        if not _may_steer(request, key):
            return PlainTextResponse(_NOT_YOU, 403)
        twin, conduct = office.twin, office.conduct
        return JSONResponse(
            {
                "office": office.name,
                "plan": conduct.plan.model_dump(mode="json"),
                "done": dict(conduct.counts),
                "calls": twin.calls,
                "received": len(twin.kept),
                "repeats": twin.repeats,
                "conflicts": twin.conflicts,
                "said": len(twin.said),
                "waiting": len(twin.waiting()),
            }
        )

    async def change(request: Request) -> Response:
        # JSON alone: no page of another site can send it without being asked.
        kind = request.headers.get("content-type", "")
        if not _may_steer(request, key) or not kind.startswith("application/json"):
            return PlainTextResponse(_NOT_YOU, 403)
        try:
            plan = Plan.model_validate_json(await bounded(request) or b"")
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False)
            return JSONResponse(json.loads(json.dumps(problems, default=str)), 422)
        office.conduct.change(plan)
        return await tell(request)

    return [
        Route("/control", tell, methods=["GET"]),
        Route("/control/behaviour", change, methods=["PUT"]),
    ]


def _may_steer(request: Request, key: str) -> bool:
    if key:
        told = request.headers.get("authorization", "")
        return hmac.compare_digest(told.encode(), f"Bearer {key}".encode())
    return request.client is not None and is_loopback(request.client.host)

"""The door for outside offices: one signed message a request, answered in JSON.

202 with ``outcome``: the message is kept, was kept before, or waits for a person. 401
for a signature that is none of the office's, 404 for an office that is none, 413 for a
message that is too long, 429 for too many: then nothing was taken, and the sender sends
it again later.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from service.auth.sessions import count_try
from service.errors import AppError, TooManyTriesError
from service.usecases.desk import Desk
from service.usecases.outside.receive import MOST_BYTES, Received, receive_message
from service.web.dependencies import DeskDep, client_of

_HOUR = 3600


class TooLongError(AppError):
    """More was sent than a message may hold; the rest was not read."""

    status = 413


class _Route(APIRoute):
    """Refuses in JSON: ``{"error": ...}``, for the program on the other side."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except TooManyTriesError as error:
                return _refused("too many messages", 429, error.retry_after)
            except AppError as error:
                return _refused(_ERRORS.get(error.status, "refused"), error.status)

        return handled


_ERRORS = {
    404: "no such office",
    413: f"a message holds at most {MOST_BYTES} bytes",
}

router = APIRouter(prefix="/api/v1/callbacks", route_class=_Route)


@router.post("/{office}", name="callback")
async def take_message(request: Request, desk: DeskDep, office: str) -> Response:
    """Keep one message of an office; the worker applies it to its case."""
    await run_in_threadpool(_count, desk, client_of(request))
    raw = await _body(request)
    received: Received = await run_in_threadpool(
        receive_message, desk, office, raw, request.headers
    )
    if not received.signed:
        return _refused("the signature does not fit", 401)
    if received.outcome == "full":
        return _refused("too many messages that cannot be used", 429, _HOUR)
    return JSONResponse({"outcome": received.outcome}, 202)


def _count(desk: Desk, client: str) -> None:
    most = desk.settings.callbacks_of_client
    count_try(desk, f"callback:{client}", most=most)


async def _body(request: Request) -> bytes:
    """Read the message, no further than it may go."""
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > MOST_BYTES:
            raise TooLongError
    return raw


def _refused(error: str, status: int, after: int | None = None) -> Response:
    headers = {"Retry-After": str(after)} if after is not None else None
    return JSONResponse({"error": error}, status, headers)

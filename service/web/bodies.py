"""How much of a request is read: nobody can fill the memory with what he sends.

A form with files counts them for itself while they come in (``service.web.uploads``);
everything else is text that people typed or a program reported.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The longest is what a helper's device noted without coverage: some two megabytes.
MOST_BYTES = 4 * 1024 * 1024
WITH_FILES = "multipart/form-data"
_TOO_LONG = 413


class Bounded:
    """Stops reading a body that is too long; the answer is 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count what is read of it."""
        if scope["type"] != "http" or has_files(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > MOST_BYTES:
                raise HTTPException(_TOO_LONG)
            return message

        await self._app(scope, counted, send)


def has_files(headers: Headers) -> bool:
    """Say whether a body says of itself that it is a form with files."""
    return headers.get("content-type", "").strip().lower().startswith(WITH_FILES)

"""Around every request: its id, its line in the log, its time, its span.

The log and the metrics name the template of a route, never the path that was asked
for: a code in an address opens a matter, and what stands behind the question mark may
be anybody's name.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.metrics import REQUESTS
from service.observability import note, under_request, warn
from service.telemetry import span

HEADER = "x-request-id"
_log = logging.getLogger("service.access")
# Static files and probes are asked for all day: they are counted, and not logged.
_QUIET = ("/tinh/", "/livez", "/readyz", "/metrics")
NO_ROUTE = "(none)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watching:
    """The outermost layer of the application; it changes no answer but for its id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Never the id that a visitor sends: it could be anything.
        name = secrets.token_hex(16)
        scope.setdefault("state", {})["request_id"] = name
        seen: dict[str, int] = {"status": 500}

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (HEADER.encode(), name.encode()),
                ]
            await send(message)

        begun, client = time.perf_counter(), scope.get("client")
        source = client[0] if client else ""
        with under_request(name, source), span("request", request=name) as told:
            try:
                await self._app(scope, receive, named)
            except Exception:
                warn(_log, "a request failed", {"route": route_of(scope)})
                raise
            finally:
                seconds = time.perf_counter() - begun
                told.tell(
                    route=route_of(scope), method=_method(scope), status=seen["status"]
                )
                _note(scope, seen["status"], seconds)


def route_of(scope: Mapping[str, Any]) -> str:
    """Return the template of the route that answered, such as ``/ke-hoach/{code}``."""
    route = scope.get("route")
    template: str = getattr(route, "path", "")
    if template:
        return template
    return "/tinh" if scope["path"].startswith("/tinh/") else NO_ROUTE


def _method(scope: MutableMapping[str, Any]) -> str:
    method: str = scope["method"]
    return method if method in _METHODS else "other"


def _note(scope: Scope, status: int, seconds: float) -> None:
    route, method = route_of(scope), _method(scope)
    REQUESTS.observe(seconds, route, method, str(status))
    if not scope["path"].startswith(_QUIET):
        milliseconds = round(seconds * 1000)
        note(
            _log,
            "answered",
            route=route,
            method=method,
            status=status,
            milliseconds=milliseconds,
        )

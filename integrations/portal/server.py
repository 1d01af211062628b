"""The simulated national portal: sessions by login, services by POST."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from integrations.errors import IntegrationError
from integrations.messages import PortalDossier
from integrations.portal.sandbox import PortalPost, PortalSandbox
from integrations.portal.trial import trial_account
from integrations.portal.wire import (
    CODE,
    DESTINATION,
    LOOK_UP,
    PROGRESS,
    STATUS,
    SYNCHRONISE,
    Login,
    PortalAccount,
    Service,
)
from integrations.simulator.wire import Behaving

LIFE = timedelta(minutes=30)
_ENDED, _NOT_YOU, _UNKNOWN, _WRONG = 401, 403, 404, 422


@dataclass(slots=True)
class Portal:
    """The wire around the twin; ``behaving`` may spoil what it answers."""

    sandbox: PortalSandbox
    account: PortalAccount
    behaving: Behaving
    _sessions: dict[str, datetime] = field(default_factory=dict)
    _opened: int = 0

    def routes(self) -> list[BaseRoute]:
        """Return both addresses of the adapter."""
        return [
            Route(self.account.login_path, self._login, methods=["POST"]),
            Route(self.account.service_path, self._service, methods=["POST"]),
        ]

    def end_sessions(self) -> None:
        """Let no session hold that was opened so far."""
        self._sessions.clear()

    async def _login(self, request: Request) -> Response:
        raw = await request.body()
        try:
            asked = Login.model_validate_json(raw)
        except ValidationError:
            return JSONResponse({"error_code": _WRONG, "session": ""})

        async def answer() -> Response:
            mine = (
                self.account.username,
                self.account.password.get_secret_value(),
            )
            if (asked.username, asked.password) != mine:
                said = {"error_code": _NOT_YOU, "session": "", "message": "login"}
                return JSONResponse(said)
            self._opened += 1
            now = self.sandbox.twin.clock()
            session = f"thu-nghiem-{self._opened}-{int(now.timestamp())}"
            self._sessions[session] = now + LIFE
            return JSONResponse({"error_code": 0, "session": session})

        return await self.behaving("login", answer)

    async def _service(self, request: Request) -> Response:
        raw = await request.body()
        try:
            asked = Service.model_validate_json(raw)
        except ValidationError as error:
            said = {"error_code": _WRONG, "message": f"{error.error_count()} faults"}
            return JSONResponse(said)

        async def answer() -> Response:
            ends_at = self._sessions.get(asked.session)
            if ends_at is None or ends_at <= self.sandbox.twin.clock():
                return JSONResponse({"error_code": _ENDED, "message": "session"})
            there = request.headers.get(DESTINATION, "")
            if (asked.madonvi, there) != (self.account.unit, self.account.destination):
                return JSONResponse({"error_code": _NOT_YOU, "message": "unit"})
            return await self._answer(asked)

        code = str(asked.data[0].get(CODE, "")) if asked.data else ""
        return await self.behaving(f"{asked.service}-{code}", answer)

    async def _answer(self, asked: Service) -> Response:
        try:
            for body in asked.data:
                if asked.service in {SYNCHRONISE, PROGRESS}:
                    post = PortalPost(service=asked.service, body=body)
                    if not post.code:
                        return JSONResponse({"error_code": _WRONG, "message": CODE})
                    await run_in_threadpool(self.sandbox.post, post)
                elif asked.service == LOOK_UP:
                    found = self.sandbox.look_up(str(body.get(CODE, "")))
                    return JSONResponse({"error_code": 0, "result": _found(found)})
                else:
                    said = {"error_code": _UNKNOWN, "message": asked.service}
                    return JSONResponse(said)
        except IntegrationError as error:
            return PlainTextResponse(error.reason, 503)
        return JSONResponse({"error_code": 0})


def _found(dossier: PortalDossier | None) -> list[dict[str, str]]:
    if dossier is None:
        return []
    return [{CODE: dossier.code, STATUS: dossier.status}]


def routes(sandbox: PortalSandbox, key: bytes, behaving: Behaving) -> list[BaseRoute]:
    """Return the wire of the simulated portal, by the key of the trial."""
    return Portal(sandbox, trial_account(key), behaving).routes()

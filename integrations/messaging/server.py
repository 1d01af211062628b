"""The simulated providers of texts: Zalo with its tokens, and one of SMS.

They speak the wires of ``zalo`` and ``sms`` as these are known; that a repeat is known
by its key, and that another text under a key is refused, is ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from integrations.errors import (
    IntegrationError,
    KeyReusedError,
    OfficeRefusedError,
)
from integrations.messages import Heard, Message, TextMessage
from integrations.messaging import sms, zalo
from integrations.messaging.sandbox import MessengerSandbox
from integrations.messaging.tokens import fingerprint
from integrations.messaging.trial import APP, SMS_PATH, ZALO_PATH, TrialKeys
from integrations.simulator.wire import Behaving

LIFE = timedelta(hours=1)
_TOKEN_ENDED, _REFUSED, _NO_TEMPLATE = -124, -134, -132
_NO = {"error": -1}


class UsedToken(Heard):
    """A refresh token that was used up, by its fingerprint."""

    mark: str


class ZaloText(Message):
    """What Zalo is sent."""

    phone: str
    template_id: str
    template_data: dict[str, Any]
    tracking_id: str


@dataclass(slots=True)
class Providers:
    """The wires around one twin; ``behaving`` may spoil what they answer."""

    sandbox: MessengerSandbox
    keys: TrialKeys
    behaving: Behaving
    _ended: set[str] = field(default_factory=set)

    def routes(self) -> list[BaseRoute]:
        """Return what is served besides the signed calls."""
        told = f"{SMS_PATH}{sms.MESSAGES}"
        return [
            Route(f"{ZALO_PATH}{zalo.RENEW}", self._renew, methods=["POST"]),
            Route(f"{ZALO_PATH}{zalo.SEND}", self._zalo, methods=["POST"]),
            Route(told, self._sms, methods=["POST"]),
            Route(f"{told}/{{key}}", self._sms_state, methods=["GET"]),
        ]

    def end_tokens(self) -> None:
        """Let no access token hold that was given out so far."""
        self._ended.add("all")

    # --- Zalo -------------------------------------------------------------------------

    async def _renew(self, request: Request) -> Response:
        raw = (await request.body()).decode()

        async def answer() -> Response:
            given = {name: values[0] for name, values in parse_qs(raw).items()}
            known = (
                request.headers.get(zalo.SECRET_HEADER) == self.keys.secret,
                given.get("app_id") == APP,
                given.get("grant_type") == "refresh_token",
            )
            token = given.get("refresh_token", "")
            if not all(known) or not self._use_up(token):
                return JSONResponse(_NO | {"error_description": "Invalid token"})
            self._ended.clear()
            ends_at = self.sandbox.twin.clock() + LIFE
            nonce = secrets.token_hex(8)
            return JSONResponse(
                {
                    "access_token": self.keys.access_token(nonce, ends_at),
                    "refresh_token": self.keys.refresh_token(nonce),
                    "expires_in": str(int(LIFE.total_seconds())),
                }
            )

        return await self.behaving("renew", answer)

    def _use_up(self, token: str) -> bool:
        """Return whether a refresh token is ours and was not used; now it is."""
        twin, used = self.sandbox.twin, UsedToken(mark=fingerprint(token))
        if not self.keys.is_refresh_token(token) or used in twin.things:
            return False
        twin.put(used)
        return True

    async def _zalo(self, request: Request) -> Response:
        raw = await request.body()
        try:
            text = ZaloText.model_validate_json(raw)
        except ValidationError:
            return JSONResponse({"error": -111, "message": "template data"})

        async def answer() -> Response:
            now = self.sandbox.twin.clock()
            token = request.headers.get(zalo.TOKEN_HEADER, "")
            if self._ended or not self.keys.lets_in(token, now):
                return JSONResponse({"error": _TOKEN_ENDED, "message": "token"})
            if not text.template_id:
                return JSONResponse({"error": _NO_TEMPLATE, "message": "template"})
            words = " ".join(str(each) for each in text.template_data.values())
            sent = _text("zalo", text.phone, text.template_id, words)
            return await self._keep(sent, text.tracking_id, _zalo_answer)

        return await self.behaving(text.tracking_id, answer)

    # --- SMS --------------------------------------------------------------------------

    async def _sms(self, request: Request) -> Response:
        raw, key = await request.body(), request.headers.get(sms.KEY_HEADER, "")
        if not self._knows(request):
            return PlainTextResponse("who are you?", 401)
        try:
            text = sms.SmsMessage.model_validate_json(raw)
        except ValidationError:
            return PlainTextResponse("a text cannot be read", 422)

        async def answer() -> Response:
            sent = _text("sms", text.to, text.template, text.text)
            return await self._keep(sent, key, _sms_answer)

        return await self.behaving(key, answer)

    async def _sms_state(self, request: Request) -> Response:
        key = request.path_params["key"]
        if not self._knows(request):
            return PlainTextResponse("who are you?", 401)
        state = self.sandbox.outcome("sms", key)
        return JSONResponse({"id": f"sms-{key}", "state": state})

    def _knows(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.keys.secret}"

    # --- both -------------------------------------------------------------------------

    async def _keep(
        self, text: TextMessage, key: str, said: Callable[[str, str], Response]
    ) -> Response:
        try:
            kept = await run_in_threadpool(self.sandbox.send, text, key=key)
        except KeyReusedError as error:
            return PlainTextResponse(error.reason, 409)
        except OfficeRefusedError as error:
            return said("", error.reason)
        except IntegrationError as error:
            return PlainTextResponse(error.reason, 503)
        return said(kept.reference, "")


def _zalo_answer(reference: str, refused: str) -> Response:
    if refused:
        return JSONResponse({"error": _REFUSED, "message": refused})
    return JSONResponse(
        {"error": 0, "message": "Success", "data": {"msg_id": reference}}
    )


def _sms_answer(reference: str, refused: str) -> Response:
    if refused:
        return JSONResponse({"state": "failed", "why": refused})
    return JSONResponse({"id": reference, "state": "sent"})


def _text(channel: str, phone: str, template: str, words: str) -> TextMessage:
    address = "0" + phone.removeprefix("84")
    return TextMessage(channel=channel, address=address, template=template, text=words)


def routes(
    sandbox: MessengerSandbox, key: bytes, behaving: Behaving
) -> list[BaseRoute]:
    """Return the wires of the simulated providers, by the key of the trial."""
    return Providers(sandbox, TrialKeys(key), behaving).routes()

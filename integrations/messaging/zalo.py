"""Zalo notification messages: approved templates, an access token that is renewed.

The shapes are those of several independent public clients: POST ``/message/template``
with the header ``access_token``, and POST ``/v4/oa/access_token`` with a form and the
header ``secret_key``. Zalo answers 200 also to what it refuses; ``error`` says which.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import yaml

from integrations.errors import (
    AdapterNotConfiguredError,
    OfficeRefusedError,
    OfficeUnavailableError,
)
from integrations.http import OfficeClient
from integrations.messages import Acknowledgement, Delivery, Heard, TextMessage
from integrations.messaging.accounts import ZaloAccount
from integrations.messaging.tokens import Granted, TokenKeeper

ZALO = "zalo"
SEND, RENEW = "/message/template", "/v4/oa/access_token"
TOKEN_HEADER, SECRET_HEADER = "access_token", "secret_key"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
TEXT = "{text}"


class Sent(Heard):
    """Under which name Zalo has a message; clients read either of two fields."""

    msg_id: str = ""
    message_id: str = ""


class ZaloAnswer(Heard):
    """What Zalo says to a message."""

    error: int
    message: str = ""
    data: Sent | None = None


class NewTokens(Heard):
    """What Zalo says to a refresh token: a new pair, or an error."""

    access_token: str = ""
    refresh_token: str = ""
    expires_in: int = 0
    error: int = 0
    error_description: str = ""


class Meanings(Heard):
    """What the numbers of errors mean: the words of ``zalo.yaml``."""

    token: frozenset[int]
    refused: frozenset[int]


@cache
def meanings() -> Meanings:
    """Return the table, read once."""
    path = Path(__file__).with_name("zalo.yaml")
    return Meanings.model_validate(yaml.safe_load(path.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class ZaloChannel:
    """Sends by approved templates, with a token that holds."""

    client: OfficeClient
    account: ZaloAccount
    tokens: TokenKeeper

    def check(self) -> str:
        """Return that a token holds, renewing it if need be."""
        self.tokens.access()
        return f"{ZALO}: the access token holds"

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Send a text in the template that was approved for it.

        The tracking id is our key; Zalo promises nobody that it knows a repeat by it.
        """
        template = self.account.template(message.template)
        if template is None:
            raise AdapterNotConfiguredError(
                ZALO, f"no approved template for {message.template}"
            )
        body = {
            "phone": "84" + message.address.removeprefix("0"),
            "template_id": template.id,
            "template_data": {
                place: words.replace(TEXT, message.text)
                for place, words in template.places.items()
            },
            "tracking_id": key,
        }
        raw = json.dumps(body, ensure_ascii=False).encode()
        token = self.tokens.access()
        answer = self._send(raw, key, token)
        if answer.error in meanings().token:
            answer = self._send(raw, key, self.tokens.access(refused=token))
        return _read(answer)

    def outcome(self, key: str) -> Delivery:
        """Return that nothing is known: Zalo tells of itself, at our door."""
        del key
        return "unknown"

    def _send(self, raw: bytes, key: str, token: str) -> ZaloAnswer:
        headers = {TOKEN_HEADER: token, "content-type": JSON}
        return self.client.post(
            SEND, ZaloAnswer, key=key, body=raw, headers=headers, secret=True
        )


def _read(answer: ZaloAnswer) -> Acknowledgement:
    said = f"error {answer.error} {answer.message}".strip()
    if answer.error in meanings().refused:
        raise OfficeRefusedError(ZALO, said)
    if answer.error != 0:
        raise OfficeUnavailableError(ZALO, said)
    data = answer.data or Sent()
    return Acknowledgement(reference=data.msg_id or data.message_id)


@dataclass(frozen=True, slots=True)
class Renewal:
    """Asks Zalo for a new pair of tokens, at the address of the client."""

    client: OfficeClient
    account: ZaloAccount

    def __call__(self, refresh: str) -> Granted:
        """Use a refresh token up; raise OfficeRefusedError when it was used before."""
        told = {
            "refresh_token": refresh,
            "app_id": self.account.app_id,
            "grant_type": "refresh_token",
        }
        secret = self.account.app_secret.get_secret_value()
        headers = {SECRET_HEADER: secret, "content-type": FORM}
        body = urlencode(told).encode()
        new = self.client.post(RENEW, NewTokens, key="", body=body, headers=headers)
        if not new.access_token or not new.refresh_token:
            said = f"error {new.error} {new.error_description}".strip()
            raise OfficeRefusedError(ZALO, said)
        return Granted(new.access_token, new.refresh_token, new.expires_in)

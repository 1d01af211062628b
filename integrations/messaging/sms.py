"""Text messages under a brand name.

Every provider in Vietnam has a format of his own and none is published, so this is our
own small one; an adapter of his stands between. The key in the header
``idempotency-key`` makes a repeat harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from integrations.errors import OfficeRefusedError
from integrations.http import OfficeClient
from integrations.messages import (
    Acknowledgement,
    Delivery,
    Heard,
    Message,
    TextMessage,
)
from integrations.messaging.accounts import SmsAccount

SMS = "sms"
MESSAGES = "/messages"
KEY_HEADER = "idempotency-key"


class SmsMessage(Message):
    """A text to a phone number such as 84912345678, shown under a brand name."""

    to: str
    brand: str
    template: str
    text: str


class SmsState(Heard):
    """Under which id the provider has a text, and what became of it."""

    id: str = ""
    state: Delivery = "unknown"
    why: str = ""


@dataclass(frozen=True, slots=True)
class SmsChannel:
    """A provider of text messages, who knows us by a bearer key."""

    client: OfficeClient
    account: SmsAccount

    def check(self) -> str:
        """Return that it is set up: to ask would cost a message."""
        return f"{SMS}: set up as {self.account.brand}"

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Send a text once under its key."""
        wanted = SmsMessage(
            to="84" + message.address.removeprefix("0"),
            brand=self.account.brand,
            template=message.template,
            text=message.text,
        )
        answer = self.client.post(
            MESSAGES,
            SmsState,
            key=key,
            body=wanted.model_dump_json().encode(),
            headers=self._headers() | {KEY_HEADER: key},
            secret=True,
        )
        if answer.state == "failed":
            raise OfficeRefusedError(SMS, answer.why or "not sent")
        return Acknowledgement(reference=answer.id)

    def outcome(self, key: str) -> Delivery:
        """Ask what became of a text."""
        path = f"{MESSAGES}/{quote(key, safe='')}"
        return self.client.read(path, SmsState, headers=self._headers()).state

    def _headers(self) -> dict[str, str]:
        key = self.account.key.get_secret_value()
        return {
            "authorization": f"Bearer {key}",
            "content-type": "application/json",
        }

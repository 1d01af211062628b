"""A provider of texts in process: it keeps what it was to send, and sends nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from integrations.errors import OfficeRefusedError
from integrations.messages import (
    Acknowledgement,
    Delivery,
    KeptTexts,
    OfficeMessage,
    Receipt,
    TextMessage,
)
from integrations.messaging.wire import KeptAsked
from integrations.twin import Twin

CHANNELS = ("zalo", "sms", "email")


@dataclass(slots=True)
class MessengerSandbox:
    """A twin of the messenger; nothing leaves the machine.

    ``lost`` names channels by which nothing arrives, ``broken`` those that refuse.
    With ``tells`` it reports at our door what became of each text, as Zalo does.
    """

    twin: Twin
    lost: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    tells: bool = False

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def collect(self) -> tuple[bytes, ...]:
        """Return what it has to say of texts."""
        return self.twin.collect()

    def ready(self) -> frozenset[str]:
        """Return all channels."""
        return frozenset(CHANNELS)

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Keep the message once."""
        if message.channel in self.broken:
            raise OfficeRefusedError(message.channel, "told to refuse")
        answer, _ = self.twin.take(key, message)
        if self.tells:
            self.report(key, self.outcome(message.channel, key))
        return answer

    def report(self, key: str, delivery: Delivery) -> None:
        """Say what became of a text, each once; an operator may say it by hand."""
        name = hashlib.sha256(f"{key}:{delivery}".encode()).hexdigest()[:24]
        receipt = Receipt(key=key, delivery=delivery)
        self.twin.say(
            OfficeMessage(
                id=f"messaging-{name}",
                kind="delivery",
                said=receipt.model_dump(mode="json"),
                sent_at=self.twin.clock(),
            )
        )

    def outcome(self, channel: str, key: str) -> Delivery:
        """Return that what was kept arrived, unless ``lost`` names its channel."""
        del channel
        message = self.twin.seen.get(key)
        if not isinstance(message, TextMessage):
            return "unknown"
        return "failed" if message.channel in self.lost else "delivered"

    def kept(self) -> tuple[TextMessage, ...]:
        """Return the messages of this trial, newest first."""
        seen = reversed(tuple(self.twin.seen.values()))
        return tuple(each for each in seen if isinstance(each, TextMessage))

    def kept_texts(self, asked: KeptAsked, *, key: str) -> KeptTexts:
        """Return them to the page of a trial that runs in another process."""
        del asked, key
        return KeptTexts(texts=self.kept()[:50])

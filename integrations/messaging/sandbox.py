"""A messenger in process: it keeps what it was to send, and sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from integrations.messages import Acknowledgement, Delivery, TextMessage
from integrations.twin import Twin


@dataclass(slots=True)
class MessengerSandbox:
    """A twin of the messenger; nothing leaves the machine."""

    twin: Twin
    lost: set[str] = field(default_factory=set)

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Keep the message once."""
        return self.twin.take(key, message)[0]

    def outcome(self, key: str) -> Delivery:
        """Return that what was kept arrived, unless ``lost`` names its channel."""
        message = self.twin.seen.get(key)
        if not isinstance(message, TextMessage):
            return "unknown"
        return "failed" if message.channel in self.lost else "delivered"

    def kept(self) -> tuple[TextMessage, ...]:
        """Return the messages of this trial, newest first."""
        seen = reversed(self.twin.seen.values())
        return tuple(each for each in seen if isinstance(each, TextMessage))

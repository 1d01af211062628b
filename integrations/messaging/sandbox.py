"""A messenger in process: it keeps what it was to send, and sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from integrations.messages import Acknowledgement, TextMessage
from integrations.twin import Twin


@dataclass(slots=True)
class MessengerSandbox:
    """A twin of the messenger; nothing leaves the machine."""

    twin: Twin = field(default_factory=lambda: Twin("messaging"))

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Keep the message once."""
        return self.twin.take(key, message)[0]

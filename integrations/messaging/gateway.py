"""The live messenger; templates need the approval of the provider."""

from __future__ import annotations

from integrations.messages import Acknowledgement, Delivery, TextMessage
from integrations.unconfigured import Gateway


class MessengerGateway(Gateway):
    """SMS by brand name, or Zalo notification messages."""

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del message, key
        self.refuse()

    def outcome(self, key: str) -> Delivery:
        """Refuse, naming what is missing."""
        del key
        self.refuse()

    def kept(self) -> tuple[TextMessage, ...]:
        """Return nothing: what is sent stays with the provider."""
        return ()


def connect(address: str) -> MessengerGateway:
    """Return the gateway."""
    return MessengerGateway(
        "messaging",
        "no contract with an SMS or Zalo provider, and no approved templates;"
        " people see messages when they follow their case by code",
        address,
    )

"""The live messenger: whatever channels the installation has agreements for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from integrations.errors import AdapterNotConfiguredError, IntegrationError
from integrations.http import OfficeClient
from integrations.messages import Acknowledgement, Delivery, TextMessage
from integrations.messaging.wire import KEPT, MAIL, KeptAsked
from integrations.ports import Messenger

_OFFICE = "messaging"


class Channel(Protocol):
    """One way to reach people."""

    def check(self) -> str:
        """Return a sentence on the connection; raise an IntegrationError if none."""
        ...

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Send one message."""
        ...

    def outcome(self, key: str) -> Delivery:
        """Return what became of a message."""
        ...


@dataclass(frozen=True, slots=True)
class EmailStandIn:
    """Mail of a trial: by HTTP to the simulated provider, as there is no mail server.

    It speaks no SMTP; what does is tried against a real SMTP server in the tests.
    """

    client: OfficeClient

    def check(self) -> str:
        """Return that it is no mail."""
        return "email: kept by the simulated provider, over HTTP and not by SMTP"

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Have the simulated provider keep a mail."""
        return self.client.call(MAIL, message, key=key)

    def outcome(self, key: str) -> Delivery:
        """Return that it is with the provider."""
        del key
        return "sent"


@dataclass(frozen=True, slots=True)
class MessengerGateway:
    """Sends by the channels that are set up; ``trial`` is a provider that may be asked
    what it was told.
    """

    channels: Mapping[str, Channel]
    trial: OfficeClient | None = None

    def check(self) -> str:
        """Return a sentence on each channel; raise for the first that does not work."""
        if not self.channels:
            raise AdapterNotConfiguredError(_OFFICE, _MISSING)
        return "; ".join(each.check() for each in self.channels.values())

    def collect(self) -> tuple[bytes, ...]:
        """Return nothing: what becomes of texts comes in at the door."""
        return ()

    def ready(self) -> frozenset[str]:
        """Return the channels that are set up."""
        return frozenset(self.channels)

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Send one message by its channel."""
        return self._channel(message.channel).send(message, key=key)

    def outcome(self, channel: str, key: str) -> Delivery:
        """Ask the channel what became of a message."""
        return self._channel(channel).outcome(key)

    def kept(self) -> tuple[TextMessage, ...]:
        """Return what the provider of a trial was told; a live one is not asked."""
        if self.trial is None:
            return ()
        try:
            return self.trial.call(KEPT, KeptAsked(), key="kept").texts
        except IntegrationError:
            return ()

    def _channel(self, name: str) -> Channel:
        found = self.channels.get(name)
        if found is None:
            raise AdapterNotConfiguredError(_OFFICE, f"no channel {name} is set up")
        return found


_MISSING = (
    "no contract with an SMS or Zalo provider, and no mail server;"
    " people see messages when they follow their case by code"
)


def connect(
    channels: Mapping[str, Channel], trial: OfficeClient | None = None
) -> Messenger:
    """Return the gateway for the channels that are set up."""
    return MessengerGateway(channels, trial)

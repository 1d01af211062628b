"""The live messenger: whatever channels the installation has agreements for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from integrations.errors import AdapterNotConfiguredError, IntegrationError
from integrations.http import Line, OfficeClient
from integrations.messages import Acknowledgement, Delivery, TextMessage
from integrations.messaging.accounts import Accounts, ZaloAccount
from integrations.messaging.email import EMAIL, EmailChannel
from integrations.messaging.sms import SMS, SmsChannel
from integrations.messaging.tokens import (
    Start,
    TokenKeeper,
    TokenStore,
    fingerprint,
)
from integrations.messaging.trial import TrialKeys, trial_accounts
from integrations.messaging.wire import KEPT, MAIL, KeptAsked
from integrations.messaging.zalo import ZALO, Renewal, ZaloChannel
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
    """Sends by the channels that are set up.

    ``trial`` is a simulated provider, which may be asked what it was told.
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
    accounts: Accounts,
    line: Callable[[str, str], Line],
    clock: Callable[[], datetime],
    tokens: TokenStore,
) -> Messenger:
    """Return the gateway for the accounts that are set.

    ``line(channel, address)`` returns how an address is reached.
    """
    channels: dict[str, Channel] = {}
    if accounts.zalo.is_set:
        first = accounts.zalo.refresh_token.get_secret_value()
        channels[ZALO] = _zalo(
            accounts.zalo, line, clock, Start(lambda: first, fingerprint(first)), tokens
        )
    if accounts.sms.is_set:
        client = OfficeClient(line(SMS, accounts.sms.address))
        channels[SMS] = SmsChannel(client, accounts.sms)
    if accounts.email.is_set:
        channels[EMAIL] = EmailChannel(accounts.email, clock)
    return MessengerGateway(channels)


def connect_trial(
    line: Line, address: Callable[[str, str], Line], tokens: TokenStore
) -> Messenger:
    """Return a gateway to the simulated providers, by the key that both sides have."""
    keys, client = TrialKeys(line.secret), OfficeClient(line)
    accounts = trial_accounts(keys, line.address)
    # Each beginning gets a token of its own: a trial may begin anew at any time.
    start = Start(lambda: keys.refresh_token(secrets.token_hex(8)), keys.mark)
    sms = SmsChannel(OfficeClient(address(SMS, accounts.sms.address)), accounts.sms)
    channels: dict[str, Channel] = {
        ZALO: _zalo(accounts.zalo, address, line.clock, start, tokens),
        SMS: sms,
        EMAIL: EmailStandIn(client),
    }
    return MessengerGateway(channels, trial=client)


def _zalo(
    account: ZaloAccount,
    line: Callable[[str, str], Line],
    clock: Callable[[], datetime],
    start: Start,
    tokens: TokenStore,
) -> ZaloChannel:
    renew = Renewal(OfficeClient(line(ZALO, account.token_address)), account)
    keeper = TokenKeeper(ZALO, tokens, start, renew, clock)
    return ZaloChannel(OfficeClient(line(ZALO, account.address)), account, keeper)

"""The offices as a child reaches them: by HTTP, each under its name at one address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from integrations.http import Call, Line, OfficeClient
from integrations.messages import (
    Acknowledgement,
    Delivery,
    Message,
    PortalDossier,
    PortalRecord,
    TextMessage,
)
from integrations.ports import Ports
from integrations.simulator.offices import KINDS
from service.auth.office_keys import office_key
from service.composition import build_ports
from service.usecases.desk import Desk
from service.usecases.outside.exchange_log import writes_down


class Wanted(Message):
    """The channel and key of a message of which one wants to know what became."""

    channel: str
    key: str


class Became(Message):
    """What became of a message."""

    outcome: Delivery


SEND = Call("/messages", TextMessage, Acknowledgement, "send")
BECAME = Call("/outcomes", Wanted, Became, "outcome")
SYNCHRONISE = Call("/dossiers", PortalRecord, Acknowledgement, "synchronise")
# Offices whose wire knows no signed calls are spoken to in words of our own.
_OWN: Mapping[str, tuple[Call[Any, Any], ...]] = {
    "messaging": (SEND, BECAME),
    "portal": (SYNCHRONISE,),
}
CALLS = {**{name: kind.calls for name, kind in KINDS.items()}, **_OWN}


@dataclass(frozen=True, slots=True)
class _Office:
    client: OfficeClient

    def check(self) -> str:
        return self.client.line.address

    def collect(self) -> tuple[bytes, ...]:
        return ()

    def ready(self) -> frozenset[str]:
        return frozenset(("zalo", "sms", "email"))

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        return self.client.call(SEND, message, key=key)

    def outcome(self, channel: str, key: str) -> Delivery:
        wanted = Wanted(channel=channel, key=key)
        return self.client.call(BECAME, wanted, key=f"ask-{key}").outcome

    def kept(self) -> tuple[TextMessage, ...]:
        return ()

    def synchronise(self, record: PortalRecord, *, key: str) -> Acknowledgement:
        return self.client.call(SYNCHRONISE, record, key=key)

    def look_up(self, code: str) -> PortalDossier | None:
        del code
        return None


def over_http(desk: Desk, address: str) -> Ports:
    """Return the live gateways of all offices, under one address."""
    live = {name: f"{address}/{name}" for name in KINDS if name not in _OWN}
    settings = desk.settings.model_copy(update={"gateways": live})
    written = writes_down(desk.database, settings.province)
    ports = build_ports(settings, desk.clock, desk.secret, written)

    def office(name: str) -> _Office:
        key = office_key(settings, desk.secret, name)
        return _Office(OfficeClient(Line(name, f"{address}/{name}", key, desk.clock)))

    return replace(ports, messenger=office("messaging"), portal=office("portal"))

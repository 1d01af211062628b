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
    PaymentOrder,
    TextMessage,
)
from integrations.ports import Ports
from integrations.simulator.offices import KINDS
from service.auth.office_keys import office_key
from service.composition import build_ports
from service.usecases.desk import Desk
from service.usecases.exchange_log import writes_down


class Wanted(Message):
    """The key of a message of which one wants to know what became of it."""

    key: str


class Became(Message):
    """What became of a message."""

    outcome: Delivery


ORDER = Call("/orders", PaymentOrder, Acknowledgement, "order")
SEND = Call("/messages", TextMessage, Acknowledgement, "send")
BECAME = Call("/outcomes", Wanted, Became, "outcome")
# Offices that have no live gateway yet are spoken to in words of our own.
_OWN: Mapping[str, tuple[Call[Any, Any], ...]] = {
    "payment": (ORDER,),
    "messaging": (SEND, BECAME),
}
CALLS = {**_OWN, **{name: kind.calls for name, kind in KINDS.items()}}


@dataclass(frozen=True, slots=True)
class _Office:
    client: OfficeClient

    def check(self) -> str:
        return self.client.line.address

    def collect(self) -> tuple[bytes, ...]:
        return ()

    def order(self, order: PaymentOrder, *, key: str) -> Acknowledgement:
        return self.client.call(ORDER, order, key=key)

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        return self.client.call(SEND, message, key=key)

    def outcome(self, key: str) -> Delivery:
        return self.client.call(BECAME, Wanted(key=key), key=f"ask-{key}").outcome

    def kept(self) -> tuple[TextMessage, ...]:
        return ()


def over_http(desk: Desk, address: str) -> Ports:
    """Return the live gateways of all offices, under one address."""
    live = {name: f"{address}/{name}" for name in KINDS}
    settings = desk.settings.model_copy(update={"gateways": live})
    written = writes_down(desk.database, settings.province)
    ports = build_ports(settings, desk.clock, desk.secret, written)

    def office(name: str) -> _Office:
        key = office_key(settings, desk.secret, name)
        return _Office(OfficeClient(Line(name, f"{address}/{name}", key, desk.clock)))

    if "payment" not in KINDS:
        ports = replace(ports, payment=office("payment"))
    if "messaging" not in KINDS:
        ports = replace(ports, messenger=office("messaging"))
    return ports

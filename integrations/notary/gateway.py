"""The live notary exchange, in our own format: notary offices have no common one."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.http import Line, OfficeClient
from integrations.live import PATIENCE, LiveOffice
from integrations.messages import Acknowledgement, Appointment, LandAsked, Warnings
from integrations.notary.wire import BOOK, WARNINGS
from integrations.ports import Notary
from integrations.unconfigured import Gateway


@dataclass(frozen=True, slots=True)
class NotaryGateway(LiveOffice):
    """A notary office, or the notary database of a province, that answers over HTTP."""

    def book(self, appointment: Appointment, *, key: str) -> Acknowledgement:
        """Announce a contract that is to be notarized."""
        return self.client.call(BOOK, appointment, key=key)

    def warnings(self, asked: LandAsked, *, key: str) -> Warnings:
        """Return what blocks or warns about a parcel or a certificate."""
        with self.client.within(PATIENCE) as client:
            return client.call(WARNINGS, asked, key=key)


class NotConnected(Gateway):
    """A notary office that is asked by telephone or on paper."""

    def book(self, appointment: Appointment, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del appointment, key
        self.refuse()

    def warnings(self, asked: LandAsked, *, key: str) -> Warnings:
        """Refuse, naming what is missing."""
        del asked, key
        self.refuse()


def connect(line: Line | None) -> Notary:
    """Return the gateway; without a line one that says what is missing."""
    if line is not None:
        return NotaryGateway(OfficeClient(line))
    return NotConnected("notary", "no notary office has agreed on an exchange")

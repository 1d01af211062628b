"""The live land database; staff screens are not an interface and are never called."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.http import Line, OfficeClient
from integrations.land_registry.wire import LOOK_UP, RECORD, REGISTER
from integrations.live import PATIENCE, LiveOffice
from integrations.messages import (
    Acknowledgement,
    Dossier,
    LandAsked,
    LandFound,
    Record,
)
from integrations.ports import LandRegistry
from integrations.unconfigured import Gateway


@dataclass(frozen=True, slots=True)
class LandRegistryGateway(LiveOffice):
    """The land database of a province, behind its data platform."""

    def look_up(self, asked: LandAsked, *, key: str) -> LandFound:
        """Return what is registered about a certificate or a parcel."""
        with self.client.within(PATIENCE) as client:
            return client.call(LOOK_UP, asked, key=key)

    def register(self, dossier: Dossier, *, key: str) -> Acknowledgement:
        """Tell of a dossier that was received."""
        return self.client.call(REGISTER, dossier, key=key)

    def record(self, record: Record, *, key: str) -> Acknowledgement:
        """Write a status or a record."""
        return self.client.call(RECORD, record, key=key)


class NotConnected(Gateway):
    """A land database that people write to by hand."""

    def look_up(self, asked: LandAsked, *, key: str) -> LandFound:
        """Refuse, naming what is missing."""
        del asked, key
        self.refuse()

    def register(self, dossier: Dossier, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del dossier, key
        self.refuse()

    def record(self, record: Record, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del record, key
        self.refuse()


def connect(line: Line | None) -> LandRegistry:
    """Return the gateway; without a line one that says what is missing."""
    if line is not None:
        return LandRegistryGateway(OfficeClient(line))
    return NotConnected(
        "land_registry",
        "no agreement over the province's data platform for the land database",
    )

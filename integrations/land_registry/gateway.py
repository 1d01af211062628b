"""The live land database; staff screens are not an interface and are never called."""

from __future__ import annotations

from integrations.messages import Acknowledgement, ParcelRecord, Record
from integrations.unconfigured import Gateway


class LandRegistryGateway(Gateway):
    """The land database and the one-stop record of the province."""

    def look_up(self, commune: str, sheet: str, parcel: str) -> ParcelRecord | None:
        """Refuse, naming what is missing."""
        del commune, sheet, parcel
        self.refuse()

    def record(self, record: Record, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del record, key
        self.refuse()


def connect(address: str) -> LandRegistryGateway:
    """Return the gateway."""
    return LandRegistryGateway(
        "land_registry",
        "no agreement over the province's data platform for the land database",
        address,
    )

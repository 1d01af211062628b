"""The land database in process: made-up parcels, and a record of what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field

from integrations.messages import Acknowledgement, ParcelRecord, Record
from integrations.twin import TRIAL, Twin


@dataclass(slots=True)
class LandRegistrySandbox:
    """A twin of the land database; all it says is marked as a trial."""

    parcels: dict[tuple[str, str, str], ParcelRecord] = field(default_factory=dict)
    twin: Twin = field(default_factory=lambda: Twin("land_registry"))

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def look_up(self, commune: str, sheet: str, parcel: str) -> ParcelRecord | None:
        """Return a made-up parcel that was put in before, marked as a trial."""
        found = self.parcels.get((commune, sheet, parcel))
        return found.model_copy(update={"note": TRIAL}) if found else None

    def record(self, record: Record, *, key: str) -> Acknowledgement:
        """Keep the record once."""
        return self.twin.take(key, record)[0]

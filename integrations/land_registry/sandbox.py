"""The land database in process: made-up parcels, and a record of what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from integrations.messages import (
    Acknowledgement,
    Dossier,
    LandAsked,
    LandFound,
    OfficeMessage,
    ParcelRecord,
    Record,
    Statement,
)
from integrations.trial_land import trial_land
from integrations.twin import TRIAL, Twin


@dataclass(slots=True)
class LandRegistrySandbox:
    """A twin of the land database; all it says is marked as a trial.

    ``parcels`` are made up and known beforehand. In auto mode it gives each dossier
    that is registered a receipt number and says that it was received.
    """

    twin: Twin
    auto: bool = False
    parcels: list[ParcelRecord] = field(
        default_factory=lambda: list(trial_land().parcels)
    )

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def collect(self) -> tuple[bytes, ...]:
        """Return what the office has to say."""
        return self.twin.collect()

    def statement(self, since: datetime) -> Statement:
        """Return what it had from us and said to us since an instant."""
        return self.twin.statement(since)

    def look_up(self, asked: LandAsked, *, key: str) -> LandFound:
        """Return the made-up parcel that is asked for, marked as a trial."""
        del key
        self.twin.answer()
        found = [each for each in self.parcels if asked.is_about(each.land)]
        return LandFound(parcel=found[0] if found else None, note=TRIAL)

    def register(self, dossier: Dossier, *, key: str) -> Acknowledgement:
        """Keep the dossier once; in auto mode answer with a receipt number."""
        answer, _ = self.twin.take(key, dossier)
        if self.auto:
            number = f"{TRIAL} BN-{dossier.case_code}"
            said: dict[str, object] = {
                "receipt_number": number,
                "received_at": self.twin.clock().isoformat(),
            }
            self._say(dossier.case_code, "receipt_number", said)
        return answer

    def record(self, record: Record, *, key: str) -> Acknowledgement:
        """Keep the record once."""
        return self.twin.take(key, record)[0]

    def _say(self, case_code: str, what: str, said: dict[str, object]) -> None:
        self.twin.say(
            OfficeMessage.model_validate(
                {
                    "id": f"land-{case_code}-{what}",
                    "case": case_code,
                    "what": what,
                    "said": said,
                    "sent_at": self.twin.clock(),
                }
            )
        )

"""A notary office in process: it acknowledges, clerks act by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from integrations.messages import (
    Acknowledgement,
    Appointment,
    LandAsked,
    LandWarning,
    Statement,
    Warnings,
)
from integrations.trial_land import trial_land
from integrations.twin import TRIAL, Twin


@dataclass(slots=True)
class NotarySandbox:
    """A twin of a notary office; all it says is marked as a trial.

    ``blocked`` holds made-up warnings, as the notary database would.
    """

    twin: Twin
    blocked: list[LandWarning] = field(
        default_factory=lambda: list(trial_land().warnings)
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

    def book(self, appointment: Appointment, *, key: str) -> Acknowledgement:
        """Keep the booking once."""
        return self.twin.take(key, appointment)[0]

    def warnings(self, asked: LandAsked, *, key: str) -> Warnings:
        """Return the warnings about the land that is asked for, marked as a trial."""
        del key
        self.twin.answer()
        found = tuple(each for each in self.blocked if asked.is_about(each.land))
        return Warnings(warnings=found, note=TRIAL)

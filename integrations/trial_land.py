"""The made-up land of the trial: what a simulated register and notaries know of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from integrations.messages import Heard, LandWarning, ParcelRecord

_DATA = Path(__file__).with_name("data") / "trial_land.yaml"


class TrialLand(Heard):
    """Parcels, and the warnings about them. Nothing of it is there in reality."""

    parcels: tuple[ParcelRecord, ...]
    warnings: tuple[LandWarning, ...]

    @property
    def clear(self) -> str:
        """Return the number of a certificate whose land nothing blocks."""
        return next(each for each in self._numbers if each not in self._blocked)

    @property
    def blocked(self) -> str:
        """Return the number of a certificate about whose land there is a warning."""
        return next(each for each in self._numbers if each in self._blocked)

    @property
    def _numbers(self) -> tuple[str, ...]:
        return tuple(each.land.certificate for each in self.parcels)

    @property
    def _blocked(self) -> frozenset[str]:
        return frozenset(each.land.certificate for each in self.warnings)


@cache
def trial_land() -> TrialLand:
    """Return the made-up land as the data has it."""
    return TrialLand.model_validate(yaml.safe_load(_DATA.read_text("utf-8")))

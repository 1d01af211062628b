"""Single trials after a run: each puts one thing to the test and says what it saw."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trial:
    """What one trial did and found; one that looked at nothing has failed.

    ``not_made`` says why there is nothing to try on this ground: such a trial is told
    of, and counts neither as passed nor as failed.
    """

    name: str
    kills: int
    faults: int
    looked_at: int
    wrong: tuple[str, ...] = ()
    not_made: str = ""

    @property
    def ok(self) -> bool:
        """Return whether nothing is wrong, and there was something to look at."""
        return not self.wrong and self.looked_at > 0

"""Every choice of a run comes from one seed: each chooser has a generator of its own.

So that one client that is slower than another does not change what others choose.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chance:
    """The seed of a run, and the generators that are derived from it."""

    seed: int

    def of(self, *names: object) -> random.Random:
        """Return the generator of one chooser: the same names, the same choices."""
        told = "/".join(map(str, (self.seed, *names)))
        return random.Random(told)  # noqa: S311  nothing secret comes of it

    def under(self, *names: object) -> Chance:
        """Return the chance of one part of a run."""
        return Chance(self.of(*names).getrandbits(63))

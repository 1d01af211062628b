"""How long an office usually takes, from how long it took before.

The range leaves the quickest and the slowest tenth aside. It is a statistic and no
promise: the appointment stays what the office gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_TENTHS = 10  # the range goes from the first tenth to the last


@dataclass(frozen=True, slots=True)
class Usual:
    """From ``low`` to ``high`` days of office time, seen in ``count`` cases."""

    low: int
    high: int
    count: int

    def ahead(self, used: int) -> tuple[int, int] | None:
        """Return how many days may be left after so many; None beyond the range."""
        if used > self.high:
            return None
        return max(self.low - used, 0), self.high - used


def usual(days: Sequence[int], least: int) -> Usual | None:
    """Return the usual range, None when fewer than ``least`` cases are known.

    Each end is a number of days that a case took (nearest rank), so that the range
    never says what did not happen.
    """
    if len(days) < max(least, 1):
        return None
    ordered = sorted(days)
    return Usual(_rank(ordered, 1), _rank(ordered, _TENTHS - 1), len(ordered))


def _rank(ordered: Sequence[int], tenths: int) -> int:
    place = -(-len(ordered) * tenths // _TENTHS)
    return ordered[place - 1]

"""The clock of a run: virtual, and the same one in every process of it."""

from __future__ import annotations

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta

_START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # 9:00 in Vietnam, a working day
_WHAT = struct.Struct("d")


class SharedClock:
    """Runs ``rate`` times as fast as ours; a step is seen by every process at once.

    The memory is shared with all processes that are forked after it was made.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._memory = mmap.mmap(-1, _WHAT.size)
        self._begun = time.monotonic()

    def __call__(self) -> datetime:
        """Return the instant, in UTC."""
        (stepped,) = _WHAT.unpack_from(self._memory)
        ran = (time.monotonic() - self._begun) * self._rate
        return _START + timedelta(seconds=ran + stepped)

    def step(self, length: timedelta) -> None:
        """Set the clock forward, or back; only the process of the harness does it."""
        (stepped,) = _WHAT.unpack_from(self._memory)
        _WHAT.pack_into(self._memory, 0, stepped + length.total_seconds())

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()

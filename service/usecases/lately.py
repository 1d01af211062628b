"""What was worked out lately, so that the next page need not do it again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")

# A process keeps so many answers, and lets the one go that was asked longest ago.
MOST = 512


class Lately(Generic[V]):
    """Values by what they follow from; several threads may ask at once.

    The key must name everything that a value follows from: it is never called back.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, work_out: Callable[[], V]) -> V:
        """Return the value of the key, worked out when it is not there any more."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = work_out()
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return value

"""Papers that were rendered lately, so that the same paper is not rendered twice."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

_MOST = 64


class Shelf:
    """A few rendered papers by the fingerprint of their page; the oldest leave first.

    Several threads may use it at once.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._papers: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, fingerprint: str) -> bytes | None:
        """Return the paper, or None when it is not here (any more)."""
        with self._lock:
            found = self._papers.get(fingerprint)
            if found is not None:
                self._papers.move_to_end(fingerprint)
            return found

    def clear(self) -> None:
        """Put every paper away, because somebody asked that hers be gone."""
        with self._lock:
            self._papers.clear()

    def put(self, fingerprint: str, content: bytes) -> None:
        """Keep a paper as the newest."""
        with self._lock:
            self._papers[fingerprint] = content
            self._papers.move_to_end(fingerprint)
            while len(self._papers) > self._most:
                self._papers.popitem(last=False)

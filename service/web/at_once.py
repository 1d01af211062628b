"""How many requests are worked on at once: few, for they share one interpreter.

More threads only keep each other waiting: sixteen visitors get half as many pages from
forty threads as from four. Whoever waits for another process lends his place meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import anyio.from_thread
import anyio.to_thread

from forms.pdf import Sheet
from forms.press import Printer

PLACES = 8


def open_places() -> None:
    """Let so many requests be worked on at once; called in the loop of the server."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = PLACES


@dataclass(frozen=True, slots=True)
class LendingPrinter:
    """A printer that lends the place of whoever waits for a paper."""

    press: Printer

    def print(self, *sheets: Sheet) -> bytes:
        """Return one file of all the sheets."""
        with _place_lent():
            return self.press.print(*sheets)

    def close(self) -> None:
        """Finish what is being printed, then end."""
        self.press.close()


@contextmanager
def _place_lent() -> Iterator[None]:
    """Let somebody else be worked on until the block ends."""
    try:
        anyio.from_thread.run_sync(_change_places, 1)
    except RuntimeError:
        yield  # The worker and the commands print too: they have no place to lend.
        return
    try:
        yield
    finally:
        anyio.from_thread.run_sync(_change_places, -1)


def _change_places(by: int) -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens += by

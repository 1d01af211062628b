"""A notary office in process: it acknowledges, clerks act by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from integrations.messages import Acknowledgement
from integrations.twin import Twin


@dataclass(slots=True)
class NotarySandbox:
    """A twin of a notary office; all it says is marked as a trial."""

    twin: Twin = field(default_factory=lambda: Twin("notary"))

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def collect(self) -> tuple[bytes, ...]:
        """Return what the office has to say."""
        return self.twin.collect()

    def book(self, case_code: str, *, key: str) -> Acknowledgement:
        """Keep the booking once."""
        return self.twin.take(key, case_code)[0]

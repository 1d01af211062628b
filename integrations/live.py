"""What the live gateways of tax, notary and land register share.

The wire format is our own exchange format v1 (docs/exchange.md): nobody published one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from integrations.http import OfficeClient
from integrations.messages import Statement

STATEMENT = "/statement"
# So long somebody waits in front of a page for one part of an answer.
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class LiveOffice:
    """An office that is reached over HTTP; it speaks to us at our own door."""

    client: OfficeClient

    def check(self) -> str:
        """Ask for the statement of this moment: that proves address, key and format.

        Raises an IntegrationError when the office does not answer as it should.
        """
        line = self.client.line
        self.statement(line.clock())
        return f"{line.office}: answers at {line.address}"

    def collect(self) -> tuple[bytes, ...]:
        """Return nothing: what the office says comes in at the door, signed."""
        return ()

    def statement(self, since: datetime) -> Statement:
        """Return what the office had from us and said to us since an instant."""
        return self.client.read(STATEMENT, Statement, {"since": since.isoformat()})

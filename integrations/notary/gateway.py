"""The live notary exchange; notary offices have no common system yet."""

from __future__ import annotations

from integrations.messages import Acknowledgement
from integrations.unconfigured import Gateway


class NotaryGateway(Gateway):
    """A notary office's own system."""

    def book(self, case_code: str, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del case_code, key
        self.refuse()


def connect(address: str) -> NotaryGateway:
    """Return the gateway."""
    return NotaryGateway(
        "notary", "no notary office has agreed on an exchange of contracts", address
    )

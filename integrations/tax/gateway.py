"""The live tax exchange (TT89 Đ91), in our own format until one is published."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.http import Line, OfficeClient
from integrations.live import LiveOffice
from integrations.messages import Acknowledgement, TransferSlip
from integrations.ports import TaxOffice
from integrations.tax.wire import SEND_SLIP
from integrations.unconfigured import Gateway


@dataclass(frozen=True, slots=True)
class TaxGateway(LiveOffice):
    """A tax office that answers over HTTP."""

    def send_slip(self, slip: TransferSlip, *, key: str) -> Acknowledgement:
        """Hand the transfer sheet over."""
        return self.client.call(SEND_SLIP, slip, key=key)


class NotConnected(Gateway):
    """A tax office that gets its sheets on paper."""

    def send_slip(self, slip: TransferSlip, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del slip, key
        self.refuse()


def connect(line: Line | None) -> TaxOffice:
    """Return the gateway; without a line one that says what is missing."""
    if line is not None:
        return TaxGateway(OfficeClient(line))
    return NotConnected(
        "tax", "no agreement on the exchange of transfer sheets; they go on paper"
    )

"""The live tax exchange; it needs an agreement and the province's data platform."""

from __future__ import annotations

from integrations.messages import Acknowledgement, TransferSlip
from integrations.unconfigured import Gateway


class TaxGateway(Gateway):
    """The exchange of transfer sheets over the national portal (TT89 Đ91)."""

    def send_slip(self, slip: TransferSlip, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del slip, key
        self.refuse()


def connect(address: str) -> TaxGateway:
    """Return the gateway; the message format of the exchange is not published."""
    return TaxGateway(
        "tax",
        "no agreement with the tax authority on the exchange of transfer sheets,"
        " and no message format is published; set DAT_OFFICES_MODE or hand sheets"
        " over on paper",
        address,
    )

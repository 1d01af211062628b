"""The live payment page; money to the State goes by the number of the notice only."""

from __future__ import annotations

from integrations.messages import Acknowledgement, PaymentOrder
from integrations.unconfigured import Gateway


class PaymentGatewayLive(Gateway):
    """The payment page of the national portal."""

    def order(self, order: PaymentOrder, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del order, key
        self.refuse()


def connect(address: str) -> PaymentGatewayLive:
    """Return the gateway."""
    return PaymentGatewayLive(
        "payment",
        "no agreement with the payment page of the national portal;"
        " people pay by the number of the notice at a bank",
        address,
    )

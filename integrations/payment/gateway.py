"""The live payment page; money to the State goes by the number of the notice only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from integrations.http import Line, OfficeClient
from integrations.live import LiveOffice
from integrations.messages import Ordered, PaymentOrder, Vouchers
from integrations.payment.wire import ORDER, VOUCHERS, DayAsked
from integrations.ports import PaymentGateway
from integrations.unconfigured import Gateway


@dataclass(frozen=True, slots=True)
class LivePaymentPage(LiveOffice):
    """A payment page that answers over HTTP."""

    def order(self, order: PaymentOrder, *, key: str) -> Ordered:
        """Announce a sum that a person wants to pay by the notice."""
        return self.client.call(ORDER, order, key=key)

    def vouchers(self, day: date) -> Vouchers:
        """Return what was paid on a day."""
        asked = DayAsked(day=day)
        return self.client.call(VOUCHERS, asked, key=f"vouchers-{day}")


class NotConnected(Gateway):
    """A payment page without an agreement: people pay at a bank."""

    def order(self, order: PaymentOrder, *, key: str) -> Ordered:
        """Refuse, naming what is missing."""
        del order, key
        self.refuse()

    def vouchers(self, day: date) -> Vouchers:
        """Refuse, naming what is missing."""
        del day
        self.refuse()


def connect(line: Line | None) -> PaymentGateway:
    """Return the gateway; without a line one that says what is missing."""
    if line is not None:
        return LivePaymentPage(OfficeClient(line))
    return NotConnected(
        "payment",
        "no agreement with the payment page of the national portal;"
        " people pay by the number of the notice at a bank",
    )

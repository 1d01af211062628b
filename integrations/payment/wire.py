"""What is asked of the payment page over HTTP: our own exchange format v1.

The field names of the payment page of the national portal are not published. What a
payable item and a voucher hold is known (TT89/2026 Đ93, peers 3.7).
"""

from __future__ import annotations

from datetime import date

from integrations.http import Call
from integrations.messages import Message, Ordered, PaymentOrder, Vouchers


class DayAsked(Message):
    """The question for the vouchers of one day in Vietnam."""

    day: date


ORDER = Call("/orders", PaymentOrder, Ordered, "order")
VOUCHERS = Call("/vouchers", DayAsked, Vouchers, "vouchers_asked")
CALLS = (ORDER, VOUCHERS)

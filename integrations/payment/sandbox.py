"""The payment page in process: in auto mode it confirms every order at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from integrations.messages import Acknowledgement, OfficeMessage, PaymentOrder
from integrations.twin import TRIAL, Twin


@dataclass(slots=True)
class PaymentSandbox:
    """A twin of the payment page; no money moves, every voucher says trial."""

    twin: Twin
    auto: bool = False

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def collect(self) -> tuple[bytes, ...]:
        """Return what the page has to say."""
        return self.twin.collect()

    def order(self, order: PaymentOrder, *, key: str) -> Acknowledgement:
        """Keep the order once; in auto mode confirm, also once, that it was paid."""
        answer, _ = self.twin.take(key, order)
        if self.auto:
            short = hashlib.sha256(key.encode()).hexdigest()[:16]
            self.twin.say(
                OfficeMessage(
                    id=f"payment-{short}",
                    kind="payment",
                    case=order.case_code,
                    line=order.line,
                    amount=order.amount,
                    voucher=f"{TRIAL} GNT-{short}",
                    sent_at=self.twin.clock(),
                )
            )
        return answer

"""The payment page in process: in auto mode it confirms every order at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from integrations.messages import Acknowledgement, OfficeMessage, PaymentOrder
from integrations.twin import TRIAL, Twin


@dataclass(slots=True)
class PaymentSandbox:
    """A twin of the payment page; no money moves, every voucher says trial."""

    clock: Callable[[], datetime]
    auto: bool = False
    twin: Twin = field(default_factory=lambda: Twin("payment"))

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def collect(self) -> tuple[bytes, ...]:
        """Return what the page has to say."""
        return self.twin.collect()

    def order(self, order: PaymentOrder, *, key: str) -> Acknowledgement:
        """Keep the order once; in auto mode confirm that it was paid."""
        answer, new = self.twin.take(key, order)
        if new and self.auto:
            short = hashlib.sha256(key.encode()).hexdigest()[:16]
            self.twin.say(
                OfficeMessage(
                    id=f"payment-{short}",
                    kind="payment",
                    case=order.case_code,
                    line=order.line,
                    amount=order.amount,
                    voucher=f"{TRIAL} GNT-{short}",
                    sent_at=self.clock(),
                )
            )
        return answer

"""The payment page in process: in auto mode it confirms every order at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from integrations.messages import (
    OfficeMessage,
    Ordered,
    PaymentOrder,
    Statement,
    Voucher,
    Vouchers,
)
from integrations.payment.wire import DayAsked
from integrations.twin import TRIAL, Twin

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(slots=True)
class PaymentSandbox:
    """A twin of the payment page; no money moves, every voucher says trial.

    ``page`` is the address where somebody plays who pays, if there is one.
    """

    twin: Twin
    auto: bool = False
    page: str = ""

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def collect(self) -> tuple[bytes, ...]:
        """Return what the page has to say."""
        return self.twin.collect()

    def statement(self, since: datetime) -> Statement:
        """Return what it had from us and said to us since an instant."""
        return self.twin.statement(since)

    def order(self, order: PaymentOrder, *, key: str) -> Ordered:
        """Keep the order once; in auto mode confirm, also once, that it was paid."""
        answer, _ = self.twin.take(key, order)
        if self.auto:
            self.pay(order, key)
        return Ordered(reference=answer.reference, note=answer.note, page=self.page)

    def pay(self, order: PaymentOrder, key: str, amount: int | None = None) -> Voucher:
        """Say that an order was paid, in whole or with another sum; each sum once."""
        paid = order.amount if amount is None else amount
        short = hashlib.sha256(f"{key}:{paid}".encode()).hexdigest()[:16]
        voucher = Voucher(
            number=f"{TRIAL} GNT-{short}",
            notice_number=order.notice_number,
            payable_id=order.payable_id,
            payer=order.payer,
            amount=paid,
            paid_at=self.twin.clock(),
            receipt=f"{TRIAL} BL-{short}",
        )
        self.tell(voucher, case=order.case_code, line=order.line)
        return voucher

    def tell(self, voucher: Voucher, *, case: str = "", line: str = "") -> None:
        """Say that a voucher came in; a bank names no case of ours.

        What was said of a voucher before in the same words is not said again.
        """
        told = f"{voucher.number}:{voucher.amount}:{voucher.status}"
        short = hashlib.sha256(told.encode()).hexdigest()[:24]
        self.twin.say(
            OfficeMessage(
                id=f"payment-{short}",
                kind="payment",
                case=case,
                line=line,
                amount=voucher.amount,
                voucher=voucher.number,
                said=voucher.model_dump(mode="json"),
                sent_at=self.twin.clock(),
            )
        )

    def vouchers(self, day: date) -> Vouchers:
        """Return what was paid on a day."""
        self.twin.answer()
        return Vouchers(vouchers=tuple(self._of(day)))

    def vouchers_asked(self, asked: DayAsked, *, key: str) -> Vouchers:
        """Return it to the wire."""
        del key
        return self.vouchers(asked.day)

    def _of(self, day: date) -> list[Voucher]:
        told = (
            Voucher.model_validate(each.message.said)
            for each in tuple(self.twin.said.values())
            if each.message.kind == "payment"
        )
        return [e for e in told if e.paid_at.astimezone(VIETNAM).date() == day]

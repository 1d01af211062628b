"""By which number a sum is paid, and the vouchers that came before their notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from service.persistence.exchange_tables import payable
from service.persistence.rows import PaymentRow
from service.persistence.tables import inbox, payment
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class PayableRow:
    """The name of a sum: the number of a notice (no line), or the id of one line."""

    tenant_id: str
    name: str
    case_id: str
    line: str


@dataclass(frozen=True, slots=True)
class Payables:
    """Queries about what payments are for, inside one transaction."""

    connection: Connection

    def name(self, row: PayableRow) -> None:
        """Let a name lead to a case; one that leads somewhere stays."""
        key = {"tenant_id": row.tenant_id, "name": row.name}
        values = {"case_id": row.case_id, "line": row.line}
        put(self.connection, payable, key, values, replace=False)

    def by_name(self, tenant: str, name: str) -> PayableRow | None:
        """Return what a name leads to."""
        table = payable.c
        found = self.connection.execute(
            select(payable).where(table.tenant_id == tenant, table.name == name)
        )
        row = found.mappings().first()
        return PayableRow(**row) if row else None

    def open_again(self, tenant: str, source: str) -> int:
        """Let payments for which no case was known be tried anew; return how many."""
        table = inbox.c
        opened = self.connection.execute(
            update(inbox)
            .where(table.tenant_id == tenant, table.state == "fault")
            .where(table.source == source, table.case_id.is_(None))
            .where(table.event == "payment")
            .values(state="open", error=None)
        )
        return opened.rowcount

    def paid(
        self, tenant: str, by: str, since: datetime, until: datetime
    ) -> tuple[PaymentRow, ...]:
        """Return what an office's vouchers brought in a period, as we took it."""
        table = payment.c
        found = self.connection.execute(
            select(payment)
            .where(table.tenant_id == tenant, table.by == by)
            .where(table.at >= since, table.at < until)
            .order_by(table.voucher)
        )
        return tuple(PaymentRow(**row) for row in found.mappings())

"""By which number a sum is paid, and the vouchers that came before their notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from service.persistence.rows import InboxRow, PaymentRow
from service.persistence.tables.cases import payment
from service.persistence.tables.exchange import payable
from service.persistence.tables.queues import inbox
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

    def name(self, row: PayableRow) -> bool:
        """Let a name lead to a case; return whether it is new."""
        key = {"tenant_id": row.tenant_id, "name": row.name, "case_id": row.case_id}
        values = {"line": row.line}
        return put(self.connection, payable, key, values, replace=False)

    def by_name(self, tenant: str, name: str) -> tuple[PayableRow, ...]:
        """Return where a name leads: two offices may use one number."""
        table = payable.c
        found = self.connection.execute(
            select(payable).where(table.tenant_id == tenant, table.name == name)
        )
        return tuple(PayableRow(**row) for row in found.mappings())

    def waiting(self, tenant: str) -> tuple[InboxRow, ...]:
        """Return the payments that no case was known for, oldest first."""
        table = inbox.c
        found = self.connection.execute(
            select(inbox)
            .where(table.tenant_id == tenant, table.state == "fault")
            .where(table.case_id.is_(None), table.event == "payment")
            .order_by(table.received_at, table.message_id)
        )
        return tuple(InboxRow(**row) for row in found.mappings())

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

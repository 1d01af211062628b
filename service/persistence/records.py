"""Money, documents, messages to people, idempotency answers, and drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from service.persistence import documents
from service.persistence.rows import (
    DocumentRow,
    Json,
    NotificationRow,
    ObligationRow,
    PaymentRow,
    columns_of,
)
from service.persistence.sealing import placed
from service.persistence.tables.cases import document, obligation, payment
from service.persistence.tables.matters import draft
from service.persistence.tables.messages import notification
from service.persistence.tables.people import idempotency
from service.persistence.upsert import put

_DOCUMENT_COLUMNS = [document.c[item.name] for item in fields(DocumentRow)]
_NOTIFICATION_COLUMNS = [notification.c[item.name] for item in fields(NotificationRow)]
_DRAFT = select(draft.c.fields).where(
    draft.c.tenant_id == bindparam("tenant"),
    draft.c.owner == bindparam("owner"),
    draft.c.form == bindparam("form"),
)
_KEEP_ANSWER = insert(idempotency)
_ANSWER = select(idempotency.c.digest, idempotency.c.answer).where(
    idempotency.c.tenant_id == bindparam("tenant"),
    idempotency.c.key == bindparam("key"),
)


@dataclass(frozen=True, slots=True)
class Records:
    """Queries about what a case leaves behind, inside one transaction."""

    connection: Connection

    # --- money ----------------------------------------------------------------------

    def ledger(self, tenant: str, case_id: str) -> ObligationRow | None:
        """Return the money ledger of a case, held until the end of the transaction."""
        found = self.connection.execute(
            select(obligation)
            .where(obligation.c.tenant_id == tenant, obligation.c.case_id == case_id)
            .with_for_update()
        )
        row = found.mappings().first()
        return ObligationRow(**row) if row else None

    def peek_ledger(self, tenant: str, case_id: str) -> ObligationRow | None:
        """Return the money ledger of a case as it is, without holding it."""
        found = self.connection.execute(
            select(obligation).where(
                obligation.c.tenant_id == tenant, obligation.c.case_id == case_id
            )
        )
        row = found.mappings().first()
        return ObligationRow(**row) if row else None

    def put_ledger(self, row: ObligationRow) -> None:
        """Write the money ledger of a case."""
        values = columns_of(row)
        key = {name: values.pop(name) for name in ("tenant_id", "case_id")}
        put(self.connection, obligation, key, values)

    def open_ledgers(self) -> tuple[ObligationRow, ...]:
        """Return ledgers on which something is still owed."""
        found = self.connection.execute(
            select(obligation).where(obligation.c.open).order_by(obligation.c.case_id)
        )
        return tuple(ObligationRow(**row) for row in found.mappings())

    def add_payment(self, row: PaymentRow) -> bool:
        """Store a payment; False when its voucher was there before."""
        values = columns_of(row)
        key = {name: values.pop(name) for name in ("tenant_id", "voucher")}
        return put(self.connection, payment, key, values, replace=False)

    def payment(self, tenant: str, voucher: str) -> PaymentRow | None:
        """Return the payment with this voucher."""
        found = self.connection.execute(
            select(payment).where(
                payment.c.tenant_id == tenant, payment.c.voucher == voucher
            )
        )
        row = found.mappings().first()
        return PaymentRow(**row) if row else None

    def paid_since(
        self, tenant: str, by: str, since: datetime
    ) -> tuple[PaymentRow, ...]:
        """Return what was credited on the word of somebody since an instant."""
        found = self.connection.execute(
            select(payment)
            .where(payment.c.tenant_id == tenant, payment.c.by == by)
            .where(payment.c.at >= since)
            .order_by(payment.c.at, payment.c.voucher)
        )
        return tuple(PaymentRow(**row) for row in found.mappings())

    # --- documents ------------------------------------------------------------------

    def add_document(
        self, row: DocumentRow, content: bytes, outbox_id: str | None
    ) -> None:
        """Store a paper; one that the same effect made before stays as it is."""
        values = columns_of(row) | {"content": content, "outbox_id": outbox_id}
        if outbox_id is not None and self._made_by(row.tenant_id, outbox_id):
            return
        documents.add(self.connection, values)

    def _made_by(self, tenant: str, outbox_id: str) -> bool:
        found = self.connection.execute(
            select(document.c.id).where(
                document.c.tenant_id == tenant, document.c.outbox_id == outbox_id
            )
        )
        return found.first() is not None

    def documents(self, tenant: str, case_id: str) -> tuple[DocumentRow, ...]:
        """Return the papers of a case, oldest first, without their content."""
        found = self.connection.execute(
            select(*_DOCUMENT_COLUMNS)
            .where(document.c.tenant_id == tenant, document.c.case_id == case_id)
            .order_by(document.c.created_at, document.c.outbox_id)
        )
        return tuple(DocumentRow(*row) for row in found)

    def document(
        self, tenant: str, document_id: str
    ) -> tuple[DocumentRow, bytes] | None:
        """Return one paper with its content."""
        found = self.connection.execute(
            select(
                *_DOCUMENT_COLUMNS, document.c.content, document.c.object_name
            ).where(document.c.tenant_id == tenant, document.c.id == document_id)
        )
        row = found.mappings().first()
        if row is None:
            return None
        told = {each.name: row[each.name] for each in _DOCUMENT_COLUMNS}
        return DocumentRow(**told), documents.content_of(self.connection, row)

    def rendered(self, tenant: str, made_from: str) -> bytes | None:
        """Return what was rendered before from the same page, if anything was."""
        found = self.connection.execute(
            select(*documents.READ)
            .where(document.c.tenant_id == tenant, document.c.made_from == made_from)
            .limit(1)
        )
        row = found.mappings().first()
        return None if row is None else documents.content_of(self.connection, row)

    # --- messages to people ---------------------------------------------------------

    def put_notification(self, tenant: str, row: NotificationRow) -> None:
        """Store a message to a person, or what became of it."""
        values = columns_of(row)
        key = {"tenant_id": tenant, "outbox_id": values.pop("outbox_id")}
        put(self.connection, notification, key, values)

    def notifications(self, tenant: str, case_id: str) -> tuple[NotificationRow, ...]:
        """Return the messages about a case, oldest first."""
        found = self.connection.execute(
            select(*_NOTIFICATION_COLUMNS)
            .where(
                notification.c.tenant_id == tenant, notification.c.case_id == case_id
            )
            .order_by(notification.c.at, notification.c.outbox_id)
        )
        return tuple(NotificationRow(*row) for row in found)

    # --- the same request twice -----------------------------------------------------

    def answer(self, tenant: str, key: str) -> tuple[str, Json] | None:
        """Return the digest of the first request with this key, and its answer."""
        found = self.connection.execute(_ANSWER, {"tenant": tenant, "key": key}).first()
        return (found.digest, found.answer) if found else None

    def keep_answer(
        self, tenant: str, key: str, digest: str, answer: Json, at: datetime
    ) -> None:
        """Keep the answer to a request, in the transaction that did it."""
        self.connection.execute(
            _KEEP_ANSWER,
            placed(
                idempotency,
                {
                    "tenant_id": tenant,
                    "key": key,
                    "digest": digest,
                    "answer": answer,
                    "at": at,
                    "owner": _owner_of(key),
                },
            ),
        )

    def claim_answer(
        self, tenant: str, key: str, digest: str, answer: Json, at: datetime
    ) -> bool:
        """Keep the answer to a request unless another had this key at the same moment.

        Return whether it was kept; what is not kept is not to be done either.
        """
        where = {"tenant_id": tenant, "key": key}
        values = {
            "digest": digest,
            "answer": answer,
            "at": at,
            "owner": _owner_of(key),
        }
        return put(self.connection, idempotency, where, values, replace=False)

    # --- what was typed -------------------------------------------------------------

    def put_draft(
        self,
        tenant: str,
        owner: str,
        form: str,
        fields_: Mapping[str, Any],
        at: datetime,
    ) -> None:
        """Keep what a person typed into a form that is not sent yet."""
        key = {"tenant_id": tenant, "owner": owner, "form": form}
        put(self.connection, draft, key, {"fields": dict(fields_), "at": at})

    def draft(self, tenant: str, owner: str, form: str) -> Json:
        """Return what was typed last, or nothing."""
        key = {"tenant": tenant, "owner": owner, "form": form}
        return self.connection.execute(_DRAFT, key).scalar() or {}

    def drop_draft(self, tenant: str, owner: str, form: str) -> None:
        """Forget what was typed, because it was sent."""
        self.connection.execute(
            delete(draft).where(
                draft.c.tenant_id == tenant,
                draft.c.owner == owner,
                draft.c.form == form,
            )
        )


def _owner_of(key: str) -> str:
    """Return whose request has the key: what stands before its first colon."""
    return key.partition(":")[0][:64]

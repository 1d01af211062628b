"""Addresses of people, what they agreed to, codes sent to them, and their messages."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from service.observability import request_id
from service.persistence.sealing import placed, ring_of
from service.persistence.tables.messages import (
    contact,
    message,
    message_consent,
    one_time_code,
)
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class ContactRow:
    """An address of one person of a matter; quiet hours such as "21:00", or None."""

    tenant_id: str
    id: str
    matter_id: str
    party: str | None
    channel: str
    address: str
    quiet_from: str | None
    quiet_to: str | None
    added_by: str
    added_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageConsentRow:
    """What a person agreed to be told at one address, in the words that stood there."""

    tenant_id: str
    id: str
    matter_id: str
    contact_id: str
    purpose: str
    wording: str
    given_by: str
    given_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code that was sent; the six digits follow from ``nonce`` and the secret."""

    tenant_id: str
    matter_id: str
    purpose: str
    nonce: str
    channel: str
    address: str
    made_at: datetime
    ends_at: datetime
    tries: int
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A text to one person; ``ways`` are channel and address in their order.

    ``state``: queued, sent, delivered, failed, or unknown when no answer came.
    ``due_at`` is None when nothing more will be done. ``tracking`` is the name by which
    providers know it, ``request_id`` the request in which it was asked for; both are
    given when it is stored.
    """

    tenant_id: str
    id: str
    matter_id: str
    case_id: str | None
    purpose: str
    template: str
    text: str
    ways: list[list[str]]
    way: int
    state: str
    created_at: datetime
    due_at: datetime | None
    tries: int
    sent_at: datetime | None
    error: str | None
    tracking: str | None = None
    request_id: str | None = None


def address_index(connection: Connection, address: str) -> str:
    """Return by what an address is found: it cannot be reckoned without the keys."""
    return ring_of(connection.dialect).index(address, "contact.address")


def tracking_of(message_id: str) -> str:
    """Return the short name of a message: it says nothing of whom it is for."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:24]


_CONTACT_COLUMNS = [contact.c[item.name] for item in fields(ContactRow)]
_DUE = (
    select(message)
    .where(message.c.due_at.is_not(None), message.c.due_at <= bindparam("now"))
    .order_by(message.c.due_at, message.c.id)
    .limit(bindparam("batch"))
)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Queries about addresses and messages, inside one transaction."""

    connection: Connection

    # --- addresses ------------------------------------------------------------------

    def add(self, row: ContactRow) -> None:
        """Store an address that is not confirmed yet."""
        by = address_index(self.connection, row.address)
        values = asdict(row) | {"address_index": by}
        self.connection.execute(insert(contact), placed(contact, values))

    def of_matter(self, tenant: str, matter_id: str) -> tuple[ContactRow, ...]:
        """Return the addresses of a matter that were not given up, oldest first."""
        found = self.connection.execute(
            select(*_CONTACT_COLUMNS)
            .where(contact.c.tenant_id == tenant, contact.c.matter_id == matter_id)
            .where(contact.c.ended_at.is_(None))
            .order_by(contact.c.added_at, contact.c.id)
        )
        return tuple(ContactRow(**row) for row in found.mappings())

    def change(self, row: ContactRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Change columns of an address; another one is found by its own index."""
        if "address" in changes:
            found_by = address_index(self.connection, changes["address"])
            changes = {**changes, "address_index": found_by}
        self.connection.execute(
            update(contact)
            .where(contact.c.tenant_id == row.tenant_id, contact.c.id == row.id)
            .values(placed(contact, changes, asdict(row)))
        )

    # --- consent --------------------------------------------------------------------

    def allow(self, row: MessageConsentRow) -> None:
        """Store what a person agreed to."""
        self.connection.execute(insert(message_consent), asdict(row))

    def allowed(self, tenant: str, matter_id: str) -> tuple[MessageConsentRow, ...]:
        """Return every consent to messages of a matter, ended ones too."""
        table = message_consent.c
        found = self.connection.execute(
            select(message_consent)
            .where(table.tenant_id == tenant, table.matter_id == matter_id)
            .order_by(table.given_at, table.id)
        )
        return tuple(MessageConsentRow(**row) for row in found.mappings())

    def withdraw(self, row: MessageConsentRow, at: datetime) -> None:
        """End a consent from now on; one that ended before stays as it was."""
        table = message_consent.c
        self.connection.execute(
            update(message_consent)
            .where(table.tenant_id == row.tenant_id, table.id == row.id)
            .where(table.ended_at.is_(None))
            .values(ended_at=at)
        )

    # --- codes ----------------------------------------------------------------------

    def put_code(self, row: CodeRow) -> None:
        """Store a code; an older one of the same purpose no longer holds."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "matter_id", "purpose")}
        put(self.connection, one_time_code, key, values)

    def code(self, tenant: str, matter_id: str, purpose: str) -> CodeRow | None:
        """Return the newest code of a purpose, held until the end."""
        table = one_time_code.c
        found = self.connection.execute(
            select(one_time_code)
            .where(table.tenant_id == tenant, table.matter_id == matter_id)
            .where(table.purpose == purpose)
            .with_for_update()
        )
        row = found.mappings().first()
        return CodeRow(**row) if row else None

    # --- messages -------------------------------------------------------------------

    def put_message(self, row: MessageRow) -> bool:
        """Store a message with the request under way; False for one that was there."""
        asked = {"tracking": tracking_of(row.id), "request_id": request_id() or None}
        values = asdict(row) | asked
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, message, key, values, replace=False)

    def tracked(self, tracking: str) -> MessageRow | None:
        """Return the message that providers know by a name, held until the end."""
        found = self.connection.execute(
            select(message).where(message.c.tracking == tracking).with_for_update()
        )
        row = found.mappings().first()
        return MessageRow(**row) if row else None

    def change_message(self, row: MessageRow, **changes: Any) -> None:  # noqa: ANN401
        """Say what became of a message."""
        self.connection.execute(
            update(message)
            .where(message.c.tenant_id == row.tenant_id, message.c.id == row.id)
            .values(placed(message, changes, asdict(row)))
        )

    def due_messages(self, now: datetime, batch: int) -> tuple[MessageRow, ...]:
        """Return messages with which something is to be done now, oldest first."""
        found = self.connection.execute(_DUE, {"now": now, "batch": batch})
        return tuple(MessageRow(**row) for row in found.mappings())

    def messages(self, tenant: str, matter_id: str) -> tuple[MessageRow, ...]:
        """Return the messages of a matter, newest first, at most 200."""
        found = self.connection.execute(
            select(message)
            .where(message.c.tenant_id == tenant, message.c.matter_id == matter_id)
            .order_by(message.c.created_at.desc(), message.c.id)
            .limit(200)
        )
        return tuple(MessageRow(**row) for row in found.mappings())

    def message(self, tenant: str, message_id: str) -> MessageRow | None:
        """Return one message, held until the end."""
        found = self.connection.execute(
            select(message)
            .where(message.c.tenant_id == tenant, message.c.id == message_id)
            .with_for_update()
        )
        row = found.mappings().first()
        return MessageRow(**row) if row else None

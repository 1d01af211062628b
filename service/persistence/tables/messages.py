"""Messages to people: where to, agreed by whom, in which words."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from service.persistence.sealing import sealed
from service.persistence.tables.columns import (
    Instant,
    key_column,
    metadata,
    tenant_column,
)

notification = Table(
    "notification",
    metadata,
    tenant_column(),
    Column("outbox_id", String(96), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("who", String(64), nullable=False),
    Column("template", String(64), nullable=False),
    sealed("notification", "text", "outbox_id", shape="text"),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Index("ix_notification_case", "tenant_id", "case_id"),
)

contact = Table(
    "contact",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("matter_id", String(64), nullable=False),
    Column("party", String(64)),
    Column("channel", String(16), nullable=False),
    sealed("contact", "address", "id", shape="text"),
    Column("address_index", String(64), nullable=False),
    Column("quiet_from", String(5)),
    Column("quiet_to", String(5)),
    Column("added_by", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("ended_at", Instant),
    Index("ix_contact_matter", "tenant_id", "matter_id"),
    Index("ix_contact_address", "tenant_id", "address_index"),
)

message_consent = Table(
    "message_consent",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("matter_id", String(64), nullable=False),
    Column("contact_id", String(64), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("wording", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_message_consent_matter", "tenant_id", "matter_id"),
)

one_time_code = Table(
    "one_time_code",
    metadata,
    tenant_column(),
    key_column("matter_id"),
    Column("purpose", String(32), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    sealed("one_time_code", "address", "matter_id", "purpose", shape="text"),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", Instant),
)

message = Table(
    "message",
    metadata,
    tenant_column(),
    Column("id", String(128), primary_key=True),
    Column("matter_id", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("purpose", String(32), nullable=False),
    Column("template", String(64), nullable=False),
    sealed("message", "text", "id", shape="text"),
    sealed("message", "ways", "id"),
    Column("way", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("error", Text),
    Column("tracking", String(32)),
    Column("request_id", String(32)),
    Index("ix_message_matter", "tenant_id", "matter_id", "created_at"),
    Index("ix_message_tracking", "tracking"),
    Index(
        "ix_message_due",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

# The wording of a message as a province chose it; no text is the program's own again.
message_wording = Table(
    "message_wording",
    metadata,
    tenant_column(),
    key_column("template"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
)

"""What goes out, what came in, and what people did about what failed."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from service.persistence.sealing import sealed
from service.persistence.tables.columns import (
    Instant,
    key_column,
    metadata,
    tenant_column,
)

outbox = Table(
    "outbox",
    metadata,
    tenant_column(),
    Column("id", String(96), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("lane", String(8), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    sealed("outbox", "body", "id"),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("done_at", Instant),
    Column("failed_at", Instant),
    Column("error", Text),
    Column("request_id", String(32)),
    Index(
        "ix_outbox_open",
        "due_at",
        "created_at",
        "id",
        sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
    ),
    Index(
        "ix_outbox_case",
        "tenant_id",
        "case_id",
        "lane",
        "seq",
        "n",
        sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
    ),
    Index(
        "ix_outbox_failed",
        "tenant_id",
        "failed_at",
        "id",
        sqlite_where=text("failed_at IS NOT NULL"),
        postgresql_where=text("failed_at IS NOT NULL"),
    ),
)

inbox = Table(
    "inbox",
    metadata,
    tenant_column(),
    Column("message_id", String(160), primary_key=True),
    Column("source", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("event", String(96)),
    sealed("inbox", "body", "message_id", null=True),
    sealed("inbox", "raw", "message_id", shape="text", null=True),
    Column("received_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", Text),
    Column("done_at", Instant),
    # The office whose clerk typed it from a paper.
    Column("typed_at", String(64)),
    Index(
        "ix_inbox_open",
        "received_at",
        "message_id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_inbox_fault",
        "tenant_id",
        "received_at",
        sqlite_where=text("state IN ('fault', 'quarantined')"),
        postgresql_where=text("state IN ('fault', 'quarantined')"),
    ),
    Index(
        "ix_inbox_second",
        "tenant_id",
        "typed_at",
        "received_at",
        sqlite_where=text("state = 'second'"),
        postgresql_where=text("state = 'second'"),
    ),
)

# What people did about messages and effects that needed a person; never rewritten.
fault_act = Table(
    "fault_act",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("fault_id", String(160), nullable=False),
    Column("case_id", String(64)),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("account_id", String(64)),
    Column("office_id", String(64)),
    Column("act", String(16), nullable=False),
    Column("reason", Text),
    Column("error", Text, nullable=False),
    Index("ix_fault_act_at", "tenant_id", "at"),
    Index("ix_fault_act_office", "tenant_id", "office_id", "at"),
    Index("ix_fault_act_fault", "tenant_id", "fault_id", "at"),
)

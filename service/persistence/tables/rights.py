"""What a person asks about her data, and what was erased."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, String, Table, Text, text

from service.persistence.sealing import sealed
from service.persistence.tables.columns import (
    Instant,
    Json,
    key_column,
    metadata,
    tenant_column,
)

rights_request = Table(
    "rights_request",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("matter_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    sealed("rights_request", "about", "id", shape="text"),
    Column("asked_by", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reply_by", Date),
    Column("due_on", Date),
    Column("replied_at", Instant),
    Column("answered_at", Instant),
    Column("outcome", String(32)),
    sealed("rights_request", "answer", "id", shape="text", null=True),
    Column("answered_by", Text),
    Index("ix_rights_request_matter", "tenant_id", "matter_id"),
    Index(
        "ix_rights_request_open",
        "tenant_id",
        "due_on",
        "id",
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
)

# That a matter was erased, and how much: no word of what stood in it.
erasure = Table(
    "erasure",
    metadata,
    tenant_column(),
    key_column("matter_id"),
    Column("at", Instant, nullable=False),
    Column("rows", Json, nullable=False),
)

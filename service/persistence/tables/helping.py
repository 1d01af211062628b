"""Who lets whom help, and who looked at what."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from service.persistence.sealing import sealed
from service.persistence.tables.columns import (
    Instant,
    Json,
    key_column,
    metadata,
    of_matter,
    tenant_column,
)

consent = Table(
    "consent",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("matter_id", String(64), nullable=False),
    Column("account_id", String(64), nullable=False),
    Column("scope", Json, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_consent_account", "tenant_id", "account_id", "ends_at"),
    Index("ix_consent_matter", "tenant_id", "matter_id"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("tenant_id", String(8), nullable=False),
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("account_id", String(64)),
    Column("office_id", String(64)),
    Column("on_behalf_of", Text),
    Column("what", String(32), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("reason", Text),
    Index("ix_access_log_matter", "tenant_id", "matter_id", "at"),
    Index("ix_access_log_account", "tenant_id", "account_id", "at"),
)

help_request = Table(
    "help_request",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("kind", String(16), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("account_id", String(64), nullable=False),
    sealed("help_request", "resident", "id", shape="text"),
    sealed("help_request", "body", "id"),
    Column("version", String(16), nullable=False),
    sealed("help_request", "words", "id", shape="text"),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("slip", String(40)),
    Column("code_nonce", String(64)),
    Column("phone_end", String(8)),
    Column("way", String(16)),
    Column("given_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", Text),
    of_matter(),
    UniqueConstraint("slip"),
    Index("ix_help_request_matter", "tenant_id", "matter_id"),
    Index("ix_help_request_account", "tenant_id", "account_id", "asked_at"),
)

help_note = Table(
    "help_note",
    metadata,
    tenant_column(),
    key_column("account_id"),
    key_column("matter_id"),
    Column("hamlet", Text, nullable=False),
    Column("visit_on", Date),
    Column("place", Integer, nullable=False),
    Index("ix_help_note_matter", "tenant_id", "matter_id"),
)

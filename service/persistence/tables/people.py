"""Accounts, offices, teams: who works with the service, and who signs for whom."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    tenant_column,
)

office = Table(
    "office",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("kind", String(32), nullable=False),
    Column("kinds", Json, nullable=False),
    Column("name", Text, nullable=False),
    Column("communes", Json),
    Column("closed_at", Instant),
)

account = Table(
    "account",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("name", String(64), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("office_id", String(64)),
    Column("disabled_at", Instant),
    Column("last_used_at", Instant),
    Column("duties", Json, nullable=False, server_default="[]"),
    UniqueConstraint("name"),
    Index("ix_account_office", "tenant_id", "office_id"),
    Index("ix_account_id", "id"),
    Index("ix_account_name", "tenant_id", "name"),
)

session = Table(
    "session",
    metadata,
    tenant_column(),
    key_column("token_hash"),
    Column("account_id", String(64)),
    Column("matter_id", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("identity_id", String(64)),
    UniqueConstraint("token_hash"),
    Index("ix_session_account", "tenant_id", "account_id"),
    Index("ix_session_matter", "tenant_id", "matter_id"),
    Index("ix_session_identity", "tenant_id", "identity_id"),
)

throttle = Table(
    "throttle",
    metadata,
    tenant_column(),
    key_column("key"),
    Column("window_starts", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    tenant_column(),
    Column("key", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    sealed("idempotency", "answer", "key"),
    Column("at", Instant, nullable=False),
    # Whose request it was: the part of the key before its first colon.
    Column("owner", String(64), nullable=False, server_default=""),
    Index("ix_idempotency_owner", "tenant_id", "owner"),
)

team = Table(
    "team",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("name", Text, nullable=False),
    Column("commune", String(16)),
)

team_member = Table(
    "team_member",
    metadata,
    tenant_column(),
    key_column("account_id"),
    Column("team_id", String(64), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
)

# Who signs for whom in an office, on which paper, from day to day inclusive.
delegation = Table(
    "delegation",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("office_id", String(64), nullable=False),
    Column("giver_id", String(64), nullable=False),
    Column("taker_id", String(64), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    Column("paper_number", Text, nullable=False),
    Column("paper_day", Date, nullable=False),
    Column("ended_at", Instant),
    Index("ix_delegation_taker", "tenant_id", "taker_id", "until_day"),
    Index("ix_delegation_until", "tenant_id", "until_day", "id"),
)

# What administrators changed: append-only, as the database itself sees to.
admin_log = Table(
    "admin_log",
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
    Column("what", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index("ix_admin_log_tenant", "tenant_id", "id"),
)

"""Tables of what proves and keeps: heads of the audit, lists taken out, holds."""

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
    text,
)

from service.persistence.sealing import sealed
from service.persistence.tables.columns import Instant, Json, metadata, tenant_column

# One chain over the chains of all cases and logs: each link says how far one had come.
audit_link = Table(
    "audit_link",
    metadata,
    tenant_column(),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("chain", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("link", String(64), nullable=False),
    Index("ix_audit_link_chain", "tenant_id", "chain", "seq"),
)

# The head of that chain on a day as it was signed, and where it was sent.
audit_head = Table(
    "audit_head",
    metadata,
    tenant_column(),
    Column("day", Date, primary_key=True),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("links", BigInteger),
    Column("words", Text),
    Column("key", String(16)),
    Column("sent", Json, nullable=False),
    Column("error", Text),
)

# Who took a list of cases out of the service as a file, and which; with ``SHOWN`` who
# had a page of a list before him, and whose names stood there.
SHOWN = "shown"
data_taken = Table(
    "data_taken",
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
    Column("what", String(32), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("about", Text, nullable=False),
    Column("cases", Json, nullable=False),
    Index("ix_data_taken_account", "tenant_id", "account_id", "at"),
    Index("ix_data_taken_at", "tenant_id", "at"),
)

# A matter that nobody may erase until a day: asked by one administrator, confirmed by
# another, and let go of in the same way.
legal_hold = Table(
    "legal_hold",
    metadata,
    tenant_column(),
    Column("id", String(64), primary_key=True),
    Column("matter_id", String(64), nullable=False),
    sealed("legal_hold", "reason", "id", shape="text"),
    Column("paper_number", Text, nullable=False),
    Column("until_day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_id", String(64), nullable=False),
    Column("asked_name", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("held_by", Text),
    Column("held_at", Instant),
    Column("off_asked_id", String(64)),
    Column("off_asked_name", Text),
    Column("off_reason", Text),
    Column("ended_by", Text),
    Column("ended_at", Instant),
    Index("ix_legal_hold_matter", "tenant_id", "matter_id"),
    Index(
        "ix_legal_hold_open",
        "tenant_id",
        "until_day",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# What stood out in the use of an account on a day, counted by the worker.
oddity = Table(
    "oddity",
    metadata,
    tenant_column(),
    Column("day", Date, primary_key=True),
    Column("account_id", String(64), primary_key=True),
    Column("rule", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("office_id", String(64)),
    Column("team_id", String(64)),
    Column("count", Integer, nullable=False),
    Column("usual", Integer, nullable=False),
    Column("noticed_at", Instant, nullable=False),
    Column("seen_by", Text),
    Column("seen_at", Instant),
    Column("seen_words", Text),
    Index("ix_oddity_office", "tenant_id", "office_id", "day"),
    Index("ix_oddity_team", "tenant_id", "team_id", "day"),
)

# Which days were counted, so that each is counted once.
oddity_day = Table(
    "oddity_day",
    metadata,
    tenant_column(),
    Column("day", Date, primary_key=True),
    Column("counted_at", Instant, nullable=False),
)

"""Tables of sign-in elsewhere: who came, which matters are hers, and by which phone."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from service.persistence.sealing import sealed
from service.persistence.tables.columns import Instant, metadata, tenant_column

# One sign-in that is under way: neither the state nor the visit stands here itself.
sign_in_flow = Table(
    "sign_in_flow",
    metadata,
    tenant_column(),
    Column("state_hash", String(64), primary_key=True),
    Column("visit_hash", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("door", String(16), nullable=False),
    Column("matter_code", String(40), nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index("ix_sign_in_flow_ends", "ends_at"),
)

identity = Table(
    "identity",
    metadata,
    tenant_column(),
    Column("id", String(64), primary_key=True),
    Column("issuer", String(200), nullable=False),
    Column("subject", String(255), nullable=False),
    sealed("identity", "full_name", "issuer", "subject", shape="text"),
    sealed("identity", "person_id", "issuer", "subject", shape="text", null=True),
    sealed("identity", "birth_date", "issuer", "subject", shape="day", null=True),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "issuer", "subject"),
    Index("ix_identity_seen", "seen_at"),
)

identity_matter = Table(
    "identity_matter",
    metadata,
    tenant_column(),
    Column("identity_id", String(64), primary_key=True),
    Column("matter_id", String(64), primary_key=True),
    Column("linked_at", Instant, nullable=False),
    ForeignKeyConstraint(["tenant_id", "matter_id"], ["matter.tenant_id", "matter.id"]),
    Index("ix_identity_matter_matter", "tenant_id", "matter_id"),
)

# Staff: the number of the identity card stands here as a keyed hash only.
account_identity = Table(
    "account_identity",
    metadata,
    tenant_column(),
    Column("account_id", String(64), primary_key=True),
    Column("person_hash", String(64), nullable=False),
    Column("ends_with", String(4), nullable=False),
    Column("linked_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "person_hash"),
)

# A phone that somebody typed to follow by it, whether or not anybody has that phone.
phone_ask = Table(
    "phone_ask",
    metadata,
    tenant_column(),
    Column("visit_hash", String(64), primary_key=True),
    sealed("phone_ask", "phone", "visit_hash", shape="text"),
    Column("nonce", String(64), nullable=False),
    Column("about", String(64), nullable=False, server_default=""),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("proved_at", Instant),
    Index("ix_phone_ask_ends", "ends_at"),
)

"""A citizen's matter: what she told, what she typed, whom she keeps, her papers."""

from __future__ import annotations

from sqlalchemy import (
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
    of_matter,
    tenant_column,
)

matter = Table(
    "matter",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("code", String(40), nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("goal", String(64), nullable=False),
    Column("commune", String(16)),
    Column("on_day", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("plan", Json),
    Column("opened_at", Instant, nullable=False),
    UniqueConstraint("code"),
)

fact = Table(
    "fact",
    metadata,
    tenant_column(),
    key_column("matter_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("key", String(160), nullable=False),
    sealed("fact", "value", "matter_id", "seq", null=True),
    Column("said_by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("at", Instant, nullable=False),
    Column("source", String(64), nullable=False),
    sealed("fact", "detail", "matter_id", "seq", shape="text", null=True),
    Column("case_id", String(64)),
    of_matter(),
)

condition_met = Table(
    "condition_met",
    metadata,
    tenant_column(),
    key_column("matter_id"),
    key_column("condition"),
    Column("holds", Boolean, nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    tenant_column(),
    key_column("owner"),
    Column("form", String(160), primary_key=True),
    sealed("draft", "fields", "owner", "form"),
    Column("at", Instant, nullable=False),
)

practice_note = Table(
    "practice_note",
    metadata,
    tenant_column(),
    key_column("key"),
    Column("body", Json, nullable=False),
)

practice_sheet = Table(
    "practice_sheet",
    metadata,
    tenant_column(),
    Column("number", String(32), primary_key=True),
    Column("account_id", String(64), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("exercises", Json, nullable=False),
    Index("ix_practice_sheet_account", "tenant_id", "account_id"),
)

# What was checked of a paper before travelling; it is forgotten on a day.
paper_check = Table(
    "paper_check",
    metadata,
    tenant_column(),
    key_column("matter_id"),
    Column("step_id", String(96), primary_key=True),
    Column("paper_id", String(64), primary_key=True),
    sealed("paper_check", "answers", "matter_id", "step_id", "paper_id"),
    sealed("paper_check", "reads", "matter_id", "step_id", "paper_id"),
    Column("pages", Integer),
    Column("by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("at", Instant, nullable=False),
    Column("expires_on", Date, nullable=False),
    Index("ix_paper_check_expires", "expires_on"),
)

# A page of a paper that was photographed; without a document the photo was not kept.
paper_page = Table(
    "paper_page",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("matter_id", String(64), nullable=False),
    Column("step_id", String(96), nullable=False),
    Column("paper_id", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("document_id", String(64)),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("flaws", Json, nullable=False),
    Column("by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("at", Instant, nullable=False),
    Column("expires_on", Date, nullable=False),
    UniqueConstraint("tenant_id", "matter_id", "step_id", "paper_id", "sha256"),
    Index("ix_paper_page_expires", "expires_on"),
)

# A person whom a citizen chose to keep, to be taken into another matter.
profile = Table(
    "profile",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("code", String(40), nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("matter_id", String(64), nullable=False),
    sealed("profile", "fields", "id"),
    Column("kept_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    UniqueConstraint("code"),
    Index("ix_profile_matter", "tenant_id", "matter_id"),
)

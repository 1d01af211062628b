"""What the figures are counted from, and what citizens say."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, text

from service.persistence.sealing import sealed
from service.persistence.tables.columns import (
    Instant,
    Json,
    key_column,
    metadata,
    tenant_column,
)

finished_case = Table(
    "finished_case",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("procedure", String(64), nullable=False),
    Column("office_id", String(64), nullable=False),
    Column("days", Integer, nullable=False),
    Column("ended_on", Date, nullable=False),
    Index("ix_finished_case", "tenant_id", "procedure", "office_id", "ended_on"),
)

rating = Table(
    "rating",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("matter_id", String(64), nullable=False),
    Column("office_id", String(64), nullable=False),
    Column("score", Integer, nullable=False),
    sealed("rating", "words", "case_id", shape="text"),
    Column("at", Instant, nullable=False),
    Index("ix_rating_office", "tenant_id", "office_id"),
    Index("ix_rating_matter", "tenant_id", "matter_id"),
)

# A case as the figures count it; written anew from its history when it was touched.
figure_case = Table(
    "figure_case",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("code", String(40), nullable=False),
    Column("procedure", String(64), nullable=False),
    Column("office_id", String(64)),
    Column("opened_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("appointment", Date),
    Column("ended_at", Instant),
    Column("end_status", Integer),
    Column("status", Integer),
    Column("channel", Integer),
    Column("digitised", Boolean),
    Column("paid_online", Boolean),
    Column("supplements", Json, nullable=False),
    Column("returns", Json, nullable=False),
    Index(
        "ix_figure_case_open",
        "tenant_id",
        "opened_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_figure_case_ended", "tenant_id", "ended_at"),
)

# Cases that moved since the figures last looked at them.
figure_touched = Table(
    "figure_touched",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("version", Integer, nullable=False),
)

# The figures of a month; an empty office or procedure stands for all of them.
figure_month = Table(
    "figure_month",
    metadata,
    tenant_column(),
    Column("month", Date, primary_key=True),
    key_column("office_id"),
    key_column("procedure"),
    Column("body", Json, nullable=False),
    Column("counted_at", Instant, nullable=False),
    Index("ix_figure_month_of", "tenant_id", "office_id", "procedure", "month"),
)

"""The law as it was loaded, and the days that notices change."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, text

from service.persistence.tables.columns import (
    Instant,
    Json,
    key_column,
    metadata,
    tenant_column,
)

package_edition = Table(
    "package_edition",
    metadata,
    tenant_column(),
    key_column("digest"),
    Column("package_id", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

# What official notices say about days, in the order in which they were written down.
holiday = Table(
    "holiday",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("kind", String(16), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("communes", Json),
    Column("why", Text, nullable=False),
    Column("notice", Text, nullable=False),
    Column("added_no", Integer, nullable=False),
    Column("withdrawn_no", Integer),
)

# The number of the newest change of the holidays: what every request asks for first.
holiday_count = Table(
    "holiday_count",
    metadata,
    tenant_column(),
    Column("number", Integer, nullable=False),
)

# An order to count running cases anew with the holidays up to a number.
recount = Table(
    "recount",
    metadata,
    tenant_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("ordered_by", Text, nullable=False),
    Column("account_id", String(64)),
    Column("reason", Text, nullable=False),
    Column("ordered_at", Instant, nullable=False),
    Column("after_due", Date),
    Column("after_id", String(64)),
    Column("done_at", Instant),
    Index(
        "ix_recount_open",
        "tenant_id",
        "number",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

# A case whose promised day an order changed, or that could not be counted anew.
recount_line = Table(
    "recount_line",
    metadata,
    tenant_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    key_column("case_id"),
    Column("code", String(40), nullable=False),
    Column("old_due", Date, nullable=False),
    Column("new_due", Date),
    Column("at", Instant, nullable=False),
    Column("error", Text),
)

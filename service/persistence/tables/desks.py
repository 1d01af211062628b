"""The lists and the search of a desk."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, text

from service.persistence.tables.columns import (
    Instant,
    key_column,
    metadata,
    tenant_column,
)

# How many open cases of an office there are, by day and by what is counted; changed by
# one in the transaction that moves a case, so that no page counts cases.
desk_count = Table(
    "desk_count",
    metadata,
    tenant_column(),
    key_column("office_id"),
    Column("kind", String(16), primary_key=True),
    key_column("name"),
    Column("state", String(16), primary_key=True),
    Column("due_on", Date, primary_key=True),
    Column("n", Integer, nullable=False),
)

# Words by which the clerks of an office find a case. A search reads a range of keys, so
# the order of keys is that of their letters, whatever the database speaks.
FOUND_BY = String(160).with_variant(String(160, collation="C"), "postgresql")

case_search = Table(
    "case_search",
    metadata,
    tenant_column(),
    key_column("office_id"),
    Column("kind", String(8), primary_key=True),
    Column("key", FOUND_BY, primary_key=True),
    key_column("case_id"),
    Column("matter_id", String(64), nullable=False),
    Index("ix_case_search_case", "tenant_id", "case_id"),
    Index("ix_case_search_matter", "tenant_id", "matter_id"),
)

# A case that is older than the words by which it is found; the worker writes them.
search_due = Table("search_due", metadata, tenant_column(), key_column("case_id"))

# A case of another one-stop system that is only followed here, as its list told of it.
followed_case = Table(
    "followed_case",
    metadata,
    tenant_column(),
    Column("external_code", String(64), primary_key=True),
    Column("procedure", Text),
    Column("applicant", Text),
    Column("received_on", Date),
    Column("due_on", Date, nullable=False),
    Column("returned_on", Date),
    Column("status", Integer),
    Column("office", Text),
    Column("office_id", String(64), nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", Instant, nullable=False),
    Index(
        "ix_followed_case_open",
        "tenant_id",
        "office_id",
        "due_on",
        "external_code",
        sqlite_where=text("returned_on IS NULL"),
        postgresql_where=text("returned_on IS NULL"),
    ),
)

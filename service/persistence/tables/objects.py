"""The table of objects outside the database that no row names any more."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from service.persistence.tables.columns import Instant, metadata, tenant_column

# Written by triggers of ``document`` in the transaction that let the object go.
object_gone = Table(
    "object_gone",
    metadata,
    tenant_column(),
    Column("name", String(160), primary_key=True),
    Column("at", Instant, nullable=False),
)

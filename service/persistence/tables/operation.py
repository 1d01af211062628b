"""Tables of the operation: days of service, answers of offices, backups."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Text

from service.persistence.tables.columns import Instant, metadata, tenant_column

# In which parts of a day the service worked, and how soon it handed messages over.
service_day = Table(
    "service_day",
    metadata,
    tenant_column(),
    Column("day", Date, primary_key=True),
    Column("first_slot", Integer, nullable=False),
    Column("last_slot", Integer, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("handed", Integer, nullable=False),
    Column("in_time", Integer, nullable=False),
)

# How often an office was asked on a day, and answered, and answered quickly.
office_day = Table(
    "office_day",
    metadata,
    tenant_column(),
    Column("day", Date, primary_key=True),
    Column("office", String(32), primary_key=True),
    Column("asked", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("quick", Integer, nullable=False),
)

# Each backup that was begun here; one without an end did not come to it.
backup_run = Table(
    "backup_run",
    metadata,
    tenant_column(),
    Column("id", String(64), primary_key=True),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("place", Text),
    Column("bytes", BigInteger),
    Column("error", Text),
    Index("ix_backup_run_began", "tenant_id", "began_at"),
)

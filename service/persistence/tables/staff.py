"""Tables of how staff sign in: second factor, passwords, reviews of accounts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from service.persistence.tables.columns import Instant, metadata, tenant_column


def _account() -> Column[str]:
    return Column("account_id", String(64), primary_key=True)


# What is known of an account besides who it is; the keys are sealed.
staff_access = Table(
    "staff_access",
    metadata,
    tenant_column(),
    _account(),
    Column("counted_from", Instant, nullable=False),
    Column("password_at", Instant),
    Column("must_change", Boolean, nullable=False),
    Column("key", LargeBinary),
    Column("key_since", Instant),
    Column("last_step", Integer, nullable=False),
    Column("reviewed_at", Instant, nullable=False),
    Column("reviewed_by", Text),
    Column("reset_at", Instant),
    Column("reset_by", String(64)),
    Column("reset_reason", Text),
    Index("ix_staff_access_review", "tenant_id", "reviewed_at"),
)

# For who lost the device that shows the codes: each good once.
recovery_code = Table(
    "recovery_code",
    metadata,
    tenant_column(),
    _account(),
    Column("mark", String(8), primary_key=True),
    Column("code_hash", Text, nullable=False),
    Column("used_at", Instant),
)

old_password = Table(
    "old_password",
    metadata,
    tenant_column(),
    _account(),
    Column("at", Instant, primary_key=True),
    Column("password_hash", Text, nullable=False),
)

# Somebody whose password was right and who has not done the rest yet.
half_sign_in = Table(
    "half_sign_in",
    metadata,
    tenant_column(),
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", String(64), nullable=False),
    Column("proved", Boolean, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index("ix_half_sign_in_ends", "ends_at"),
)

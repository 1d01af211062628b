"""What a safe installation needs to keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    add_operation()
    add_staff_access()


def downgrade() -> None:
    drop_staff_access()
    drop_operation()


def text(name: str, length: int = 64, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=null)


def instant(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


def words(name: str, *, null: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


# --- operation: which request asked for an effect, days of service, backups -------------


def add_operation() -> None:
    op.add_column("outbox", text("request_id", 32, null=True))
    op.create_table(
        "service_day",
        text("tenant_id", 8),
        sa.Column("day", sa.Date(), nullable=False),
        number("first_slot"),
        number("last_slot"),
        number("slots"),
        number("handed"),
        number("in_time"),
        sa.PrimaryKeyConstraint("tenant_id", "day", name=op.f("pk_service_day")),
    )
    op.create_table(
        "office_day",
        text("tenant_id", 8),
        sa.Column("day", sa.Date(), nullable=False),
        text("office", 32),
        number("asked"),
        number("answered"),
        number("quick"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "day", "office", name=op.f("pk_office_day")
        ),
    )
    op.create_table(
        "backup_run",
        text("tenant_id", 8),
        text("id"),
        instant("began_at", null=False),
        instant("ended_at"),
        words("place"),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        words("error"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_backup_run")),
    )
    op.create_index("ix_backup_run_began", "backup_run", ["tenant_id", "began_at"])


def drop_operation() -> None:
    for table in ("backup_run", "office_day", "service_day"):
        op.drop_table(table)
    op.drop_column("outbox", "request_id")


# --- how staff sign in: second factor, passwords, reviews -------------------------------


def add_staff_access() -> None:
    op.create_table(
        "staff_access",
        text("tenant_id", 8),
        text("account_id"),
        instant("counted_from", null=False),
        instant("password_at"),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        instant("key_since"),
        number("last_step"),
        instant("reviewed_at"),
        words("reviewed_by"),
        instant("reset_at"),
        text("reset_by", null=True),
        words("reset_reason"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", name=op.f("pk_staff_access")
        ),
    )
    op.create_table(
        "recovery_code",
        text("tenant_id", 8),
        text("account_id"),
        text("mark", 8),
        words("code_hash", null=False),
        instant("used_at"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", "mark", name=op.f("pk_recovery_code")
        ),
    )
    op.create_table(
        "old_password",
        text("tenant_id", 8),
        text("account_id"),
        instant("at", null=False),
        words("password_hash", null=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", "at", name=op.f("pk_old_password")
        ),
    )
    op.create_table(
        "half_sign_in",
        text("tenant_id", 8),
        text("token_hash"),
        text("account_id"),
        sa.Column("proved", sa.Boolean(), nullable=False),
        instant("ends_at", null=False),
        sa.PrimaryKeyConstraint("tenant_id", "token_hash", name=op.f("pk_half_sign_in")),
    )
    op.create_index("ix_half_sign_in_ends", "half_sign_in", ["ends_at"])


def drop_staff_access() -> None:
    for table in ("half_sign_in", "old_password", "recovery_code", "staff_access"):
        op.drop_table(table)

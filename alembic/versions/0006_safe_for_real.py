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


def downgrade() -> None:
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

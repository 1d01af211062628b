"""What the clerk's desk needs to keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    add_duties()
    add_desk_columns()


def downgrade() -> None:
    drop_desk_columns()
    drop_duties()


def text(name: str, length: int = 64, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=null)


def instant(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


# --- duties of an account ---------------------------------------------------------------


def add_duties() -> None:
    op.add_column(
        "account", sa.Column("duties", JSON, nullable=False, server_default="[]")
    )


def drop_duties() -> None:
    op.drop_column("account", "duties")


# --- who has a case on the desk, and what the outside calls it --------------------------


def add_desk_columns() -> None:
    op.add_column("case", text("assignee_id", null=True))
    op.add_column("case", text("held_by", null=True))
    op.add_column("case", instant("held_until"))
    op.add_column("case", text("external_code", null=True))
    op.add_column("case", sa.Column("channel", sa.Integer(), nullable=True))
    op.create_index("ix_case_external", "case", ["tenant_id", "external_code"])
    op.create_index(
        "ix_case_assignee",
        "case",
        ["tenant_id", "assignee_id", "due_on", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def drop_desk_columns() -> None:
    op.drop_index("ix_case_assignee", "case")
    op.drop_index("ix_case_external", "case")
    for name in ("channel", "external_code", "held_until", "held_by", "assignee_id"):
        op.drop_column("case", name)

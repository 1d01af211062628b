"""Papers are found by what they were made from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "document", sa.Column("made_from", sa.String(length=64), nullable=True)
    )
    op.create_index(
        "ix_document_made_from", "document", ["tenant_id", "made_from"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_document_made_from", table_name="document")
    op.drop_column("document", "made_from")

"""The first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
APPEND_ONLY = ("case_move", "fact", "access_log")


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=True),
        sa.Column("office_id", sa.String(length=64), nullable=True),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(
        "ix_access_log_account",
        "access_log",
        ["tenant_id", "account_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_access_log_matter",
        "access_log",
        ["tenant_id", "matter_id", "at"],
        unique=False,
    )
    op.create_table(
        "account",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "case_link",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("parent_id", sa.String(length=64), nullable=False),
        sa.Column("child_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("outbox_id", sa.String(length=96), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_id", "parent_id", "child_id", name=op.f("pk_case_link")
        ),
        sa.UniqueConstraint(
            "tenant_id", "outbox_id", name=op.f("uq_case_link_tenant_id_outbox_id")
        ),
    )
    op.create_index(
        "ix_case_link_child", "case_link", ["tenant_id", "child_id"], unique=False
    )
    op.create_table(
        "case_office",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "role", name=op.f("pk_case_office")
        ),
    )
    op.create_table(
        "case_paper",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "paper_id", name=op.f("pk_case_paper")
        ),
    )
    op.create_table(
        "condition_met",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("condition", sa.String(length=64), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "matter_id", "condition", name=op.f("pk_condition_met")
        ),
    )
    op.create_table(
        "consent",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent")),
    )
    op.create_index(
        "ix_consent_account",
        "consent",
        ["tenant_id", "account_id", "ends_at"],
        unique=False,
    )
    op.create_index(
        "ix_consent_matter", "consent", ["tenant_id", "matter_id"], unique=False
    )
    op.create_table(
        "document",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("outbox_id", sa.String(length=96), nullable=True),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "tenant_id", "outbox_id", name=op.f("uq_document_tenant_id_outbox_id")
        ),
    )
    op.create_index(
        "ix_document_case", "document", ["tenant_id", "case_id"], unique=False
    )
    op.create_table(
        "draft",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=160), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "owner", "form", name=op.f("pk_draft")),
    )
    op.create_table(
        "idempotency",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "inbox",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("message_id", sa.String(length=160), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("event", sa.String(length=96), nullable=True),
        sa.Column("body", JSON, nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("pk_inbox")),
    )
    op.create_index(
        "ix_inbox_fault",
        "inbox",
        ["tenant_id", "received_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('fault', 'quarantined')"),
        postgresql_where=sa.text("state IN ('fault', 'quarantined')"),
    )
    op.create_index(
        "ix_inbox_open",
        "inbox",
        ["received_at", "message_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "matter",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("goal", sa.String(length=64), nullable=False),
        sa.Column("commune", sa.String(length=16), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan", JSON, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_matter")),
        sa.UniqueConstraint("code", name=op.f("uq_matter_code")),
    )
    op.create_table(
        "notification",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("outbox_id", sa.String(length=96), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "outbox_id", name=op.f("pk_notification")),
    )
    op.create_index(
        "ix_notification_case", "notification", ["tenant_id", "case_id"], unique=False
    )
    op.create_table(
        "office",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("communes", JSON, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_office")),
    )
    op.create_table(
        "outbox",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=8), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("failed_at", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_case",
        "outbox",
        ["tenant_id", "case_id", "lane", "seq", "n"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["due_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.create_table(
        "package_edition",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "digest", name=op.f("pk_package_edition")),
    )
    op.create_table(
        "payment",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("voucher", sa.String(length=96), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "voucher", name=op.f("pk_payment")),
    )
    op.create_index(
        "ix_payment_case", "payment", ["tenant_id", "case_id"], unique=False
    )
    op.create_table(
        "session",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=True),
        sa.Column("matter_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "token_hash", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    op.create_table(
        "throttle",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("window_starts", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "timer",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=96), nullable=False),
        sa.Column("event", sa.String(length=96), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("armed_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "state", "event", name=op.f("pk_timer")
        ),
    )
    op.create_index("ix_timer_due", "timer", ["due_at"], unique=False)
    op.create_table(
        "case",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("step_id", sa.String(length=128), nullable=True),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("edition_digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("instance", JSON, nullable=False),
        sa.Column("clock", JSON, nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("owner_role", sa.String(length=64), nullable=True),
        sa.Column("office_id", sa.String(length=64), nullable=True),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("appointment", sa.Date(), nullable=True),
        sa.Column("stop_reason", sa.String(length=64), nullable=True),
        sa.Column("faults", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_case_tenant_id_matter_id_matter"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_case")),
        sa.UniqueConstraint("code", name=op.f("uq_case_code")),
    )
    op.create_index("ix_case_matter", "case", ["tenant_id", "matter_id"], unique=False)
    op.create_index(
        "ix_case_open",
        "case",
        ["tenant_id", "office_id", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "fact",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_fact_tenant_id_matter_id_matter"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "matter_id", "seq", name=op.f("pk_fact")),
    )
    op.create_table(
        "case_move",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case.tenant_id", "case.id"],
            name=op.f("fk_case_move_tenant_id_case_id_case"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "seq", name=op.f("pk_case_move")
        ),
    )
    op.create_table(
        "obligation",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ledger", JSON, nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case.tenant_id", "case.id"],
            name=op.f("fk_obligation_tenant_id_case_id_case"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name=op.f("pk_obligation")),
    )
    op.create_index(
        "ix_obligation_open",
        "obligation",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    for table in APPEND_ONLY:
        forbid_changes(table)


def forbid_changes(table: str) -> None:
    """Make the database itself refuse to change or remove a row of the table."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_index(
        "ix_obligation_open",
        table_name="obligation",
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.drop_table("obligation")
    op.drop_table("case_move")
    op.drop_table("fact")
    op.drop_index(
        "ix_case_open",
        table_name="case",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_case_matter", table_name="case")
    op.drop_table("case")
    op.drop_index("ix_timer_due", table_name="timer")
    op.drop_table("timer")
    op.drop_table("throttle")
    op.drop_table("session")
    op.drop_index("ix_payment_case", table_name="payment")
    op.drop_table("payment")
    op.drop_table("package_edition")
    op.drop_index(
        "ix_outbox_open",
        table_name="outbox",
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.drop_index(
        "ix_outbox_case",
        table_name="outbox",
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.drop_table("outbox")
    op.drop_table("office")
    op.drop_index("ix_notification_case", table_name="notification")
    op.drop_table("notification")
    op.drop_table("matter")
    op.drop_index(
        "ix_inbox_open",
        table_name="inbox",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_inbox_fault",
        table_name="inbox",
        sqlite_where=sa.text("state IN ('fault', 'quarantined')"),
        postgresql_where=sa.text("state IN ('fault', 'quarantined')"),
    )
    op.drop_table("inbox")
    op.drop_table("idempotency")
    op.drop_table("draft")
    op.drop_index("ix_document_case", table_name="document")
    op.drop_table("document")
    op.drop_index("ix_consent_matter", table_name="consent")
    op.drop_index("ix_consent_account", table_name="consent")
    op.drop_table("consent")
    op.drop_table("condition_met")
    op.drop_table("case_paper")
    op.drop_table("case_office")
    op.drop_index("ix_case_link_child", table_name="case_link")
    op.drop_table("case_link")
    op.drop_table("account")
    op.drop_index("ix_access_log_matter", table_name="access_log")
    op.drop_index("ix_access_log_account", table_name="access_log")
    op.drop_table("access_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")

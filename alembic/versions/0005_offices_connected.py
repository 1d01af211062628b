"""What connected offices need to keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    add_exchanges()
    add_office_words()
    add_sign_in_elsewhere()
    add_money_and_texts()
    add_land_questions()


def downgrade() -> None:
    drop_land_questions()
    drop_money_and_texts()
    drop_sign_in_elsewhere()
    drop_office_words()
    drop_exchanges()


def text(name: str, length: int = 64, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=null)


def instant(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


def words(name: str, *, null: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


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
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


# --- what crosses the border to an office, and whether it answers -----------------------


def add_exchanges() -> None:
    op.create_table(
        "outgoing",
        text("tenant_id", 8),
        text("id", 160),
        text("office", 32),
        text("kind", 32),
        text("case_id", null=True),
        words("body", null=False),
        text("sha256"),
        instant("frozen_at", null=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outgoing")),
    )
    op.create_index(
        "ix_outgoing_office", "outgoing", ["tenant_id", "office", "frozen_at"]
    )
    op.create_index("ix_outgoing_case", "outgoing", ["tenant_id", "case_id"])
    op.create_table(
        "office_line",
        text("tenant_id", 8),
        text("office", 32),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("pauses", sa.Integer(), nullable=False, server_default="0"),
        instant("silent_since"),
        instant("opened_at"),
        instant("next_try_at"),
        instant("last_tried_at"),
        instant("last_answer_at"),
        instant("last_heard_at"),
        words("error"),
        words("lacking"),
        instant("compare_at"),
        sa.PrimaryKeyConstraint("tenant_id", "office", name=op.f("pk_office_line")),
    )
    op.create_table(
        "exchange",
        text("tenant_id", 8),
        text("office", 32),
        number("seq"),
        text("direction", 3),
        text("what"),
        text("key", 200),
        text("case_id", null=True),
        instant("at", null=False),
        text("outcome", 16),
        number("status", null=True),
        number("milliseconds"),
        words("error", null=False),
        text("request_sha256"),
        text("answer_sha256", null=True),
        text("prev_hash"),
        text("hash"),
        sa.PrimaryKeyConstraint("tenant_id", "office", "seq", name=op.f("pk_exchange")),
    )
    op.create_index("ix_exchange_at", "exchange", ["tenant_id", "at"])
    forbid_changes("exchange")
    op.create_table(
        "exchange_head",
        text("tenant_id", 8),
        text("office", 32),
        number("seq"),
        text("hash"),
        sa.PrimaryKeyConstraint("tenant_id", "office", name=op.f("pk_exchange_head")),
    )
    op.create_table(
        "comparison",
        text("tenant_id", 8),
        text("id"),
        text("office", 32),
        words("by", null=False),
        instant("since", null=False),
        instant("began_at", null=False),
        instant("ended_at"),
        sa.Column("counts", JSON, nullable=False),
        words("error"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_comparison")),
    )
    op.create_index(
        "ix_comparison_office", "comparison", ["tenant_id", "office", "began_at"]
    )


def drop_exchanges() -> None:
    for table in ("comparison", "exchange_head", "exchange", "office_line", "outgoing"):
        op.drop_table(table)


# --- what offices said about cases ------------------------------------------------------


def add_office_words() -> None:
    op.create_table(
        "office_word",
        text("tenant_id", 8),
        text("office", 32),
        text("name", 160),
        text("case_id"),
        text("message_id", 160),
        text("what"),
        text("number", 80),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("said", JSON, nullable=False),
        sa.Column("entered", JSON, nullable=True),
        instant("at", null=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        instant("again_at"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "office", "name", name=op.f("pk_office_word")
        ),
    )
    op.create_index("ix_office_word_case", "office_word", ["tenant_id", "case_id"])
    op.create_table(
        "paper_out",
        text("tenant_id", 8),
        text("outbox_id", 96),
        text("case_id"),
        text("office", 32),
        text("kind", 16),
        instant("since", null=False),
        instant("sent_at"),
        text("number", 80, null=True),
        sa.Column("day", sa.Date(), nullable=True),
        words("by"),
        sa.PrimaryKeyConstraint("tenant_id", "outbox_id", name=op.f("pk_paper_out")),
    )
    op.create_index("ix_paper_out_case", "paper_out", ["tenant_id", "case_id"])
    waiting = sa.text("sent_at IS NULL")
    op.create_index(
        "ix_paper_out_open",
        "paper_out",
        ["tenant_id", "since", "outbox_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.add_column("inbox", text("typed_at", null=True))
    op.create_index(
        "ix_inbox_second",
        "inbox",
        ["tenant_id", "typed_at", "received_at"],
        sqlite_where=sa.text("state = 'second'"),
        postgresql_where=sa.text("state = 'second'"),
    )


def drop_office_words() -> None:
    op.drop_index("ix_inbox_second", "inbox")
    op.drop_column("inbox", "typed_at")
    op.drop_table("paper_out")
    op.drop_table("office_word")


# --- sign-in elsewhere: identities, their matters, phones to follow by ------------------


def add_sign_in_elsewhere() -> None:
    op.add_column("session", text("identity_id", null=True))
    op.create_index("ix_session_identity", "session", ["tenant_id", "identity_id"])
    op.create_index("ix_contact_address", "contact", ["tenant_id", "address"])
    op.create_table(
        "sign_in_flow",
        text("tenant_id", 8),
        text("state_hash"),
        text("visit_hash"),
        text("nonce"),
        text("verifier", 128),
        text("door", 16),
        text("matter_code", 40),
        instant("ends_at", null=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "state_hash", name=op.f("pk_sign_in_flow")
        ),
    )
    op.create_index("ix_sign_in_flow_ends", "sign_in_flow", ["ends_at"])
    op.create_table(
        "identity",
        text("tenant_id", 8),
        text("id"),
        text("issuer", 200),
        text("subject", 255),
        sa.Column("full_name", sa.Text(), nullable=False),
        text("person_id", 32, null=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        instant("seen_at", null=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_identity")),
        sa.UniqueConstraint(
            "tenant_id",
            "issuer",
            "subject",
            name=op.f("uq_identity_tenant_id_issuer_subject"),
        ),
    )
    op.create_index("ix_identity_seen", "identity", ["seen_at"])
    op.create_table(
        "identity_matter",
        text("tenant_id", 8),
        text("identity_id"),
        text("matter_id"),
        instant("linked_at", null=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "identity_id", "matter_id", name=op.f("pk_identity_matter")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_identity_matter_tenant_id_matter_id_matter"),
        ),
    )
    op.create_index(
        "ix_identity_matter_matter", "identity_matter", ["tenant_id", "matter_id"]
    )
    op.create_table(
        "account_identity",
        text("tenant_id", 8),
        text("account_id"),
        text("person_hash"),
        text("ends_with", 4),
        instant("linked_at", null=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", name=op.f("pk_account_identity")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "person_hash",
            name=op.f("uq_account_identity_tenant_id_person_hash"),
        ),
    )
    op.create_table(
        "phone_ask",
        text("tenant_id", 8),
        text("visit_hash"),
        text("phone", 16),
        text("nonce"),
        sa.Column("about", sa.String(length=64), nullable=False, server_default=""),
        instant("made_at", null=False),
        instant("ends_at", null=False),
        instant("sent_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        instant("proved_at"),
        sa.PrimaryKeyConstraint("tenant_id", "visit_hash", name=op.f("pk_phone_ask")),
    )
    op.create_index("ix_phone_ask_ends", "phone_ask", ["ends_at"])


def drop_sign_in_elsewhere() -> None:
    for name in (
        "phone_ask",
        "account_identity",
        "identity_matter",
        "identity",
        "sign_in_flow",
    ):
        op.drop_table(name)
    op.drop_index("ix_contact_address", "contact")
    op.drop_index("ix_session_identity", "session")
    op.drop_column("session", "identity_id")


# --- what is paid by which name, and the providers of texts ----------------------------


def add_money_and_texts() -> None:
    op.create_table(
        "channel_token",
        text("name", 32),
        number("number"),
        words("access", null=False),
        words("refresh", null=False),
        instant("ends_at"),
        text("mark"),
        instant("claimed_until"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel_token")),
    )
    op.create_table(
        "payable",
        text("tenant_id", 8),
        text("name", 160),
        text("case_id"),
        text("line", 200),
        sa.PrimaryKeyConstraint(
            "tenant_id", "name", "case_id", name=op.f("pk_payable")
        ),
    )
    op.create_table(
        "texts_sent",
        text("address"),
        sa.Column("day", sa.Date(), nullable=False),
        number("count"),
        sa.PrimaryKeyConstraint("address", "day", name=op.f("pk_texts_sent")),
    )
    op.add_column("message", text("tracking", 32, null=True))
    op.create_index("ix_message_tracking", "message", ["tracking"])


def drop_money_and_texts() -> None:
    op.drop_index("ix_message_tracking", "message")
    op.drop_column("message", "tracking")
    for table in ("texts_sent", "payable", "channel_token"):
        op.drop_table(table)


# --- what the notaries were asked about land -------------------------------------------


def add_land_questions() -> None:
    op.create_table(
        "land_question",
        text("tenant_id", 8),
        text("matter_id"),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("land", JSON, nullable=False),
        words("asked_by", null=False),
        words("on_behalf_of"),
        instant("asked_at", null=False),
        instant("answered_at"),
        text("outcome", 16),
        sa.Column("warnings", JSON, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "matter_id", "answered", name=op.f("pk_land_question")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_land_question_tenant_id_matter_id_matter"),
        ),
    )


def drop_land_questions() -> None:
    op.drop_table("land_question")

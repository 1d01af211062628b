"""What citizens and the neighbours who help them need to keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    add_messages()
    add_rights()
    add_paper_checks()
    add_afterwards()
    allow_erasure()
    add_practice()
    add_helping()
    add_profiles()


def downgrade() -> None:
    drop_profiles()
    drop_helping()
    drop_practice()
    forbid_erasure()
    drop_paper_checks()
    drop_afterwards()
    drop_rights()
    drop_messages()


def text(name: str, length: int = 64, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=null)


def instant(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


# --- messages -------------------------------------------------------------------------


def add_messages() -> None:
    op.create_table(
        "contact",
        text("tenant_id", 8),
        text("id"),
        text("matter_id"),
        text("party", null=True),
        text("channel", 16),
        text("address", 254),
        text("quiet_from", 5, null=True),
        text("quiet_to", 5, null=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        instant("added_at", null=False),
        instant("confirmed_at"),
        instant("ended_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_matter", "contact", ["tenant_id", "matter_id"])
    op.create_table(
        "message_consent",
        text("tenant_id", 8),
        text("id"),
        text("matter_id"),
        text("contact_id"),
        text("purpose", 32),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        instant("given_at", null=False),
        instant("ended_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_message_consent")),
    )
    op.create_index(
        "ix_message_consent_matter", "message_consent", ["tenant_id", "matter_id"]
    )
    op.create_table(
        "one_time_code",
        text("tenant_id", 8),
        text("matter_id"),
        text("purpose", 32),
        text("nonce"),
        text("channel", 16),
        text("address", 254),
        instant("made_at", null=False),
        instant("ends_at", null=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        instant("used_at"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "matter_id", "purpose", name=op.f("pk_one_time_code")
        ),
    )
    op.create_table(
        "message",
        text("tenant_id", 8),
        text("id", 128),
        text("matter_id"),
        text("case_id", null=True),
        text("purpose", 32),
        text("template"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ways", JSON, nullable=False),
        sa.Column("way", sa.Integer(), nullable=False),
        text("state", 16),
        instant("created_at", null=False),
        instant("due_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        instant("sent_at"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_message")),
    )
    op.create_index(
        "ix_message_matter", "message", ["tenant_id", "matter_id", "created_at"]
    )
    op.create_index(
        "ix_message_due",
        "message",
        ["due_at", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def drop_messages() -> None:
    for table in ("message", "one_time_code", "message_consent", "contact"):
        op.drop_table(table)


# --- rights ---------------------------------------------------------------------------


def add_rights() -> None:
    op.create_table(
        "rights_request",
        text("tenant_id", 8),
        text("id"),
        text("matter_id"),
        text("kind", 32),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        instant("received_at", null=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        instant("replied_at"),
        instant("answered_at"),
        text("outcome", 32, null=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rights_request")),
    )
    op.create_index(
        "ix_rights_request_matter", "rights_request", ["tenant_id", "matter_id"]
    )
    op.create_index(
        "ix_rights_request_open",
        "rights_request",
        ["tenant_id", "due_on", "id"],
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "erasure",
        text("tenant_id", 8),
        text("matter_id"),
        instant("at", null=False),
        sa.Column("rows", JSON, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "matter_id", name=op.f("pk_erasure")),
    )


def drop_rights() -> None:
    op.drop_table("erasure")
    op.drop_table("rights_request")


# --- erasing --------------------------------------------------------------------------

ERASABLE = ("fact", "access_log")
# A line leaves only with its whole matter, and only when no case was ever opened.
STAYS = (
    "NOT EXISTS (SELECT 1 FROM erasure e WHERE e.tenant_id = OLD.tenant_id"
    " AND e.matter_id = OLD.matter_id) OR EXISTS (SELECT 1 FROM \"case\" c"
    " WHERE c.tenant_id = OLD.tenant_id AND c.matter_id = OLD.matter_id)"
)


def allow_erasure() -> None:
    """Let the lines of a matter go that was never filed and is being erased whole."""
    forbid("erasure", ("UPDATE", "DELETE"))
    if op.get_bind().dialect.name == "sqlite":
        for table in ERASABLE:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN"
                f" SELECT RAISE(ABORT, '{table} is append-only') WHERE {STAYS}; END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {STAYS} THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;"
        " END IF; RETURN OLD; END $$"
    )
    for table in ERASABLE:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        forbid(table, ("UPDATE", "TRUNCATE"))
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_delete()"
        )


def forbid_erasure() -> None:
    """Put the stricter guards back; what was erased stays erased."""
    if op.get_bind().dialect.name == "sqlite":
        for table in ERASABLE:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            forbid(table, ("DELETE",))
        return
    for table in ERASABLE:
        op.execute(f"DROP TRIGGER {table}_no_delete ON {table}")
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        forbid(table, ("UPDATE", "DELETE", "TRUNCATE"))
    op.execute("DROP FUNCTION refuse_delete()")


def forbid(table: str, actions: tuple[str, ...]) -> None:
    """Make the database itself refuse these actions on the table."""
    if op.get_bind().dialect.name == "sqlite":
        for action in actions:
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {' OR '.join(actions)}"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


# --- practising -----------------------------------------------------------------------


def add_practice() -> None:
    op.create_table(
        "practice_note",
        text("tenant_id", 8),
        text("key"),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_practice_note")),
    )
    op.create_table(
        "practice_sheet",
        text("tenant_id", 8),
        text("number", 32),
        text("account_id"),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("exercises", JSON, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_practice_sheet")),
    )
    op.create_index(
        "ix_practice_sheet_account", "practice_sheet", ["tenant_id", "account_id"]
    )


def drop_practice() -> None:
    op.drop_table("practice_sheet")
    op.drop_table("practice_note")


# --- helping -------------------------------------------------------------------------


def add_helping() -> None:
    op.create_table(
        "help_request",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("resident", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("slip", sa.String(length=40), nullable=True),
        sa.Column("code_nonce", sa.String(length=64), nullable=True),
        sa.Column("phone_end", sa.String(length=8), nullable=True),
        sa.Column("way", sa.String(length=16), nullable=True),
        sa.Column("given_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matter_id"],
            ["matter.tenant_id", "matter.id"],
            name=op.f("fk_help_request_tenant_id_matter_id_matter"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("slip", name=op.f("uq_help_request_slip")),
    )
    op.create_index(
        "ix_help_request_matter", "help_request", ["tenant_id", "matter_id"]
    )
    op.create_index(
        "ix_help_request_account",
        "help_request",
        ["tenant_id", "account_id", "asked_at"],
    )
    op.create_table(
        "help_note",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("hamlet", sa.Text(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", "matter_id", name=op.f("pk_help_note")
        ),
    )
    op.create_table(
        "team",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("commune", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_team")),
    )
    op.create_table(
        "team_member",
        sa.Column("tenant_id", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "account_id", name=op.f("pk_team_member")),
    )


def drop_helping() -> None:
    for table in ("team_member", "team", "help_note", "help_request"):
        op.drop_table(table)


# --- papers checked before travelling -------------------------------------------------


def add_paper_checks() -> None:
    op.create_table(
        "paper_check",
        text("tenant_id", 8),
        text("matter_id"),
        text("step_id", 96),
        text("paper_id"),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("reads", JSON, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        *by_whom_until(),
        sa.PrimaryKeyConstraint(
            "tenant_id", "matter_id", "step_id", "paper_id",
            name=op.f("pk_paper_check"),
        ),
    )  # fmt: skip
    op.create_index("ix_paper_check_expires", "paper_check", ["expires_on"])
    op.create_table(
        "paper_page",
        text("tenant_id", 8),
        text("id"),
        text("matter_id"),
        text("step_id", 96),
        text("paper_id"),
        text("sha256"),
        text("document_id", null=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("flaws", JSON, nullable=False),
        *by_whom_until(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_paper_page")),
        sa.UniqueConstraint(
            "tenant_id", "matter_id", "step_id", "paper_id", "sha256",
            name=op.f("uq_paper_page_tenant_id_matter_id_step_id_paper_id_sha256"),
        ),
    )  # fmt: skip
    op.create_index("ix_paper_page_expires", "paper_page", ["expires_on"])


def by_whom_until() -> list[sa.Column[object]]:
    return [
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        instant("at", null=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
    ]


def drop_paper_checks() -> None:
    op.drop_table("paper_page")
    op.drop_table("paper_check")


# --- finished cases -------------------------------------------------------------------


def add_afterwards() -> None:
    op.create_table(
        "finished_case",
        text("tenant_id", 8),
        text("case_id"),
        text("procedure"),
        text("office_id"),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name="pk_finished_case"),
    )
    op.create_index(
        "ix_finished_case",
        "finished_case",
        ["tenant_id", "procedure", "office_id", "ended_on"],
        unique=False,
    )
    op.create_table(
        "rating",
        text("tenant_id", 8),
        text("case_id"),
        text("matter_id"),
        text("office_id"),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        instant("at", null=False),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name="pk_rating"),
    )
    op.create_index(
        "ix_rating_office", "rating", ["tenant_id", "office_id"], unique=False
    )
    op.create_index(
        "ix_rating_matter", "rating", ["tenant_id", "matter_id"], unique=False
    )


def drop_afterwards() -> None:
    op.drop_table("rating")
    op.drop_table("finished_case")


# --- people who are kept ---------------------------------------------------------------


def add_profiles() -> None:
    op.create_table(
        "profile",
        text("tenant_id", 8),
        text("id"),
        text("code", 40),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        text("matter_id"),
        sa.Column("fields", JSON, nullable=False),
        instant("kept_at", null=False),
        instant("last_used_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_profile")),
        sa.UniqueConstraint("code", name=op.f("uq_profile_code")),
    )
    op.create_index("ix_profile_matter", "profile", ["tenant_id", "matter_id"])


def drop_profiles() -> None:
    op.drop_table("profile")

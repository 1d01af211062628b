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
    add_figures()
    widen_line_of_payment(64, 200)
    add_administration()
    add_office_days()
    add_notes_and_visits()
    add_fault_acts()
    add_desk()
    add_followed_cases()
    add_proposals()
    add_indices()
    add_hand_overs()


def downgrade() -> None:
    drop_hand_overs()
    drop_indices()
    drop_proposals()
    drop_followed_cases()
    drop_desk()
    drop_fault_acts()
    drop_notes_and_visits()
    widen_line_of_payment(200, 64)
    drop_figures()
    drop_office_days()
    drop_administration()
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
    op.create_index(
        "ix_case_external", "case", ["tenant_id", "external_code"], unique=True
    )
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


# --- what administrators decide ---------------------------------------------------------


def add_administration() -> None:
    op.create_table(
        "delegation",
        text("tenant_id", 8),
        text("id"),
        text("office_id"),
        text("giver_id"),
        text("taker_id"),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("paper_number", sa.Text(), nullable=False),
        sa.Column("paper_day", sa.Date(), nullable=False),
        instant("ended_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delegation")),
    )
    op.create_index(
        "ix_delegation_taker", "delegation", ["tenant_id", "taker_id", "until_day"]
    )
    op.create_index(
        "ix_delegation_until", "delegation", ["tenant_id", "until_day", "id"]
    )
    op.create_table(
        "admin_log",
        text("tenant_id", 8),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        instant("at", null=False),
        sa.Column("who", sa.Text(), nullable=False),
        text("account_id", null=True),
        text("what", 32),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_log")),
    )
    op.create_index("ix_admin_log_tenant", "admin_log", ["tenant_id", "id"])
    forbid_changes("admin_log")


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


def drop_administration() -> None:
    op.drop_table("admin_log")
    op.drop_table("delegation")


# --- days on which offices work, wording of messages ------------------------------------


def add_office_days() -> None:
    op.add_column("office", instant("closed_at"))
    op.create_index("ix_session_account", "session", ["tenant_id", "account_id"])
    op.add_column(
        "case",
        sa.Column("counted_with", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index(
        "ix_case_due",
        "case",
        ["tenant_id", "due_on", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "holiday",
        text("tenant_id", 8),
        text("id"),
        text("kind", 16),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("communes", JSON, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("added_no", sa.Integer(), nullable=False),
        sa.Column("withdrawn_no", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_holiday")),
    )
    op.create_table(
        "holiday_count",
        text("tenant_id", 8),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_holiday_count")),
    )
    add_recounts()
    op.create_table(
        "message_wording",
        text("tenant_id", 8),
        text("template"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        instant("at", null=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "template", "version", name=op.f("pk_message_wording")
        ),
    )


def add_recounts() -> None:
    op.create_table(
        "recount",
        text("tenant_id", 8),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        text("account_id", null=True),
        sa.Column("reason", sa.Text(), nullable=False),
        instant("ordered_at", null=False),
        sa.Column("after_due", sa.Date(), nullable=True),
        text("after_id", null=True),
        instant("done_at"),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_recount")),
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index(
        "ix_recount_open",
        "recount",
        ["tenant_id", "number"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "recount_line",
        text("tenant_id", 8),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        text("case_id"),
        text("code", 40),
        sa.Column("old_due", sa.Date(), nullable=False),
        sa.Column("new_due", sa.Date(), nullable=True),
        instant("at", null=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_id", "number", "case_id", name=op.f("pk_recount_line")
        ),
    )


def drop_office_days() -> None:
    for name in ("message_wording", "recount_line", "recount"):
        op.drop_table(name)
    op.drop_table("holiday_count")
    op.drop_table("holiday")
    op.drop_index("ix_case_due", "case")
    op.drop_column("case", "counted_with")
    op.drop_index("ix_session_account", "session")
    op.drop_column("office", "closed_at")


# --- a line of a notice is named after its case, its kind and its payer -----------------


def widen_line_of_payment(before: int, after: int) -> None:
    with op.batch_alter_table("payment") as table:
        table.alter_column(
            "line",
            existing_type=sa.String(length=before),
            type_=sa.String(length=after),
            existing_nullable=False,
        )


# --- what is counted of cases -----------------------------------------------------------


def add_figures() -> None:
    op.create_table(
        "figure_case",
        text("tenant_id", 8),
        text("case_id"),
        text("code", 40),
        text("procedure"),
        text("office_id", null=True),
        instant("opened_at", null=False),
        instant("received_at"),
        sa.Column("appointment", sa.Date(), nullable=True),
        instant("ended_at"),
        sa.Column("end_status", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Integer(), nullable=True),
        sa.Column("digitised", sa.Boolean(), nullable=True),
        sa.Column("paid_online", sa.Boolean(), nullable=True),
        sa.Column("supplements", JSON, nullable=False),
        sa.Column("returns", JSON, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name="pk_figure_case"),
    )
    op.create_index(
        "ix_figure_case_open",
        "figure_case",
        ["tenant_id", "opened_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_figure_case_ended", "figure_case", ["tenant_id", "ended_at"])
    op.create_table(
        "figure_touched",
        text("tenant_id", 8),
        text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name="pk_figure_touched"),
    )
    op.execute('INSERT INTO figure_touched SELECT tenant_id, id, version FROM "case"')
    op.create_table(
        "figure_month",
        text("tenant_id", 8),
        sa.Column("month", sa.Date(), nullable=False),
        text("office_id"),
        text("procedure"),
        sa.Column("body", JSON, nullable=False),
        instant("counted_at", null=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "month", "office_id", "procedure", name="pk_figure_month"
        ),
    )
    op.create_index(
        "ix_figure_month_of",
        "figure_month",
        ["tenant_id", "office_id", "procedure", "month"],
    )


def drop_figures() -> None:
    op.drop_table("figure_month")
    op.drop_table("figure_touched")
    op.drop_table("figure_case")


# --- notes of an office on a case, and looks at the dossiers of other offices -----------


def add_notes_and_visits() -> None:
    op.add_column("access_log", sa.Column("reason", sa.Text(), nullable=True))
    op.create_table(
        "case_note",
        text("tenant_id", 8),
        text("id"),
        text("case_id"),
        text("office_id"),
        text("account_id", null=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        instant("at", null=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case.tenant_id", "case.id"],
            name="fk_case_note_tenant_id_case_id_case",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_case_note"),
    )
    op.create_index("ix_case_note_case", "case_note", ["tenant_id", "case_id", "at"])
    op.create_table(
        "case_visit",
        text("tenant_id", 8),
        text("case_id"),
        text("account_id"),
        sa.Column("reason", sa.Text(), nullable=False),
        instant("at", null=False),
        instant("ends_at", null=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case.tenant_id", "case.id"],
            name="fk_case_visit_tenant_id_case_id_case",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "account_id", name="pk_case_visit"
        ),
    )


def drop_notes_and_visits() -> None:
    op.drop_table("case_visit")
    op.drop_index("ix_case_note_case", "case_note")
    op.drop_table("case_note")
    op.drop_column("access_log", "reason")


# --- what people did about messages and effects that needed a person ---------------------


def add_fault_acts() -> None:
    op.create_table(
        "fault_act",
        text("tenant_id", 8),
        text("id"),
        text("fault_id", 160),
        text("case_id", null=True),
        instant("at", null=False),
        sa.Column("who", sa.Text(), nullable=False),
        text("account_id", null=True),
        text("office_id", null=True),
        text("act", 16),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fault_act"),
    )
    op.create_index("ix_fault_act_at", "fault_act", ["tenant_id", "at"])
    op.create_index("ix_fault_act_office", "fault_act", ["tenant_id", "office_id", "at"])
    op.create_index("ix_fault_act_fault", "fault_act", ["tenant_id", "fault_id", "at"])
    failed = sa.text("failed_at IS NOT NULL")
    op.create_index(
        "ix_outbox_failed",
        "outbox",
        ["tenant_id", "failed_at", "id"],
        sqlite_where=failed,
        postgresql_where=failed,
    )


def drop_fault_acts() -> None:
    op.drop_index("ix_outbox_failed", "outbox")
    op.drop_table("fault_act")


# --- lists, counts and words to find a case by ------------------------------------------

LISTS = {
    "ix_case_procedure": (("office_id", "procedure"), ""),
    "ix_case_nobody": (("office_id",), " AND assignee_id IS NULL"),
    "ix_case_new": (("office_id",), " AND received_at IS NULL"),
    "ix_case_stopped": (("office_id",), " AND stop_reason IS NOT NULL"),
    "ix_case_faults": (("office_id",), " AND faults > 0"),
}
STATE = (
    "CASE WHEN stop_reason IS NOT NULL THEN 'stopped'"
    " WHEN received_at IS NOT NULL THEN 'running'"
    " WHEN owner_role = 'citizen' THEN 'draft' ELSE 'new' END"
)
KINDS = {
    "all": ("''", ""),
    "procedure": ("procedure", ""),
    "assignee": ("''", ""),
    "fault": ("''", " AND faults > 0"),
}


def add_desk() -> None:
    op.create_index("ix_account_office", "account", ["tenant_id", "office_id"])
    for name, (columns, also) in LISTS.items():
        where = sa.text(f"ended_at IS NULL{also}")
        op.create_index(
            name,
            "case",
            ["tenant_id", *columns, "due_on", "id"],
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "desk_count",
        text("tenant_id", 8),
        text("office_id"),
        text("kind", 16),
        text("name"),
        text("state", 16),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "office_id",
            "kind",
            "name",
            "state",
            "due_on",
            name=op.f("pk_desk_count"),
        ),
    )
    for kind, (name, also) in KINDS.items():
        op.execute(
            "INSERT INTO desk_count"
            " (tenant_id, office_id, kind, name, state, due_on, n)"
            f" SELECT tenant_id, office_id, '{kind}', {name}, {STATE}, due_on,"
            ' count(*) FROM "case"'
            f" WHERE ended_at IS NULL AND office_id IS NOT NULL{also}"
            " GROUP BY 1, 2, 3, 4, 5, 6"
        )
    op.create_table(
        "case_assignee",
        text("tenant_id", 8),
        text("case_id"),
        text("office_id"),
        text("account_id"),
        sa.Column("by", sa.Text(), nullable=False),
        instant("at", null=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "office_id", name=op.f("pk_case_assignee")
        ),
    )
    key = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")
    op.create_table(
        "case_search",
        text("tenant_id", 8),
        text("office_id"),
        text("kind", 8),
        sa.Column("key", key, nullable=False),
        text("case_id"),
        text("matter_id"),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "office_id",
            "kind",
            "key",
            "case_id",
            name=op.f("pk_case_search"),
        ),
    )
    op.create_index("ix_case_search_case", "case_search", ["tenant_id", "case_id"])
    op.create_index("ix_case_search_matter", "case_search", ["tenant_id", "matter_id"])
    op.create_table(
        "search_due",
        text("tenant_id", 8),
        text("case_id"),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name=op.f("pk_search_due")),
    )
    op.execute(
        'INSERT INTO search_due SELECT tenant_id, id FROM "case"'
        " WHERE office_id IS NOT NULL"
    )


def drop_desk() -> None:
    op.drop_table("search_due")
    op.drop_table("case_search")
    op.drop_table("case_assignee")
    op.drop_table("desk_count")
    for name in LISTS:
        op.drop_index(name, "case")
    op.drop_index("ix_account_office", "account")


# --- cases of other systems that are only followed -------------------------------------


def add_followed_cases() -> None:
    open_ones = sa.text("returned_on IS NULL")
    op.create_table(
        "followed_case",
        text("tenant_id", 8),
        text("external_code"),
        sa.Column("procedure", sa.Text(), nullable=True),
        sa.Column("applicant", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("office", sa.Text(), nullable=True),
        text("office_id"),
        sa.Column("imported_by", sa.Text(), nullable=False),
        instant("imported_at", null=False),
        sa.PrimaryKeyConstraint("tenant_id", "external_code", name="pk_followed_case"),
    )
    op.create_index(
        "ix_followed_case_open",
        "followed_case",
        ["tenant_id", "office_id", "due_on", "external_code"],
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )


def drop_followed_cases() -> None:
    op.drop_index("ix_followed_case_open", "followed_case")
    op.drop_table("followed_case")


# --- what one person proposes and another one confirms ----------------------------------


def add_proposals() -> None:
    op.create_table(
        "proposal",
        text("tenant_id", 8),
        text("id"),
        text("case_id"),
        sa.Column("case_version", sa.Integer(), nullable=False),
        text("event"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("papers", JSON, nullable=False),
        text("office_id"),
        text("proposed_by"),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("proposed_for", sa.Text(), nullable=True),
        instant("proposed_at", null=False),
        text("state", 16),
        text("decided_by", null=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        instant("decided_at"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    waiting = sa.text("state = 'open'")
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["tenant_id", "case_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_proposal_office",
        "proposal",
        ["tenant_id", "office_id", "proposed_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_proposal_case", "proposal", ["tenant_id", "case_id", "case_version"]
    )


def drop_proposals() -> None:
    op.drop_table("proposal")


# --- so that no request reads a table whole ---------------------------------------------

INDICES = {
    "ix_account_id": ("account", ["id"]),
    "ix_account_name": ("account", ["tenant_id", "name"]),
    "ix_session_matter": ("session", ["tenant_id", "matter_id"]),
    "ix_help_note_matter": ("help_note", ["tenant_id", "matter_id"]),
    "ix_document_matter": ("document", ["tenant_id", "matter_id"]),
    "ix_case_received": ("case", ["tenant_id", "received_at", "code"]),
}


def add_indices() -> None:
    for name, (table, columns) in INDICES.items():
        op.create_index(name, table, columns)
    index_open_obligations("open = 1")
    add_owner_of_answers()


def drop_indices() -> None:
    op.drop_index("ix_idempotency_owner", "idempotency")
    op.drop_column("idempotency", "owner")
    index_open_obligations("open")
    for name, (table, _) in INDICES.items():
        op.drop_index(name, table)


def index_open_obligations(on_sqlite: str) -> None:
    """SQLite uses the index only for the words of the query."""
    op.drop_index("ix_obligation_open", "obligation")
    op.create_index(
        "ix_obligation_open",
        "obligation",
        ["case_id"],
        sqlite_where=sa.text(on_sqlite),
        postgresql_where=sa.text("open"),
    )


def add_owner_of_answers() -> None:
    """Whose request an answer is to: the part of its key before the first colon."""
    op.add_column(
        "idempotency",
        sa.Column("owner", sa.String(64), nullable=False, server_default=""),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    place = "instr(key, ':')" if on_sqlite else "position(':' in key)"
    op.execute(f"UPDATE idempotency SET owner = substr(key, 1, {place} - 1)")
    op.create_index("ix_idempotency_owner", "idempotency", ["tenant_id", "owner"])


# --- dossiers on their way between offices ----------------------------------------------


def add_hand_overs() -> None:
    op.create_table(
        "hand_over",
        text("tenant_id", 8),
        text("case_id"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        text("from_office"),
        text("to_office"),
        instant("at", null=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        instant("given_at"),
        sa.Column("given_by", sa.Text(), nullable=True),
        instant("taken_at"),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "version", name=op.f("pk_hand_over")
        ),
    )
    on_the_way = sa.text("taken_at IS NULL")
    for side in ("from", "to"):
        op.create_index(
            f"ix_hand_over_{side}",
            "hand_over",
            ["tenant_id", f"{side}_office", "due_on"],
            sqlite_where=on_the_way,
            postgresql_where=on_the_way,
        )


def drop_hand_overs() -> None:
    op.drop_table("hand_over")

"""The second wall around persons, and what keeps and proves what was done"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service.persistence.sealing import open_text, ring_of, seal_text
from service.secrecy.key_ring import Ring

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    add_custody()
    op.add_column("outgoing", words("page"))
    op.add_column("message", text("request_id", 32, null=True))
    add_objects()
    rewrite(seal_text)
    add_walls()


def downgrade() -> None:
    drop_walls()
    rewrite(open_text)
    drop_objects()
    op.drop_column("message", "request_id")
    op.drop_column("outgoing", "page")
    drop_custody()


def text(name: str, length: int = 64, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=null)


def instant(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


def words(name: str, *, null: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def day(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=null)


def key_of(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


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


# --- words about people, and tokens, that stood open ------------------------------------

# Table, what a row is known by, and its columns.
SEALED: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]] = (
    ("rating", ("tenant_id", "case_id"), ("words",)),
    ("help_request", ("tenant_id", "id"), ("resident", "words")),
    ("channel_token", ("name",), ("access", "refresh")),
)
PIECE = 500


def rewrite(change: Callable[[Ring, str, str], str]) -> None:
    """Seal or open these columns in every row, some rows at a time; empty ones too."""
    bind = op.get_bind()
    ring = ring_of(bind.dialect)
    for name, key, columns in SEALED:
        rows = sa.table(name, *(sa.column(each) for each in (*key, *columns)))
        place = [rows.c[each] for each in key]
        page = query = sa.select(rows).order_by(*place).limit(PIECE)
        while found := bind.execute(page).mappings().all():
            for row in found:
                of = "|".join(str(row[each]) for each in key)
                told = {
                    each: change(ring, row[each], f"{name}.{each}|{of}")
                    for each in columns
                }
                same = [rows.c[each] == row[each] for each in key]
                bind.execute(sa.update(rows).where(*same).values(told))
            last = [found[-1][each] for each in key]
            page = query.where(sa.tuple_(*place) > sa.tuple_(*last))


# --- heads of the audit, lists taken out, holds, what stands out ------------------------


def add_custody() -> None:
    add_heads()
    add_taken()
    add_holds()
    add_oddities()


def drop_custody() -> None:
    for table in (
        "oddity_day",
        "oddity",
        "legal_hold",
        "data_taken",
        "audit_head",
        "audit_link",
    ):
        op.drop_table(table)


def add_heads() -> None:
    op.create_table(
        "audit_link",
        text("tenant_id", 8),
        sa.Column("n", sa.BigInteger(), nullable=False, autoincrement=False),
        text("chain"),
        number("seq"),
        text("hash"),
        text("link"),
        key_of("audit_link", "tenant_id", "n"),
    )
    op.create_index("ix_audit_link_chain", "audit_link", ["tenant_id", "chain", "seq"])
    forbid_changes("audit_link")
    op.create_table(
        "audit_head",
        text("tenant_id", 8),
        day("day"),
        instant("began_at", null=False),
        instant("ended_at"),
        sa.Column("links", sa.BigInteger(), nullable=True),
        words("words"),
        text("key", 16, null=True),
        sa.Column("sent", JSON, nullable=False),
        words("error"),
        key_of("audit_head", "tenant_id", "day"),
    )


def add_taken() -> None:
    op.create_table(
        "data_taken",
        text("tenant_id", 8),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        instant("at", null=False),
        words("who", null=False),
        text("account_id", null=True),
        text("office_id", null=True),
        text("what", 32),
        number("rows"),
        words("about", null=False),
        sa.Column("cases", JSON, nullable=False),
        key_of("data_taken", "id"),
    )
    op.create_index(
        "ix_data_taken_account", "data_taken", ["tenant_id", "account_id", "at"]
    )
    op.create_index("ix_data_taken_at", "data_taken", ["tenant_id", "at"])
    forbid_changes("data_taken")


def add_holds() -> None:
    op.create_table(
        "legal_hold",
        text("tenant_id", 8),
        text("id"),
        text("matter_id"),
        words("reason", null=False),
        words("paper_number", null=False),
        day("until_day"),
        text("state", 16),
        text("asked_id"),
        words("asked_name", null=False),
        instant("asked_at", null=False),
        words("held_by"),
        instant("held_at"),
        text("off_asked_id", null=True),
        words("off_asked_name"),
        words("off_reason"),
        words("ended_by"),
        instant("ended_at"),
        key_of("legal_hold", "tenant_id", "id"),
    )
    op.create_index("ix_legal_hold_matter", "legal_hold", ["tenant_id", "matter_id"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_legal_hold_open",
        "legal_hold",
        ["tenant_id", "until_day", "id"],
        sqlite_where=running,
        postgresql_where=running,
    )


def add_oddities() -> None:
    op.create_table(
        "oddity",
        text("tenant_id", 8),
        day("day"),
        text("account_id"),
        text("rule", 32),
        text("kind", 16),
        text("office_id", null=True),
        text("team_id", null=True),
        number("count"),
        number("usual"),
        instant("noticed_at", null=False),
        words("seen_by"),
        instant("seen_at"),
        words("seen_words"),
        key_of("oddity", "tenant_id", "day", "account_id", "rule"),
    )
    op.create_index("ix_oddity_office", "oddity", ["tenant_id", "office_id", "day"])
    op.create_index("ix_oddity_team", "oddity", ["tenant_id", "team_id", "day"])
    op.create_table(
        "oddity_day",
        text("tenant_id", 8),
        day("day"),
        instant("counted_at", null=False),
        key_of("oddity_day", "tenant_id", "day"),
    )


# --- papers outside the database --------------------------------------------------------


def add_objects() -> None:
    op.add_column("document", text("object_name", 160, null=True))
    op.create_index("ix_document_object_name", "document", ["object_name"])
    op.create_table(
        "object_gone",
        text("tenant_id", 8),
        text("name", 160),
        instant("at", null=False),
        key_of("object_gone", "tenant_id", "name"),
    )
    write_down_what_goes()


def drop_objects() -> None:
    """Go back, unless papers lie outside: the older program would not find them."""
    outside = op.get_bind().execute(
        sa.text("SELECT 1 FROM document WHERE object_name IS NOT NULL LIMIT 1")
    )
    if outside.first() is not None:
        raise RuntimeError("papers lie outside: run dat objects bring-back first")
    for name in ("gone", "changed"):
        on = "" if op.get_bind().dialect.name == "sqlite" else " ON document"
        op.execute(f"DROP TRIGGER document_object_{name}{on}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION write_down_object()")
    op.drop_table("object_gone")
    op.drop_index("ix_document_object_name", "document")
    op.drop_column("document", "object_name")


def write_down_what_goes() -> None:
    """Let the database write down each object that a row names no more."""
    changed = (
        "OLD.object_name IS NOT NULL AND"
        " (NEW.object_name IS NULL OR NEW.object_name <> OLD.object_name)"
    )
    if op.get_bind().dialect.name == "sqlite":
        noted = (
            "BEGIN INSERT OR IGNORE INTO object_gone (tenant_id, name, at) VALUES"
            " (OLD.tenant_id, OLD.object_name, strftime('%Y-%m-%d %H:%M:%f', 'now'));"
            " END"
        )
        op.execute(
            "CREATE TRIGGER document_object_gone AFTER DELETE ON document"
            f" WHEN OLD.object_name IS NOT NULL {noted}"
        )
        op.execute(
            "CREATE TRIGGER document_object_changed AFTER UPDATE ON document"
            f" WHEN {changed} {noted}"
        )
        return
    op.execute(
        "CREATE FUNCTION write_down_object() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN INSERT INTO object_gone (tenant_id, name, at)"
        " VALUES (OLD.tenant_id, OLD.object_name, now())"
        " ON CONFLICT DO NOTHING; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER document_object_gone AFTER DELETE ON document FOR EACH ROW"
        " WHEN (OLD.object_name IS NOT NULL) EXECUTE FUNCTION write_down_object()"
    )
    op.execute(
        "CREATE TRIGGER document_object_changed AFTER UPDATE ON document FOR EACH ROW"
        f" WHEN ({changed}) EXECUTE FUNCTION write_down_object()"
    )


# --- the second wall: rows of persons are there for whom they are ---------------------

# What a table is known by, from the widest to the narrowest: the column with the matter
# or the case that a row is about, or whose own it is. The others are for the offices of
# the province only.
BY_MATTER = {
    "matter": "id",
    **dict.fromkeys(
        (
            "access_log", "case", "case_search", "condition_met", "contact", "document",
            "fact", "help_note", "land_question", "legal_hold", "message",
            "message_consent", "one_time_code", "paper_check", "paper_page", "profile",
            "rating", "rights_request",
        ),
        "matter_id",
    ),
}  # fmt: skip
BY_CASE = {
    **dict.fromkeys(
        (
            "case_assignee", "case_move", "case_note", "case_office", "case_paper",
            "case_visit", "hand_over", "inbox", "notification", "obligation",
            "office_word", "outbox", "outgoing", "paper_out", "payable", "payment",
            "proposal",
        ),
        "case_id",
    ),
    "case_link": "child_id",
}  # fmt: skip
BY_OWNER = {
    "consent": ("matter_id", "account_id"),
    "draft": ("owner",),
    "help_request": ("matter_id", "account_id"),
    "idempotency": ("owner", "key"),
    "identity_matter": ("matter_id", "identity_id"),
}
OF_PROVINCE = ("data_taken", "figure_case", "followed_case", "recount_line")
OWN = "ANY (string_to_array(current_setting('dat.own', true), chr(31)))"
REACHES = "current_setting('dat.reach', true)"


def add_walls() -> None:
    """Show and take only the rows that a transaction is for; without a word, none.

    ``dat.reach`` says how far it goes, ``dat.tenant`` in which province, ``dat.own``
    whose it is: matters, an account, an identity. Owners are held to it as well.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    linked = (
        ("consent", "account_id"),
        ("identity_matter", "identity_id"),
    )
    ways = " OR ".join(
        f"EXISTS (SELECT FROM {table} WHERE tenant_id = $1 AND matter_id = $2"
        f" AND {column} = {OWN})"
        for table, column in linked
    )
    function("dat_is_own", f"$2 = {OWN} OR {ways}")
    function(
        "dat_is_own_case",
        'EXISTS (SELECT FROM "case" WHERE tenant_id = $1 AND id = $2'
        " AND dat_is_own(tenant_id, matter_id))",
    )
    for table, column in BY_MATTER.items():
        wall(table, f"dat_is_own(tenant_id, {column})")
    for table, column in BY_CASE.items():
        wall(table, f"dat_is_own_case(tenant_id, {column})")
    for table, columns in BY_OWNER.items():
        wall(table, " OR ".join(f"{column} = {OWN}" for column in columns))
    # Who has a matter sees whom it is linked to.
    wall(
        "identity",
        f"id = {OWN} OR EXISTS (SELECT FROM identity_matter AS link"
        " WHERE link.tenant_id = identity.tenant_id AND link.identity_id = identity.id)",
    )
    for table in OF_PROVINCE:
        wall(table, "false")


def drop_walls() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in (*BY_MATTER, *BY_CASE, *BY_OWNER, *OF_PROVINCE, "identity"):
        op.execute(f'DROP POLICY dat_wall ON "{table}"')
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    for name in ("dat_is_own_case", "dat_is_own"):
        op.execute(f"DROP FUNCTION {name}")


def function(name: str, body: str) -> None:
    """Make a function that knows its tables, whatever names a session can see."""
    op.execute(
        f"CREATE FUNCTION {name}(text, text) RETURNS boolean"
        f" LANGUAGE sql STABLE RETURN ({body})"
    )


def wall(table: str, own: str) -> None:
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(
        f'CREATE POLICY dat_wall ON "{table}" USING ({REACHES} = \'all\''
        f" OR tenant_id = current_setting('dat.tenant', true)"
        f" AND ({REACHES} = 'province' OR {REACHES} = 'own' AND ({own})))"
    )

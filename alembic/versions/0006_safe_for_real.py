"""What a safe installation needs to keep"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service.persistence.sealing import open_text, ring_of, seal_text
from service.secrecy.key_ring import Ring

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    add_operation()
    add_staff_access()
    seal_personal_data()


def downgrade() -> None:
    open_personal_data()
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
        instant("reviewed_at", null=False),
        words("reviewed_by"),
        instant("reset_at"),
        text("reset_by", null=True),
        words("reset_reason"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", name=op.f("pk_staff_access")
        ),
    )
    op.create_index(
        "ix_staff_access_review", "staff_access", ["tenant_id", "reviewed_at"]
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


# --- what people told is sealed with its row ------------------------------------------

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# Table, what a row is known by in a province, and the columns with their kind of before.
SEALED: Sequence[tuple[str, tuple[str, ...], Mapping[str, Any]]] = (
    ("fact", ("matter_id", "seq"), {"value": JSON, "detail": sa.Text()}),
    ("case_move", ("case_id", "seq"), {"body": JSON}),
    ("profile", ("id",), {"fields": JSON}),
    ("contact", ("id",), {"address": sa.String(254)}),
    ("one_time_code", ("matter_id", "purpose"), {"address": sa.String(254)}),
    ("message", ("id",), {"text": sa.Text(), "ways": JSON}),
    ("notification", ("outbox_id",), {"text": sa.Text()}),
    ("outbox", ("id",), {"body": JSON}),
    ("inbox", ("message_id",), {"body": JSON, "raw": sa.Text()}),
    ("outgoing", ("id",), {"body": sa.Text()}),
    ("office_word", ("office", "name"), {"said": JSON, "entered": JSON}),
    (
        "identity",
        ("issuer", "subject"),
        {"full_name": sa.Text(), "person_id": sa.String(32), "birth_date": sa.Date()},
    ),
    ("phone_ask", ("visit_hash",), {"phone": sa.String(16)}),
    ("document", ("id",), {"content": sa.LargeBinary()}),
    ("draft", ("owner", "form"), {"fields": JSON}),
    ("idempotency", ("key",), {"answer": JSON}),
    (
        "paper_check",
        ("matter_id", "step_id", "paper_id"),
        {"answers": JSON, "reads": JSON},
    ),
    ("proposal", ("id",), {"facts": JSON}),
    ("case_note", ("id",), {"text": sa.Text()}),
    ("help_request", ("id",), {"body": JSON}),
    ("rights_request", ("id",), {"about": sa.Text(), "answer": sa.Text()}),
)
MAY_BE_NULL = {
    ("fact", "value"), ("fact", "detail"), ("inbox", "body"), ("inbox", "raw"),
    ("office_word", "entered"), ("identity", "person_id"), ("identity", "birth_date"),
    ("rights_request", "answer"),
}  # fmt: skip
HISTORY = {"fact": ("value", "detail"), "case_move": ("body",)}
PIECE = 500


def seal_personal_data() -> None:
    for table in HISTORY:
        let_change(table)
    op.drop_index("ix_contact_address", table_name="contact")
    op.add_column(
        "contact",
        sa.Column("address_index", sa.String(64), nullable=False, server_default=""),
    )
    for table, key, columns in SEALED:
        for name, kind in columns.items():
            if not isinstance(kind, sa.LargeBinary):
                retype(table, name, sa.Text())
        rewrite(table, key, columns, seal_text, "seal")
    find_contacts()
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("contact", "address_index", server_default=None)
    op.create_index("ix_contact_address", "contact", ["tenant_id", "address_index"])
    for table, names in HISTORY.items():
        let_only_reseal(table, names)


def open_personal_data() -> None:
    for table in HISTORY:
        let_change(table)
    op.drop_index("ix_contact_address", table_name="contact")
    for table, key, columns in SEALED:
        rewrite(table, key, columns, open_text, "open")
        for name, kind in columns.items():
            if not isinstance(kind, sa.LargeBinary):
                retype(table, name, kind)
    op.drop_column("contact", "address_index")
    op.create_index("ix_contact_address", "contact", ["tenant_id", "address"])
    for table in HISTORY:
        forbid_update(table)


def retype(table: str, name: str, kind: sa.types.TypeEngine[Any]) -> None:
    """Give a column another type with what stands in it, as JSON writes it."""
    bind, null = op.get_bind(), (table, name) in MAY_BE_NULL
    told = kind.compile(bind.dialect)
    if bind.dialect.name == "postgresql":
        op.execute(
            f'ALTER TABLE {table} ALTER COLUMN "{name}" TYPE {told}'
            f' USING "{name}"::{told}'
        )
        return
    # SQLite changes no type: a new column takes the place of the old one.
    must = "" if null else " NOT NULL DEFAULT ''"
    op.execute(f'ALTER TABLE {table} ADD COLUMN "new_{name}" {told}{must}')
    op.execute(f'UPDATE {table} SET "new_{name}" = "{name}"')
    op.execute(f'ALTER TABLE {table} DROP COLUMN "{name}"')
    op.execute(f'ALTER TABLE {table} RENAME COLUMN "new_{name}" TO "{name}"')


def pieces(
    table: sa.TableClause, key: Sequence[str], *names: str
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table by key, some at a time."""
    at = sa.tuple_(*(table.c[each] for each in key))
    query = sa.select(*(table.c[each] for each in (*key, *names)))
    query = query.order_by(*(table.c[each] for each in key)).limit(PIECE)
    page = query
    while found := [dict(row) for row in op.get_bind().execute(page).mappings()]:
        yield found
        page = query.where(at > sa.tuple_(*(found[-1][each] for each in key)))


def rewrite(
    table: str,
    key: tuple[str, ...],
    columns: Mapping[str, Any],
    change: Callable[[Ring, str, str], str],
    file: str,
) -> None:
    """Seal or open the columns of every row; ``file`` does the same to bytes."""
    ring, whole = ring_of(op.get_bind().dialect), ("tenant_id", *key)
    kinds = [
        sa.column(name, kind if isinstance(kind, sa.LargeBinary) else sa.Text())
        for name, kind in columns.items()
    ]
    rows = sa.table(table, *(sa.column(each) for each in whole), *kinds)

    def changed(row: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401
        value = row[name]
        about = "|".join((f"{table}.{name}", *(str(row[each]) for each in whole)))
        if value is None or isinstance(value, str):
            return value and change(ring, value, about)
        return getattr(ring, file)(bytes(value), about)

    update = (
        sa.update(rows)
        .where(*(rows.c[each] == sa.bindparam(f"of_{each}") for each in whole))
        .values({name: sa.bindparam(f"new_{name}") for name in columns})
    )
    for found in pieces(rows, whole, *columns):
        op.get_bind().execute(
            update,
            [
                {f"of_{each}": row[each] for each in whole}
                | {f"new_{name}": changed(row, name) for name in columns}
                for row in found
            ],
        )


def find_contacts() -> None:
    """Write by what an address is found, now that it cannot be read."""
    bind = op.get_bind()
    ring = ring_of(bind.dialect)
    names = ("tenant_id", "id", "address", "address_index")
    rows = sa.table("contact", *(sa.column(each) for each in names))
    update = (
        sa.update(rows)
        .where(rows.c.tenant_id == sa.bindparam("of"), rows.c.id == sa.bindparam("who"))
        .values(address_index=sa.bindparam("found_by"))
    )
    for found in pieces(rows, ("tenant_id", "id"), "address"):
        told = []
        for row in found:
            about = f"contact.address|{row['tenant_id']}|{row['id']}"
            address = open_text(ring, row["address"], about)
            found_by = ring.index(address, "contact.address")
            told.append({"of": row["tenant_id"], "who": row["id"], "found_by": found_by})
        bind.execute(update, told)


def let_change(table: str) -> None:
    """Take the guard against changes away, while the migration itself changes."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_update")
        return
    op.execute(f"DROP TRIGGER IF EXISTS {table}_resealed ON {table}")
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")


def forbid_update(table: str) -> None:
    """Let no line of the history change at all."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute("DROP FUNCTION IF EXISTS refuse_all_but_resealing()")
    more = " OR DELETE" if table == "case_move" else ""
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE{more} OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def let_only_reseal(table: str, names: Sequence[str]) -> None:
    """Let nothing of a line change but the key that its sealed columns stand under.

    That they say the same is held by the seal itself, and by the chain of hashes.
    """
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        others = [
            each["name"]
            for each in sa.inspect(bind).get_columns(table)
            if each["name"] not in names
        ]
        same = [f'NEW."{each}" IS OLD."{each}"' for each in others]
        same += [
            f'(NEW."{each}" IS OLD."{each}" OR ifnull(NEW."{each}" LIKE \'dat1:%\''
            f' AND OLD."{each}" LIKE \'dat1:%\', 0))'
            for each in names
        ]
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
            f" WHEN NOT ({' AND '.join(same)})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_all_but_resealing() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN"
        " IF to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV OR EXISTS ("
        " SELECT 1 FROM unnest(TG_ARGV) AS name"
        " WHERE to_jsonb(NEW) ->> name IS DISTINCT FROM to_jsonb(OLD) ->> name"
        " AND NOT coalesce(to_jsonb(NEW) ->> name LIKE 'dat1:%'"
        " AND to_jsonb(OLD) ->> name LIKE 'dat1:%', false))"
        " THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF;"
        " RETURN NEW; END $$"
    )
    more = "DELETE OR " if table == "case_move" else ""
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {more}TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    told = ", ".join(f"'{each}'" for each in names)
    op.execute(
        f"CREATE TRIGGER {table}_resealed BEFORE UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION refuse_all_but_resealing({told})"
    )

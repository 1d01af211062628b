"""A case: where it stands, every move, its papers, money, notes and proposals."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.persistence.sealing import sealed
from service.persistence.tables.columns import (
    Instant,
    Json,
    key_column,
    metadata,
    of_case,
    of_matter,
    tenant_column,
)

# The shorter lists of a desk: its index, what it goes by, and what a case in it is.
DESK_LISTS = (
    ("ix_case_procedure", ("office_id", "procedure"), ""),
    ("ix_case_nobody", ("office_id",), "assignee_id IS NULL"),
    ("ix_case_new", ("office_id",), "received_at IS NULL"),
    ("ix_case_stopped", ("office_id",), "stop_reason IS NOT NULL"),
    ("ix_case_faults", ("office_id",), "faults > 0"),
)


def _lists_of_desk() -> list[Index]:
    """Return an index for each list, in the order in which its pages are read."""
    made = []
    for name, columns, also in DESK_LISTS:
        where = text("ended_at IS NULL" + (f" AND {also}" if also else ""))
        parts = ("tenant_id", *columns, "due_on", "id")
        made.append(Index(name, *parts, sqlite_where=where, postgresql_where=where))
    return made


case = Table(
    "case",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("code", String(40), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("step_id", String(128)),
    Column("procedure", String(64), nullable=False),
    Column("edition_digest", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("instance", Json, nullable=False),
    Column("clock", Json, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("status", Integer),
    Column("owner_role", String(64)),
    Column("office_id", String(64)),
    Column("applicant", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("since", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("appointment", Date),
    Column("stop_reason", String(64)),
    Column("faults", Integer, nullable=False, server_default=text("0")),
    Column("ended_at", Instant),
    Column("outcome", String(64)),
    Column("assignee_id", String(64)),
    Column("held_by", String(64)),
    Column("held_until", Instant),
    Column("external_code", String(64)),
    Column("channel", Integer),
    Column("counted_with", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("code"),
    of_matter(),
    Index("ix_case_matter", "tenant_id", "matter_id"),
    Index("ix_case_external", "tenant_id", "external_code", unique=True),
    Index(
        "ix_case_due",
        "tenant_id",
        "due_on",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_case_assignee",
        "tenant_id",
        "assignee_id",
        "due_on",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    # Only open cases are ever listed; keyset pages go by (due_on, id).
    Index(
        "ix_case_open",
        "tenant_id",
        "office_id",
        "due_on",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    *_lists_of_desk(),
    Index("ix_case_received", "tenant_id", "received_at", "code"),
)

case_office = Table(
    "case_office",
    metadata,
    tenant_column(),
    key_column("case_id"),
    key_column("role"),
    Column("office_id", String(64), nullable=False),
)

case_paper = Table(
    "case_paper",
    metadata,
    tenant_column(),
    key_column("case_id"),
    key_column("paper_id"),
    Column("present", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

case_move = Table(
    "case_move",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    sealed("case_move", "body", "case_id", "seq", shape="canonical"),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    of_case(),
)

case_link = Table(
    "case_link",
    metadata,
    tenant_column(),
    key_column("parent_id"),
    key_column("child_id"),
    Column("name", String(64), nullable=False),
    Column("outbox_id", String(96), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    UniqueConstraint("tenant_id", "outbox_id"),
    Index("ix_case_link_child", "tenant_id", "child_id"),
)

timer = Table(
    "timer",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("state", String(96), primary_key=True),
    Column("event", String(96), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("armed_seq", Integer, nullable=False),
    Index("ix_timer_due", "due_at"),
)

document = Table(
    "document",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("matter_id", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("outbox_id", String(96)),
    Column("form", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("made_from", String(64)),
    sealed("document", "content", "id", shape="file"),
    # Where the content lies outside; then the sealed column holds nothing.
    Column("object_name", String(160)),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "outbox_id"),
    Index("ix_document_case", "tenant_id", "case_id"),
    Index("ix_document_made_from", "tenant_id", "made_from"),
    Index("ix_document_object_name", "object_name"),
    Index("ix_document_matter", "tenant_id", "matter_id"),
)

obligation = Table(
    "obligation",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("version", Integer, nullable=False),
    Column("ledger", Json, nullable=False),
    Column("open", Boolean, nullable=False),
    of_case(),
    Index(
        "ix_obligation_open",
        "case_id",
        sqlite_where=text("open = 1"),  # SQLite wants the words of the query
        postgresql_where=text("open"),
    ),
)

payment = Table(
    "payment",
    metadata,
    tenant_column(),
    Column("voucher", String(96), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("line", String(200), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_payment_case", "tenant_id", "case_id"),
)

# Whose a case is in each office that has had it: it comes back to the same clerk.
case_assignee = Table(
    "case_assignee",
    metadata,
    tenant_column(),
    key_column("case_id"),
    key_column("office_id"),
    Column("account_id", String(64), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

case_note = Table(
    "case_note",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("case_id", String(64), nullable=False),
    Column("office_id", String(64), nullable=False),
    Column("account_id", String(64)),
    Column("author", Text, nullable=False),
    sealed("case_note", "text", "id", shape="text"),
    Column("at", Instant, nullable=False),
    of_case(),
    Index("ix_case_note_case", "tenant_id", "case_id", "at"),
)

case_visit = Table(
    "case_visit",
    metadata,
    tenant_column(),
    key_column("case_id"),
    key_column("account_id"),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    of_case(),
)

# A move that one person of an office proposes and another one confirms or sends back.
proposal = Table(
    "proposal",
    metadata,
    tenant_column(),
    key_column("id"),
    Column("case_id", String(64), nullable=False),
    Column("case_version", Integer, nullable=False),
    Column("event", String(64), nullable=False),
    Column("label", Text, nullable=False),
    sealed("proposal", "facts", "id"),
    Column("papers", Json, nullable=False),
    Column("office_id", String(64), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_name", Text, nullable=False),
    Column("proposed_for", Text),
    Column("proposed_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_by", String(64)),
    Column("decided_name", Text),
    Column("decided_at", Instant),
    Column("reason", Text),
    # One at a time waits on a case.
    Index(
        "uq_proposal_open",
        "tenant_id",
        "case_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_proposal_office",
        "tenant_id",
        "office_id",
        "proposed_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_proposal_case", "tenant_id", "case_id", "case_version"),
)

# A dossier that a move sent to another office: when it was given here, taken there.
hand_over = Table(
    "hand_over",
    metadata,
    tenant_column(),
    key_column("case_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("from_office", String(64), nullable=False),
    Column("to_office", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("given_at", Instant),
    Column("given_by", Text),
    Column("taken_at", Instant),
    Column("taken_by", Text),
    Index(
        "ix_hand_over_from",
        "tenant_id",
        "from_office",
        "due_on",
        sqlite_where=text("taken_at IS NULL"),
        postgresql_where=text("taken_at IS NULL"),
    ),
    Index(
        "ix_hand_over_to",
        "tenant_id",
        "to_office",
        "due_on",
        sqlite_where=text("taken_at IS NULL"),
        postgresql_where=text("taken_at IS NULL"),
    ),
)

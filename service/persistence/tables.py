"""The tables, as SQLAlchemy Core; ``tenant_id`` is the province and in every key.

Parties and relationships of a matter have no table of their own: they are facts
(``parties``, ``relationships``, ``party[<id>].full_name``), so that they too are
superseded and never overwritten.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from service.persistence.sealing import sealed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# A JSON null in a column would be a third kind of nothing: None is SQL NULL.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite has no time zones, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse a naive instant; SQLite gets UTC without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return an aware instant in UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


def tenant_column() -> Column[str]:
    """Return the province to which a row belongs, the first part of each key."""
    return Column("tenant_id", String(8), primary_key=True)


def _key(name: str) -> Column[str]:
    return Column(name, String(64), primary_key=True)


def _of_matter() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "matter_id"], ["matter.tenant_id", "matter.id"]
    )


def _of_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "case_id"], ["case.tenant_id", "case.id"])


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


package_edition = Table(
    "package_edition",
    metadata,
    tenant_column(),
    _key("digest"),
    Column("package_id", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

office = Table(
    "office",
    metadata,
    tenant_column(),
    _key("id"),
    Column("kind", String(32), nullable=False),
    Column("kinds", Json, nullable=False),
    Column("name", Text, nullable=False),
    Column("communes", Json),
    Column("closed_at", Instant),
)

account = Table(
    "account",
    metadata,
    tenant_column(),
    _key("id"),
    Column("name", String(64), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("office_id", String(64)),
    Column("disabled_at", Instant),
    Column("last_used_at", Instant),
    Column("duties", Json, nullable=False, server_default="[]"),
    UniqueConstraint("name"),
    Index("ix_account_office", "tenant_id", "office_id"),
    Index("ix_account_id", "id"),
    Index("ix_account_name", "tenant_id", "name"),
)

session = Table(
    "session",
    metadata,
    tenant_column(),
    _key("token_hash"),
    Column("account_id", String(64)),
    Column("matter_id", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("identity_id", String(64)),
    UniqueConstraint("token_hash"),
    Index("ix_session_account", "tenant_id", "account_id"),
    Index("ix_session_matter", "tenant_id", "matter_id"),
    Index("ix_session_identity", "tenant_id", "identity_id"),
)

throttle = Table(
    "throttle",
    metadata,
    tenant_column(),
    _key("key"),
    Column("window_starts", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
)

matter = Table(
    "matter",
    metadata,
    tenant_column(),
    _key("id"),
    Column("code", String(40), nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("goal", String(64), nullable=False),
    Column("commune", String(16)),
    Column("on_day", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("plan", Json),
    Column("opened_at", Instant, nullable=False),
    UniqueConstraint("code"),
)

fact = Table(
    "fact",
    metadata,
    tenant_column(),
    _key("matter_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("key", String(160), nullable=False),
    sealed("fact", "value", "matter_id", "seq", null=True),
    Column("said_by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("at", Instant, nullable=False),
    Column("source", String(64), nullable=False),
    sealed("fact", "detail", "matter_id", "seq", shape="text", null=True),
    Column("case_id", String(64)),
    _of_matter(),
)

condition_met = Table(
    "condition_met",
    metadata,
    tenant_column(),
    _key("matter_id"),
    _key("condition"),
    Column("holds", Boolean, nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

case = Table(
    "case",
    metadata,
    tenant_column(),
    _key("id"),
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
    _of_matter(),
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
    _key("case_id"),
    _key("role"),
    Column("office_id", String(64), nullable=False),
)

case_paper = Table(
    "case_paper",
    metadata,
    tenant_column(),
    _key("case_id"),
    _key("paper_id"),
    Column("present", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

case_move = Table(
    "case_move",
    metadata,
    tenant_column(),
    _key("case_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    sealed("case_move", "body", "case_id", "seq", shape="canonical"),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    _of_case(),
)

case_link = Table(
    "case_link",
    metadata,
    tenant_column(),
    _key("parent_id"),
    _key("child_id"),
    Column("name", String(64), nullable=False),
    Column("outbox_id", String(96), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    UniqueConstraint("tenant_id", "outbox_id"),
    Index("ix_case_link_child", "tenant_id", "child_id"),
)

outbox = Table(
    "outbox",
    metadata,
    tenant_column(),
    Column("id", String(96), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("lane", String(8), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    sealed("outbox", "body", "id"),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("done_at", Instant),
    Column("failed_at", Instant),
    Column("error", Text),
    Column("request_id", String(32)),
    Index(
        "ix_outbox_open",
        "due_at",
        "created_at",
        "id",
        sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
    ),
    Index(
        "ix_outbox_case",
        "tenant_id",
        "case_id",
        "lane",
        "seq",
        "n",
        sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
    ),
    Index(
        "ix_outbox_failed",
        "tenant_id",
        "failed_at",
        "id",
        sqlite_where=text("failed_at IS NOT NULL"),
        postgresql_where=text("failed_at IS NOT NULL"),
    ),
)

inbox = Table(
    "inbox",
    metadata,
    tenant_column(),
    Column("message_id", String(160), primary_key=True),
    Column("source", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("event", String(96)),
    sealed("inbox", "body", "message_id", null=True),
    sealed("inbox", "raw", "message_id", shape="text", null=True),
    Column("received_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", Text),
    Column("done_at", Instant),
    # The office whose clerk typed it from a paper.
    Column("typed_at", String(64)),
    Index(
        "ix_inbox_open",
        "received_at",
        "message_id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_inbox_fault",
        "tenant_id",
        "received_at",
        sqlite_where=text("state IN ('fault', 'quarantined')"),
        postgresql_where=text("state IN ('fault', 'quarantined')"),
    ),
    Index(
        "ix_inbox_second",
        "tenant_id",
        "typed_at",
        "received_at",
        sqlite_where=text("state = 'second'"),
        postgresql_where=text("state = 'second'"),
    ),
)

timer = Table(
    "timer",
    metadata,
    tenant_column(),
    _key("case_id"),
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
    _key("id"),
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

consent = Table(
    "consent",
    metadata,
    tenant_column(),
    _key("id"),
    Column("matter_id", String(64), nullable=False),
    Column("account_id", String(64), nullable=False),
    Column("scope", Json, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_consent_account", "tenant_id", "account_id", "ends_at"),
    Index("ix_consent_matter", "tenant_id", "matter_id"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("tenant_id", String(8), nullable=False),
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("account_id", String(64)),
    Column("office_id", String(64)),
    Column("on_behalf_of", Text),
    Column("what", String(32), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("reason", Text),
    Index("ix_access_log_matter", "tenant_id", "matter_id", "at"),
    Index("ix_access_log_account", "tenant_id", "account_id", "at"),
)

notification = Table(
    "notification",
    metadata,
    tenant_column(),
    Column("outbox_id", String(96), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("who", String(64), nullable=False),
    Column("template", String(64), nullable=False),
    sealed("notification", "text", "outbox_id", shape="text"),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Index("ix_notification_case", "tenant_id", "case_id"),
)

obligation = Table(
    "obligation",
    metadata,
    tenant_column(),
    _key("case_id"),
    Column("version", Integer, nullable=False),
    Column("ledger", Json, nullable=False),
    Column("open", Boolean, nullable=False),
    _of_case(),
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

idempotency = Table(
    "idempotency",
    metadata,
    tenant_column(),
    Column("key", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    sealed("idempotency", "answer", "key"),
    Column("at", Instant, nullable=False),
    # Whose request it was: the part of the key before its first colon.
    Column("owner", String(64), nullable=False, server_default=""),
    Index("ix_idempotency_owner", "tenant_id", "owner"),
)

draft = Table(
    "draft",
    metadata,
    tenant_column(),
    _key("owner"),
    Column("form", String(160), primary_key=True),
    sealed("draft", "fields", "owner", "form"),
    Column("at", Instant, nullable=False),
)

practice_note = Table(
    "practice_note",
    metadata,
    tenant_column(),
    _key("key"),
    Column("body", Json, nullable=False),
)

practice_sheet = Table(
    "practice_sheet",
    metadata,
    tenant_column(),
    Column("number", String(32), primary_key=True),
    Column("account_id", String(64), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("exercises", Json, nullable=False),
    Index("ix_practice_sheet_account", "tenant_id", "account_id"),
)

help_request = Table(
    "help_request",
    metadata,
    tenant_column(),
    _key("id"),
    Column("kind", String(16), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("account_id", String(64), nullable=False),
    sealed("help_request", "resident", "id", shape="text"),
    sealed("help_request", "body", "id"),
    Column("version", String(16), nullable=False),
    sealed("help_request", "words", "id", shape="text"),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("slip", String(40)),
    Column("code_nonce", String(64)),
    Column("phone_end", String(8)),
    Column("way", String(16)),
    Column("given_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", Text),
    _of_matter(),
    UniqueConstraint("slip"),
    Index("ix_help_request_matter", "tenant_id", "matter_id"),
    Index("ix_help_request_account", "tenant_id", "account_id", "asked_at"),
)

help_note = Table(
    "help_note",
    metadata,
    tenant_column(),
    _key("account_id"),
    _key("matter_id"),
    Column("hamlet", Text, nullable=False),
    Column("visit_on", Date),
    Column("place", Integer, nullable=False),
    Index("ix_help_note_matter", "tenant_id", "matter_id"),
)

team = Table(
    "team",
    metadata,
    tenant_column(),
    _key("id"),
    Column("name", Text, nullable=False),
    Column("commune", String(16)),
)

team_member = Table(
    "team_member",
    metadata,
    tenant_column(),
    _key("account_id"),
    Column("team_id", String(64), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
)

finished_case = Table(
    "finished_case",
    metadata,
    tenant_column(),
    _key("case_id"),
    Column("procedure", String(64), nullable=False),
    Column("office_id", String(64), nullable=False),
    Column("days", Integer, nullable=False),
    Column("ended_on", Date, nullable=False),
    Index("ix_finished_case", "tenant_id", "procedure", "office_id", "ended_on"),
)

rating = Table(
    "rating",
    metadata,
    tenant_column(),
    _key("case_id"),
    Column("matter_id", String(64), nullable=False),
    Column("office_id", String(64), nullable=False),
    Column("score", Integer, nullable=False),
    sealed("rating", "words", "case_id", shape="text"),
    Column("at", Instant, nullable=False),
    Index("ix_rating_office", "tenant_id", "office_id"),
    Index("ix_rating_matter", "tenant_id", "matter_id"),
)

APPEND_ONLY = ("case_move", "fact", "access_log")

# --- messages and rights of the person ------------------------------------------------

contact = Table(
    "contact",
    metadata,
    tenant_column(),
    _key("id"),
    Column("matter_id", String(64), nullable=False),
    Column("party", String(64)),
    Column("channel", String(16), nullable=False),
    sealed("contact", "address", "id", shape="text"),
    Column("address_index", String(64), nullable=False),
    Column("quiet_from", String(5)),
    Column("quiet_to", String(5)),
    Column("added_by", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("ended_at", Instant),
    Index("ix_contact_matter", "tenant_id", "matter_id"),
    Index("ix_contact_address", "tenant_id", "address_index"),
)

message_consent = Table(
    "message_consent",
    metadata,
    tenant_column(),
    _key("id"),
    Column("matter_id", String(64), nullable=False),
    Column("contact_id", String(64), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("wording", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_message_consent_matter", "tenant_id", "matter_id"),
)

one_time_code = Table(
    "one_time_code",
    metadata,
    tenant_column(),
    _key("matter_id"),
    Column("purpose", String(32), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    sealed("one_time_code", "address", "matter_id", "purpose", shape="text"),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", Instant),
)

message = Table(
    "message",
    metadata,
    tenant_column(),
    Column("id", String(128), primary_key=True),
    Column("matter_id", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("purpose", String(32), nullable=False),
    Column("template", String(64), nullable=False),
    sealed("message", "text", "id", shape="text"),
    sealed("message", "ways", "id"),
    Column("way", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("error", Text),
    Column("tracking", String(32)),
    Column("request_id", String(32)),
    Index("ix_message_matter", "tenant_id", "matter_id", "created_at"),
    Index("ix_message_tracking", "tracking"),
    Index(
        "ix_message_due",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

rights_request = Table(
    "rights_request",
    metadata,
    tenant_column(),
    _key("id"),
    Column("matter_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    sealed("rights_request", "about", "id", shape="text"),
    Column("asked_by", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reply_by", Date),
    Column("due_on", Date),
    Column("replied_at", Instant),
    Column("answered_at", Instant),
    Column("outcome", String(32)),
    sealed("rights_request", "answer", "id", shape="text", null=True),
    Column("answered_by", Text),
    Index("ix_rights_request_matter", "tenant_id", "matter_id"),
    Index(
        "ix_rights_request_open",
        "tenant_id",
        "due_on",
        "id",
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
)

# That a matter was erased, and how much: no word of what stood in it.
erasure = Table(
    "erasure",
    metadata,
    tenant_column(),
    _key("matter_id"),
    Column("at", Instant, nullable=False),
    Column("rows", Json, nullable=False),
)

# What was checked of a paper before travelling; it is forgotten on a day.
paper_check = Table(
    "paper_check",
    metadata,
    tenant_column(),
    _key("matter_id"),
    Column("step_id", String(96), primary_key=True),
    Column("paper_id", String(64), primary_key=True),
    sealed("paper_check", "answers", "matter_id", "step_id", "paper_id"),
    sealed("paper_check", "reads", "matter_id", "step_id", "paper_id"),
    Column("pages", Integer),
    Column("by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("at", Instant, nullable=False),
    Column("expires_on", Date, nullable=False),
    Index("ix_paper_check_expires", "expires_on"),
)

# A page of a paper that was photographed; without a document the photo was not kept.
paper_page = Table(
    "paper_page",
    metadata,
    tenant_column(),
    _key("id"),
    Column("matter_id", String(64), nullable=False),
    Column("step_id", String(96), nullable=False),
    Column("paper_id", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("document_id", String(64)),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("flaws", Json, nullable=False),
    Column("by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("at", Instant, nullable=False),
    Column("expires_on", Date, nullable=False),
    UniqueConstraint("tenant_id", "matter_id", "step_id", "paper_id", "sha256"),
    Index("ix_paper_page_expires", "expires_on"),
)

# A person whom a citizen chose to keep, to be taken into another matter.
profile = Table(
    "profile",
    metadata,
    tenant_column(),
    _key("id"),
    Column("code", String(40), nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("matter_id", String(64), nullable=False),
    sealed("profile", "fields", "id"),
    Column("kept_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    UniqueConstraint("code"),
    Index("ix_profile_matter", "tenant_id", "matter_id"),
)

# Who signs for whom in an office, on which paper, from day to day inclusive.
delegation = Table(
    "delegation",
    metadata,
    tenant_column(),
    _key("id"),
    Column("office_id", String(64), nullable=False),
    Column("giver_id", String(64), nullable=False),
    Column("taker_id", String(64), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    Column("paper_number", Text, nullable=False),
    Column("paper_day", Date, nullable=False),
    Column("ended_at", Instant),
    Index("ix_delegation_taker", "tenant_id", "taker_id", "until_day"),
    Index("ix_delegation_until", "tenant_id", "until_day", "id"),
)

# What administrators changed: append-only, as the database itself sees to.
admin_log = Table(
    "admin_log",
    metadata,
    Column("tenant_id", String(8), nullable=False),
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("account_id", String(64)),
    Column("what", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index("ix_admin_log_tenant", "tenant_id", "id"),
)

# --- the clerk's desk -----------------------------------------------------------------

# How many open cases of an office there are, by day and by what is counted; changed by
# one in the transaction that moves a case, so that no page counts cases.
desk_count = Table(
    "desk_count",
    metadata,
    tenant_column(),
    _key("office_id"),
    Column("kind", String(16), primary_key=True),
    _key("name"),
    Column("state", String(16), primary_key=True),
    Column("due_on", Date, primary_key=True),
    Column("n", Integer, nullable=False),
)

# Whose a case is in each office that has had it: it comes back to the same clerk.
case_assignee = Table(
    "case_assignee",
    metadata,
    tenant_column(),
    _key("case_id"),
    _key("office_id"),
    Column("account_id", String(64), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# Words by which the clerks of an office find a case. A search reads a range of keys, so
# the order of keys is that of their letters, whatever the database speaks.
FOUND_BY = String(160).with_variant(String(160, collation="C"), "postgresql")

case_search = Table(
    "case_search",
    metadata,
    tenant_column(),
    _key("office_id"),
    Column("kind", String(8), primary_key=True),
    Column("key", FOUND_BY, primary_key=True),
    _key("case_id"),
    Column("matter_id", String(64), nullable=False),
    Index("ix_case_search_case", "tenant_id", "case_id"),
    Index("ix_case_search_matter", "tenant_id", "matter_id"),
)

# A case that is older than the words by which it is found; the worker writes them.
search_due = Table("search_due", metadata, tenant_column(), _key("case_id"))

# What official notices say about days, in the order in which they were written down.
holiday = Table(
    "holiday",
    metadata,
    tenant_column(),
    _key("id"),
    Column("kind", String(16), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("communes", Json),
    Column("why", Text, nullable=False),
    Column("notice", Text, nullable=False),
    Column("added_no", Integer, nullable=False),
    Column("withdrawn_no", Integer),
)

# The number of the newest change of the holidays: what every request asks for first.
holiday_count = Table(
    "holiday_count",
    metadata,
    tenant_column(),
    Column("number", Integer, nullable=False),
)

# An order to count running cases anew with the holidays up to a number.
recount = Table(
    "recount",
    metadata,
    tenant_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("ordered_by", Text, nullable=False),
    Column("account_id", String(64)),
    Column("reason", Text, nullable=False),
    Column("ordered_at", Instant, nullable=False),
    Column("after_due", Date),
    Column("after_id", String(64)),
    Column("done_at", Instant),
    Index(
        "ix_recount_open",
        "tenant_id",
        "number",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

# A case whose promised day an order changed, or that could not be counted anew.
recount_line = Table(
    "recount_line",
    metadata,
    tenant_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _key("case_id"),
    Column("code", String(40), nullable=False),
    Column("old_due", Date, nullable=False),
    Column("new_due", Date),
    Column("at", Instant, nullable=False),
    Column("error", Text),
)

# The wording of a message as a province chose it; no text is the program's own again.
message_wording = Table(
    "message_wording",
    metadata,
    tenant_column(),
    _key("template"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
)

# A case as the figures count it; written anew from its history when it was touched.
figure_case = Table(
    "figure_case",
    metadata,
    tenant_column(),
    _key("case_id"),
    Column("code", String(40), nullable=False),
    Column("procedure", String(64), nullable=False),
    Column("office_id", String(64)),
    Column("opened_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("appointment", Date),
    Column("ended_at", Instant),
    Column("end_status", Integer),
    Column("status", Integer),
    Column("channel", Integer),
    Column("digitised", Boolean),
    Column("paid_online", Boolean),
    Column("supplements", Json, nullable=False),
    Column("returns", Json, nullable=False),
    Index(
        "ix_figure_case_open",
        "tenant_id",
        "opened_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_figure_case_ended", "tenant_id", "ended_at"),
)

# Cases that moved since the figures last looked at them.
figure_touched = Table(
    "figure_touched",
    metadata,
    tenant_column(),
    _key("case_id"),
    Column("version", Integer, nullable=False),
)

# The figures of a month; an empty office or procedure stands for all of them.
figure_month = Table(
    "figure_month",
    metadata,
    tenant_column(),
    Column("month", Date, primary_key=True),
    _key("office_id"),
    _key("procedure"),
    Column("body", Json, nullable=False),
    Column("counted_at", Instant, nullable=False),
    Index("ix_figure_month_of", "tenant_id", "office_id", "procedure", "month"),
)

# What people did about messages and effects that needed a person; never rewritten.
fault_act = Table(
    "fault_act",
    metadata,
    tenant_column(),
    _key("id"),
    Column("fault_id", String(160), nullable=False),
    Column("case_id", String(64)),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("account_id", String(64)),
    Column("office_id", String(64)),
    Column("act", String(16), nullable=False),
    Column("reason", Text),
    Column("error", Text, nullable=False),
    Index("ix_fault_act_at", "tenant_id", "at"),
    Index("ix_fault_act_office", "tenant_id", "office_id", "at"),
    Index("ix_fault_act_fault", "tenant_id", "fault_id", "at"),
)

case_note = Table(
    "case_note",
    metadata,
    tenant_column(),
    _key("id"),
    Column("case_id", String(64), nullable=False),
    Column("office_id", String(64), nullable=False),
    Column("account_id", String(64)),
    Column("author", Text, nullable=False),
    sealed("case_note", "text", "id", shape="text"),
    Column("at", Instant, nullable=False),
    _of_case(),
    Index("ix_case_note_case", "tenant_id", "case_id", "at"),
)

case_visit = Table(
    "case_visit",
    metadata,
    tenant_column(),
    _key("case_id"),
    _key("account_id"),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    _of_case(),
)

# A case of another one-stop system that is only followed here, as its list told of it.
followed_case = Table(
    "followed_case",
    metadata,
    tenant_column(),
    Column("external_code", String(64), primary_key=True),
    Column("procedure", Text),
    Column("applicant", Text),
    Column("received_on", Date),
    Column("due_on", Date, nullable=False),
    Column("returned_on", Date),
    Column("status", Integer),
    Column("office", Text),
    Column("office_id", String(64), nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", Instant, nullable=False),
    Index(
        "ix_followed_case_open",
        "tenant_id",
        "office_id",
        "due_on",
        "external_code",
        sqlite_where=text("returned_on IS NULL"),
        postgresql_where=text("returned_on IS NULL"),
    ),
)

# A move that one person of an office proposes and another one confirms or sends back.
proposal = Table(
    "proposal",
    metadata,
    tenant_column(),
    _key("id"),
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
    _key("case_id"),
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

"""Tables of what crosses the border to the outside offices."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from service.persistence.sealing import Sealed, sealed
from service.persistence.tables.columns import Instant, Json, metadata, tenant_column


def _office() -> Column[str]:
    return Column("office", String(32), primary_key=True)


# What is sent under a key, fixed before the first try.
outgoing = Table(
    "outgoing",
    metadata,
    tenant_column(),
    Column("id", String(160), primary_key=True),
    Column("office", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("case_id", String(64)),
    sealed("outgoing", "body", "id", shape="text"),
    Column("sha256", String(64), nullable=False),
    Column("frozen_at", Instant, nullable=False),
    sealed("outgoing", "page", "id", shape="text", null=True),
    Index("ix_outgoing_office", "tenant_id", "office", "frozen_at"),
    Index("ix_outgoing_case", "tenant_id", "case_id"),
)

# Whether an office answers: shared by all processes.
office_line = Table(
    "office_line",
    metadata,
    tenant_column(),
    _office(),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("pauses", Integer, nullable=False, server_default=text("0")),
    Column("silent_since", Instant),
    Column("opened_at", Instant),
    Column("next_try_at", Instant),
    Column("last_tried_at", Instant),
    Column("last_answer_at", Instant),
    Column("last_heard_at", Instant),
    Column("error", Text),
    Column("lacking", Text),
    Column("compare_at", Instant),
)

# Every exchange with an office, in both directions, without the bodies.
exchange = Table(
    "exchange",
    metadata,
    tenant_column(),
    _office(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("direction", String(3), nullable=False),
    Column("what", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("case_id", String(64)),
    Column("at", Instant, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("answer_sha256", String(64)),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_exchange_at", "tenant_id", "at"),
)

# How many lines the log of an office has, and the sum of the last: a cut end shows.
exchange_head = Table(
    "exchange_head",
    metadata,
    tenant_column(),
    _office(),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

# Each comparison of the book of an office with ours.
comparison = Table(
    "comparison",
    metadata,
    tenant_column(),
    Column("id", String(64), primary_key=True),
    Column("office", String(32), nullable=False),
    Column("by", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("counts", Json, nullable=False),
    Column("error", Text),
    Index("ix_comparison_office", "tenant_id", "office", "began_at"),
)

# What an office said about a case, by wire or on paper: each paper once.
office_word = Table(
    "office_word",
    metadata,
    tenant_column(),
    _office(),
    Column("name", String(160), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("message_id", String(160), nullable=False),
    Column("what", String(64), nullable=False),
    Column("number", String(80), nullable=False),
    Column("day", Date),
    sealed("office_word", "said", "office", "name"),
    sealed("office_word", "entered", "office", "name", null=True),
    Column("at", Instant, nullable=False),
    Column("moved", Boolean, nullable=False),
    Column("again_at", Instant),
    Index("ix_office_word_case", "tenant_id", "case_id"),
)

# The tokens of a provider of texts: one pair, shared by all workers and all provinces.
channel_token = Table(
    "channel_token",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("access", Sealed("channel_token.access", ("name",), "text"), nullable=False),
    Column(
        "refresh", Sealed("channel_token.refresh", ("name",), "text"), nullable=False
    ),
    Column("ends_at", Instant),
    Column("mark", String(64), nullable=False),
    Column("claimed_until", Instant),
)

# By which names a sum is paid: the number of its notice, or its payable id.
payable = Table(
    "payable",
    metadata,
    tenant_column(),
    Column("name", String(160), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("line", String(200), nullable=False),
)

# How many texts went to an address on a day in Vietnam; the address itself is not here.
texts_sent = Table(
    "texts_sent",
    metadata,
    Column("address", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
)

# Effects for an office that is not connected: they go on paper.
paper_out = Table(
    "paper_out",
    metadata,
    tenant_column(),
    Column("outbox_id", String(96), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("office", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("number", String(80)),
    Column("day", Date),
    Column("by", Text),
    Index("ix_paper_out_case", "tenant_id", "case_id"),
    Index(
        "ix_paper_out_open",
        "tenant_id",
        "since",
        "outbox_id",
        sqlite_where=text("sent_at IS NULL"),
        postgresql_where=text("sent_at IS NULL"),
    ),
)

# What the notaries were last asked about the land of a matter, and what they answered:
# one asking that has no answer yet, and the newest answer, each once.
land_question = Table(
    "land_question",
    metadata,
    tenant_column(),
    Column("matter_id", String(64), primary_key=True),
    Column("answered", Boolean, primary_key=True),
    Column("land", Json, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("outcome", String(16), nullable=False),
    Column("warnings", Json, nullable=False),
    ForeignKeyConstraint(["tenant_id", "matter_id"], ["matter.tenant_id", "matter.id"]),
)

"""Rows as frozen values, so that nothing above this room sees a database type."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json = dict[str, Any]

# The due day of a case whose day is not known: after every other, and never null, so
# that the keyset pages of the worklist run on the plain index.
FAR = date(9999, 12, 31)


def columns_of(row: DataclassInstance) -> Json:
    """Return the columns of a row by name; what JSON it holds is shared, not copied."""
    return {item.name: getattr(row, item.name) for item in fields(row)}


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A journey: what a citizen wants, where, since when; ``plan`` once pinned."""

    tenant_id: str
    id: str
    code: str
    pin_hash: str
    goal: str
    commune: str | None
    on_day: date
    version: int
    plan: Json | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class FactRow:
    """One statement in the ledger of a matter; ``case_id`` when a case recorded it."""

    tenant_id: str
    matter_id: str
    seq: int
    key: str
    value: Any
    said_by: str
    on_behalf_of: str | None
    at: datetime
    source: str
    detail: str | None
    case_id: str | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it stands now: the fold of its history, kept for lists and moves.

    Beside the fold: the account that it is assigned to, the one that holds it for a
    while, the code that another system gave it, and the channel of the one-stop rules
    (1 at a counter, 2 online, 3 by post; None where nobody handed it in), and the
    number of the change of the holidays up to which its days are counted.
    """

    tenant_id: str
    id: str
    code: str
    matter_id: str
    step_id: str | None
    procedure: str
    edition_digest: str
    version: int
    instance: Json
    clock: list[Json]
    head_hash: str
    status: int | None
    owner_role: str | None
    office_id: str | None
    applicant: str
    opened_at: datetime
    received_at: datetime | None
    since: datetime
    due_on: date
    appointment: date | None
    stop_reason: str | None
    faults: int
    ended_at: datetime | None
    outcome: str | None
    assignee_id: str | None = None
    held_by: str | None = None
    held_until: datetime | None = None
    external_code: str | None = None
    channel: int | None = None
    counted_with: int = 0


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One line of the history; ``body`` is what the hash covers."""

    tenant_id: str
    case_id: str
    seq: int
    at: datetime
    body: Json
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A case that another case opened, under the name it has in the chart.

    ``revision`` is the newest correction of the parent that the child has heard.
    """

    tenant_id: str
    parent_id: str
    child_id: str
    name: str
    outbox_id: str
    revision: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An effect that waits, was done, or needs a person.

    ``request_id`` is the request in which it was asked for, None outside of one.
    """

    tenant_id: str
    id: str
    case_id: str
    lane: str
    seq: int
    n: int
    kind: str
    body: Json
    created_at: datetime
    due_at: datetime
    tries: int
    done_at: datetime | None
    failed_at: datetime | None
    error: str | None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A message that came in, kept raw, once by its id.

    ``typed_at`` is the office whose clerk typed it from a paper; None for one by wire.
    """

    tenant_id: str
    message_id: str
    source: str
    case_id: str | None
    event: str | None
    body: Json | None
    raw: str | None
    received_at: datetime
    state: str
    error: str | None
    done_at: datetime | None
    typed_at: str | None = None


@dataclass(frozen=True, slots=True)
class TimerRow:
    """An event that will be raised by itself."""

    tenant_id: str
    case_id: str
    state: str
    event: str
    due_at: datetime
    armed_seq: int


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office: its kind here, and the kinds of the packages that it is.

    ``communes`` are those that it serves, None the whole province. Where it is closed
    for good, no new case goes.
    """

    tenant_id: str
    id: str
    kind: str
    kinds: list[str]
    name: str
    communes: list[str] | None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person who signs in by name and password."""

    tenant_id: str
    id: str
    name: str
    password_hash: str
    display_name: str
    kind: str
    office_id: str | None
    disabled_at: datetime | None
    last_used_at: datetime | None
    duties: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A sign-in that is still open: of an account, or of a citizen to one matter.

    A citizen who signed in by her identity may have no matter open yet.
    """

    tenant_id: str
    token_hash: str
    account_id: str | None
    matter_id: str | None
    created_at: datetime
    seen_at: datetime
    identity_id: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """What a citizen allows one helper to do, and until when."""

    tenant_id: str
    id: str
    matter_id: str
    account_id: str
    scope: list[str]
    given_by: str
    given_at: datetime
    ends_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A stored paper without its content.

    ``made_from`` tells the page that it was rendered from; None when it was not.
    """

    tenant_id: str
    id: str
    matter_id: str
    case_id: str | None
    form: str
    name: str
    media_type: str
    sha256: str
    created_at: datetime
    made_from: str | None = None


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Who looked at what, and when; why, where a reason is asked for."""

    at: datetime
    who: str
    office_id: str | None
    on_behalf_of: str | None
    what: str
    case_id: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """A message to a person, and whether it left."""

    outbox_id: str
    case_id: str
    who: str
    template: str
    text: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """The money ledger of one case."""

    tenant_id: str
    case_id: str
    version: int
    ledger: Any
    open: bool


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment by its voucher."""

    tenant_id: str
    voucher: str
    case_id: str
    line: str
    amount: int
    by: str
    at: datetime

"""Effects that wait, messages that came, timers that run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    insert,
    select,
    text,
    tuple_,
    update,
)

from service.observability import request_id
from service.persistence.rows import InboxRow, OutboxRow, TimerRow, columns_of
from service.persistence.sealing import placed
from service.persistence.tables.cases import timer
from service.persistence.tables.queues import inbox, outbox
from service.persistence.upsert import put

_OPEN = outbox.c.done_at.is_(None) & outbox.c.failed_at.is_(None)
_earlier = outbox.alias("earlier")
# The order of one case and lane is kept: a row goes only when none before it waits.
_FIRST_OF_CASE = ~(
    select(_earlier.c.id)
    .where(_earlier.c.tenant_id == outbox.c.tenant_id)
    .where(_earlier.c.case_id == outbox.c.case_id)
    .where(_earlier.c.lane == outbox.c.lane)
    .where(_earlier.c.done_at.is_(None), _earlier.c.failed_at.is_(None))
    .where(tuple_(_earlier.c.seq, _earlier.c.n) < tuple_(outbox.c.seq, outbox.c.n))
    .exists()
)
_CLAIM = (
    select(outbox)
    .where(_OPEN, outbox.c.due_at <= bindparam("now"), _FIRST_OF_CASE)
    .order_by(outbox.c.created_at, outbox.c.id)
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True)
)
_ONE = (
    select(outbox)
    .where(outbox.c.tenant_id == bindparam("tenant"), outbox.c.id == bindparam("id"))
    .where(_OPEN)
    .with_for_update(skip_locked=True)
)
_ADD_OUT = insert(outbox)
_DISARM = delete(timer).where(
    timer.c.tenant_id == bindparam("tenant"), timer.c.case_id == bindparam("id")
)
_DISARM_STATE = _DISARM.where(timer.c.state == bindparam("state"))
_earlier_in = inbox.alias("earlier")
# Messages to one case are worked on in the order in which they came.
_FIRST_TO_CASE = ~(
    select(_earlier_in.c.message_id)
    .where(_earlier_in.c.tenant_id == inbox.c.tenant_id)
    .where(_earlier_in.c.case_id == inbox.c.case_id)
    .where(_earlier_in.c.state == "open")
    .where(
        tuple_(_earlier_in.c.received_at, _earlier_in.c.message_id)
        < tuple_(inbox.c.received_at, inbox.c.message_id)
    )
    .exists()
)
# Written out, so that SQLite sees that its index of these rows serves.
_SECOND = text("inbox.state = 'second'")
_NEXT_IN = (
    select(inbox)
    .where(inbox.c.state == "open", _FIRST_TO_CASE)
    .order_by(inbox.c.received_at, inbox.c.message_id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Queues:
    """Outbox, inbox and timers, inside one transaction."""

    connection: Connection

    # --- outbox ---------------------------------------------------------------------

    def put_out(self, rows: Sequence[OutboxRow]) -> None:
        """Store effects with the move that asks for them, and the request under way."""
        asked = {"request_id": request_id() or None}
        if rows:
            values = [placed(outbox, columns_of(row) | asked) for row in rows]
            self.connection.execute(_ADD_OUT, values)

    def due_out(self, now: datetime, batch: int) -> tuple[OutboxRow, ...]:
        """Return effects that may be done now, the first of each case and lane.

        On PostgreSQL rows that another worker holds are passed over.
        """
        found = self.connection.execute(_CLAIM, {"now": now, "batch": batch})
        return tuple(OutboxRow(**row) for row in found.mappings())

    def hold_out(self, row: OutboxRow) -> OutboxRow | None:
        """Take one effect to do it in this transaction; None when it is gone."""
        found = self.connection.execute(_ONE, {"tenant": row.tenant_id, "id": row.id})
        held = found.mappings().first()
        return OutboxRow(**held) if held else None

    def change_out(self, row: OutboxRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Say that an effect was done, or is tried again later, or needs a person."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.tenant_id == row.tenant_id, outbox.c.id == row.id)
            .values(placed(outbox, changes, columns_of(row)))
        )

    def out_by_id(self, tenant: str, outbox_id: str) -> OutboxRow | None:
        """Return one effect, whatever its state."""
        found = self.connection.execute(
            select(outbox).where(outbox.c.tenant_id == tenant, outbox.c.id == outbox_id)
        )
        row = found.mappings().first()
        return OutboxRow(**row) if row else None

    def out_of_move(self, tenant: str, case_id: str, seq: int) -> tuple[OutboxRow, ...]:
        """Return the effects of one move."""
        found = self.connection.execute(
            select(outbox).where(
                outbox.c.tenant_id == tenant,
                outbox.c.case_id == case_id,
                outbox.c.seq == seq,
            )
        )
        return tuple(OutboxRow(**row) for row in found.mappings())

    def next_out_at(self) -> datetime | None:
        """Return when the next effect is due, if any waits."""
        found = self.connection.execute(
            select(outbox.c.due_at).where(_OPEN).order_by(outbox.c.due_at).limit(1)
        )
        return found.scalar()

    # --- inbox ----------------------------------------------------------------------

    def put_in(self, row: InboxRow) -> bool:
        """Keep a message; return False when its id was there before."""
        values = columns_of(row)
        key = {name: values.pop(name) for name in ("tenant_id", "message_id")}
        return put(self.connection, inbox, key, values, replace=False)

    def next_in(self) -> InboxRow | None:
        """Return the oldest message that was not worked on, held for this worker."""
        row = self.connection.execute(_NEXT_IN).mappings().first()
        return InboxRow(**row) if row else None

    def change_in(self, row: InboxRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Say what became of a message."""
        self.connection.execute(
            update(inbox)
            .where(inbox.c.tenant_id == row.tenant_id)
            .where(inbox.c.message_id == row.message_id)
            .values(placed(inbox, changes, columns_of(row)))
        )

    def in_by_id(self, tenant: str, message_id: str) -> InboxRow | None:
        """Return one message, whatever its state."""
        found = self.connection.execute(
            select(inbox).where(
                inbox.c.tenant_id == tenant, inbox.c.message_id == message_id
            )
        )
        row = found.mappings().first()
        return InboxRow(**row) if row else None

    def came_since(
        self, tenant: str, source: str, since: datetime
    ) -> tuple[InboxRow, ...]:
        """Return the readable messages of an office since an instant, oldest first."""
        found = self.connection.execute(
            select(inbox)
            .where(inbox.c.tenant_id == tenant, inbox.c.source == source)
            .where(inbox.c.received_at >= since, inbox.c.body.is_not(None))
            .order_by(inbox.c.received_at, inbox.c.message_id)
        )
        return tuple(InboxRow(**row) for row in found.mappings())

    def typed_waiting(self, tenant: str, case_id: str) -> tuple[InboxRow, ...]:
        """Return papers typed on a case that a second person has not let count."""
        found = self.connection.execute(
            select(inbox).where(
                inbox.c.tenant_id == tenant,
                inbox.c.case_id == case_id,
                inbox.c.state.in_(("second", "returned")),
            )
        )
        return tuple(InboxRow(**row) for row in found.mappings())

    def typed_in(
        self, tenant: str, office_id: str, most: int = 200
    ) -> tuple[InboxRow, ...]:
        """Return papers that an office typed and that wait for a second person there.

        Those that wait longest come first.
        """
        found = self.connection.execute(
            select(inbox)
            .where(inbox.c.tenant_id == tenant, _SECOND)
            .where(inbox.c.typed_at == office_id)
            .order_by(inbox.c.received_at, inbox.c.message_id)
            .limit(most)
        )
        return tuple(InboxRow(**row) for row in found.mappings())

    # --- timers ---------------------------------------------------------------------

    def arm(self, row: TimerRow) -> None:
        """Set a timer; a running one of the same state and event starts anew."""
        values = columns_of(row)
        key = {
            name: values.pop(name)
            for name in ("tenant_id", "case_id", "state", "event")
        }
        put(self.connection, timer, key, values)

    def disarm(self, tenant: str, case_id: str, state: str | None = None) -> None:
        """Take back the timers of a state, or all of a case."""
        key = {"tenant": tenant, "id": case_id}
        if state is None:
            self.connection.execute(_DISARM, key)
        else:
            self.connection.execute(_DISARM_STATE, {**key, "state": state})

    def drop_timer(self, row: TimerRow) -> bool:
        """Take one timer; False when somebody else did, or it was set anew."""
        found = self.connection.execute(
            delete(timer).where(
                timer.c.tenant_id == row.tenant_id,
                timer.c.case_id == row.case_id,
                timer.c.state == row.state,
                timer.c.event == row.event,
                timer.c.armed_seq == row.armed_seq,
            )
        )
        return found.rowcount == 1

    def due_timers(self, now: datetime, batch: int) -> tuple[TimerRow, ...]:
        """Return timers that ran out."""
        found = self.connection.execute(
            select(timer)
            .where(timer.c.due_at <= now)
            .order_by(timer.c.due_at)
            .limit(batch)
        )
        return tuple(TimerRow(**row) for row in found.mappings())

    def timers_of(self, tenant: str, case_id: str) -> tuple[TimerRow, ...]:
        """Return the running timers of a case."""
        found = self.connection.execute(
            select(timer).where(timer.c.tenant_id == tenant, timer.c.case_id == case_id)
        )
        return tuple(TimerRow(**row) for row in found.mappings())

    def next_timer_at(self) -> datetime | None:
        """Return when the next timer runs out, if any runs."""
        found = self.connection.execute(
            select(timer.c.due_at).order_by(timer.c.due_at).limit(1)
        )
        return found.scalar()

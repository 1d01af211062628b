"""Messages and effects that need a person, and what people did about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    insert,
    or_,
    select,
    tuple_,
)
from sqlalchemy import update as change

from service.persistence.rows import InboxRow, OutboxRow
from service.persistence.tables.cases import case_office
from service.persistence.tables.queues import fault_act, inbox, outbox

STATES = ("fault", "quarantined")
# In the words of the partial index, for SQLite to see that it fits.
_FAILED_IN = inbox.c.state.in_(
    bindparam("failed", STATES, expanding=True, literal_execute=True)
)
_FAILED_OUT = outbox.c.failed_at.is_not(None)

# Where a page of faults goes on: after this instant and this id.
After = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class FaultActRow:
    """What a person did about a fault: ``act`` is retry or dismiss, with the reason.

    ``error`` is why it had needed a person, as it stood then.
    """

    tenant_id: str
    id: str
    fault_id: str
    case_id: str | None
    at: datetime
    who: str
    account_id: str | None
    office_id: str | None
    act: str
    reason: str | None
    error: str


_ACT_COLUMNS = [fault_act.c[item.name] for item in fields(FaultActRow)]


@dataclass(frozen=True, slots=True)
class Faults:
    """Queries about what needs a person, inside one transaction."""

    connection: Connection

    def messages(
        self,
        tenant: str,
        *,
        office: str | None,
        sources: Collection[str],
        after: After | None,
        limit: int,
    ) -> tuple[InboxRow, ...]:
        """Return messages that nobody took, oldest first.

        With an office only those about cases in which it plays a role, and those from
        the ``sources`` that name no case we know.
        """
        stray = inbox.c.case_id.is_(None) & inbox.c.source.in_(sources)
        query = (
            select(inbox)
            .where(inbox.c.tenant_id == tenant, _FAILED_IN)
            .order_by(inbox.c.received_at, inbox.c.message_id)
            .limit(limit)
        )
        if office is not None:
            query = query.where(or_(stray, _of_office(inbox, tenant, office)))
        if after is not None:
            place = tuple_(inbox.c.received_at, inbox.c.message_id)
            query = query.where(place > after)
        found = self.connection.execute(query)
        return tuple(InboxRow(**row) for row in found.mappings())

    def effects(
        self, tenant: str, *, office: str | None, after: After | None, limit: int
    ) -> tuple[OutboxRow, ...]:
        """Return effects that could not be done, the first that failed first."""
        query = (
            select(outbox)
            .where(outbox.c.tenant_id == tenant, _FAILED_OUT)
            .order_by(outbox.c.failed_at, outbox.c.id)
            .limit(limit)
        )
        if office is not None:
            query = query.where(_of_office(outbox, tenant, office))
        if after is not None:
            query = query.where(tuple_(outbox.c.failed_at, outbox.c.id) > after)
        found = self.connection.execute(query)
        return tuple(OutboxRow(**row) for row in found.mappings())

    def of_case(
        self, tenant: str, case_id: str
    ) -> tuple[tuple[InboxRow, ...], tuple[OutboxRow, ...]]:
        """Return the messages and the effects of one case that need a person."""
        taken = self.connection.execute(
            select(inbox).where(
                inbox.c.tenant_id == tenant, inbox.c.case_id == case_id, _FAILED_IN
            )
        )
        done = self.connection.execute(
            select(outbox).where(
                outbox.c.tenant_id == tenant, outbox.c.case_id == case_id, _FAILED_OUT
            )
        )
        return (
            tuple(InboxRow(**row) for row in taken.mappings()),
            tuple(OutboxRow(**row) for row in done.mappings()),
        )

    def quarantined(
        self, tenant: str, source: str, why: str, since: datetime, most: int
    ) -> int:
        """Return how many messages lie in quarantine for one reason, up to ``most``."""
        found = self.connection.execute(
            select(inbox.c.message_id)
            .where(inbox.c.tenant_id == tenant, _FAILED_IN)
            .where(inbox.c.state == "quarantined", inbox.c.source == source)
            .where(inbox.c.error == why, inbox.c.received_at > since)
            .limit(most)
        )
        return len(found.all())

    def settle_message(self, row: InboxRow, **changes: Any) -> bool:  # noqa: ANN401  columns
        """Change a message that needs a person; False when it no longer does."""
        found = self.connection.execute(
            change(inbox)
            .where(inbox.c.tenant_id == row.tenant_id)
            .where(inbox.c.message_id == row.message_id, _FAILED_IN)
            .values(**changes)
        )
        return found.rowcount == 1

    def settle_effect(self, row: OutboxRow, **changes: Any) -> bool:  # noqa: ANN401  columns
        """Change an effect that needs a person; False when it no longer does."""
        found = self.connection.execute(
            change(outbox)
            .where(outbox.c.tenant_id == row.tenant_id, outbox.c.id == row.id)
            .where(_FAILED_OUT)
            .values(**changes)
        )
        return found.rowcount == 1

    def add_act(self, row: FaultActRow) -> None:
        """Keep what somebody did about a fault."""
        self.connection.execute(insert(fault_act), asdict(row))

    def acts(
        self, tenant: str, office: str | None, limit: int
    ) -> tuple[FaultActRow, ...]:
        """Return what was done about faults lately, by anybody or in one office."""
        query = (
            select(*_ACT_COLUMNS)
            .where(fault_act.c.tenant_id == tenant)
            .order_by(fault_act.c.at.desc(), fault_act.c.id)
            .limit(limit)
        )
        if office is not None:
            query = query.where(fault_act.c.office_id == office)
        return tuple(FaultActRow(*row) for row in self.connection.execute(query))

    def last_act(self, tenant: str, fault_id: str) -> FaultActRow | None:
        """Return who settled a fault last."""
        found = self.connection.execute(
            select(*_ACT_COLUMNS)
            .where(fault_act.c.tenant_id == tenant, fault_act.c.fault_id == fault_id)
            .order_by(fault_act.c.at.desc())
            .limit(1)
        ).first()
        return FaultActRow(*found) if found else None


def _of_office(table: Table, tenant: str, office: str) -> ColumnElement[bool]:
    """Return whether a row is about a case in which the office plays a role."""
    return (
        select(case_office.c.case_id)
        .where(case_office.c.tenant_id == tenant)
        .where(case_office.c.case_id == table.c.case_id)
        .where(case_office.c.office_id == office)
        .exists()
    )

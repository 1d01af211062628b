"""Matters that nobody may erase until a day, because a paper says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, select, update

from service.persistence.sealing import placed
from service.persistence.tables.custody import legal_hold
from service.persistence.upsert import put

ASKED, HELD, ENDED, REFUSED = "asked", "held", "ended", "refused"


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold: asked by one administrator, in force when another has confirmed it.

    It ends with its last day, or when two administrators let go of it before.
    """

    tenant_id: str
    id: str
    matter_id: str
    reason: str
    paper_number: str
    until_day: date
    state: str
    asked_id: str
    asked_name: str
    asked_at: datetime
    held_by: str | None = None
    held_at: datetime | None = None
    off_asked_id: str | None = None
    off_asked_name: str | None = None
    off_reason: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None

    def holds(self, day: date) -> bool:
        """Return whether nothing of the matter may be erased on the day."""
        return self.state == HELD and day <= self.until_day


_HOLD = [legal_hold.c[item.name] for item in fields(HoldRow)]


def not_held(table: Table, day: date) -> ColumnElement[bool]:
    """Return what tells the rows of a table whose matter is under no hold on a day."""
    return ~exists().where(
        legal_hold.c.tenant_id == table.c.tenant_id,
        legal_hold.c.matter_id == table.c.matter_id,
        legal_hold.c.state == HELD,
        legal_hold.c.until_day >= day,
    )


@dataclass(frozen=True, slots=True)
class Holds:
    """Queries about holds, inside one transaction."""

    connection: Connection

    def add(self, row: HoldRow) -> bool:
        """Store a hold; False when one with its id was there before."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, legal_hold, key, values, replace=False)

    def change(self, row: HoldRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Say what became of a hold."""
        self.connection.execute(
            update(legal_hold)
            .where(legal_hold.c.tenant_id == row.tenant_id, legal_hold.c.id == row.id)
            .values(placed(legal_hold, changes, asdict(row)))
        )

    def by_id(self, tenant: str, hold_id: str) -> HoldRow | None:
        """Return one hold, held until the end of a writing transaction."""
        found = self.connection.execute(
            select(*_HOLD)
            .where(legal_hold.c.tenant_id == tenant, legal_hold.c.id == hold_id)
            .with_for_update()
        ).first()
        return HoldRow(*found) if found else None

    def of_matters(self, tenant: str, matter_ids: Sequence[str]) -> tuple[HoldRow, ...]:
        """Return every hold of some matters, the newest first."""
        found = self.connection.execute(
            select(*_HOLD)
            .where(legal_hold.c.tenant_id == tenant)
            .where(legal_hold.c.matter_id.in_(matter_ids))
            .order_by(legal_hold.c.asked_at.desc(), legal_hold.c.id)
        )
        return tuple(HoldRow(*row) for row in found)

    def open(self, tenant: str) -> tuple[HoldRow, ...]:
        """Return holds that were neither refused nor ended, the next to end first."""
        found = self.connection.execute(
            select(*_HOLD)
            .where(legal_hold.c.tenant_id == tenant, legal_hold.c.ended_at.is_(None))
            .order_by(legal_hold.c.until_day, legal_hold.c.id)
            .limit(200)
        )
        return tuple(HoldRow(*row) for row in found)

"""What a practice room notes, and which completion sheets were printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from service.persistence.rows import MatterRow
from service.persistence.tables.matters import matter, practice_note, practice_sheet
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A completion sheet of a helper: its number, the day, and the exercises done.

    No name stands in it but through the account.
    """

    tenant_id: str
    number: str
    account_id: str
    on_day: date
    exercises: list[str]


@dataclass(frozen=True, slots=True)
class Practice:
    """Queries about practising, inside one transaction.

    Notes are written in the database of a room only, sheets in the real one only.
    """

    connection: Connection

    def note(self, tenant: str, key: str) -> dict[str, Any] | None:
        """Return a note of the room, None when nothing was noted under the key."""
        found = self.connection.execute(
            select(practice_note.c.body).where(
                practice_note.c.tenant_id == tenant, practice_note.c.key == key
            )
        )
        return found.scalar()

    def put_note(self, tenant: str, key: str, body: Mapping[str, Any]) -> None:
        """Write a note of the room, over what stood there."""
        put(
            self.connection,
            practice_note,
            {"tenant_id": tenant, "key": key},
            {"body": dict(body)},
        )

    def matters_since(self, tenant: str, at: datetime) -> tuple[MatterRow, ...]:
        """Return the matters that were opened at the instant or later, oldest first."""
        found = self.connection.execute(
            select(matter)
            .where(matter.c.tenant_id == tenant, matter.c.opened_at >= at)
            .order_by(matter.c.opened_at)
        )
        return tuple(MatterRow(**row) for row in found.mappings())

    def add_sheet(self, row: SheetRow) -> None:
        """Store a completion sheet; the same number again changes nothing."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "number")}
        put(self.connection, practice_sheet, key, values, replace=False)

    def sheet(self, tenant: str, number: str) -> SheetRow | None:
        """Return the completion sheet with the number."""
        found = self.connection.execute(
            select(practice_sheet).where(
                practice_sheet.c.tenant_id == tenant, practice_sheet.c.number == number
            )
        )
        row = found.mappings().first()
        return SheetRow(**row) if row else None

    def sheets_of(self, tenant: str, account_id: str) -> tuple[SheetRow, ...]:
        """Return the completion sheets of a helper, newest first."""
        found = self.connection.execute(
            select(practice_sheet)
            .where(
                practice_sheet.c.tenant_id == tenant,
                practice_sheet.c.account_id == account_id,
            )
            .order_by(practice_sheet.c.on_day.desc(), practice_sheet.c.number)
        )
        return tuple(SheetRow(**row) for row in found.mappings())

"""What outside offices said about cases, by wire or on paper, each paper once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from service.persistence.exchange_tables import office_word
from service.persistence.rows import Json
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class OfficeWordRow:
    """One thing that an office said.

    ``name`` is what a paper is known by, or the id of the message where there is no
    paper. ``entered`` tells who typed it here, None when it came by wire. ``moved``:
    the case moved by it; else it is kept for people to read. ``again_at``: it came a
    second time, by another way, and said the same.
    """

    tenant_id: str
    office: str
    name: str
    case_id: str
    message_id: str
    what: str
    number: str
    day: date | None
    said: Json
    entered: Json | None
    at: datetime
    moved: bool
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """Queries about what offices said, inside one transaction."""

    connection: Connection

    def add(self, row: OfficeWordRow) -> bool:
        """Keep a word; False when one of that name was there before."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "office", "name")}
        return put(self.connection, office_word, key, values, replace=False)

    def by_name(self, tenant: str, office: str, name: str) -> OfficeWordRow | None:
        """Return the word of an office that is known by a name."""
        found = self.connection.execute(
            select(office_word).where(
                office_word.c.tenant_id == tenant,
                office_word.c.office == office,
                office_word.c.name == name,
            )
        )
        row = found.mappings().first()
        return None if row is None else OfficeWordRow(**row)

    def of_case(self, tenant: str, case_id: str) -> tuple[OfficeWordRow, ...]:
        """Return what was said about a case, newest first."""
        found = self.connection.execute(
            select(office_word)
            .where(office_word.c.tenant_id == tenant, office_word.c.case_id == case_id)
            .order_by(office_word.c.at.desc(), office_word.c.name)
        )
        return tuple(OfficeWordRow(**row) for row in found.mappings())

    def came_again(self, row: OfficeWordRow, at: datetime) -> None:
        """Note that a paper came a second time and said the same."""
        self.connection.execute(
            update(office_word)
            .where(
                office_word.c.tenant_id == row.tenant_id,
                office_word.c.office == row.office,
                office_word.c.name == row.name,
            )
            .values(again_at=at)
        )

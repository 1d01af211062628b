"""What clerks keep beside a case: notes of an office, visits to others' dossiers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, select

from service.persistence.tables.cases import case_note, case_visit
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note that an office keeps for itself; it is written once and never changed."""

    tenant_id: str
    id: str
    case_id: str
    office_id: str
    account_id: str | None
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitRow:
    """Why somebody reads a dossier that is not his office's, and until when he may."""

    tenant_id: str
    case_id: str
    account_id: str
    reason: str
    at: datetime
    ends_at: datetime


_NOTE_COLUMNS = [case_note.c[item.name] for item in fields(NoteRow)]
_VISIT_COLUMNS = [case_visit.c[item.name] for item in fields(VisitRow)]


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """Queries about what stands beside cases, inside one transaction."""

    connection: Connection

    def add_note(self, row: NoteRow) -> bool:
        """Store a note; False when one with its id was there before."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, case_note, key, values, replace=False)

    def notes(
        self, tenant: str, case_id: str, office_id: str, most: int
    ) -> tuple[NoteRow, ...]:
        """Return the notes of one office on a case, newest first, at most so many."""
        found = self.connection.execute(
            select(*_NOTE_COLUMNS)
            .where(
                case_note.c.tenant_id == tenant,
                case_note.c.case_id == case_id,
                case_note.c.office_id == office_id,
            )
            .order_by(case_note.c.at.desc(), case_note.c.id)
            .limit(most)
        )
        return tuple(NoteRow(*row) for row in found)

    def noted(
        self, tenant: str, case_ids: Collection[str]
    ) -> tuple[tuple[str, str, datetime], ...]:
        """Return which office wrote a note on which case and when, oldest first.

        The words of the notes stay with the offices.
        """
        found = self.connection.execute(
            select(case_note.c.case_id, case_note.c.office_id, case_note.c.at)
            .where(case_note.c.tenant_id == tenant, case_note.c.case_id.in_(case_ids))
            .order_by(case_note.c.case_id, case_note.c.at, case_note.c.id)
        )
        return tuple((row.case_id, row.office_id, row.at) for row in found)

    def put_visit(self, row: VisitRow) -> None:
        """Let somebody read a dossier from now on, for the newest reason he gave."""
        values = asdict(row)
        key = {
            name: values.pop(name) for name in ("tenant_id", "case_id", "account_id")
        }
        put(self.connection, case_visit, key, values)

    def visit(self, tenant: str, case_id: str, account_id: str) -> VisitRow | None:
        """Return the newest visit of somebody to a dossier, over or not."""
        found = self.connection.execute(
            select(*_VISIT_COLUMNS).where(
                case_visit.c.tenant_id == tenant,
                case_visit.c.case_id == case_id,
                case_visit.c.account_id == account_id,
            )
        ).first()
        return VisitRow(*found) if found else None

"""Requests of people about their data, all that is stored of a matter, its erasure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from service.persistence.rows import Json
from service.persistence.sealing import opened, placed
from service.persistence.tables.columns import metadata
from service.persistence.tables.helping import consent
from service.persistence.tables.matters import draft, matter
from service.persistence.tables.people import idempotency, session
from service.persistence.tables.rights import erasure, rights_request
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What a person asked about her data, by when, and what was answered."""

    tenant_id: str
    id: str
    matter_id: str
    kind: str
    about: str
    asked_by: str
    received_at: datetime
    reply_by: date | None
    due_on: date | None
    replied_at: datetime | None
    answered_at: datetime | None
    outcome: str | None
    answer: str | None
    answered_by: str | None


@dataclass(frozen=True, slots=True)
class RightsRequests:
    """Queries about requests, and the erasure, inside one transaction."""

    connection: Connection

    def add(self, row: RequestRow) -> bool:
        """Store a request; False when one with its id was there before."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, rights_request, key, values, replace=False)

    def of_matter(self, tenant: str, matter_id: str) -> tuple[RequestRow, ...]:
        """Return the requests of a matter, newest first."""
        table = rights_request.c
        found = self.connection.execute(
            select(rights_request)
            .where(table.tenant_id == tenant, table.matter_id == matter_id)
            .order_by(table.received_at.desc(), table.id)
        )
        return tuple(RequestRow(**row) for row in found.mappings())

    def open(self, tenant: str) -> tuple[RequestRow, ...]:
        """Return requests that were not answered, those due first; at most 200."""
        table = rights_request.c
        found = self.connection.execute(
            select(rights_request)
            .where(table.tenant_id == tenant, table.answered_at.is_(None))
            .order_by(table.due_on, table.id)
            .limit(200)
        )
        return tuple(RequestRow(**row) for row in found.mappings())

    def by_id(self, tenant: str, request_id: str) -> RequestRow | None:
        """Return one request, held until the end."""
        table = rights_request.c
        found = self.connection.execute(
            select(rights_request)
            .where(table.tenant_id == tenant, table.id == request_id)
            .with_for_update()
        )
        row = found.mappings().first()
        return RequestRow(**row) if row else None

    def change(self, row: RequestRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Say what became of a request."""
        table = rights_request.c
        self.connection.execute(
            update(rights_request)
            .where(table.tenant_id == row.tenant_id, table.id == row.id)
            .values(placed(rights_request, changes, asdict(row)))
        )

    # --- sign-ins to a matter -------------------------------------------------------

    def sessions(self, tenant: str, matter_id: str) -> tuple[Json, ...]:
        """Return since when devices have the matter open, and when each was used."""
        found = self.connection.execute(
            select(session.c.created_at, session.c.seen_at)
            .where(session.c.tenant_id == tenant, session.c.matter_id == matter_id)
            .order_by(session.c.seen_at.desc())
        )
        return tuple(dict(row) for row in found.mappings())

    def close_others(self, tenant: str, matter_id: str, kept_hash: str) -> int:
        """End every sign-in to the matter but one; return how many."""
        found = self.connection.execute(
            delete(session)
            .where(session.c.tenant_id == tenant, session.c.matter_id == matter_id)
            .where(session.c.token_hash != kept_hash)
        )
        return found.rowcount

    # --- all that is stored -------------------------------------------------------

    def everything(self, tenant: str, matter_id: str) -> Iterator[tuple[str, Json]]:
        """Yield each row that belongs to the matter, with the name of its table."""
        for table in tables_of_matters():
            found = self.connection.execute(
                select(table).where(
                    table.c.tenant_id == tenant, table.c.matter_id == matter_id
                )
            )
            # Asked for in this order, SQLite would read the rows of the whole province.
            names = [column.name for column in table.primary_key]
            rows = [opened(self.connection, table, row) for row in found.mappings()]
            for row in sorted(rows, key=lambda row: [row[name] for name in names]):
                yield table.name, row

    def erase(self, tenant: str, matter_id: str, code: str, at: datetime) -> Json:
        """Remove a matter and every row about it; return how many of each table.

        What stays is one line that says when and how much. The database refuses when
        a case was ever opened in the matter: that history belongs to an office.
        """
        counts = {
            table.name: self._count(table, tenant, matter_id)
            for table in tables_of_matters()
        }
        rows = {name: count for name, count in counts.items() if count}
        self.connection.execute(
            insert(erasure),
            {"tenant_id": tenant, "matter_id": matter_id, "at": at, "rows": rows},
        )
        self._forget_what_people_sent(tenant, matter_id, code)
        for table in reversed(tables_of_matters()):
            self.connection.execute(
                delete(table).where(
                    table.c.tenant_id == tenant, table.c.matter_id == matter_id
                )
            )
        self.connection.execute(
            delete(matter).where(matter.c.tenant_id == tenant, matter.c.id == matter_id)
        )
        return rows

    def _count(self, table: Table, tenant: str, matter_id: str) -> int:
        found = self.connection.execute(
            select(table.c.tenant_id).where(
                table.c.tenant_id == tenant, table.c.matter_id == matter_id
            )
        )
        return len(found.all())

    def _forget_what_people_sent(self, tenant: str, matter_id: str, code: str) -> None:
        """Forget answers kept for repeats, and what was typed and not sent.

        What a helper sent may come back with its answer, under a key of the helper: so
        all answers to whoever was let in go. A repeat is then taken as new, and checked
        as such.
        """
        helpers = self.connection.execute(
            select(consent.c.account_id).where(
                consent.c.tenant_id == tenant, consent.c.matter_id == matter_id
            )
        ).scalars()
        for owner in {matter_id, *helpers}:
            self.connection.execute(
                delete(idempotency)
                .where(idempotency.c.tenant_id == tenant)
                .where(idempotency.c.owner == owner)
            )
            typed = delete(draft).where(
                draft.c.tenant_id == tenant, draft.c.owner == owner
            )
            if owner != matter_id:
                typed = typed.where(draft.c.form.startswith(f"{code}:"))
            self.connection.execute(typed)


def tables_of_matters() -> tuple[Table, ...]:
    """Return the tables whose rows each belong to one matter, in order of creation."""
    return tuple(
        table
        for table in metadata.sorted_tables
        if "matter_id" in table.c and table is not erasure
    )

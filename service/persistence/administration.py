"""What administrators decide: who signs for whom, and the log of what they changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from service.persistence.rows import Json
from service.persistence.tables.messages import message_wording
from service.persistence.tables.people import admin_log, delegation
from service.persistence.upsert import put

_PAGE = 50


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """Who (``giver_id``) lets whom sign in his place, both accounts of one office.

    It holds from ``from_day`` to ``until_day`` inclusive, legal days in Vietnam, unless
    it was ended before; the paper is the decision on which it rests.
    """

    tenant_id: str
    id: str
    office_id: str
    giver_id: str
    taker_id: str
    from_day: date
    until_day: date
    paper_number: str
    paper_day: date
    ended_at: datetime | None = None

    def holds(self, day: date) -> bool:
        """Return whether it is in force on the day and was not ended."""
        return self.ended_at is None and self.from_day <= day <= self.until_day


@dataclass(frozen=True, slots=True)
class AdminLogRow:
    """One change: who made it and when, of what, and how it stood before and after."""

    tenant_id: str
    at: datetime
    who: str
    account_id: str | None
    what: str
    subject: str
    before: Json | None
    after: Json | None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class WordingRow:
    """A wording of a message; ``text`` None is the program's own again."""

    tenant_id: str
    template: str
    version: int
    text: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Administration:
    """Queries of the administrator's pages, inside one transaction."""

    connection: Connection

    # --- who signs for whom -----------------------------------------------------------

    def add_delegation(self, row: DelegationRow) -> bool:
        """Store a delegation; False when this id is stored already."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, delegation, key, values, replace=False)

    def end_delegation(self, tenant: str, id_: str, at: datetime) -> bool:
        """End a delegation from now on; False when it is unknown or over already."""
        done = self.connection.execute(
            update(delegation)
            .where(delegation.c.tenant_id == tenant, delegation.c.id == id_)
            .where(delegation.c.ended_at.is_(None))
            .values(ended_at=at)
        )
        return done.rowcount == 1

    def delegation(self, tenant: str, id_: str) -> DelegationRow | None:
        """Return one delegation."""
        found = self.connection.execute(
            select(delegation).where(
                delegation.c.tenant_id == tenant, delegation.c.id == id_
            )
        )
        row = found.mappings().first()
        return DelegationRow(**row) if row else None

    def delegations_to(
        self, tenant: str, taker_id: str, since: date
    ) -> tuple[DelegationRow, ...]:
        """Return the delegations to an account that end on the day or later."""
        found = self.connection.execute(
            select(delegation)
            .where(delegation.c.tenant_id == tenant)
            .where(delegation.c.taker_id == taker_id)
            .where(delegation.c.until_day >= since)
            .order_by(delegation.c.until_day, delegation.c.id)
        )
        return tuple(DelegationRow(**row) for row in found.mappings())

    def delegations(self, tenant: str, since: date) -> tuple[DelegationRow, ...]:
        """Return those that end on the day or later, the next to end first."""
        found = self.connection.execute(
            select(delegation)
            .where(delegation.c.tenant_id == tenant, delegation.c.until_day >= since)
            .order_by(delegation.c.until_day, delegation.c.id)
        )
        return tuple(DelegationRow(**row) for row in found.mappings())

    # --- the words of messages --------------------------------------------------------

    def add_wording(self, row: WordingRow) -> bool:
        """Store a wording; False when this version is stored already."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "template", "version")}
        return put(self.connection, message_wording, key, values, replace=False)

    def wording(self, tenant: str, template: str) -> WordingRow | None:
        """Return the newest wording of a message, None when it was never changed."""
        found = self.connection.execute(
            select(message_wording)
            .where(message_wording.c.tenant_id == tenant)
            .where(message_wording.c.template == template)
            .order_by(message_wording.c.version.desc())
            .limit(1)
        )
        row = found.mappings().first()
        return WordingRow(**row) if row else None

    def wordings(self, tenant: str) -> tuple[WordingRow, ...]:
        """Return the newest wording of every message that was ever changed."""
        found = self.connection.execute(
            select(message_wording)
            .where(message_wording.c.tenant_id == tenant)
            .order_by(message_wording.c.template, message_wording.c.version)
        )
        newest = {row["template"]: WordingRow(**row) for row in found.mappings()}
        return tuple(newest.values())

    # --- the log ----------------------------------------------------------------------

    def note(self, row: AdminLogRow) -> None:
        """Write a change down; the id of the row is given by the database."""
        values = asdict(row)
        del values["id"]
        self.connection.execute(insert(admin_log), values)

    def log(
        self, tenant: str, before: int | None = None, most: int = _PAGE
    ) -> tuple[AdminLogRow, ...]:
        """Return changes, newest first; ``before`` is where the last page ended."""
        columns = [admin_log.c[item.name] for item in fields(AdminLogRow)]
        query = select(*columns).where(admin_log.c.tenant_id == tenant)
        if before is not None:
            query = query.where(admin_log.c.id < before)
        found = self.connection.execute(
            query.order_by(admin_log.c.id.desc()).limit(most)
        )
        return tuple(AdminLogRow(*row) for row in found)

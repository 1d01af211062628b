"""Offices, accounts, sessions, consents, and who looked at what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from service.persistence.rows import (
    AccessRow,
    AccountRow,
    ConsentRow,
    OfficeRow,
    SessionRow,
    columns_of,
)
from service.persistence.tables.helping import access_log, consent
from service.persistence.tables.people import account, office, session, throttle
from service.persistence.upsert import put

_OFFICES = (
    select(office)
    .where(office.c.tenant_id == bindparam("tenant"))
    .order_by(office.c.id)
)
_OFFICE = select(office).where(
    office.c.tenant_id == bindparam("tenant"), office.c.id == bindparam("id")
)
_SESSION = select(session).where(session.c.token_hash == bindparam("hash"))
_ACCOUNT = select(account).where(account.c.id == bindparam("id"))
_ADD_ACCESS = insert(access_log)
_CONSENTS = (
    select(consent)
    .where(consent.c.tenant_id == bindparam("tenant"))
    .order_by(consent.c.given_at.desc())
)
_CONSENTS_OF_MATTER = _CONSENTS.where(consent.c.matter_id == bindparam("id"))
_CONSENTS_OF_HELPER = _CONSENTS.where(consent.c.account_id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class People:
    """Queries about people and offices, inside one transaction."""

    connection: Connection

    # --- offices --------------------------------------------------------------------

    def put_office(self, row: OfficeRow) -> None:
        """Store an office, or change it."""
        values = columns_of(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        put(self.connection, office, key, values)

    def offices(self, tenant: str) -> tuple[OfficeRow, ...]:
        """Return the offices of a province."""
        found = self.connection.execute(_OFFICES, {"tenant": tenant})
        return tuple(OfficeRow(**row) for row in found.mappings())

    def office(self, tenant: str, office_id: str) -> OfficeRow | None:
        """Return one office."""
        found = self.connection.execute(_OFFICE, {"tenant": tenant, "id": office_id})
        row = found.mappings().first()
        return OfficeRow(**row) if row else None

    # --- accounts -------------------------------------------------------------------

    def add_account(self, row: AccountRow) -> bool:
        """Store an account; False when the name is taken."""
        values = columns_of(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, account, key, values, replace=False)

    def account_by_name(self, name: str) -> AccountRow | None:
        """Return the account of this name."""
        found = self.connection.execute(select(account).where(account.c.name == name))
        row = found.mappings().first()
        return AccountRow(**row) if row else None

    def accounts_after(
        self, tenant: str, after: str, office_id: str | None, most: int
    ) -> tuple[AccountRow, ...]:
        """Return accounts by name, after the given one, of an office if it is named."""
        query = (
            select(account)
            .where(account.c.tenant_id == tenant, account.c.name > after)
            .order_by(account.c.name)
            .limit(most)
        )
        if office_id is not None:
            query = query.where(account.c.office_id == office_id)
        found = self.connection.execute(query)
        return tuple(AccountRow(**row) for row in found.mappings())

    def duties_at(self, tenant: str, office_id: str) -> tuple[list[str], ...]:
        """Return the duties of each clerk of an office who may sign in."""
        found = self.connection.execute(
            select(account.c.duties)
            .where(account.c.tenant_id == tenant, account.c.office_id == office_id)
            .where(account.c.disabled_at.is_(None))
        )
        return tuple(found.scalars())

    def has_administrator(self, tenant: str) -> bool:
        """Return whether somebody, who is of no office, may administer the province."""
        found = self.connection.execute(
            select(account.c.id)
            .where(account.c.tenant_id == tenant, account.c.office_id.is_(None))
            .where(account.c.kind == "administrator", account.c.disabled_at.is_(None))
            .limit(1)
        )
        return found.first() is not None

    def change_account(self, account_id: str, **values: Any) -> None:  # noqa: ANN401  columns of account
        """Change columns of an account."""
        self.connection.execute(
            update(account).where(account.c.id == account_id).values(values)
        )

    def account(self, account_id: str) -> AccountRow | None:
        """Return the account."""
        row = self.connection.execute(_ACCOUNT, {"id": account_id}).mappings().first()
        return AccountRow(**row) if row else None

    def use_account(self, account_id: str, at: datetime) -> None:
        """Remember the last sign-in."""
        self.connection.execute(
            update(account).where(account.c.id == account_id).values(last_used_at=at)
        )

    # --- sessions -------------------------------------------------------------------

    def add_session(self, row: SessionRow) -> None:
        """Store a sign-in."""
        self.connection.execute(insert(session), columns_of(row))

    def session(self, token_hash: str) -> SessionRow | None:
        """Return the sign-in with this hash of its token."""
        row = self.connection.execute(_SESSION, {"hash": token_hash}).mappings().first()
        return SessionRow(**row) if row else None

    def see_session(self, token_hash: str, at: datetime) -> None:
        """Slide the idle time of a sign-in."""
        self.connection.execute(
            update(session).where(session.c.token_hash == token_hash).values(seen_at=at)
        )

    def drop_session(self, token_hash: str) -> None:
        """End a sign-in."""
        self.connection.execute(
            delete(session).where(session.c.token_hash == token_hash)
        )

    def drop_sessions_of_account(self, tenant: str, account_id: str) -> None:
        """End every sign-in with an account."""
        self.connection.execute(
            delete(session).where(
                session.c.tenant_id == tenant, session.c.account_id == account_id
            )
        )

    def drop_every_session(self, tenant: str) -> int:
        """End every sign-in of everybody; return how many there were."""
        ended = delete(session).where(session.c.tenant_id == tenant)
        return self.connection.execute(ended).rowcount

    def drop_sessions_of(self, tenant: str, matter_id: str) -> None:
        """End every sign-in of a citizen to a matter."""
        self.connection.execute(
            delete(session).where(
                session.c.tenant_id == tenant, session.c.matter_id == matter_id
            )
        )

    # --- tries ----------------------------------------------------------------------

    def count_try(
        self, tenant: str, key: str, now: datetime, window: timedelta
    ) -> tuple[datetime, int]:
        """Count a try; return since when tries are counted, and how many with this.

        Tries at the same moment queue for the row: each sees those before it.
        """
        named = {"tenant_id": tenant, "key": key}
        first = {"window_starts": now, "tries": 0}
        put(self.connection, throttle, named, first, replace=False)
        row = self.connection.execute(
            select(throttle)
            .where(throttle.c.tenant_id == tenant, throttle.c.key == key)
            .with_for_update()
        ).one()
        known = now - row.window_starts < window
        starts, tries = (row.window_starts, row.tries + 1) if known else (now, 1)
        self.set_tries(tenant, key, starts, tries)
        return starts, tries

    def set_tries(self, tenant: str, key: str, starts: datetime, tries: int) -> None:
        """Write the count of a key down."""
        put(
            self.connection,
            throttle,
            {"tenant_id": tenant, "key": key},
            {"window_starts": starts, "tries": tries},
        )

    # --- consent --------------------------------------------------------------------

    def add_consent(self, row: ConsentRow) -> None:
        """Store what a citizen allows a helper."""
        self.connection.execute(insert(consent), columns_of(row))

    def end_consent(self, tenant: str, consent_id: str, at: datetime) -> None:
        """End a consent from now on."""
        self.connection.execute(
            update(consent)
            .where(consent.c.tenant_id == tenant, consent.c.id == consent_id)
            .where(consent.c.ended_at.is_(None))
            .values(ended_at=at)
        )

    def name_consents(
        self, tenant: str, matter_id: str, unnamed: str, name: str
    ) -> None:
        """Write the name of who lets helpers in, where none was known at that time."""
        self.connection.execute(
            update(consent)
            .where(consent.c.tenant_id == tenant, consent.c.matter_id == matter_id)
            .where(consent.c.given_by == unnamed, consent.c.ended_at.is_(None))
            .values(given_by=name)
        )

    def consent(self, tenant: str, consent_id: str) -> ConsentRow | None:
        """Return one consent."""
        found = self.connection.execute(
            select(consent).where(
                consent.c.tenant_id == tenant, consent.c.id == consent_id
            )
        )
        row = found.mappings().first()
        return ConsentRow(**row) if row else None

    def consents(
        self,
        tenant: str,
        *,
        matter_id: str | None = None,
        account_id: str | None = None,
    ) -> tuple[ConsentRow, ...]:
        """Return the consents of a matter, or of a helper, newest first."""
        of_matter = matter_id is not None
        found = self.connection.execute(
            _CONSENTS_OF_MATTER if of_matter else _CONSENTS_OF_HELPER,
            {"tenant": tenant, "id": matter_id if of_matter else account_id},
        )
        return tuple(ConsentRow(**row) for row in found.mappings())

    # --- who looked -----------------------------------------------------------------

    def note_access(self, **values: Any) -> None:  # noqa: ANN401  columns of access_log
        """Write down that somebody looked at a matter or a case."""
        self.connection.execute(_ADD_ACCESS, values)

    def accesses(self, tenant: str, matter_id: str) -> tuple[AccessRow, ...]:
        """Return who looked at a matter, newest first, at most 200."""
        columns = [access_log.c[item.name] for item in fields(AccessRow)]
        found = self.connection.execute(
            select(*columns)
            .where(
                access_log.c.tenant_id == tenant, access_log.c.matter_id == matter_id
            )
            .order_by(access_log.c.at.desc())
            .limit(200)
        )
        return tuple(AccessRow(*row) for row in found)

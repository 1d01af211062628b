"""What other systems call a case, and cases of theirs that are only followed here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import Connection, delete, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from service.persistence.rows import CaseRow
from service.persistence.tables.cases import case
from service.persistence.tables.desks import followed_case
from service.persistence.upsert import put

_CASE = [case.c[item.name] for item in fields(CaseRow)]


@dataclass(frozen=True, slots=True)
class FollowedRow:
    """A case of another one-stop system, as its list told of it.

    All but the code is as it was read there; None where the list did not say it, and
    FAR where it told no day of return. ``status`` is one of the ten national codes;
    ``office_id`` is empty when the list was read for every counter.
    """

    tenant_id: str
    external_code: str
    procedure: str | None
    applicant: str | None
    received_on: date | None
    due_on: date
    returned_on: date | None
    status: int | None
    office: str | None
    office_id: str
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Outside:
    """Queries about codes of other systems, inside one transaction."""

    connection: Connection

    def case_by_external(self, tenant: str, code: str) -> CaseRow | None:
        """Return the case that another system knows by this code, letter for letter."""
        found = self.connection.execute(
            select(*_CASE)
            .where(case.c.tenant_id == tenant, case.c.external_code == code)
            .order_by(case.c.opened_at)
            .limit(1)
        ).first()
        return CaseRow(*found) if found else None

    def name(self, row: CaseRow, code: str) -> bool:
        """Say what another system calls a case; False when another case has the code.

        Two who give one code to two cases at once do not see each other before.
        """
        try:
            with self.connection.begin_nested():
                self._set(row, external_code=code)
        except IntegrityError:
            return False
        return True

    def set_channel(self, row: CaseRow, channel: int) -> None:
        """Say by which channel a dossier was handed in."""
        self._set(row, channel=channel)

    def _set(self, row: CaseRow, **values: object) -> None:
        self.connection.execute(
            update(case)
            .where(case.c.tenant_id == row.tenant_id, case.c.id == row.id)
            .values(**values)
        )

    def followed(self, tenant: str, code: str) -> FollowedRow | None:
        """Return a case of another system by its code there."""
        found = self.connection.execute(
            select(followed_case).where(
                followed_case.c.tenant_id == tenant,
                followed_case.c.external_code == code,
            )
        )
        row = found.mappings().first()
        return FollowedRow(**row) if row else None

    def follow(self, row: FollowedRow) -> bool:
        """Keep what a list says of a case of another system; False if it was known."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "external_code")}
        return put(self.connection, followed_case, key, values, replace=False)

    def refresh(self, row: FollowedRow) -> None:
        """Put what a newer list says in the place of what an older one said."""
        values = asdict(row)
        tenant, code = values.pop("tenant_id"), values.pop("external_code")
        self.connection.execute(
            update(followed_case)
            .where(
                followed_case.c.tenant_id == tenant,
                followed_case.c.external_code == code,
            )
            .values(**values)
        )

    def forget(self, tenant: str, code: str) -> None:
        """Stop following a case: it is one of ours now."""
        self.connection.execute(
            delete(followed_case).where(
                followed_case.c.tenant_id == tenant,
                followed_case.c.external_code == code,
            )
        )

    def page(
        self,
        tenant: str,
        offices: Collection[str],
        after: tuple[date, str] | None,
        limit: int,
        returned: Collection[int] = (),
    ) -> tuple[FollowedRow, ...]:
        """Return what offices follow and was not given back yet, by the due day.

        ``returned`` are the statuses of which a case was given back, whatever the day.
        """
        day, code = followed_case.c.due_on, followed_case.c.external_code
        query = select(followed_case).where(
            followed_case.c.tenant_id == tenant,
            followed_case.c.office_id.in_(offices),
            followed_case.c.returned_on.is_(None),
            or_(
                followed_case.c.status.is_(None),
                followed_case.c.status.not_in(returned),
            ),
        )
        if after is not None:
            query = query.where(tuple_(day, code) > after)
        found = self.connection.execute(query.order_by(day, code).limit(limit))
        return tuple(FollowedRow(**row) for row in found.mappings())

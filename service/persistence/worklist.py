"""The lists of a desk: pages by due day, who has a case, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    or_,
    select,
    tuple_,
    update,
)

from service.persistence import desk_counts
from service.persistence.desk_counts import CountKey, Drift, Tally
from service.persistence.rows import AccountRow, CaseRow
from service.persistence.tables.cases import case, case_assignee
from service.persistence.tables.people import account
from service.persistence.upsert import put

_COLUMNS = [case.c[item.name] for item in fields(CaseRow)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open cases of an office are listed.

    ``assignee`` is an account, or ``desk_counts.NOBODY`` for cases that nobody has;
    ``state`` a word of ``STATES``, or None for all but the drafts of citizens;
    ``until`` the last day that is near, for ``soon``.
    """

    tenant: str
    office_id: str
    today: date
    until: date
    assignee: str | None = None
    state: str | None = None
    procedure: str | None = None
    due_on: date | None = None


STATES = ("draft", "new", "stopped", "overdue", "today", "soon", "faults")


@dataclass(frozen=True, slots=True)
class Worklist:
    """Queries of the desk, inside one transaction."""

    connection: Connection

    def page(
        self, wanted: Wanted, after: tuple[date, str] | None, limit: int
    ) -> tuple[CaseRow, ...]:
        """Return open cases by due day, after the last one of a page."""
        query = select(*_COLUMNS).where(*_narrowed(wanted))
        if after is not None:
            query = query.where(tuple_(case.c.due_on, case.c.id) > after)
        found = self.connection.execute(
            query.order_by(case.c.due_on, case.c.id).limit(limit)
        )
        return tuple(CaseRow(*row) for row in found)

    def by_codes(
        self, tenant: str, office_id: str, codes: Iterable[str]
    ) -> tuple[CaseRow, ...]:
        """Return the open cases with these codes that are on the desk of an office."""
        found = self.connection.execute(
            select(*_COLUMNS)
            .where(case.c.code.in_(list(codes)), case.c.tenant_id == tenant)
            .where(case.c.office_id == office_id, case.c.ended_at.is_(None))
        )
        return tuple(CaseRow(*row) for row in found)

    def tallies(
        self, tenant: str, office_id: str, today: date, soon: date
    ) -> dict[tuple[str, str], Tally]:
        """Return how many cases of an office are in which condition, by what counts."""
        return desk_counts.tallies(self.connection, tenant, office_id, today, soon)

    def counts(
        self, tenant: str, office_id: str, kinds: Iterable[str]
    ) -> tuple[tuple[CountKey, int], ...]:
        """Return the counters of an office of these kinds, one for each day."""
        return desk_counts.rows_of(self.connection, tenant, office_id, kinds)

    # --- who has a case -------------------------------------------------------------

    def colleagues(self, tenant: str, office_id: str) -> tuple[AccountRow, ...]:
        """Return the accounts of an office, by name, those that ended too."""
        found = self.connection.execute(
            select(account)
            .where(account.c.tenant_id == tenant, account.c.office_id == office_id)
            .order_by(account.c.display_name, account.c.id)
        )
        return tuple(AccountRow(**row) for row in found.mappings())

    def hold(
        self, row: CaseRow, account_id: str | None, until: datetime | None
    ) -> None:
        """Let an account hold a case until an instant; None lets it go."""
        self._write(row, held_by=account_id, held_until=until)

    def assign(
        self, row: CaseRow, account_id: str | None, *, by: str, at: datetime
    ) -> None:
        """Give a case to an account of the office on whose desk it is, or to nobody.

        The row must be locked: its counters change with it.
        """
        key = {
            "tenant_id": row.tenant_id,
            "case_id": row.id,
            "office_id": row.office_id,
        }
        put(
            self.connection,
            case_assignee,
            key,
            {"account_id": account_id or desk_counts.NOBODY, "by": by, "at": at},
        )
        self._write(row, assignee_id=account_id)
        after = replace(row, assignee_id=account_id)
        desk_counts.recount(self.connection, row, after)

    def _write(self, row: CaseRow, **columns: Any) -> None:  # noqa: ANN401  columns
        self.connection.execute(
            update(case)
            .where(case.c.tenant_id == row.tenant_id, case.c.id == row.id)
            .values(**columns)
        )

    # --- the proof ------------------------------------------------------------------

    def drifts(self) -> tuple[Drift, ...]:
        """Return the counters of all desks that do not say how many cases there are."""
        return desk_counts.drifts(self.connection)

    def count_anew(self) -> None:
        """Let every counter say how many cases there are."""
        desk_counts.count_anew(self.connection)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [
        case.c.tenant_id == wanted.tenant,
        case.c.office_id == wanted.office_id,
        case.c.ended_at.is_(None),
    ]
    if wanted.assignee == desk_counts.NOBODY:
        found.append(case.c.assignee_id.is_(None))
    elif wanted.assignee is not None:
        found.append(case.c.assignee_id == wanted.assignee)
    if wanted.procedure is not None:
        found.append(case.c.procedure == wanted.procedure)
    if wanted.due_on is not None:
        found.append(case.c.due_on == wanted.due_on)
        found.append(case.c.stop_reason.is_(None))
    found.append(_condition(wanted))
    return found


def _condition(wanted: Wanted) -> ColumnElement[bool]:
    """Return what a case of the list is; days count only while its clock runs."""
    due, runs = case.c.due_on, case.c.stop_reason.is_(None)
    unreceived = case.c.received_at.is_(None)
    draft = and_(unreceived, case.c.owner_role == desk_counts.CITIZEN)
    handed_in = or_(
        case.c.received_at.is_not(None),
        case.c.owner_role.is_(None),
        case.c.owner_role != desk_counts.CITIZEN,
    )
    if wanted.state is None:
        return handed_in
    conditions: dict[str, ColumnElement[bool]] = {
        "draft": draft,
        "new": and_(unreceived, handed_in),
        "stopped": case.c.stop_reason.is_not(None),
        "overdue": and_(due < wanted.today, runs),
        "today": and_(due == wanted.today, runs),
        "soon": and_(due > wanted.today, due <= wanted.until, runs),
        "faults": case.c.faults > 0,
    }
    return conditions[wanted.state]

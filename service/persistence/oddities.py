"""What stands out in the use of accounts, counted by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from service.persistence.tables.cases import case_move
from service.persistence.tables.custody import (
    SHOWN,
    data_taken,
    oddity,
    oddity_day,
)
from service.persistence.tables.people import account, team_member
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class OddityRow:
    """A rule that an account went beyond on a day: how often, and how often usually."""

    tenant_id: str
    day: date
    account_id: str
    rule: str
    kind: str
    office_id: str | None
    team_id: str | None
    count: int
    usual: int
    noticed_at: datetime
    seen_by: str | None = None
    seen_at: datetime | None = None
    seen_words: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The accounts of an office or of a team of helpers; without either, all."""

    office_id: str | None = None
    team_id: str | None = None

    def has(self, place: Part) -> bool:
        """Return whether an account that belongs there is among them."""
        offices, teams = {None, place.office_id}, {None, place.team_id}
        return self.office_id in offices and self.team_id in teams


@dataclass(frozen=True, slots=True)
class UsedAccount:
    """An account that was used on a day, and where it belongs."""

    id: str
    kind: str
    office_id: str | None
    team_id: str | None


_ODDITY = [oddity.c[item.name] for item in fields(OddityRow)]


@dataclass(frozen=True, slots=True)
class Oddities:
    """Queries about what stands out, inside one transaction."""

    connection: Connection

    def counted(self, tenant: str, day: date) -> bool:
        """Return whether a day was counted."""
        found = self.connection.execute(
            select(oddity_day.c.day).where(
                oddity_day.c.tenant_id == tenant, oddity_day.c.day == day
            )
        )
        return found.first() is not None

    def count_day(self, tenant: str, day: date, at: datetime) -> bool:
        """Say that a day is counted; False when another process has counted it."""
        key = {"tenant_id": tenant, "day": day}
        return put(self.connection, oddity_day, key, {"counted_at": at}, replace=False)

    def used_since(self, tenant: str, since: datetime) -> tuple[UsedAccount, ...]:
        """Return the accounts that were used since an instant."""
        found = self.connection.execute(
            select(
                account.c.id, account.c.kind, account.c.office_id, team_member.c.team_id
            )
            .outerjoin(
                team_member,
                (team_member.c.tenant_id == account.c.tenant_id)
                & (team_member.c.account_id == account.c.id),
            )
            .where(account.c.tenant_id == tenant, account.c.last_used_at >= since)
            .order_by(account.c.id)
        )
        return tuple(UsedAccount(*row) for row in found)

    def moved(
        self, tenant: str, case_ids: Sequence[str], since: datetime, until: datetime
    ) -> frozenset[str]:
        """Return which of some cases were moved in a time, by whomever."""
        found = self.connection.execute(
            select(case_move.c.case_id)
            .distinct()
            .where(case_move.c.tenant_id == tenant, case_move.c.case_id.in_(case_ids))
            .where(case_move.c.at >= since, case_move.c.at < until)
        )
        return frozenset(found.scalars())

    def files(
        self, tenant: str, account_id: str, since: datetime, until: datetime
    ) -> int:
        """Return how many lists an account took out in a time."""
        found = self.connection.execute(
            select(func.count())
            .select_from(data_taken)
            .where(data_taken.c.tenant_id == tenant)
            .where(data_taken.c.account_id == account_id, data_taken.c.what != SHOWN)
            .where(data_taken.c.at >= since, data_taken.c.at < until)
        )
        return int(found.scalar_one())

    def add(self, row: OddityRow) -> None:
        """Store what stands out; what a person has seen already stays seen."""
        values = asdict(row)
        names = ("tenant_id", "day", "account_id", "rule")
        key = {name: values.pop(name) for name in names}
        put(self.connection, oddity, key, values, replace=False)

    def since(
        self, tenant: str, day: date, part: Part, most: int
    ) -> tuple[OddityRow, ...]:
        """Return what stands out from a day on in some accounts."""
        query = (
            select(*_ODDITY)
            .where(oddity.c.tenant_id == tenant, oddity.c.day >= day)
            .order_by(oddity.c.day.desc(), oddity.c.account_id, oddity.c.rule)
            .limit(most)
        )
        if part.office_id is not None:
            query = query.where(oddity.c.office_id == part.office_id)
        if part.team_id is not None:
            query = query.where(oddity.c.team_id == part.team_id)
        return tuple(OddityRow(*row) for row in self.connection.execute(query))

    def see(
        self, row_key: tuple[str, date, str, str], by: str, at: datetime, words: str
    ) -> bool:
        """Say that a person looked into it; False when somebody did before."""
        tenant, day, account_id, rule = row_key
        done = self.connection.execute(
            update(oddity)
            .where(oddity.c.tenant_id == tenant, oddity.c.day == day)
            .where(oddity.c.account_id == account_id, oddity.c.rule == rule)
            .where(oddity.c.seen_at.is_(None))
            .values(seen_by=by, seen_at=at, seen_words=words)
        )
        return done.rowcount == 1

    def belongs(self, tenant: str, day: date, account_id: str) -> Part:
        """Return where the account belonged whose day stood out, nowhere if none."""
        found = self.connection.execute(
            select(oddity.c.office_id, oddity.c.team_id)
            .where(oddity.c.tenant_id == tenant, oddity.c.day == day)
            .where(oddity.c.account_id == account_id)
            .limit(1)
        ).first()
        return Part(*found) if found else Part()

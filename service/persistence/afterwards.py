"""What stays of finished cases: how long the office took, and how it was rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from service.persistence.rows import columns_of
from service.persistence.tables.figures import finished_case, rating
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class FinishedRow:
    """A case that came to its good end; ``days`` are working days of office time."""

    tenant_id: str
    case_id: str
    procedure: str
    office_id: str
    days: int
    ended_on: date


@dataclass(frozen=True, slots=True)
class RatingRow:
    """What the citizen of a case says of the service: 1 (bad) to 5; no name."""

    tenant_id: str
    case_id: str
    matter_id: str
    office_id: str
    score: int
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Queries about finished cases, inside one transaction."""

    connection: Connection

    def add_finished(self, row: FinishedRow) -> None:
        """Store how long a case took, once."""
        values = columns_of(row)
        key = {name: values.pop(name) for name in ("tenant_id", "case_id")}
        put(self.connection, finished_case, key, values, replace=False)

    def days(
        self, tenant: str, procedure: str, office_id: str, limit: int
    ) -> tuple[int, ...]:
        """Return the days of the newest finished cases of one procedure and office."""
        found = self.connection.execute(
            select(finished_case.c.days)
            .where(
                finished_case.c.tenant_id == tenant,
                finished_case.c.procedure == procedure,
                finished_case.c.office_id == office_id,
            )
            .order_by(finished_case.c.ended_on.desc())
            .limit(limit)
        )
        return tuple(found.scalars())

    def put_rating(self, row: RatingRow) -> None:
        """Store what is said of the service in a case; a new word replaces the old."""
        values = columns_of(row)
        key = {name: values.pop(name) for name in ("tenant_id", "case_id")}
        put(self.connection, rating, key, values)

    def rating(self, tenant: str, case_id: str) -> RatingRow | None:
        """Return what was said of the service in a case."""
        found = self.connection.execute(
            select(rating).where(
                rating.c.tenant_id == tenant, rating.c.case_id == case_id
            )
        )
        row = found.mappings().first()
        return RatingRow(**row) if row else None

    def scores(self, tenant: str, office_id: str) -> dict[int, int]:
        """Count the ratings of an office by score; the index bounds it."""
        found = self.connection.execute(
            select(rating.c.score, func.count())
            .where(rating.c.tenant_id == tenant, rating.c.office_id == office_id)
            .group_by(rating.c.score)
        )
        return {int(score): int(count) for score, count in found}

"""What is counted of cases: each case once, and the sums of each month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from service.persistence.rows import Json
from service.persistence.tables.figures import figure_case, figure_month, figure_touched
from service.persistence.upsert import put

ALL = ""  # stands for every office, or every procedure
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A case as the figures count it; instants in ``supplements`` are ISO text."""

    tenant_id: str
    case_id: str
    code: str
    procedure: str
    office_id: str | None
    opened_at: datetime
    received_at: datetime | None
    appointment: date | None
    ended_at: datetime | None
    end_status: int | None
    status: int | None
    channel: int | None
    digitised: bool | None
    paid_online: bool | None
    supplements: list[Json]
    returns: list[Json]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """The figures of one month (its first day) for an office and a procedure."""

    tenant_id: str
    month: date
    office_id: str
    procedure: str
    body: Json
    counted_at: datetime


_COUNTED = [figure_case.c[item.name] for item in fields(CountedRow)]
_MONTH = [figure_month.c[item.name] for item in fields(MonthRow)]


@dataclass(frozen=True, slots=True)
class FigureStore:
    """Queries about figures, inside one transaction."""

    connection: Connection

    def touch(self, tenant: str, case_id: str, version: int) -> None:
        """Say that a case must be looked at anew, since it has this version."""
        key = {"tenant_id": tenant, "case_id": case_id}
        put(self.connection, figure_touched, key, {"version": version})

    def touched(self, tenant: str, limit: int) -> dict[str, int]:
        """Return ids of cases that must be looked at anew, with their versions."""
        found = self.connection.execute(
            select(figure_touched.c.case_id, figure_touched.c.version)
            .where(figure_touched.c.tenant_id == tenant)
            .order_by(figure_touched.c.case_id)
            .limit(limit)
        )
        return {row.case_id: row.version for row in found}

    def looked_at(self, tenant: str, versions: Mapping[str, int]) -> None:
        """Say that the cases were looked at; one that moved meanwhile stays."""
        for case_id, version in versions.items():
            self.connection.execute(
                delete(figure_touched).where(
                    figure_touched.c.tenant_id == tenant,
                    figure_touched.c.case_id == case_id,
                    figure_touched.c.version == version,
                )
            )

    def keep(self, row: CountedRow) -> None:
        """Write how a case is counted now."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "case_id")}
        put(self.connection, figure_case, key, values)

    def known(self, tenant: str, case_id: str) -> CountedRow | None:
        """Return how a case was counted before."""
        found = self.connection.execute(
            select(*_COUNTED).where(
                figure_case.c.tenant_id == tenant, figure_case.c.case_id == case_id
            )
        ).first()
        return CountedRow(*found) if found else None

    def between(
        self, tenant: str, since: datetime, until: datetime
    ) -> Iterator[CountedRow]:
        """Yield the cases that were on a desk at some time, by code.

        Opened before ``until``, and open still or ended at ``since`` or later: two
        indexes bound it.
        """
        found = self.connection.execute(
            select(*_COUNTED)
            .where(figure_case.c.tenant_id == tenant, figure_case.c.opened_at < until)
            .where(_not_over(since))
            .order_by(figure_case.c.code)
            .execution_options(yield_per=_BATCH)
        )
        for row in found:
            yield CountedRow(*row)

    def since(self, tenant: str) -> datetime | None:
        """Return the first instant that has a figure; None while nothing is counted.

        That is when a case first ended, or when the first of the open ones was opened.
        """
        of_tenant = figure_case.c.tenant_id == tenant
        queries = (
            select(func.min(figure_case.c.ended_at)).where(of_tenant),
            select(func.min(figure_case.c.opened_at)).where(
                of_tenant, figure_case.c.ended_at.is_(None)
            ),
        )
        found = [self.connection.execute(query).scalar_one() for query in queries]
        return min((each for each in found if each is not None), default=None)

    # --- months ---------------------------------------------------------------------

    def put_month(self, tenant: str, month: date, rows: Iterable[MonthRow]) -> None:
        """Write all figures of a month in place of those that stood there."""
        self.connection.execute(
            delete(figure_month).where(
                figure_month.c.tenant_id == tenant, figure_month.c.month == month
            )
        )
        values = [asdict(row) for row in rows]
        if values:
            self.connection.execute(figure_month.insert(), values)

    def counted_at(self, tenant: str, month: date) -> datetime | None:
        """Return when a month was last counted."""
        found = self.connection.execute(
            select(figure_month.c.counted_at).where(
                figure_month.c.tenant_id == tenant,
                figure_month.c.month == month,
                figure_month.c.office_id == ALL,
                figure_month.c.procedure == ALL,
            )
        )
        return found.scalar_one_or_none()

    def months(
        self, tenant: str, limit: int, office_id: str = ALL
    ) -> tuple[MonthRow, ...]:
        """Return the newest months of an office for all procedures, newest first."""
        found = self.connection.execute(
            select(*_MONTH)
            .where(
                figure_month.c.tenant_id == tenant,
                figure_month.c.office_id == office_id,
                figure_month.c.procedure == ALL,
            )
            .order_by(figure_month.c.month.desc())
            .limit(limit)
        )
        return tuple(MonthRow(*row) for row in found)

    def of_month(self, tenant: str, month: date) -> tuple[MonthRow, ...]:
        """Return every figure of a month, by office and procedure."""
        found = self.connection.execute(
            select(*_MONTH)
            .where(figure_month.c.tenant_id == tenant, figure_month.c.month == month)
            .order_by(figure_month.c.office_id, figure_month.c.procedure)
        )
        return tuple(MonthRow(*row) for row in found)


def _not_over(since: datetime) -> ColumnElement[bool]:
    over = figure_case.c.ended_at
    return or_(over.is_(None), and_(over.is_not(None), over >= since))

"""What notices say about days, and orders to count running cases anew with them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import (
    Connection,
    bindparam,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from service.persistence.rows import FAR, CaseRow
from service.persistence.tables.cases import case
from service.persistence.tables.law import holiday, holiday_count, recount, recount_line
from service.persistence.upsert import put

_NUMBER = select(holiday_count.c.number).where(
    holiday_count.c.tenant_id == bindparam("tenant")
)


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """What one notice says about the days from ``first`` to ``last`` inclusive.

    ``kind`` is "off" (a day off), "worked" (worked in exchange) or "closed" (counters
    closed, in the named communes or in all). ``added_no`` and ``withdrawn_no`` are the
    numbers of the changes that brought it and took it away again.
    """

    tenant_id: str
    id: str
    kind: str
    first: date
    last: date
    communes: list[str] | None
    why: str
    notice: str
    added_no: int
    withdrawn_no: int | None = None

    def stands(self, number: int) -> bool:
        """Return whether it holds after the change with this number."""
        gone = self.withdrawn_no is not None and self.withdrawn_no <= number
        return self.added_no <= number and not gone


@dataclass(frozen=True, slots=True)
class RecountRow:
    """An order to count running cases anew, and how far it was carried out."""

    tenant_id: str
    number: int
    ordered_by: str
    account_id: str | None
    reason: str
    ordered_at: datetime
    after_due: date | None = None
    after_id: str | None = None
    done_at: datetime | None = None

    @property
    def reached(self) -> tuple[date, str] | None:
        """Return due day and id of the last case that was looked at, None before."""
        if self.after_due is None or self.after_id is None:
            return None
        return self.after_due, self.after_id


@dataclass(frozen=True, slots=True)
class RecountLineRow:
    """A case that an order counted anew: its day before and after, or what failed."""

    tenant_id: str
    number: int
    case_id: str
    code: str
    old_due: date
    new_due: date | None
    at: datetime
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """Queries about holidays and recounts, inside one transaction."""

    connection: Connection

    # --- holidays ---------------------------------------------------------------------

    def number(self, tenant: str) -> int:
        """Return the number of the newest change, 0 before the first."""
        return self.connection.execute(_NUMBER, {"tenant": tenant}).scalar() or 0

    def next_number(self, tenant: str) -> int:
        """Count a change; another one waits until this transaction is over."""
        key = {"tenant_id": tenant}
        put(self.connection, holiday_count, key, {"number": 0}, replace=False)
        self.connection.execute(
            update(holiday_count)
            .where(holiday_count.c.tenant_id == tenant)
            .values(number=holiday_count.c.number + 1)
        )
        return self.number(tenant)

    def all(self, tenant: str) -> tuple[HolidayRow, ...]:
        """Return everything that was ever written down, by day."""
        found = self.connection.execute(
            select(holiday)
            .where(holiday.c.tenant_id == tenant)
            .order_by(holiday.c.first, holiday.c.id)
        )
        return tuple(HolidayRow(**row) for row in found.mappings())

    def one(self, tenant: str, id_: str) -> HolidayRow | None:
        """Return what one notice says."""
        found = self.connection.execute(
            select(holiday).where(holiday.c.tenant_id == tenant, holiday.c.id == id_)
        )
        row = found.mappings().first()
        return HolidayRow(**row) if row else None

    def add(self, row: HolidayRow) -> None:
        """Store what a notice says."""
        self.connection.execute(insert(holiday), asdict(row))

    def withdraw(self, tenant: str, id_: str, number: int) -> None:
        """Say that it does not hold any more after the change with this number."""
        self.connection.execute(
            update(holiday)
            .where(holiday.c.tenant_id == tenant, holiday.c.id == id_)
            .where(holiday.c.withdrawn_no.is_(None))
            .values(withdrawn_no=number)
        )

    # --- cases that were counted with fewer -------------------------------------------

    def counted_before(
        self,
        tenant: str,
        number: int,
        since: date,
        after: tuple[date, str] | None,
        most: int,
    ) -> tuple[CaseRow, ...]:
        """Return running cases counted without the change, due on the day or later.

        By due day; ``after`` is the due day and the id that the last page ended at.
        """
        query = (
            select(*[case.c[item.name] for item in fields(CaseRow)])
            .where(case.c.tenant_id == tenant, case.c.ended_at.is_(None))
            .where(case.c.due_on >= since, case.c.due_on < FAR)
            .where(case.c.counted_with < number)
        )
        if after is not None:
            day, id_ = after
            query = query.where(
                tuple_(case.c.due_on, case.c.id) > tuple_(literal(day), literal(id_))
            )
        found = self.connection.execute(
            query.order_by(case.c.due_on, case.c.id).limit(most)
        )
        return tuple(CaseRow(*row) for row in found)

    # --- orders -----------------------------------------------------------------------

    def order(self, row: RecountRow) -> bool:
        """Store an order; False when there is one for this number."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "number")}
        return put(self.connection, recount, key, values, replace=False)

    def orders(self, tenant: str, most: int = 20) -> tuple[RecountRow, ...]:
        """Return orders, newest first."""
        found = self.connection.execute(
            select(recount)
            .where(recount.c.tenant_id == tenant)
            .order_by(recount.c.number.desc())
            .limit(most)
        )
        return tuple(RecountRow(**row) for row in found.mappings())

    def open_order(self, tenant: str) -> RecountRow | None:
        """Return the oldest order that is not carried out yet."""
        found = self.connection.execute(
            select(recount)
            .where(recount.c.tenant_id == tenant, recount.c.done_at.is_(None))
            .order_by(recount.c.number)
            .limit(1)
        )
        row = found.mappings().first()
        return RecountRow(**row) if row else None

    def go_on(
        self,
        row: RecountRow,
        after: tuple[date, str] | None,
        done_at: datetime | None,
    ) -> None:
        """Say how far an order was carried out, and when it was done."""
        day, id_ = after or (row.after_due, row.after_id)
        self.connection.execute(
            update(recount)
            .where(recount.c.tenant_id == row.tenant_id)
            .where(recount.c.number == row.number)
            .values(after_due=day, after_id=id_, done_at=done_at)
        )

    def add_line(self, row: RecountLineRow) -> bool:
        """Write down what became of a case; False when it stands there already."""
        values = asdict(row)
        names = ("tenant_id", "number", "case_id")
        key = {name: values.pop(name) for name in names}
        return put(self.connection, recount_line, key, values, replace=False)

    def lines(
        self, tenant: str, number: int, after: str, most: int
    ) -> tuple[RecountLineRow, ...]:
        """Return the cases of an order, by the id after which the page begins."""
        found = self.connection.execute(
            select(recount_line)
            .where(recount_line.c.tenant_id == tenant)
            .where(recount_line.c.number == number)
            .where(recount_line.c.case_id > after)
            .order_by(recount_line.c.case_id)
            .limit(most)
        )
        return tuple(RecountLineRow(**row) for row in found.mappings())

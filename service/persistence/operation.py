"""What operation keeps: days of service, answers of offices, backups, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import Connection, case, func, select, text, update

from service.persistence.desk_counts import ALL, RUNNING
from service.persistence.tables.desks import desk_count
from service.persistence.tables.exchange import exchange
from service.persistence.tables.operation import backup_run, office_day, service_day
from service.persistence.tables.people import office
from service.persistence.tables.queues import inbox, outbox
from service.persistence.upsert import put

_NEVER = -1
_OPEN = outbox.c.done_at.is_(None) & outbox.c.failed_at.is_(None)
# Spelt out, as the index of these messages has it.
_APART = text("state IN ('fault', 'quarantined')")
_OUT, _UNKNOWN = "out", "unknown"


@dataclass(frozen=True, slots=True)
class DayRow:
    """How the service worked on a day in Vietnam.

    The day is cut into slots: ``slots`` of them were seen since ``first_slot``, the
    last is ``last_slot`` (-1: none yet). ``handed`` messages went to their office,
    ``in_time`` of them soon enough.
    """

    tenant_id: str
    day: date
    first_slot: int
    last_slot: int = _NEVER
    slots: int = 0
    handed: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class OfficeDayRow:
    """How often an office was asked on a day, answered, and answered quickly."""

    tenant_id: str
    day: date
    office: str
    asked: int
    answered: int
    quick: int


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup that was begun; it is good when it ended without an ``error``."""

    tenant_id: str
    id: str
    began_at: datetime
    ended_at: datetime | None = None
    place: str | None = None
    bytes: int | None = None
    error: str | None = None


_DAY = [service_day.c[item.name] for item in fields(DayRow)]
_OFFICE_DAY = [office_day.c[item.name] for item in fields(OfficeDayRow)]
_BACKUP = [backup_run.c[item.name] for item in fields(BackupRow)]


@dataclass(frozen=True, slots=True)
class Operation:
    """Queries about the operation of the service, inside one transaction."""

    connection: Connection

    # --- days -------------------------------------------------------------------------

    def day(self, tenant: str, day: date) -> DayRow | None:
        """Return what is known of a day."""
        found = self.connection.execute(
            select(*_DAY).where(
                service_day.c.tenant_id == tenant, service_day.c.day == day
            )
        ).first()
        return DayRow(*found) if found else None

    def days(self, tenant: str, since: date) -> tuple[DayRow, ...]:
        """Return the days from one on that something is known of, in order."""
        found = self.connection.execute(
            select(*_DAY)
            .where(service_day.c.tenant_id == tenant, service_day.c.day >= since)
            .order_by(service_day.c.day)
        )
        return tuple(DayRow(*row) for row in found)

    def last_day(self, tenant: str) -> date | None:
        """Return the newest day that something is known of."""
        found = self.connection.execute(
            select(service_day.c.day)
            .where(service_day.c.tenant_id == tenant)
            .order_by(service_day.c.day.desc())
            .limit(1)
        )
        return found.scalar()

    def began_before(self, tenant: str, day: date) -> bool:
        """Return whether something is known of a day before this one."""
        found = self.connection.execute(
            select(service_day.c.day)
            .where(service_day.c.tenant_id == tenant, service_day.c.day < day)
            .limit(1)
        )
        return found.first() is not None

    def touch(self, row: DayRow) -> None:
        """Write a day as it is: whether anything can be written at all."""
        self._begin(row)
        self.connection.execute(
            update(service_day)
            .where(service_day.c.tenant_id == row.tenant_id)
            .where(service_day.c.day == row.day)
            .values(slots=service_day.c.slots)
        )

    def see(self, row: DayRow, slot: int) -> bool:
        """Count a slot of a day as seen, once whoever sees it; return whether it was.

        ``row`` is how the day begins if nothing is known of it yet.
        """
        self._begin(row)
        seen = self.connection.execute(
            update(service_day)
            .where(service_day.c.tenant_id == row.tenant_id)
            .where(service_day.c.day == row.day, service_day.c.last_slot < slot)
            .values(last_slot=slot, slots=service_day.c.slots + 1)
        )
        return seen.rowcount == 1

    def handed(self, row: DayRow, *, in_time: bool) -> None:
        """Count a message that was handed over; ``row`` as with ``see``."""
        self._begin(row)
        self.connection.execute(
            update(service_day)
            .where(service_day.c.tenant_id == row.tenant_id)
            .where(service_day.c.day == row.day)
            .values(
                handed=service_day.c.handed + 1,
                in_time=service_day.c.in_time + int(in_time),
            )
        )

    def _begin(self, row: DayRow) -> None:
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "day")}
        put(self.connection, service_day, key, values, replace=False)

    # --- answers of offices -----------------------------------------------------------

    def answers(
        self, tenant: str, day: date, between: tuple[datetime, datetime], quick: int
    ) -> tuple[OfficeDayRow, ...]:
        """Count the answers of each office in the log; ``quick`` in milliseconds."""
        since, until = between
        answered = exchange.c.outcome != _UNKNOWN
        soon = answered & (exchange.c.milliseconds <= quick)
        found = self.connection.execute(
            select(
                exchange.c.office,
                func.count(),
                func.sum(case((answered, 1), else_=0)),
                func.sum(case((soon, 1), else_=0)),
            )
            .where(exchange.c.tenant_id == tenant, exchange.c.direction == _OUT)
            .where(exchange.c.at >= since, exchange.c.at < until)
            .group_by(exchange.c.office)
            .order_by(exchange.c.office)
        )
        return tuple(OfficeDayRow(tenant, day, *row) for row in found)

    def keep_answers(self, rows: Iterable[OfficeDayRow]) -> None:
        """Write down how offices answered on a day; a later count replaces it."""
        for row in rows:
            values = asdict(row)
            names = ("tenant_id", "day", "office")
            key = {name: values.pop(name) for name in names}
            put(self.connection, office_day, key, values)

    def office_days(self, tenant: str, since: date) -> tuple[OfficeDayRow, ...]:
        """Return how offices answered from a day on."""
        found = self.connection.execute(
            select(*_OFFICE_DAY)
            .where(office_day.c.tenant_id == tenant, office_day.c.day >= since)
            .order_by(office_day.c.day, office_day.c.office)
        )
        return tuple(OfficeDayRow(*row) for row in found)

    # --- backups ----------------------------------------------------------------------

    def begin_backup(self, row: BackupRow) -> bool:
        """Write down that a backup begins; False when it was begun under this id."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, backup_run, key, values, replace=False)

    def end_backup(self, row: BackupRow) -> None:
        """Write down how a backup ended."""
        self.connection.execute(
            update(backup_run)
            .where(backup_run.c.tenant_id == row.tenant_id, backup_run.c.id == row.id)
            .values(
                ended_at=row.ended_at,
                place=row.place,
                bytes=row.bytes,
                error=row.error,
            )
        )

    def backup(self, tenant: str, id_: str) -> BackupRow | None:
        """Return a backup that was begun under an id."""
        found = self.connection.execute(
            select(*_BACKUP).where(
                backup_run.c.tenant_id == tenant, backup_run.c.id == id_
            )
        ).first()
        return BackupRow(*found) if found else None

    def backups(self, tenant: str, most: int) -> tuple[BackupRow, ...]:
        """Return the backups that were begun last, the newest first."""
        found = self.connection.execute(
            select(*_BACKUP)
            .where(backup_run.c.tenant_id == tenant)
            .order_by(backup_run.c.began_at.desc())
            .limit(most)
        )
        return tuple(BackupRow(*row) for row in found)

    def last_good(self, tenant: str) -> BackupRow | None:
        """Return the newest backup that ended well; the bad ones after it are few."""
        found = self.connection.execute(
            select(*_BACKUP)
            .where(backup_run.c.tenant_id == tenant)
            .where(backup_run.c.ended_at.is_not(None), backup_run.c.error.is_(None))
            .order_by(backup_run.c.began_at.desc())
            .limit(1)
        ).first()
        return BackupRow(*found) if found else None

    # --- what waits -------------------------------------------------------------------

    def waits_since(self, tenant: str) -> datetime | None:
        """Return since when the oldest effect of the outbox waits."""
        found = self.connection.execute(
            select(func.min(outbox.c.created_at)).where(
                _OPEN, outbox.c.tenant_id == tenant
            )
        )
        return found.scalar()

    def kept_apart(self, tenant: str) -> Mapping[str, int]:
        """Count the messages from offices that wait for a person, by their state."""
        found = self.connection.execute(
            select(inbox.c.state, func.count())
            .where(inbox.c.tenant_id == tenant)
            .where(_APART)
            .group_by(inbox.c.state)
        )
        return {state: int(many) for state, many in found}

    def overdue(self, tenant: str, today: date) -> int:
        """Count the open cases of all desks whose day is over."""
        found = self.connection.execute(
            select(func.coalesce(func.sum(desk_count.c.n), 0))
            .where(desk_count.c.tenant_id == tenant)
            .where(
                desk_count.c.office_id.in_(
                    select(office.c.id).where(office.c.tenant_id == tenant)
                )
            )
            .where(desk_count.c.kind == ALL, desk_count.c.name == "")
            .where(desk_count.c.state == RUNNING, desk_count.c.due_on < today)
        )
        return int(found.scalar_one())

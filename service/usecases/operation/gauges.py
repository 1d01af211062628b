"""What stands in the installation at this moment, for who watches over it."""

from __future__ import annotations

from collections.abc import Iterator

from service.metrics import Gauge
from service.usecases.desk import Desk
from service.usecases.operation.backup_runs import last_good


def gauges(desk: Desk) -> Iterator[Gauge]:
    """Yield how long messages wait, what is kept apart, what is overdue, and backups.

    Every one is read by an index; an age is in seconds and absent where there is none.
    """
    tenant, now = desk.settings.province, desk.now()
    with desk.database.reading() as uow:
        waits = uow.operation.waits_since(tenant)
        apart = uow.operation.kept_apart(tenant)
        overdue = uow.operation.overdue(tenant, desk.today())
        lines = uow.exchanges.lines(tenant)
    yield Gauge(
        "dat_outbox_oldest_seconds",
        "How long the oldest effect of the outbox waits.",
        {"": (now - waits).total_seconds() if waits else 0},
    )
    yield Gauge(
        "dat_messages_kept_apart",
        "Messages of offices that wait for a person.",
        {state: apart.get(state, 0) for state in ("fault", "quarantined")},
        "state",
    )
    yield Gauge("dat_cases_overdue", "Open cases after their day.", {"": overdue})
    yield Gauge(
        "dat_office_silent",
        "1 while an outside office does not answer.",
        {line.office: float(line.opened_at is not None) for line in lines},
        "office",
    )
    replica = desk.database.replica
    yield Gauge(
        "dat_replica_behind_seconds",
        "How old the replica for look-ups is at most; absent: none, or not known.",
        {"": replica.behind() if replica is not None else None},
    )
    good = last_good(desk)
    yield Gauge(
        "dat_backup_age_seconds",
        "How long ago the last good backup began.",
        {"": (now - good.began_at).total_seconds() if good else None},
    )

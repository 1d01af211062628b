"""Counting beside the pages: every case that moved anew, then the months.

A move only notes that its case must be looked at; this work reads the history of such
cases and sums the months up, so that no request ever counts. A month that is over is
counted once more after its last day, and stays: what came later belongs to later
months.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from service.persistence.figures import ALL, CountedRow, MonthRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import open_case
from service.usecases.cases.dossiers import dossier_of
from service.usecases.desk import Desk
from workflows.dossiers import Dossier, Period, Return, Supplement, month_of
from workflows.indicators import count, grouped
from workflows.loader_indicators import load_counting

_BATCH = 100
# So many cases are looked at in one pass: messages must not wait for more.
_OF_A_PASS = 2000
_PAUSE = timedelta(minutes=10)


def sweep_figures(desk: Desk) -> bool:
    """Count what is due, at most every ten minutes; return whether anything was."""
    tenant, now = desk.settings.province, desk.now()
    with desk.database.reading() as uow:
        newest = uow.figures.months(tenant, 1)
    if newest and now < newest[0].counted_at + _PAUSE:
        return False
    if look_again(desk, _OF_A_PASS) < _OF_A_PASS:
        count_months(desk)
    return True


def look_again(desk: Desk, most: int | None = None) -> int:
    """Read the history of each case that moved since; return how many there were.

    At most ``most`` are read, all of them without it.
    """
    tenant, looked = desk.settings.province, 0
    while True:
        batch = _BATCH if most is None else min(_BATCH, most - looked)
        with desk.database.transaction() as uow:
            versions = uow.figures.touched(tenant, batch)
            for case_id in versions:
                _look(desk, uow, tenant, case_id)
            uow.figures.looked_at(tenant, versions)
        looked += len(versions)
        if len(versions) < _BATCH or looked == most:
            return looked


def count_months(desk: Desk) -> int:
    """Sum up this month, and each one before that was not counted when it was over."""
    tenant = desk.settings.province
    with desk.database.reading() as uow:
        months = list(_due(desk, uow, tenant))
    for period in months:
        with desk.database.transaction() as uow:
            dossiers = dossiers_between(uow, tenant, period)
            rows = _sums(tenant, period, dossiers, desk.now())
            uow.figures.put_month(tenant, month_of(period.first).first, rows)
    return len(months)


def dossiers_between(uow: UnitOfWork, tenant: str, period: Period) -> list[Dossier]:
    """Return the dossiers that a period may count, as they were last looked at."""
    rows = uow.figures.between(tenant, period.since, period.until)
    return [_dossier(row) for row in rows]


def so_far(desk: Desk, period: Period) -> Period:
    """Return the period as far as it has come: one that is not over ends today."""
    return Period(period.first, min(period.last, desk.today()))


def _due(desk: Desk, uow: UnitOfWork, tenant: str) -> Iterator[Period]:
    since = uow.figures.since(tenant) or desk.now()
    first = month_of(Period.of(since).first).first
    for period in Period(first, max(desk.today(), first)).months():
        month = month_of(period.first)
        counted = uow.figures.counted_at(tenant, month.first)
        if counted is None or counted < month.until:
            yield so_far(desk, month)


def _look(desk: Desk, uow: UnitOfWork, tenant: str, case_id: str) -> None:
    row = uow.cases.by_id(tenant, case_id)
    dossier = dossier_of(desk, uow, open_case(desk, uow, row))
    before = uow.figures.known(tenant, case_id)
    # Photos are forgotten after some days: that they were there stays true.
    digitised = True if before and before.digitised else dossier.digitised
    uow.figures.keep(
        CountedRow(
            tenant,
            case_id,
            dossier.code,
            dossier.procedure,
            dossier.office,
            row.opened_at,
            dossier.received,
            dossier.appointment,
            dossier.ended,
            dossier.end_status,
            dossier.status,
            dossier.channel,
            digitised,
            dossier.paid_online,
            dossier.to_json()["supplements"],
            [
                {"at": each.at.isoformat(), "kind": each.kind}
                for each in dossier.returns
            ],
        )
    )


def _dossier(row: CountedRow) -> Dossier:
    return Dossier(
        code=row.code,
        procedure=row.procedure,
        office=row.office_id,
        received=row.received_at,
        appointment=row.appointment,
        ended=row.ended_at,
        end_status=row.end_status,
        supplements=tuple(
            Supplement(
                datetime.fromisoformat(each["requested"]),
                datetime.fromisoformat(each["completed"])
                if each["completed"]
                else None,
            )
            for each in row.supplements
        ),
        status=row.status,
        channel=row.channel,
        digitised=row.digitised,
        paid_online=row.paid_online,
        returns=tuple(
            Return(datetime.fromisoformat(each["at"]), each["kind"])
            for each in row.returns
        ),
    )


def _sums(
    tenant: str, period: Period, dossiers: Sequence[Dossier], at: datetime
) -> Iterator[MonthRow]:
    """Yield the figures of all, of each office, of each procedure, and of each pair."""
    month = month_of(period.first).first
    by_office = {ALL: list(dossiers), **grouped(dossiers, lambda each: each.office)}
    for office, of_office in by_office.items():
        groups = {ALL: of_office, **grouped(of_office, lambda each: each.procedure)}
        for procedure, some in groups.items():
            body = count(load_counting(), some, period).to_json()
            yield MonthRow(tenant, month, office, procedure, body, at)

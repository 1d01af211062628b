"""The days that an office usually takes: kept when a case ends well, read to predict.

Only office time counts, as the clock of the case counted it; what a citizen or another
office took stands outside it, before as in what is predicted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service.persistence.afterwards import FinishedRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import Desk, legal_day
from workflows.deadlines import ClockLedger
from workflows.usual import usual

_UNIT = "working_day"
_NEWEST = 200  # older cases say little about the office of today


@dataclass(frozen=True, slots=True)
class UsualView:
    """What other cases say: ``low`` to ``high`` working days, seen in ``count`` cases.

    ``first`` and ``last`` are the days on which that would end; None when the case has
    taken longer already. With ``too_few`` cases nothing is said but their number.
    """

    count: int
    too_few: bool = False
    low: int = 0
    high: int = 0
    first: date | None = None
    last: date | None = None


def keep_length(uow: UnitOfWork, file: CaseFile, at: datetime) -> None:
    """Store the office time of a case that ended well, where its term is known."""
    ledger = _ledger(file, at)
    standing = ledger.at(at) if ledger else None
    office = _office(file, ledger) if ledger else None
    if standing is None or office is None or not standing.finished:
        return
    if standing.length is None or standing.length.unit != _UNIT:
        return
    uow.afterwards.add_finished(
        FinishedRow(
            file.row.tenant_id,
            file.row.id,
            file.row.procedure,
            office,
            standing.used,
            legal_day(at),
        )
    )


def usual_view(desk: Desk, uow: UnitOfWork, file: CaseFile) -> UsualView | None:
    """Return what finished cases of the same procedure and office say about this one.

    None while no clock in working days runs, and once the office has finished.
    """
    now = desk.now()
    ledger = _ledger(file, now)
    standing = ledger.at(now) if ledger else None
    office = _office(file, ledger) if ledger else None
    if standing is None or office is None or standing.finished:
        return None
    if standing.length is None or standing.length.unit != _UNIT:
        return None
    row = file.row
    days = uow.afterwards.days(row.tenant_id, row.procedure, office, _NEWEST)
    found = usual(days, desk.settings.predict_from_cases)
    if found is None:
        return UsualView(len(days), too_few=True)
    ahead = found.ahead(standing.used)
    view = UsualView(found.count, low=found.low, high=found.high)
    if ahead is None:
        return view
    calendar = desk.calendar.in_place(row.tenant_id, file.matter.commune)
    first, last = (calendar.add(desk.today(), each) for each in ahead)
    return UsualView(found.count, False, found.low, found.high, first, last)


def _ledger(file: CaseFile, at: datetime) -> ClockLedger | None:
    return clocks.main_ledger(file, clocks.moves_of(file.row.clock), at)


def _office(file: CaseFile, ledger: ClockLedger) -> str | None:
    """Return the office whose clock it is."""
    owner = file.procedure.deadlines[ledger.clock].owner
    return file.offices.get(owner or "")

"""Counts every desk anew and writes anew the words by which its cases are found.

It is for an installation whose cases are older than the counters and the words, and for
one in which ``verify-audit`` found a counter that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.persistence.desk_counts import Drift
from service.usecases.desk import Desk
from service.usecases.findable import make_findable


@dataclass(frozen=True, slots=True)
class Recounted:
    """The counters that were wrong before, and how many cases have words now."""

    drifts: tuple[Drift, ...]
    cases: int


def recount_desks(desk: Desk) -> Recounted:
    """Put counters and words right; moves wait only while the counters are written.

    It may run beside the service, and once more: a case is written by itself, as it
    stands when its turn comes.
    """
    with desk.database.transaction() as uow:
        drifts = uow.worklist.drifts()
        uow.worklist.count_anew()
    with desk.database.reading() as uow:
        on_desks = [
            (row.tenant_id, row.id)
            for row in uow.cases.everyone()
            if row.office_id is not None
        ]
    for tenant, case_id in on_desks:
        with desk.database.transaction() as uow:
            make_findable(uow, uow.cases.locked(tenant, case_id))
    return Recounted(drifts, len(on_desks))

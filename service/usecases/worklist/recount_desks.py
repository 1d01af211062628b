"""Counts every desk anew and writes anew the words by which its cases are found.

An upgrade counts the desks itself and leaves the words of older cases to the worker. To
do it by hand is for an installation in which ``verify-audit`` found a wrong counter.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.persistence.desk_counts import Drift
from service.usecases.cases.findable import make_findable
from service.usecases.desk import Desk

_BATCH = 100


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


def write_missing_words(desk: Desk) -> int:
    """Write the words of the next cases that are older than them; return how many.

    Each case is a transaction of its own: what stops in between goes on where it was.
    """
    tenant = desk.settings.province
    with desk.database.reading() as uow:
        waiting = uow.search.due(tenant, _BATCH)
    for case_id in waiting:
        with desk.database.transaction() as uow:
            make_findable(uow, uow.cases.locked(tenant, case_id))
            uow.search.written(tenant, case_id)
    return len(waiting)

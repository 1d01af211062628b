"""The cases of the province as other programs read them, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from service.auth.actors import Actor
from service.usecases.cases.casefile import open_case
from service.usecases.cases.dossiers import dossier_of
from service.usecases.custody.lists_seen import note_taken
from service.usecases.desk import Desk
from workflows.dossiers import Dossier, Period


def exported_cases(desk: Desk, period: Period | None = None) -> Iterator[Dossier]:
    """Yield every case that was handed in, or those on a desk in a period.

    They are read from their histories, in one view of the database. A draft is no
    dossier yet; a case that another office opened for its own work (the tax office's)
    is one. The cases of a period are those that its figures count.
    """
    for _, dossier in _chosen(desk, period):
        yield dossier


def taken_cases(
    desk: Desk, actor: Actor, period: Period | None = None
) -> Iterator[Dossier]:
    """Yield the same to who takes them out of the service, and write down that he did.

    Of a period each case is named; of all that there are only how many it was.
    """
    about = f"{period.first} – {period.last}" if period else ""
    count = 0
    ids: list[str] = []
    try:
        for id_, dossier in _chosen(desk, period):
            count += 1
            if period is not None:
                ids.append(id_)
            yield dossier
    finally:
        note_taken(desk, actor, "cases", about, ids, count)


def _chosen(desk: Desk, period: Period | None) -> Iterator[tuple[str, Dossier]]:
    with desk.database.reading() as uow:
        for row in uow.cases.everyone():
            if row.status is None and row.received_at is None:
                continue
            dossier = dossier_of(desk, uow, open_case(desk, uow, row))
            if period is None or dossier.belongs(period):
                yield row.id, dossier

"""The cases of the province as other programs read them, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from service.usecases.cases.casefile import open_case
from service.usecases.cases.dossiers import dossier_of
from service.usecases.desk import Desk
from workflows.dossiers import Dossier, Period


def exported_cases(desk: Desk, period: Period | None = None) -> Iterator[Dossier]:
    """Yield every case that was handed in, or those on a desk in a period.

    They are read from their histories, in one view of the database. A draft is no
    dossier yet; a case that another office opened for its own work (the tax office's)
    is one. The cases of a period are those that its figures count.
    """
    with desk.database.reading() as uow:
        for row in uow.cases.everyone():
            if row.status is None and row.received_at is None:
                continue
            dossier = dossier_of(desk, uow, open_case(desk, uow, row))
            if period is None or dossier.belongs(period):
                yield dossier

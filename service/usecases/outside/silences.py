"""Which offices do not answer, for the pages of the cases that wait for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from service.persistence.exchanges import LineRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import Desk
from service.usecases.outside.connection_sentences import OFFICE_NAMES


@dataclass(frozen=True, slots=True)
class Silence:
    """An office that has not answered since an instant.

    It is tried again at least every so many ``minutes``; after ``days`` what waits for
    it comes to a person.
    """

    office: str
    since: datetime
    minutes: int
    days: int


def silent_offices(desk: Desk) -> tuple[Silence, ...]:
    """Return every office that does not answer now, whoever waits for it."""
    with desk.database.reading() as uow:
        lines = uow.exchanges.lines(desk.settings.province)
    return tuple(_silence(desk, line) for line in lines if line.opened_at is not None)


def silences_of(
    desk: Desk, uow: UnitOfWork, tenant: str, cases: Collection[str]
) -> tuple[Silence, ...]:
    """Return the silent offices to which something of these cases is still to go."""
    resting = [row for row in uow.exchanges.lines(tenant) if row.opened_at is not None]
    awaited = uow.exchanges.offices_awaited(tenant, cases) if resting else frozenset()
    return tuple(_silence(desk, line) for line in resting if line.office in awaited)


def with_children(file: CaseFile) -> list[str]:
    """Return the ids of a case and of the cases it opened at other offices."""
    return [file.row.id, *(link.child_id for link in file.children)]


def silences_of_matter(desk: Desk, code: str) -> tuple[Silence, ...]:
    """Return the silent offices for which a case of the matter waits."""
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
        if matter is None:
            return ()
        cases = [row.id for row in uow.cases.of_matter(matter.tenant_id, matter.id)]
        return silences_of(desk, uow, matter.tenant_id, cases)


def _silence(desk: Desk, line: LineRow) -> Silence:
    return Silence(
        OFFICE_NAMES.get(line.office, line.office),
        line.silent_since or line.opened_at or desk.now(),
        max(desk.settings.office_rest_seconds // 60, 1),
        desk.settings.outbox_horizon_hours // 24,
    )

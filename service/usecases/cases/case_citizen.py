"""What the citizen sees of a case, for the clerk to read beside what he may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.persistence.rows import NotificationRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.case_clock import ClockView
from service.usecases.cases.casefile import CITIZEN, CaseFile

MOST_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class CitizenSees:
    """The words of the follow page: where the case is, who has it, until when.

    ``messages`` are the newest that were written to people, the newest first.
    """

    words: tuple[str, ...]
    turn: bool
    stopped: str | None
    due: date | None
    due_certain: bool
    messages: tuple[NotificationRow, ...]


def citizen_sees(
    uow: UnitOfWork, file: CaseFile, clock: ClockView | None
) -> CitizenSees:
    """Return what stands on the follow page of the case now."""
    told = [
        note
        for note in uow.records.notifications(file.row.tenant_id, file.row.id)
        if note.who == CITIZEN
    ]
    labels = file.chart.labels(file.instance)
    return CitizenSees(
        tuple(dict.fromkeys(label.citizen for label in labels)),
        file.row.owner_role == CITIZEN,
        clock.reason_text if clock else None,
        clock.due if clock else None,
        clock.certain if clock else False,
        tuple(reversed(told[-MOST_MESSAGES:])),
    )

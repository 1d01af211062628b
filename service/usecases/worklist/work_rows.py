"""A case as a row of a list at the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.auth.actors import Actor
from service.persistence.rows import FAR, CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.case_clock import ClockView, clock_view
from service.usecases.cases.case_offers import OfferRow, offers_of
from service.usecases.cases.casefile import CaseFile, open_cases
from service.usecases.cases.holding import Hold, hold_of, names_of
from service.usecases.desk import Desk


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A case on the list; days are those of its term, ``due`` a forecast if stopped.

    ``plain_days``: the term counts every day, not only working days. ``here``: the
    office that looks has the ball. ``external_code`` is how another system calls the
    case. ``finished``: the office is done, the result waits to be fetched. ``over``: it
    has ended.
    """

    case_code: str
    matter_code: str
    external_code: str | None
    procedure: str
    title: str
    applicant: str
    state_label: str
    state_label_clerk: str
    waiting_on: str | None
    here: bool
    due: date | None
    days_left: int | None
    due_today: bool
    days_used: int | None
    days_allowed: int | None
    plain_days: bool
    late: bool
    stopped: bool
    finished: bool
    stop_reason: str | None
    stop_reason_text: str | None
    since: datetime
    version: int
    status: int | None
    fault: bool
    over: bool
    assignee: str | None
    hold: Hold | None
    actions: tuple[OfferRow, ...]


def rows_of(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    cases: Sequence[CaseRow],
) -> tuple[WorkRow, ...]:
    """Return the rows of cases, in their order."""
    names = names_of(uow, actor)
    return tuple(
        _row(desk, actor, file, names) for file in open_cases(desk, uow, cases)
    )


def _row(desk: Desk, actor: Actor, file: CaseFile, names: Mapping[str, str]) -> WorkRow:
    row = file.row
    clock = clock_view(desk, file)
    labels = file.chart.labels(file.instance)
    return WorkRow(
        row.code,
        file.matter.code,
        row.external_code,
        row.procedure,
        file.procedure.title.clerk,
        row.applicant,
        labels[0].citizen if labels else "",
        labels[0].clerk if labels else "",
        row.owner_role,
        file.offices.get(row.owner_role or "") == actor.office_id,
        clock.due if clock else (row.due_on if row.due_on != FAR else None),
        _left(clock, desk.today()) if clock else None,
        clock is not None and clock.due == desk.today(),
        clock.used if clock else None,
        clock.allowed if clock else None,
        clock is not None and clock.unit == "day",
        clock is not None and not clock.stopped and row.due_on < desk.today(),
        clock.stopped if clock else False,
        clock is not None and clock.finished,
        clock.reason if clock else None,
        clock.reason_clerk if clock else None,
        row.since,
        row.version,
        row.status,
        row.faults > 0,
        row.ended_at is not None,
        names.get(row.assignee_id or ""),
        hold_of(desk, actor, row, names),
        tuple(offer for offer in offers_of(actor, file) if offer.available),
    )


def _left(clock: ClockView, today: date) -> int | None:
    """Return the days left; a day that is still to come is never nought days away.

    A term of no days ends on the day of receipt, or on the next one after the cut-off.
    """
    if clock.left == 0 and clock.due is not None and clock.due > today:
        return 1
    return clock.left

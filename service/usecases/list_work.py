"""The desk of a clerk by due day, and the people whom a helper helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize, is_running
from service.errors import InputError
from service.persistence.rows import FAR, CaseRow, WaitingCounts
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.case_clock import clock_view
from service.usecases.case_offers import OfferRow, offers_of
from service.usecases.casefile import open_case
from service.usecases.desk import Desk
from service.usecases.read_matter import HelpRow

FILTERS = ("mine", "new", "stopped", "overdue", "today", "faults")


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A case on the list; days are those of its term, ``due`` a forecast if stopped."""

    case_code: str
    matter_code: str
    procedure: str
    title: str
    applicant: str
    state_label: str
    state_label_clerk: str
    waiting_on: str | None
    mine: bool
    due: date | None
    days_left: int | None
    days_used: int | None
    days_allowed: int | None
    stopped: bool
    stop_reason: str | None
    stop_reason_text: str | None
    since: datetime
    version: int
    status: int | None
    fault: bool
    actions: tuple[OfferRow, ...]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of the list; ``next_cursor`` leads to the one after it."""

    rows: tuple[WorkRow, ...]
    next_cursor: str | None
    counts: WaitingCounts


@dataclass(frozen=True, slots=True)
class HelpedRow:
    """A matter in which a helper may act, or might once."""

    matter_code: str
    goal_title: str
    consent: HelpRow
    active: bool


def worklist(
    desk: Desk,
    actor: Actor,
    *,
    cursor: str | None = None,
    filter: str | None = None,  # noqa: A002  the word that the page uses
    limit: int = 50,
) -> WorkPage:
    """Return open cases of the actor's office, those due first first.

    Raises NotAllowedError for whoever is no clerk, InputError for a filter or a cursor
    that is not one of ours.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    if filter is not None and filter not in FILTERS:
        raise InputError(f"filter is one of: {', '.join(FILTERS)}")
    today = desk.today()
    with desk.database.reading() as uow:
        rows = uow.cases.page(
            actor.tenant,
            actor.office_id or "",
            only=filter,
            today=today,
            after=_read_cursor(cursor),
            limit=limit + 1,
        )
        counts = uow.cases.counts(actor.tenant, actor.office_id or "", today)
        shown = tuple(_row(desk, uow, actor, row) for row in rows[:limit])
    more = rows[limit - 1] if len(rows) > limit else None
    after = f"{more.due_on.isoformat()}~{more.id}" if more else None
    return WorkPage(shown, after, counts)


def _read_cursor(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    day, _, case_id = cursor.partition("~")
    try:
        return date.fromisoformat(day), case_id
    except ValueError as error:
        raise InputError("this page of the list does not exist") from error


def _row(desk: Desk, uow: UnitOfWork, actor: Actor, row: CaseRow) -> WorkRow:
    file = open_case(desk, uow, row)
    clock = clock_view(desk, file)
    labels = file.chart.labels(file.instance)
    available = tuple(offer for offer in offers_of(actor, file) if offer.available)
    return WorkRow(
        row.code,
        file.matter.code,
        row.procedure,
        file.procedure.title.clerk,
        row.applicant,
        labels[0].citizen if labels else "",
        labels[0].clerk if labels else "",
        row.owner_role,
        file.offices.get(row.owner_role or "") == actor.office_id,
        clock.due if clock else (row.due_on if row.due_on != FAR else None),
        clock.left if clock else None,
        clock.used if clock else None,
        clock.allowed if clock else None,
        clock.stopped if clock else False,
        clock.reason if clock else None,
        clock.reason_text if clock else None,
        row.since,
        row.version,
        row.status,
        row.faults > 0,
        available,
    )


def helped_matters(desk: Desk, actor: Actor) -> tuple[HelpedRow, ...]:
    """Return the matters for which a helper has, or had, a consent; newest first."""
    authorize(actor, Action.HELP, Installation(actor.tenant))
    now = desk.now()
    found = []
    with desk.database.reading() as uow:
        for row in uow.people.consents(actor.tenant, account_id=actor.account_id):
            matter = uow.matters.by_id(row.tenant_id, row.matter_id)
            edition = desk.law.edition(actor.tenant, matter.on_day, matter.commune)
            found.append(
                HelpedRow(
                    matter.code,
                    edition.goals[matter.goal].title,
                    HelpRow(
                        row.id,
                        actor.name,
                        tuple(row.scope),
                        row.given_at,
                        row.ends_at,
                        row.ended_at,
                    ),
                    is_running(row, now),
                )
            )
    return tuple(found)

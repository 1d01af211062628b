"""Cases of another one-stop system that a counter only follows, by their due day."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError
from service.observability import note
from service.persistence.outside import FollowedRow
from service.persistence.rows import FAR
from service.usecases.desk import Desk
from service.usecases.outside.national_codes import NationalCodes, codes_today
from service.usecases.worklist import other_system_sentences as say
from service.usecases.worklist.list_columns import list_rules
from workflows.errors import Problem

FORGOTTEN = "ma-thoi"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FollowedCase:
    """A case of the other system as its list told of it; None where it did not."""

    code: str
    procedure: str | None
    applicant: str | None
    received_on: date | None
    due: date | None
    days_left: int | None
    status: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class FollowedPage:
    """Cases of the other system by due day; ``next_cursor`` leads to the next ones."""

    rows: tuple[FollowedCase, ...]
    next_cursor: str | None
    columns: tuple[str, ...]
    example: str


def followed_cases(
    desk: Desk, actor: Actor, cursor: str | None = None, limit: int = 50
) -> FollowedPage:
    """Return the cases of the other system that the clerk's counter follows."""
    authorize(actor, Action.OTHER_SYSTEMS, Installation(actor.tenant))
    codes = codes_today(desk)
    offices = ("", actor.office_id or "")
    with desk.database.reading() as uow:
        found = uow.outside.page(
            actor.tenant, offices, _read(cursor), limit + 1, codes.returned
        )
    rows = tuple(_followed(desk, codes, row) for row in found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    rules = list_rules()
    return FollowedPage(
        rows,
        f"{last.due_on.isoformat()}~{last.external_code}" if last else None,
        tuple(each.label for each in rules.columns if not each.required),
        rules.code.example,
    )


def stop_following(desk: Desk, actor: Actor, code: str) -> None:
    """Forget what a list told of a case that the clerk's counter follows.

    A person may ask for it, and nothing of hers is kept longer than it is of use (Luật
    91/2025/QH15 Điều 4 khoản 1 điểm d). Raises BadRequestError for another code.
    """
    authorize(actor, Action.OTHER_SYSTEMS, Installation(actor.tenant))
    with desk.database.transaction() as uow:
        row = uow.outside.followed(actor.tenant, code)
        if row is None or row.office_id not in {"", actor.office_id}:
            raise BadRequestError([Problem(FORGOTTEN, code, say.not_followed(code))])
        uow.outside.forget(actor.tenant, code)
    note(_log, "a followed case was forgotten", office_id=actor.office_id)


def _followed(desk: Desk, codes: NationalCodes, row: FollowedRow) -> FollowedCase:
    due = row.due_on if row.due_on != FAR else None
    calendar = desk.calendar.in_place(row.tenant_id)
    left = None
    if due is not None:
        first, last = sorted((desk.today(), due))
        days = len(calendar.working_days(first, last))
        left = days if due >= desk.today() else -days
    return FollowedCase(
        row.external_code,
        row.procedure,
        row.applicant,
        row.received_on,
        due,
        left,
        codes.words(row.status),
        row.imported_at,
    )


def _read(cursor: str | None) -> tuple[date, str] | None:
    day, _, code = (cursor or "").partition("~")
    try:
        return (date.fromisoformat(day), code) if day else None
    except ValueError:
        return None

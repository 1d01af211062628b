"""Accounts that nobody uses are locked, and each account is looked over twice a year.

TCVN 14423:2026 asks for both. An administrator opens a locked account again; on the
machine itself ``dat account open`` does when no administrator is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.auth.actors import Actor, system
from service.auth.second_factor import known as begin_to_know
from service.persistence.administration import AdminLogRow
from service.persistence.staff import StaffRow
from service.usecases.administration.admin_accounts import (
    AccountsPage,
    AccountView,
    accounts,
    known_account,
)
from service.usecases.administration.administering import noted, only_administrator
from service.usecases.desk import Desk

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An account on the list of what is looked over; None: nobody has yet."""

    account: AccountView
    at: datetime | None
    by: str | None
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Accounts by name; ``after`` opens the next page, None at the end."""

    rows: tuple[Reviewed, ...]
    after: str | None
    overdue: int


def lock_idle(desk: Desk) -> int:
    """Lock the accounts that nobody used for too long; return how many there were.

    Those of an older release are counted from the day on which they are first seen.
    """
    tenant, now, days = (
        desk.settings.province,
        desk.now(),
        desk.settings.lock_after_days,
    )
    with desk.database.transaction() as uow:
        for account_id in uow.staff.unknown(tenant, _AT_ONCE):
            uow.staff.know(StaffRow(tenant, account_id, now, now))
    if days is None:
        return 0
    before = now - timedelta(days=days)
    with desk.database.transaction() as uow:
        found = uow.staff.idle(tenant, before, _AT_ONCE)
        locked = [row for row in found if uow.staff.lock(tenant, row.id, now)]
        for row in locked:
            uow.people.drop_sessions_of_account(tenant, row.id)
            uow.staff.drop_halves(tenant, row.id)
            uow.administration.note(
                AdminLogRow(
                    tenant, now, system(tenant).name, None,
                    "account.idle", row.name, None, {"days": days},
                )
            )  # fmt: skip
    return len(locked)


def review(desk: Desk, actor: Actor, *, after: str = "") -> ReviewPage:
    """Return accounts with what each may do, and when each was looked over."""
    listed = accounts(desk, actor, after=after)
    with desk.database.reading() as uow:
        known = uow.staff.many(actor.tenant, [each.row.id for each in listed.rows])
    return ReviewPage(_rows(desk, listed, known), listed.after, overdue(desk, actor))


def overdue(desk: Desk, actor: Actor) -> int:
    """Return how many open accounts should have been looked over by now."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        return uow.staff.unreviewed(actor.tenant, desk.now() - _term(desk))


def looked_over(desk: Desk, actor: Actor, account_id: str) -> None:
    """Say that an account, its role and its duties are right as they are."""
    only_administrator(actor)
    with desk.database.transaction() as uow:
        row = known_account(uow, actor, account_id)
        begin_to_know(desk, uow, row)
        uow.staff.change(
            actor.tenant, account_id, reviewed_at=desk.now(), reviewed_by=actor.name
        )
        noted(desk, uow, actor, "account.reviewed", row.name)


def _rows(
    desk: Desk, listed: AccountsPage, known: Mapping[str, StaffRow]
) -> tuple[Reviewed, ...]:
    now, made = desk.now(), []
    for each in listed.rows:
        row = known.get(each.row.id)
        due = row.reviewed_at + _term(desk) if row is not None else None
        late = each.open and due is not None and due < now
        by = row.reviewed_by if row is not None else None
        at = row.reviewed_at if row is not None and by is not None else None
        made.append(Reviewed(each, at, by, due, late))
    return tuple(made)


def _term(desk: Desk) -> timedelta:
    return timedelta(days=desk.settings.access_review_days)

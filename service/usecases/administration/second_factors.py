"""To take a second factor away from who lost it: asked with a reason, two agree.

Whoever may do this alone could sign in as anybody. Only where there is no other
administrator does one decide alone, and the log says so by its one name.
"""

from __future__ import annotations

from service.auth.actors import Actor
from service.auth.second_factor import drop_key
from service.auth.steps import has_key
from service.errors import BadRequestError
from service.persistence.rows import AccountRow
from service.persistence.staff import StaffRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences
from service.usecases.administration.admin_accounts import known_account
from service.usecases.administration.administering import (
    Entered,
    noted,
    only_administrator,
)
from service.usecases.desk import Desk


def ask_reset(desk: Desk, actor: Actor, id_: str, reason: str) -> bool:
    """Ask that the second factor of an account be taken away; True: it is.

    It waits for another administrator where there is one. Raises BadRequestError
    without a reason, for one's own account and for one without a second factor.
    """
    only_administrator(actor)
    entered = Entered()
    why = entered.line("reason", reason, admin_sentences.RESET_WHY)
    with desk.database.transaction() as uow:
        row, _ = _with_key(uow, actor, id_, entered)
        mine = actor.account_id or ""
        alone = not uow.staff.administrators(actor.tenant, (mine, id_))
        told = {"reason": why}
        if alone:
            drop_key(desk, uow, row)
            noted(desk, uow, actor, "account.second_reset", row.name, after=told)
            return True
        uow.staff.change(
            actor.tenant,
            id_,
            reset_at=desk.now(),
            reset_by=mine,
            reset_reason=why,
        )
        noted(desk, uow, actor, "account.second_asked", row.name, after=told)
    return False


def confirm_reset(desk: Desk, actor: Actor, id_: str) -> None:
    """Take the second factor away, as another administrator asked.

    Raises BadRequestError for who asked himself, and when nobody asked.
    """
    only_administrator(actor)
    entered = Entered()
    with desk.database.transaction() as uow:
        row, known = _with_key(uow, actor, id_, entered)
        if known is None or known.reset_by is None:
            entered.refuse("reason", "", admin_sentences.RESET_NONE)
            raise BadRequestError(entered.problems)
        if known.reset_by == actor.account_id:
            entered.refuse("reason", "", admin_sentences.RESET_SAME)
            raise BadRequestError(entered.problems)
        asked = uow.people.account(known.reset_by)
        told = {
            "reason": known.reset_reason or "",
            "asked_by": asked.display_name if asked else "",
        }
        drop_key(desk, uow, row)
        noted(desk, uow, actor, "account.second_reset", row.name, after=told)


def _with_key(
    uow: UnitOfWork, actor: Actor, id_: str, entered: Entered
) -> tuple[AccountRow, StaffRow | None]:
    """Return an account that has a second factor and is another's; raise else."""
    row = known_account(uow, actor, id_)
    known = uow.staff.of(row.tenant_id, row.id)
    if id_ == actor.account_id:
        entered.refuse("reason", "", admin_sentences.RESET_OWN)
    elif not has_key(known):
        entered.refuse("reason", "", admin_sentences.RESET_NONE)
    if entered.problems:
        raise BadRequestError(entered.problems)
    return row, known

"""Signing in somebody's place: within one office, for some days, on a written paper.

Who signs for another keeps his own name; the act carries both. A delegation lets
somebody do what its giver may do himself, and nothing that he may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.sessions import duties_of
from service.persistence.rows import AccountRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import legal_day

# What may be handed to somebody else: to sign results, and to confirm as a superior.
DELEGABLE = ("sign", "lead")


@dataclass(frozen=True, slots=True)
class SignsFor:
    """Somebody whose place the account takes, and on which paper.

    ``duties`` are those of the giver that may be handed on, "sign" and "lead".
    """

    delegation_id: str
    account_id: str
    name: str
    office_id: str
    duties: frozenset[str]
    paper_number: str
    paper_day: date


def signs_for(
    uow: UnitOfWork, tenant: str, account_id: str, at: datetime
) -> tuple[SignsFor, ...]:
    """Return whose place the account takes at the instant, by the end of each paper.

    A giver who left the office, may no longer sign, or whose account is disabled hands
    nothing on; neither does a paper reach somebody who left the office.
    """
    day = legal_day(at)
    taker = uow.people.account(account_id)
    if taker is None or taker.tenant_id != tenant:
        return ()
    return tuple(_running(uow, taker, day))


def standing_in(
    uow: UnitOfWork, actor: Actor, duty: str, at: datetime
) -> tuple[Actor, SignsFor] | None:
    """Return the actor with both names, and the paper, when he has a duty by it alone.

    None when nobody who has the duty ("sign" or "lead") handed it to him.
    """
    for each in signs_for(uow, actor.tenant, actor.account_id or "", at):
        if duty in each.duties and each.office_id == actor.office_id:
            return replace(actor, on_behalf_of=each.name), each
    return None


def delegable(account: AccountRow) -> frozenset[str]:
    """Return what the account may hand on; nothing when it is disabled."""
    if account.disabled_at is not None:
        return frozenset()
    return duties_of(account.kind, account.duties) & frozenset(DELEGABLE)


def _running(uow: UnitOfWork, taker: AccountRow, day: date) -> Iterator[SignsFor]:
    for row in uow.administration.delegations_to(taker.tenant_id, taker.id, day):
        giver = uow.people.account(row.giver_id)
        if giver is None or not row.holds(day):
            continue
        duties = delegable(giver)
        if duties and row.office_id == giver.office_id == taker.office_id:
            yield SignsFor(
                row.id,
                giver.id,
                giver.display_name,
                row.office_id,
                duties,
                row.paper_number,
                row.paper_day,
            )

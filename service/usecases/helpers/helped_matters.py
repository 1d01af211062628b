"""The people whom a helper helps, or once helped."""

from __future__ import annotations

from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize, is_running
from service.usecases.desk import Desk
from service.usecases.matter.read_matter import HelpRow


@dataclass(frozen=True, slots=True)
class HelpedRow:
    """A matter in which a helper may act, or might once."""

    matter_code: str
    goal_title: str
    consent: HelpRow
    active: bool


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

"""What a helper sees and prints is written down for the resident, with both names."""

from __future__ import annotations

from service.auth.actors import Actor
from service.auth.policies import consent_for
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import acting, find_matter

PRINT = "print"


def note_print(desk: Desk, actor: Actor, matter_code: str) -> str:
    """Note that a helper printed a paper with the whole number on it.

    Return in words who printed for whom; empty for whoever is no helper, of whom
    nothing is noted.
    """
    if actor.kind != "helper":
        return ""
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        return note_look(desk, uow, actor, matter, PRINT)


def note_look(
    desk: Desk, uow: UnitOfWork, actor: Actor, matter: MatterRow, what: str
) -> str:
    """Note what somebody did on a matter; return the name of the one he helps."""
    consent = consent_for(actor, None, matter_target(desk, uow, matter))
    person = acting(actor, consent)
    uow.people.note_access(
        tenant_id=matter.tenant_id,
        at=desk.now(),
        who=person.name,
        account_id=person.account_id,
        office_id=None,
        on_behalf_of=person.on_behalf_of,
        what=what,
        matter_id=matter.id,
        case_id=None,
    )
    return person.on_behalf_of or ""

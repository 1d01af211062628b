"""What a person typed and did not send yet: it survives a refusal and a lost line."""

from __future__ import annotations

from collections.abc import Mapping

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter

MOST_LETTERS = 20_000


def save_draft(
    desk: Desk, actor: Actor, code: str, form: str, fields: Mapping[str, str]
) -> None:
    """Keep the fields of a form of a matter, for whoever may answer in this name.

    A citizen finds them on every device that opens the matter; a helper has his own.
    What is longer than any page may hold is not kept.
    """
    if sum(map(len, fields.values())) > MOST_LETTERS:
        return
    with desk.database.transaction() as uow:
        _may(desk, uow, actor, code)
        uow.records.put_draft(
            actor.tenant, actor.key, _name(code, form), fields, desk.now()
        )


def read_draft(desk: Desk, actor: Actor, code: str, form: str) -> dict[str, str]:
    """Return what this actor typed last, or nothing."""
    with desk.database.reading() as uow:
        _may(desk, uow, actor, code)
        return stored_draft(uow, actor, code, form)


def stored_draft(uow: UnitOfWork, actor: Actor, code: str, form: str) -> dict[str, str]:
    """Return what somebody who may answer typed last, or nothing."""
    found = uow.records.draft(actor.tenant, actor.key, _name(code, form))
    return {str(key): str(value) for key, value in found.items()}


def drop_draft(desk: Desk, actor: Actor, code: str, form: str) -> None:
    """Forget what was typed, because it was sent."""
    with desk.database.transaction() as uow:
        _may(desk, uow, actor, code)
        uow.records.drop_draft(actor.tenant, actor.key, _name(code, form))


def _may(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> None:
    matter = find_matter(uow, code)
    authorize(actor, Action.ANSWER, matter_target(desk, uow, matter))


def _name(code: str, form: str) -> str:
    return f"{code}:{form}"[:160]

"""What a person typed and did not send yet: it survives a refusal and a lost line."""

from __future__ import annotations

from collections.abc import Mapping

from service.auth.actors import Actor
from service.usecases.desk import Desk


def save_draft(
    desk: Desk, actor: Actor, code: str, form: str, fields: Mapping[str, str]
) -> None:
    """Keep the fields of a form about a case or a matter, for this actor alone."""
    with desk.database.transaction() as uow:
        uow.records.put_draft(
            actor.tenant, actor.key, _name(code, form), fields, desk.now()
        )


def read_draft(desk: Desk, actor: Actor, code: str, form: str) -> dict[str, str]:
    """Return what this actor typed last, or nothing."""
    with desk.database.reading() as uow:
        found = uow.records.draft(actor.tenant, actor.key, _name(code, form))
    return {str(key): str(value) for key, value in found.items()}


def drop_draft(desk: Desk, actor: Actor, code: str, form: str) -> None:
    """Forget what was typed, because it was sent."""
    with desk.database.transaction() as uow:
        uow.records.drop_draft(actor.tenant, actor.key, _name(code, form))


def _name(code: str, form: str) -> str:
    return f"{code}:{form}"[:160]

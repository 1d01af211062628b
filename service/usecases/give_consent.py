"""A citizen lets a helper act for him: for listed things, for a while, recorded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError, NotFoundError
from service.persistence.rows import ConsentRow
from service.usecases import sentences
from service.usecases.answer_question import find_matter
from service.usecases.casefile import matter_target
from service.usecases.desk import Desk
from workflows.errors import Problem

SCOPES = ("read", "answer", "print", "submit")
_SHORTEST, _LONGEST = 5, 240


def give_consent(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    *,
    helper_name: str,
    scope: Collection[str],
    minutes: int,
    given_by: str = "citizen",
) -> str:
    """Let the helper with this account name act for the citizen; return the id.

    Only the citizen's own session may do this. Raises BadRequestError for a name that
    is no helper, an empty or unknown scope, or a time out of range.
    """
    problems: list[Problem] = []
    if not scope or not set(scope) <= set(SCOPES):
        problems.append(Problem("scope", sorted(scope), sentences.SCOPE))
    if not _SHORTEST <= minutes <= _LONGEST:
        problems.append(Problem("minutes", minutes, sentences.MINUTES))
    now = desk.now()
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        helper = uow.people.account_by_name(helper_name.strip().lower())
        if helper is None or helper.kind != "helper":
            problems.append(
                Problem("helper_name", helper_name, sentences.HELPER_UNKNOWN)
            )
        if problems or helper is None:
            raise BadRequestError(problems)
        row = ConsentRow(
            matter.tenant_id,
            desk.ids.new_id(),
            matter.id,
            helper.id,
            sorted({"read", *scope}),
            given_by,
            now,
            now + timedelta(minutes=minutes),
            None,
        )
        uow.people.add_consent(row)
    return row.id


def end_consent(desk: Desk, actor: Actor, consent_id: str) -> None:
    """End a consent at once; the citizen or the helper himself may."""
    with desk.database.transaction() as uow:
        row = uow.people.consent(actor.tenant, consent_id)
        if row is None:
            raise NotFoundError("consent", consent_id)
        if actor.kind != "helper" or actor.account_id != row.account_id:
            matter = uow.matters.by_id(row.tenant_id, row.matter_id)
            authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        uow.people.end_consent(row.tenant_id, row.id, desk.now())

"""Accounts of clerks, helpers and administrators."""

from __future__ import annotations

from service.auth import sentences
from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.auth.sessions import Gate
from service.errors import BadRequestError
from service.persistence.rows import AccountRow
from workflows.errors import Problem

KINDS = ("clerk", "helper", "administrator")
MIN_PASSWORD = 14


def create_account(
    gate: Gate,
    actor: Actor,
    *,
    name: str,
    password: str,
    display_name: str,
    kind: str,
    office_id: str | None = None,
) -> str:
    """Store an account and return its id; raise BadRequestError with all problems.

    A password has at least 14 characters (TCVN 14423:2026, without a second factor).
    """
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    wanted = name.strip().lower()
    problems = [
        Problem(key, value, text)
        for key, value, text, wrong in (
            ("name", name, sentences.ACCOUNT_NAME, not _is_name(wanted)),
            ("password", "", sentences.PASSWORD, len(password) < MIN_PASSWORD),
            ("kind", kind, sentences.ACCOUNT_KIND, kind not in KINDS),
            (
                "office_id",
                office_id,
                sentences.OFFICE,
                kind == "clerk" and not office_id,
            ),
        )
        if wrong
    ]
    if problems:
        raise BadRequestError(problems)
    row = AccountRow(
        actor.tenant,
        gate.ids.new_id(),
        wanted,
        gate.passwords.hash(password),
        display_name,
        kind,
        office_id,
        None,
        None,
    )
    with gate.database.transaction() as uow:
        if uow.people.account_by_name(wanted) is not None:
            raise BadRequestError([Problem("name", name, sentences.NAME_TAKEN)])
        uow.people.add_account(row)
    return row.id


def _is_name(name: str) -> bool:
    return name.replace("-", "").replace(".", "").isalnum()

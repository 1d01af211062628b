"""Accounts of clerks, helpers and administrators."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from service.auth import sentences
from service.auth.actors import DUTIES, Actor
from service.auth.password_rules import password_problem
from service.auth.policies import Action, Installation, authorize
from service.auth.sessions import Gate
from service.errors import BadRequestError
from service.persistence.administration import AdminLogRow
from service.persistence.rows import AccountRow
from service.persistence.staff import StaffRow
from workflows.errors import Problem

KINDS = ("clerk", "helper", "administrator")
MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as it is asked for; ``duties`` are what a clerk does in his office.

    No duties told means all but to lead. The password is stored as a hash only.
    """

    name: str
    password: str
    display_name: str
    kind: str
    office_id: str | None = None
    duties: Collection[str] = ()


def add_account(
    gate: Gate, actor: Actor, new: NewAccount, id_: str, *, must_change: bool = False
) -> str:
    """Store an account and return its id; raise BadRequestError with all problems.

    ``must_change``: its person chooses another password at the first sign-in. The same
    id twice stores one account.
    """
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    problems = account_problems(gate, new)
    if problems:
        raise BadRequestError(problems)
    clerk = new.kind == "clerk"
    row = AccountRow(
        actor.tenant,
        id_,
        new.name.strip().lower(),
        gate.passwords.hash(new.password),
        new.display_name,
        new.kind,
        new.office_id if clerk else None,
        None,
        None,
        sorted(new.duties, key=DUTIES.index) if clerk else [],
    )
    with gate.database.transaction() as uow:
        known = uow.people.account_by_name(row.name)
        if known is not None and known.id == id_:
            return id_
        if known is not None or not uow.people.add_account(row):
            raise BadRequestError([Problem("name", new.name, sentences.NAME_TAKEN)])
        now = gate.now()
        uow.staff.know(
            StaffRow(
                row.tenant_id,
                row.id,
                now,
                now,
                password_at=now,
                must_change=must_change,
            )
        )
        uow.administration.note(_added(gate, actor, row))
    return row.id


def account_problems(gate: Gate, new: NewAccount) -> list[Problem]:
    """Return what is wrong with an account that is asked for, one for each field."""
    weak = password_problem(
        new.password,
        second=gate.settings.needs_second(new.kind),
        names=(new.name, new.display_name),
    )
    wanted = new.name.strip().lower()
    away = new.kind == "clerk" and not new.office_id
    return [
        Problem(key, value, text)
        for key, value, text, wrong in (
            ("name", new.name, sentences.ACCOUNT_NAME, not _is_name(wanted)),
            ("password", "", weak or "", weak is not None),
            ("kind", new.kind, sentences.ACCOUNT_KIND, new.kind not in KINDS),
            ("office_id", new.office_id, sentences.OFFICE, away),
            ("duties", "", sentences.DUTIES, bool(set(new.duties) - set(DUTIES))),
        )
        if wrong
    ]


def _is_name(name: str) -> bool:
    return len(name) <= MAX_NAME and name.replace("-", "").replace(".", "").isalnum()


def _added(gate: Gate, actor: Actor, row: AccountRow) -> AdminLogRow:
    told = {
        "name": row.name,
        "display_name": row.display_name,
        "kind": row.kind,
        "office": row.office_id,
        "duties": row.duties,
    }
    return AdminLogRow(
        actor.tenant, gate.now(), actor.name, actor.account_id,
        "account.added", row.name, None, told,
    )  # fmt: skip

"""To change a password: by oneself, or because the first one was given by another."""

from __future__ import annotations

from service.auth import sentences
from service.auth.password_rules import (
    WITH_SECOND,
    WITHOUT_SECOND,
    password_problem,
)
from service.auth.second_factor import known as begin_to_know
from service.auth.sessions import Gate
from service.auth.steps import has_key
from service.errors import BadRequestError
from service.persistence.rows import AccountRow
from service.persistence.staff import StaffRow
from service.persistence.unit_of_work import UnitOfWork
from workflows.errors import Problem


def put_password(gate: Gate, account: AccountRow, new: str, again: str) -> None:
    """Let a person choose her password, typed twice; raise BadRequestError.

    Never the one in use, and for an administrator none of the last ones.
    """
    with gate.database.reading() as uow:
        row = uow.staff.of(account.tenant_id, account.id)
        last = uow.staff.old_passwords(
            account.tenant_id, account.id, _last(gate, account)
        )
    wrong = wrong_password(gate, account, row, new)
    if wrong is None and any(
        gate.passwords.fits(each, new) for each in (account.password_hash, *last)
    ):
        wrong = sentences.USED_BEFORE
    problems = [Problem("new", "", wrong)] if wrong else []
    if new != again:
        problems.append(Problem("again", "", sentences.NOT_THE_SAME))
    if problems:
        raise BadRequestError(problems)
    hashed = gate.passwords.hash(new)
    with gate.database.transaction() as uow:
        store_password(gate, uow, account, hashed, must_change=False)


def wrong_password(
    gate: Gate, account: AccountRow, known: StaffRow | None, new: str
) -> str | None:
    """Return what is wrong with a password for this account, None when nothing is."""
    second = second_given(gate, account, known)
    names = (account.name, account.display_name, *account.display_name.split())
    return password_problem(new, second=second, names=names)


def least_length(gate: Gate, account: AccountRow, known: StaffRow | None) -> int:
    """Return how long a password of this account must be."""
    return WITH_SECOND if second_given(gate, account, known) else WITHOUT_SECOND


def second_given(gate: Gate, account: AccountRow, known: StaffRow | None) -> bool:
    """Return whether nobody signs in to the account by a password alone."""
    return has_key(known) or gate.settings.needs_second(account.kind)


def store_password(
    gate: Gate, uow: UnitOfWork, account: AccountRow, hashed: str, *, must_change: bool
) -> None:
    """Put a password in the place of another, which is remembered if its kind asks.

    ``must_change``: another person chose it, so its own one changes it at once.
    """
    begin_to_know(gate, uow, account)
    if _last(gate, account):
        uow.staff.keep_password(
            account.tenant_id, account.id, account.password_hash, gate.now()
        )
    uow.people.change_account(account.id, password_hash=hashed)
    uow.staff.change(
        account.tenant_id,
        account.id,
        password_at=gate.now(),
        must_change=must_change,
    )


def _last(gate: Gate, account: AccountRow) -> int:
    """Return how many passwords an account does not take again."""
    return gate.settings.password_history if account.kind == "administrator" else 0

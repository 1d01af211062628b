"""What members of staff do about their own account: password, device, open sign-ins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from service.auth import sentences
from service.auth.actors import Actor
from service.auth.passwording import least_length, put_password
from service.auth.policies import Action, Installation, authorize
from service.auth.second_factor import (
    NewKey,
    keep_key,
    key_again,
    new_key,
    prove,
    renew_codes,
)
from service.auth.sessions import (
    Gate,
    SignedIn,
    count_try,
    forget_tries,
    is_open,
    token_hash,
    use_account,
)
from service.auth.steps import has_key
from service.errors import BadRequestError, NotFoundError
from service.persistence.rows import AccountRow, SessionRow
from service.persistence.unit_of_work import UnitOfWork
from service.security_log import Event, tell
from workflows.errors import Problem


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A sign-in that runs somewhere; ``mark`` names it without giving it away."""

    mark: str
    since: datetime
    seen: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its own person sees it."""

    row: AccountRow
    key_since: datetime | None
    codes_left: int
    needs_second: bool
    least: int
    sign_ins: tuple[OpenSignIn, ...]


def own_account(gate: Gate, actor: Actor, token: str | None) -> OwnAccount:
    """Return the account of who is signed in, with every place where it is open."""
    with gate.database.reading() as uow:
        row = _own(uow, actor)
        known = uow.staff.of(row.tenant_id, row.id)
        return OwnAccount(
            row,
            known.key_since if known is not None and has_key(known) else None,
            len(uow.staff.codes(row.tenant_id, row.id)),
            gate.settings.needs_second(row.kind),
            least_length(gate, row, known),
            open_sign_ins(gate, uow, row, token),
        )


def change_password(
    gate: Gate, actor: Actor, token: str | None, old: str, new: str, again: str
) -> SignedIn:
    """Change the password for who knows the old one; every other sign-in ends.

    Raises BadRequestError with every field that is wrong, or TooManyTriesError.
    """
    with gate.database.reading() as uow:
        row = _own(uow, actor)
    _knows_password(gate, row, old)
    put_password(gate, row, new, again)
    forget_tries(gate, _key(row))
    return _anew(gate, row, token)


def key_for(gate: Gate, actor: Actor, token: str, sealed: str = "") -> NewKey:
    """Return a key for the device; with ``sealed`` the one that was shown before."""
    with gate.database.reading() as uow:
        row = _own(uow, actor)
    shown_to = token_hash(token)
    if sealed:
        return key_again(gate, row, shown_to, sealed)
    return new_key(gate, row, shown_to)


def enrol(
    gate: Gate, actor: Actor, token: str, sealed: str, typed: str, old: str = ""
) -> tuple[SignedIn, tuple[str, ...]]:
    """Keep the key of a device; return a new session and the recovery codes.

    Who has a device gives its code too (``old``), who has none her password: a session
    that somebody left open sets no device up. Raises BadRequestError,
    SignInRefusedError, TooManyTriesError.
    """
    with gate.database.reading() as uow:
        row = _own(uow, actor)
        known = uow.staff.of(row.tenant_id, row.id)
    if has_key(known):
        prove(gate, row, old)
    else:
        _knows_password(gate, row, old)
        forget_tries(gate, _key(row))
    codes = keep_key(gate, row, token_hash(token), sealed, typed)
    return _anew(gate, row, token), codes


def new_codes(gate: Gate, actor: Actor, typed: str) -> tuple[str, ...]:
    """Return ten new recovery codes; the old ones hold no longer.

    Raises SignInRefusedError for a wrong code of the device, or TooManyTriesError.
    """
    with gate.database.reading() as uow:
        row = _own(uow, actor)
    prove(gate, row, typed)
    return renew_codes(gate, row)


def end_sign_in(gate: Gate, actor: Actor, mark: str) -> None:
    """End one sign-in of one's own; raise NotFoundError for one that is not there."""
    with gate.database.transaction() as uow:
        row = _own(uow, actor)
        for each in uow.staff.sessions(row.tenant_id, row.id):
            if _mark(each) == mark:
                uow.people.drop_session(each.token_hash)
                return
    raise NotFoundError("sign-in", mark)


def end_others(gate: Gate, actor: Actor, token: str | None) -> None:
    """End every sign-in of one's own but this one."""
    here = token_hash(token or "")
    with gate.database.transaction() as uow:
        row = _own(uow, actor)
        for each in uow.staff.sessions(row.tenant_id, row.id):
            if each.token_hash != here:
                uow.people.drop_session(each.token_hash)


def open_sign_ins(
    gate: Gate, uow: UnitOfWork, account: AccountRow, token: str | None = None
) -> tuple[OpenSignIn, ...]:
    """Return the sign-ins with an account that still run, newest first."""
    here, now = token_hash(token or ""), gate.now()
    return tuple(
        OpenSignIn(_mark(row), row.created_at, row.seen_at, row.token_hash == here)
        for row in uow.staff.sessions(account.tenant_id, account.id)
        if is_open(gate, row, now)
    )


def _knows_password(gate: Gate, row: AccountRow, typed: str) -> None:
    """Count a try with the password in use; raise BadRequestError for another one."""
    count_try(gate, _key(row))
    if not gate.passwords.fits(row.password_hash, typed):
        tell(Event.REFUSED, kind="old password", account=row.id)
        raise BadRequestError([Problem("old", "", sentences.OLD_WRONG)])


def _key(row: AccountRow) -> str:
    return f"old:{row.id}"[:64]


def _own(uow: UnitOfWork, actor: Actor) -> AccountRow:
    authorize(actor, Action.OWN_ACCOUNT, Installation(actor.tenant))
    row = uow.people.account(actor.account_id or "")
    if row is None:
        raise NotFoundError("account", actor.account_id or "")
    return row


def _anew(gate: Gate, row: AccountRow, token: str | None) -> SignedIn:
    """End every sign-in with the account and begin one for who just proved herself."""
    with gate.database.transaction() as uow:
        uow.people.drop_sessions_of_account(row.tenant_id, row.id)
        uow.staff.drop_halves(row.tenant_id, row.id)
        return use_account(gate, uow, row, token, proved=True)


def _mark(row: SessionRow) -> str:
    return hashlib.sha256(f"mark:{row.token_hash}".encode()).hexdigest()[:16]

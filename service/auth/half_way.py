"""From the right password to the desk: the code, another password, the device.

Until all is done there is no session: whoever holds the token of a half sign-in is
nobody anywhere else. Each step gives a new token, and it all ends after ten minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.auth import sentences
from service.auth.passwording import least_length, put_password
from service.auth.second_factor import NewKey, keep_key, key_again, new_key, prove
from service.auth.sessions import Gate, SignedIn, token_hash, use_account
from service.auth.steps import Step, next_step
from service.errors import SignInRequiredError
from service.persistence.rows import AccountRow
from service.persistence.staff import HalfRow


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody between password and desk, and what comes next."""

    account: AccountRow
    row: HalfRow
    step: Step


def half_way(gate: Gate, token: str | None) -> HalfWay | None:
    """Return who holds the token of a half sign-in; None when it ran out."""
    now = gate.now()
    with gate.database.reading() as uow:
        row = uow.staff.half(gate.settings.province, token_hash(token or ""))
        account = uow.people.account(row.account_id) if row is not None else None
        if row is None or account is None or account.disabled_at is not None:
            return None
        known = uow.staff.of(account.tenant_id, account.id)
    step = next_step(gate.settings, account.kind, known, now, proved=row.proved)
    if now >= row.ends_at or step is None:
        return None
    return HalfWay(account, row, step)


def give_code(gate: Gate, token: str | None, typed: str) -> SignedIn:
    """Give the code of the device, or a recovery code.

    Raises SignInRefusedError, TooManyTriesError, SignInRequiredError when it took too
    long.
    """
    half = _at(gate, token, Step.CODE)
    prove(gate, half.account, typed)
    return _on(gate, half, proved=True)


def give_password(gate: Gate, token: str | None, new: str, again: str) -> SignedIn:
    """Choose the password that takes the place of the first one or of an old one.

    Raises BadRequestError, or SignInRequiredError when it took too long.
    """
    half = _at(gate, token, Step.PASSWORD)
    put_password(gate, half.account, new, again)
    return _on(gate, half, proved=half.row.proved)


def least_of(gate: Gate, half: HalfWay) -> int:
    """Return how long the password must be that is to be chosen."""
    with gate.database.reading() as uow:
        known = uow.staff.of(half.account.tenant_id, half.account.id)
    return least_length(gate, half.account, known)


def key_for(gate: Gate, token: str | None, sealed: str = "") -> NewKey:
    """Return a key for the device; with ``sealed`` the one that was shown before."""
    half = _at(gate, token, Step.ENROL)
    if sealed:
        return key_again(gate, half.account, half.row.token_hash, sealed)
    return new_key(gate, half.account, half.row.token_hash)


def enrol(
    gate: Gate, token: str | None, sealed: str, typed: str
) -> tuple[SignedIn, tuple[str, ...]]:
    """Keep the key of the device and sign in; return the recovery codes too.

    Raises BadRequestError, TooManyTriesError, or SignInRequiredError.
    """
    half = _at(gate, token, Step.ENROL)
    codes = keep_key(gate, half.account, half.row.token_hash, sealed, typed)
    return _on(gate, half, proved=True), codes


def _at(gate: Gate, token: str | None, step: Step) -> HalfWay:
    half = half_way(gate, token)
    if half is None or half.step is not step:
        raise SignInRequiredError(sentences.HALF_OVER)
    return half


def _on(gate: Gate, half: HalfWay, *, proved: bool) -> SignedIn:
    """Go on to the next step, or to the desk; the half sign-in before is over."""
    with gate.database.transaction() as uow:
        uow.staff.drop_half(half.row.tenant_id, half.row.token_hash)
        account = uow.people.account(half.account.id) or half.account
        return use_account(gate, uow, account, None, proved=proved)

"""Codes of six digits that a device shows for half a minute (RFC 6238), once each.

The key that device and installation share is sealed in the store. Ten recovery codes
are for who lost the device: shown once, kept as slow hashes, each good once.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp

from service.auth import sentences
from service.auth.codes import new_code, normalise
from service.auth.sessions import Gate, count_try, forget_tries
from service.errors import BadRequestError, SignInRefusedError
from service.persistence.rows import AccountRow
from service.persistence.staff import RecoveryRow, StaffRow, key_place
from service.persistence.unit_of_work import UnitOfWork
from service.secrecy.key_ring import UnsealableError
from service.security_log import Event, tell
from workflows.errors import Problem

RECOVERY = "DP"
RECOVERY_CODES = 10
_SECONDS = 30
_DRIFT = (-1, 0, 1)
_KEY_BITS = 160
_GROUP = 4
_MARK = slice(3, 8)  # the first group of a recovery code, by which it is found
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that a device is to take: for its camera, for the hand, for the form.

    ``sealed`` opens only for the sign-in to which the key was shown.
    """

    address: str
    typed: str
    sealed: str


def new_key(gate: Gate, account: AccountRow, shown_to: str) -> NewKey:
    """Make a key for an account, shown to one sign-in; nothing is stored.

    So a key that somebody saw who had the password only is never the one of another
    sign-in.
    """
    raw = gate.ids.bits(_KEY_BITS).to_bytes(_KEY_BITS // 8)
    sealed = gate.database.ring.seal(raw, _about_new(account, shown_to))
    return _shown(account, raw, base64.urlsafe_b64encode(sealed).decode())


def key_again(gate: Gate, account: AccountRow, shown_to: str, sealed: str) -> NewKey:
    """Return the key that a form carries; BadRequestError for one that is not ours."""
    return _shown(account, _opened(gate, account, shown_to, sealed), sealed)


def keep_key(
    gate: Gate, account: AccountRow, shown_to: str, sealed: str, typed: str
) -> tuple[str, ...]:
    """Keep a key whose device showed the right code; return the recovery codes.

    Raises BadRequestError for a wrong code or an old form, TooManyTriesError.
    """
    _count(gate, account.id)
    raw = _opened(gate, account, shown_to, sealed)
    step = _step_of(raw, typed, gate.now())
    if step is None:
        raise BadRequestError([Problem("code", "", sentences.CODE_WRONG)])
    codes, hashed = _new_codes(gate)
    kept = gate.database.ring.seal(raw, key_place(account.id))
    with gate.database.transaction() as uow:
        known(gate, uow, account)
        uow.staff.change(
            account.tenant_id,
            account.id,
            key=kept,
            key_since=gate.now(),
            last_step=step,
            reset_at=None,
            reset_by=None,
            reset_reason=None,
        )
        uow.staff.put_codes(account.tenant_id, account.id, hashed)
    forget_tries(gate, _key(account.id))
    return codes


def prove(gate: Gate, account: AccountRow, typed: str) -> None:
    """Return when the device shows this code, or a recovery code is used up by it.

    The same code is never taken twice, by whichever process. Raises
    SignInRefusedError or TooManyTriesError.
    """
    _count(gate, account.id)
    recovery = normalise(typed, RECOVERY)
    right = (
        _take_recovery(gate, account, recovery)
        if recovery
        else _take_digits(gate, account, typed)
    )
    if not right:
        tell(Event.REFUSED, kind="second", account=account.id)
        raise SignInRefusedError(sentences.CODE_WRONG)
    forget_tries(gate, _key(account.id))


def renew_codes(gate: Gate, account: AccountRow) -> tuple[str, ...]:
    """Return new recovery codes, in the place of those that there were."""
    codes, hashed = _new_codes(gate)
    with gate.database.transaction() as uow:
        uow.staff.put_codes(account.tenant_id, account.id, hashed)
    return codes


def drop_key(gate: Gate, uow: UnitOfWork, account: AccountRow) -> None:
    """Take the second factor of an account away, with all that was made by it.

    The password must be changed too: it may be as short as a second factor allows.
    """
    known(gate, uow, account)
    uow.staff.change(
        account.tenant_id,
        account.id,
        key=None,
        key_since=None,
        must_change=True,
        reset_at=None,
        reset_by=None,
        reset_reason=None,
    )
    uow.staff.put_codes(account.tenant_id, account.id, ())
    uow.staff.drop_halves(account.tenant_id, account.id)
    uow.people.drop_sessions_of_account(account.tenant_id, account.id)


def known(gate: Gate, uow: UnitOfWork, account: AccountRow) -> StaffRow:
    """Return what is known of an account; begin to know one of an older release."""
    row = uow.staff.of(account.tenant_id, account.id)
    if row is None:
        row = StaffRow(account.tenant_id, account.id, gate.now(), gate.now())
        uow.staff.know(row)
    return row


def _take_digits(gate: Gate, account: AccountRow, typed: str) -> bool:
    with gate.database.transaction() as uow:
        row = known(gate, uow, account)
        if row.key is None:
            return False
        raw = gate.database.ring.open(row.key, key_place(account.id))
        step = _step_of(raw, typed, gate.now())
        return step is not None and uow.staff.take_step(
            account.tenant_id, account.id, step
        )


def _take_recovery(gate: Gate, account: AccountRow, code: str) -> bool:
    with gate.database.reading() as uow:
        left = uow.staff.codes(account.tenant_id, account.id)
    stored = next((row for row in left if row.mark == code[_MARK]), None)
    if not gate.passwords.fits(stored.code_hash if stored else None, code):
        return False
    with gate.database.transaction() as uow:
        return uow.staff.use_code(
            account.tenant_id, account.id, code[_MARK], gate.now()
        )


def _step_of(raw: bytes, typed: str, now: datetime) -> int | None:
    """Return the step of time whose code was typed; the clocks may be one apart."""
    digits = "".join(typed.split())
    shows, current = pyotp.TOTP(_text(raw)), int(now.timestamp()) // _SECONDS
    fits = [
        current + away
        for away in _DRIFT
        if hmac.compare_digest(
            shows.generate_otp(current + away).encode(), digits.encode()
        )
    ]
    return max(fits, default=None)


def _new_codes(gate: Gate) -> tuple[tuple[str, ...], tuple[RecoveryRow, ...]]:
    codes = tuple(new_code(gate.ids, RECOVERY) for _ in range(RECOVERY_CODES))
    return codes, tuple(
        RecoveryRow(code[_MARK], gate.passwords.hash(code)) for code in codes
    )


def _shown(account: AccountRow, raw: bytes, sealed: str) -> NewKey:
    text = _text(raw)
    address = pyotp.TOTP(text).provisioning_uri(name=account.name, issuer_name="Dắt")
    groups = (text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
    return NewKey(address, " ".join(groups), sealed)


def _opened(gate: Gate, account: AccountRow, shown_to: str, sealed: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
        return gate.database.ring.open(raw, _about_new(account, shown_to))
    except (ValueError, UnsealableError) as error:
        problem = Problem("code", "", sentences.KEY_OVER)
        raise BadRequestError([problem]) from error


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode()


def _about_new(account: AccountRow, shown_to: str) -> str:
    return f"new key:{account.id}:{shown_to}"


def _count(gate: Gate, account_id: str) -> None:
    count_try(gate, _key(account_id))
    most = gate.settings.code_tries_a_day
    count_try(gate, f"second-day:{account_id}"[:64], most=most, window=_DAY)


def _key(account_id: str) -> str:
    return f"second:{account_id}"[:64]

"""Sign-in: server-side sessions, the token hashed at rest and new at every sign-in."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple, Protocol

from service.auth.actors import ORDINARY, Actor, ActorKind, anonymous
from service.auth.codes import Ids, normalise
from service.auth.passwords import Passwords
from service.auth.steps import Step, next_step
from service.errors import SignInRefusedError, StoreFullError, TooManyTriesError
from service.metrics import SIGN_INS_FAILED
from service.persistence.database import Database
from service.persistence.rows import AccountRow, SessionRow
from service.persistence.staff import HalfRow
from service.persistence.unit_of_work import UnitOfWork
from service.security_log import Event, tell
from service.settings import Settings

_DAY = timedelta(days=1)
# So long the way from the password to the desk may take.
_HALF = timedelta(minutes=10)
_KINDS: dict[str, ActorKind] = {
    "clerk": "clerk",
    "helper": "helper",
    "administrator": "administrator",
}


class Gate(Protocol):
    """The part of the desk that sign-in needs."""

    @property
    def database(self) -> Database:
        """Return the store."""
        ...

    @property
    def settings(self) -> Settings:
        """Return what the installation chose."""
        ...

    @property
    def passwords(self) -> Passwords:
        """Return the hasher."""
        ...

    @property
    def ids(self) -> Ids:
        """Return the source of secrets."""
        ...

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the token goes into the cookie and nowhere else.

    ``step`` is what a member of staff has to do before it is one: until then the token
    opens that step only, and she acts as nobody.
    """

    token: str
    actor: Actor
    step: Step | None = None


def sign_in(
    gate: Gate,
    name: str,
    password: str,
    *,
    old_token: str | None = None,
    client: str = "",
) -> SignedIn:
    """Sign a clerk, helper or administrator in; the old session ends.

    ``client`` is whoever asks, as far as the door knows. Raises SignInRefusedError, the
    same for an unknown name and a wrong password, or TooManyTriesError.
    """
    wanted = name.strip().lower()
    count_client(gate, "sign-in", client, gate.settings.sign_ins_of_client)
    count_try(gate, f"name:{_short(wanted)}")
    with gate.database.reading() as uow:
        account = uow.people.account_by_name(wanted)
    usable = account is not None and account.disabled_at is None
    stored = account.password_hash if account is not None and usable else None
    if not gate.passwords.fits(stored, password) or account is None:
        SIGN_INS_FAILED.add("staff")
        told = account.id if account is not None else ""
        tell(Event.REFUSED, kind="staff", account=told)
        raise SignInRefusedError
    with gate.database.transaction() as uow:
        signed = use_account(gate, uow, account, old_token)
        uow.people.set_tries(_tenant(gate), f"name:{_short(wanted)}", gate.now(), 0)
        return signed


def use_account(
    gate: Gate,
    uow: UnitOfWork,
    account: AccountRow,
    old_token: str | None,
    *,
    proved: bool = False,
) -> SignedIn:
    """Begin a session of an account for its person, or half of one.

    ``proved``: she gave a second factor. When something is left to do before the desk,
    the token stands for a half sign-in.
    """
    now, known = gate.now(), uow.staff.of(account.tenant_id, account.id)
    step = next_step(gate.settings, account.kind, known, now, proved=proved)
    if step is not None:
        _drop(uow, old_token)
        half = gate.ids.token()
        row = HalfRow(_tenant(gate), _hash(half), account.id, proved, now + _HALF)
        uow.staff.add_half(row, now)
        tell(Event.HALF_WAY, kind=step, account=account.id)
        return SignedIn(half, anonymous(account.tenant_id), step)
    uow.people.use_account(account.id, now)
    token = begin_session(gate, uow, old_token, account_id=account.id)
    tell(Event.SIGNED_IN, kind=account.kind, account=account.id)
    return SignedIn(token, actor_of(uow, account))


def begin_session(
    gate: Gate,
    uow: UnitOfWork,
    old_token: str | None,
    *,
    account_id: str | None = None,
    matter_id: str | None = None,
    identity_id: str | None = None,
) -> str:
    """Store a session under a new token, and end the one that it replaces."""
    now, token = gate.now(), gate.ids.token()
    _drop(uow, old_token)
    uow.people.add_session(
        SessionRow(
            _tenant(gate), _hash(token), account_id, matter_id, now, now, identity_id
        )
    )
    return token


def open_row(gate: Gate, uow: UnitOfWork, token: str | None) -> SessionRow | None:
    """Return the session of a token; None when it is unknown, too old or idle."""
    row = uow.people.session(_hash(token)) if token else None
    return row if row is not None and is_open(gate, row, gate.now()) else None


def open_matter(
    gate: Gate,
    code: str,
    pin: str,
    *,
    old_token: str | None = None,
    client: str = "",
) -> SignedIn:
    """Open a citizen's session for one matter by its code and pin.

    Who is signed in by her identity stays so, and the matter is linked to her.
    What can be no code counts by itself as well: who mistypes hers is not told to wait
    because others mistyped theirs. Raises SignInRefusedError, the same for an unknown
    code and a wrong pin, or TooManyTriesError.
    """
    canonical = normalise(code) or code
    count_client(gate, "matter", client, gate.settings.opens_of_client)
    count_number(gate, canonical)
    with gate.database.reading() as uow:
        matter = uow.matters.by_code(canonical)
    fits = gate.passwords.fits(matter.pin_hash if matter else None, pin.strip())
    if matter is None or not fits:
        SIGN_INS_FAILED.add("matter")
        tell(Event.REFUSED, kind="matter")
        raise SignInRefusedError
    with gate.database.transaction() as uow:
        old = open_row(gate, uow, old_token)
        known = old.identity_id if old is not None else None
        token = begin_session(
            gate, uow, old_token, matter_id=matter.id, identity_id=known
        )
        if known is not None:
            uow.identities.link(matter.tenant_id, known, matter.id, gate.now())
    forget_numbers(gate, canonical)
    tell(Event.SIGNED_IN, kind="matter")
    return SignedIn(token, citizen_of(matter.tenant_id, matter.id, known))


def token_hash(token: str) -> str:
    """Return the hash by which the session of a token is stored."""
    return _hash(token)


def citizen_of(
    tenant: str, matter_id: str | None, identity_id: str | None = None
) -> Actor:
    """Return the citizen whose session opens this matter, or none yet."""
    return Actor(
        "citizen", "citizen", tenant, matter_id=matter_id, identity_id=identity_id
    )


def read_session(gate: Gate, token: str | None) -> Actor | None:
    """Return who holds the token, or None when it is unknown, too old or idle.

    Roles are read anew each time, so that a change holds at once. The idle time
    slides at most once a minute, so that reading pages does not write each time.
    """
    with gate.database.reading() as uow:
        held = holder(gate, uow, token)
    if held is not None:
        keep_open(gate, held)
    return held and held.actor


class Held(NamedTuple):
    """An open session, and who holds its token."""

    row: SessionRow
    actor: Actor


def holder(gate: Gate, uow: UnitOfWork, token: str | None) -> Held | None:
    """Return who holds the token, for who then ``keep_open`` the session."""
    row = open_row(gate, uow, token)
    actor = _who(uow, row) if row is not None else None
    return Held(row, actor) if row is not None and actor is not None else None


def keep_open(gate: Gate, held: Held) -> None:
    """Let the idle time of a session begin anew, when a minute of it has passed."""
    now = gate.now()
    if now - held.row.seen_at >= timedelta(minutes=1):
        # Without room nobody is kept from reading: the session only ends earlier.
        with suppress(StoreFullError), gate.database.transaction() as uow:
            uow.people.see_session(held.row.token_hash, now)


def sign_out(gate: Gate, token: str | None) -> None:
    """End a session; one that is unknown is no error."""
    with gate.database.transaction() as uow:
        _drop(uow, token)
    tell(Event.SIGNED_OUT)


def count_try(
    gate: Gate, key: str, *, most: int | None = None, window: timedelta | None = None
) -> None:
    """Count a try under a key; raise TooManyTriesError beyond the limit.

    The counter stands in the database: several processes share it. Without ``most``
    and ``window`` the limit is that of a sign-in.
    """
    now = gate.now()
    most = gate.settings.sign_in_tries if most is None else most
    window = window or timedelta(seconds=gate.settings.sign_in_window_seconds)
    with gate.database.transaction() as uow:
        starts, tries = uow.people.count_try(_tenant(gate), key, now, window)
    if tries > most:
        SIGN_INS_FAILED.add("limited")
        tell(Event.LIMITED, kind=key.partition(":")[0])
        raise TooManyTriesError(ceil((starts + window - now).total_seconds()))


def count_client(gate: Gate, door: str, client: str, most: int) -> None:
    """Count a try of an address at a door; nothing when nobody knows the address.

    The window is that of a sign-in. Raises TooManyTriesError.
    """
    if client:
        count_try(gate, f"{door}:{_short(client)}", most=most)


def count_number(gate: Gate, code: str) -> None:
    """Count a try with the number under a code, at whatever door it is typed.

    Six digits are few: besides the window of a sign-in there is a most for a day, which
    a right number does not set back. Raises TooManyTriesError.
    """
    count_try(gate, _of_code(code))
    most = gate.settings.number_tries_a_day
    count_try(gate, _of_day(code), most=most, window=_DAY)


def forget_numbers(gate: Gate, code: str, *, of_day: bool = False) -> None:
    """Begin counting anew under a code: the number was right.

    ``of_day``: the number is another one now, so the tries of the day count no more.
    """
    forget_tries(gate, _of_code(code))
    if of_day:
        forget_tries(gate, _of_day(code))


def _of_code(code: str) -> str:
    return f"code:{_short(code)}"


def _of_day(code: str) -> str:
    return f"day:{_short(code)}"


def forget_tries(gate: Gate, key: str) -> None:
    """Begin counting anew under a key, because the last try was right."""
    with gate.database.transaction() as uow:
        uow.people.set_tries(_tenant(gate), key, gate.now(), 0)


def _who(uow: UnitOfWork, row: SessionRow) -> Actor | None:
    if row.account_id is None:
        return citizen_of(row.tenant_id, row.matter_id, row.identity_id)
    account = uow.people.account(row.account_id)
    if account is None or account.disabled_at is not None:
        return None
    return actor_of(uow, account)


def actor_of(uow: UnitOfWork, account: AccountRow) -> Actor:
    """Return who acts when somebody uses the account."""
    office = (
        uow.people.office(account.tenant_id, account.office_id)
        if account.office_id
        else None
    )
    return Actor(
        _KINDS[account.kind],
        account.display_name,
        account.tenant_id,
        account_id=account.id,
        office_id=account.office_id,
        office_name=office.name if office else None,
        office_kinds=frozenset(office.kinds) if office else frozenset(),
        duties=duties_of(account.kind, account.duties),
    )


def duties_of(kind: str, told: Collection[str]) -> frozenset[str]:
    """Return what an account does in its office: all but to lead when none is told."""
    if kind != "clerk":
        return frozenset()
    return frozenset(told) or ORDINARY


def is_open(gate: Gate, row: SessionRow, now: datetime) -> bool:
    """Return whether a session is neither idle for too long nor too old."""
    minutes = (
        gate.settings.citizen_idle_minutes
        if row.account_id is None
        else gate.settings.clerk_idle_minutes
    )
    return now - row.seen_at < timedelta(
        minutes=minutes
    ) and now - row.created_at < timedelta(hours=gate.settings.session_hours)


def _drop(uow: UnitOfWork, token: str | None) -> None:
    if token:
        uow.people.drop_session(_hash(token))


def _tenant(gate: Gate) -> str:
    return gate.settings.province


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _short(text: str) -> str:
    # Neither names nor codes stand in the table of tries.
    return hashlib.sha256(text.encode()).hexdigest()[:40]

"""Sign-in at an identity provider: a way beside code and number, never a must.

What binds the answer of the provider to the question is kept on our side, once, for
some minutes, and for the one visitor who asked. Whoever comes back becomes a citizen
with the matters that are linked to her, or, at the door for staff, the person of the
account that an administrator linked to her; each time under a new session.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from integrations.errors import (
    AccountKindError,
    IntegrationError,
    LevelTooLowError,
    OfficeRefusedError,
)
from integrations.messages import Identity, SignInFlow
from service.auth.sessions import (
    SignedIn,
    begin_session,
    citizen_of,
    count_try,
    open_row,
    use_account,
)
from service.errors import InputError
from service.persistence.identities import FlowRow, IdentityRow
from service.persistence.unit_of_work import UnitOfWork
from service.security_log import Event, tell
from service.usecases.administration import identity_sentences as words
from service.usecases.desk import Desk

RETURN = "/dang-nhap/vneid/ve"
_LIFE = timedelta(minutes=10)


class Door(StrEnum):
    """At which door somebody asked to sign in."""

    CITIZEN = "citizen"
    STAFF = "staff"


class NotSignedInError(InputError):
    """Nobody was signed in; the sentence says why, and nothing else changed."""

    status = 401


@dataclass(frozen=True, slots=True)
class Came:
    """Who came back; ``matter_code`` is the matter that was linked on the way."""

    signed: SignedIn
    matter_code: str


def begin_elsewhere(
    desk: Desk, visit: str, door: Door, *, matter_code: str = "", client: str = ""
) -> str:
    """Return the address at which this visitor signs in.

    ``matter_code`` is the open matter that shall be linked to her. Raises
    NotSignedInError when the provider does not answer, TooManyTriesError.
    """
    count_try(
        desk,
        f"identity:{sha256(client)[:40]}",
        most=desk.settings.follow_tries_of_client,
    )
    flow = SignInFlow(
        state=desk.ids.token(),
        nonce=desk.ids.token(),
        verifier=desk.ids.token(),
        return_to=desk.settings.base_url + RETURN,
    )
    try:
        address = desk.ports.identity.address(flow)
    except IntegrationError as error:
        raise NotSignedInError(_why(error)) from error
    now = desk.now()
    row = FlowRow(
        desk.settings.province,
        sha256(flow.state),
        sha256(visit),
        flow.nonce,
        flow.verifier,
        door,
        matter_code[:40],
        now + _LIFE,
    )
    with desk.database.transaction() as uow:
        uow.identities.begin(row, now)
    return address


def finish_elsewhere(
    desk: Desk, visit: str, state: str, code: str, *, old_token: str | None
) -> Came:
    """Sign in who came back with a code; an empty code means that she stopped.

    A state is good once, for the visitor who began, for some minutes. Raises
    NotSignedInError, whose sentence is for the person.
    """
    with desk.database.transaction() as uow:
        row = uow.identities.take(desk.settings.province, sha256(state))
    if row is None or desk.now() >= row.ends_at:
        raise _refused(words.OLD)
    if not hmac.compare_digest(row.visit_hash, sha256(visit)):
        raise _refused(words.OLD)
    if not code:
        raise _refused(words.STOPPED)
    flow = SignInFlow(
        state=state,
        nonce=row.nonce,
        verifier=row.verifier,
        return_to=desk.settings.base_url + RETURN,
    )
    try:
        who = desk.ports.identity.identify(code, flow)
    except IntegrationError as error:
        raise _refused(_why(error)) from error
    with desk.database.transaction() as uow:
        if row.door == Door.STAFF:
            return Came(_staff(desk, uow, who, old_token), "")
        return _citizen(desk, uow, who, row, old_token)


def person_hash(desk: Desk, person_id: str) -> str:
    """Return what stands for the number of an identity card where it must not stand."""
    return hmac.new(
        desk.secret, b"person:" + person_id.encode(), hashlib.sha256
    ).hexdigest()


def sha256(text: str) -> str:
    """Return the hash by which a secret is kept that only its owner knows."""
    return hashlib.sha256(text.encode()).hexdigest()


def _citizen(
    desk: Desk, uow: UnitOfWork, who: Identity, flow: FlowRow, old_token: str | None
) -> Came:
    """Sign a citizen in; a matter that she has open stays open."""
    tenant, now = desk.settings.province, desk.now()
    known = uow.identities.come(
        IdentityRow(
            tenant,
            desk.ids.new_id(),
            who.issuer,
            who.subject,
            who.full_name,
            who.person_id,
            who.birth_date,
            now,
        )
    )
    old = open_row(desk, uow, old_token)
    matter_id, linked = (old.matter_id if old is not None else None), ""
    if matter_id is not None and flow.matter_code:
        matter = uow.matters.by_id(tenant, matter_id)
        if matter.code == flow.matter_code:
            uow.identities.link(tenant, known, matter.id, now)
            linked = matter.code
    token = begin_session(desk, uow, old_token, matter_id=matter_id, identity_id=known)
    tell(Event.SIGNED_IN, kind="identity")
    return Came(SignedIn(token, citizen_of(tenant, matter_id, known)), linked)


def _staff(
    desk: Desk, uow: UnitOfWork, who: Identity, old_token: str | None
) -> SignedIn:
    """Sign in the person of an account; the rights are those of the account.

    Her second factor is asked here unless the provider's level stands for one.
    """
    hashed = person_hash(desk, who.person_id or "")
    link = uow.identities.account_of(desk.settings.province, hashed)
    account = uow.people.account(link.account_id) if link is not None else None
    if not who.person_id or account is None or account.disabled_at is not None:
        raise _refused(words.NOT_STAFF)
    proved = who.level in desk.settings.identity.acr_of_staff
    return use_account(desk, uow, account, old_token, proved=proved)


def _refused(sentence: str) -> NotSignedInError:
    """Note that somebody who came back was not signed in; return what says so."""
    tell(Event.REFUSED, kind="identity")
    return NotSignedInError(sentence)


def _why(error: IntegrationError) -> str:
    match error:
        case LevelTooLowError():
            return words.TOO_LOW
        case AccountKindError():
            return words.NO_PERSON
        case OfficeRefusedError():
            return words.WRONG
        case _:
            return words.SILENT

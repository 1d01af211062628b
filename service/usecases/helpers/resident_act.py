"""The resident's own act: a code on his phone, read aloud to the helper beside him.

The message says what is agreed to, so that whoever reads the code aloud knows it, and a
code holds only for what it was sent for.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError, NotFoundError
from service.persistence.helping import HelpRequestRow
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.helpers.give_consent import CODE, CONSENT
from service.usecases.helpers.helping import length_words, terms
from service.usecases.telling.contacts import (
    Address,
    CodeFor,
    proved_address,
    read_address,
    send_code,
)
from service.usecases.telling.messaging import messaging
from workflows.errors import Problem

SMS = "sms"
_SHOWN = 3


def phone_channels() -> dict[str, str]:
    """Return by which ways a code goes to a phone, with their names for people."""
    channels = messaging().channels
    return {id_: each.name for id_, each in channels.items() if each.address == "phone"}


def own_request(uow: UnitOfWork, actor: Actor, request_id: str) -> HelpRequestRow:
    """Return what this helper asked; raise NotFoundError for what others asked."""
    authorize(actor, Action.HELP, Installation(actor.tenant))
    row = uow.helping.request(actor.tenant, request_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFoundError("request", request_id)
    return row


def _still_helps(
    desk: Desk, uow: UnitOfWork, actor: Actor, row: HelpRequestRow, matter: MatterRow
) -> None:
    """Raise HelpEndedError when an answer is asked for and the help has ended."""
    if row.kind != CONSENT:
        authorize(actor, Action.ANSWER, matter_target(desk, uow, matter))


def send_help_code(
    desk: Desk, actor: Actor, request_id: str, phone: str, channel: str = SMS
) -> None:
    """Send a fresh code to the resident's phone; the one before holds no more.

    A resident who confirmed an address of his own gets it there, whatever is typed; of
    one who did not, the phone by which he first let somebody in is the only one. Raises
    BadRequestError for another phone, for what is none, or when the request is closed,
    HelpEndedError for a question after the end, TooManyTriesError for too many
    messages.
    """
    with desk.database.reading() as uow:
        row = own_request(uow, actor, request_id)
        matter = uow.matters.by_id(row.tenant_id, row.matter_id)
        _still_helps(desk, uow, actor, row, matter)
        contacts = uow.contacts.of_matter(row.tenant_id, row.matter_id)
        asked = uow.helping.requests(row.tenant_id, matter_id=row.matter_id)
    own = any(each.confirmed_at is not None for each in contacts)
    known = channel in phone_channels() and not own
    typed = read_address(channel, phone) if known else None
    if typed is None and not own:
        raise BadRequestError([Problem("phone", phone, sentences.PHONE)])
    if typed is not None and _first_phone(asked) not in {None, _digest(desk, typed)}:
        raise BadRequestError([Problem("phone", phone, sentences.OTHER_PHONE)])
    if not row.is_open(desk.now()):
        raise BadRequestError([Problem("phone", "", sentences.ASKED_TOO_LONG_AGO)])
    words = sentences.code_message(_asked(row, actor.name, matter.code))
    address = send_code(desk, matter.code, CodeFor.HELP, to=typed, words=words)
    with desk.database.transaction() as uow:
        sent = uow.contacts.code(row.tenant_id, row.matter_id, CodeFor.HELP)
        uow.helping.change_request(
            row,
            code_nonce=sent.nonce if sent else None,
            phone_end=address.address[-_SHOWN:] if address else None,
            body={**row.body, "phone": _digest(desk, address)},
        )


def take_code(
    desk: Desk, actor: Actor, request_id: str, typed: str
) -> tuple[HelpRequestRow, Address | None]:
    """Return what was asked and the phone, once its code fits; BadRequestError else.

    What was given already is returned as it is: two taps, one result.
    """
    with desk.database.reading() as uow:
        row = own_request(uow, actor, request_id)
        matter = uow.matters.by_id(row.tenant_id, row.matter_id)
        sent = uow.contacts.code(row.tenant_id, row.matter_id, CodeFor.HELP)
        if row.given_at is not None:
            return row, None
        _still_helps(desk, uow, actor, row, matter)
    mine = sent is not None and sent.nonce == row.code_nonce
    if not mine or not row.is_open(desk.now()):
        raise BadRequestError([Problem("code", typed, sentences.CODE_IS_OVER)])
    proved = proved_address(desk, matter.code, CodeFor.HELP, typed)
    if proved is None:
        raise BadRequestError([Problem("code", typed, sentences.CODE_WRONG)])
    return row, proved


def _first_phone(asked: Sequence[HelpRequestRow]) -> str | None:
    """Return the digest of the phone by which the resident first let somebody in."""
    phones = [
        row.body.get("phone")
        for row in asked
        if row.kind == CONSENT and row.way == CODE and row.given_at is not None
    ]
    # The newest stands first.
    return phones[-1] if phones else None


def _digest(desk: Desk, address: Address | None) -> str | None:
    """Return what tells a number from others without naming it."""
    if address is None:
        return None
    told = f"phone|{address.address}".encode()
    return hmac.digest(desk.secret, told, "sha256").hex()[:16]


def _asked(row: HelpRequestRow, helper: str, code: str) -> str:
    """Return in one sentence what the resident agrees to by reading the code aloud."""
    if row.kind != CONSENT:
        return row.words.replace("\n", " ")
    scopes = [terms().scopes[id_].label for id_ in row.body["scopes"]]
    length = length_words(int(row.body["minutes"]))
    return sentences.asked_to_help(helper, code, scopes, length)

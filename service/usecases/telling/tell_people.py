"""What happened is told to those who agreed to be told so; each person once."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from service.auth.codes import ALPHABET
from service.persistence.contacts import ContactRow, MessageRow
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from service.usecases.telling.contacts import address_of, in_order
from service.usecases.telling.messaging import messaging
from service.usecases.telling.wordings import chosen

_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it is told; ``key`` names it, so that it is told once."""

    purpose: str
    template: str
    text: str
    key: str
    case_id: str | None = None


def queue_message(desk: Desk, uow: UnitOfWork, matter: MatterRow, told: Told) -> int:
    """Queue a text for every person who agreed to this purpose; return how many.

    The same event is never told twice to the same person. Nobody agreed: nothing is
    queued, and the page is where it can be read.
    """
    now = desk.now()
    contacts = _agreed(uow, matter, told.purpose)
    people = dict.fromkeys(contact.party for contact in contacts)
    queued = 0
    for party in people:
        own = [address_of(each) for each in contacts if each.party == party]
        ways = [[way.channel, way.address] for way in in_order(own)]
        id_ = f"{told.key}@{party or ''}"[:128]
        row = MessageRow(
            matter.tenant_id, id_, matter.id, told.case_id, told.purpose,
            told.template, _checked(desk, id_, told.text), ways, 0, "queued",
            now, now, 0, None, None,
        )  # fmt: skip
        queued += uow.contacts.put_message(row)
    return queued


def tell_own(
    desk: Desk,
    uow: UnitOfWork,
    matter: MatterRow,
    name: str,
    key: str,
    **places: str,
) -> int:
    """Queue a message of the service itself; ``name`` is its name in the data.

    ``key`` names the event among all events, such as the id of an effect; ``places``
    fill the words in braces.
    """
    message = messaging().own[name]
    text = own_text(uow, matter.tenant_id, name, **places)
    told = Told(message.purpose, name, text, key)
    return queue_message(desk, uow, matter, told)


def own_text(uow: UnitOfWork, tenant: str, name: str, **places: str) -> str:
    """Return a message of the service itself, in the words that the province chose."""
    text = chosen(uow, tenant, name, messaging().own[name].text)
    return text.format(**places)


def number_of(desk: Desk, message_id: str) -> str:
    """Return the number by which a person finds a message again in the service."""
    told = hmac.digest(desk.secret, b"message:" + message_id.encode(), hashlib.sha256)
    return "".join(ALPHABET[byte & 31] for byte in told[:_NUMBER])


def _checked(desk: Desk, message_id: str, text: str) -> str:
    return text + messaging().ends.format(number=number_of(desk, message_id))


def _agreed(uow: UnitOfWork, matter: MatterRow, purpose: str) -> list[ContactRow]:
    consents = uow.contacts.allowed(matter.tenant_id, matter.id)
    agreed = {
        each.contact_id
        for each in consents
        if each.ended_at is None and each.purpose == purpose
    }
    rows = uow.contacts.of_matter(matter.tenant_id, matter.id)
    return [row for row in rows if row.id in agreed and row.confirmed_at is not None]

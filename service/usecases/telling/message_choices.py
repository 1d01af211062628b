"""A citizen says where and about what she wants to be told, and takes it back.

Nothing is chosen for her. An address counts once she typed the code that was sent
there; a consent holds until it is withdrawn, and withdrawing works at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError, NotFoundError
from service.persistence.contacts import ContactRow, MessageConsentRow, MessageRow
from service.persistence.rows import MatterRow, NotificationRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CITIZEN, matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.situations import situation_from
from service.usecases.telling import message_sentences as words
from service.usecases.telling.contacts import (
    Address,
    CodeFor,
    address_of,
    count_code,
    proved_address,
    read_address,
    send_code,
)
from service.usecases.telling.messaging import messaging
from workflows.errors import Problem

_HOUR = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")


@dataclass(frozen=True, slots=True)
class ContactView:
    """An address, whose it is, and what was agreed to there."""

    id: str
    person: str | None
    channel: str
    channel_name: str
    address: str
    confirmed: bool
    agreed: tuple[str, ...]
    quiet_from: str
    quiet_to: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as the person sees it: what it said, and what became of it.

    ``state``: queued, sent, delivered, failed, unknown or shown (only on the page).
    """

    text: str
    at: datetime
    state: str
    state_text: str
    way: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessagesView:
    """All that the page of messages shows."""

    code: str
    people: tuple[tuple[str, str], ...]
    contacts: tuple[ContactView, ...]
    messages: tuple[MessageView, ...]
    purposes: Mapping[str, str]
    channels: Mapping[str, str]
    quiet_from: str
    quiet_to: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person typed: whose address, which way, the address, what about."""

    party: str
    channel: str
    address: str
    purposes: tuple[str, ...]
    quiet_from: str = ""
    quiet_to: str = ""


def messages_view(desk: Desk, actor: Actor, code: str) -> MessagesView:
    """Return where a citizen is told of her matter, what about, and what was said."""
    with desk.database.reading() as uow:
        matter = _own(desk, uow, actor, code)
        rows = uow.contacts.of_matter(matter.tenant_id, matter.id)
        consents = uow.contacts.allowed(matter.tenant_id, matter.id)
        sent = uow.contacts.messages(matter.tenant_id, matter.id)
        shown = _shown(uow, matter)
        names = dict(_people(desk, uow, matter))
    rules = messaging()
    return MessagesView(
        matter.code,
        tuple(names.items()),
        tuple(_contact(row, consents, names) for row in rows),
        _messages(sent, shown),
        rules.asked,
        {
            name: each.name
            for name, each in rules.channels.items()
            if name in desk.ports.messenger.ready()
        },
        rules.quiet_hours.starts,
        rules.quiet_hours.ends,
    )


def add_contact(
    desk: Desk, actor: Actor, code: str, wanted: Wanted, *, client: str = ""
) -> str:
    """Take an address with what is agreed to there, and send it a code; return its id.

    The same address on the same channel takes the place of the one before. Raises
    BadRequestError with every field that is wrong, or TooManyTriesError; then nothing
    changes. ``client`` is the address of whoever asks.
    """
    address = _checked(desk, wanted)
    now = desk.now()
    with desk.database.reading() as uow:
        matter = _own(desk, uow, actor, code)
    count_code(desk, matter.id, address, client=client)
    with desk.database.transaction() as uow:
        matter = _own(desk, uow, actor, code)
        known = uow.contacts.of_matter(matter.tenant_id, matter.id)
        names = dict(_people(desk, uow, matter))
        for old in known:
            if address_of(old) == address:
                _drop(uow, old, now)
        row = ContactRow(
            matter.tenant_id, desk.ids.new_id(), matter.id,
            wanted.party if wanted.party in names else None,
            address.channel, address.address, *_quiet(wanted),
            actor.name, now, None, None,
        )  # fmt: skip
        uow.contacts.add(row)
        _agree(desk, uow, row, actor, wanted.purposes)
    send_code(desk, code, CodeFor.CONTACT, to=address, counted=True)
    return row.id


def send_again(
    desk: Desk, actor: Actor, code: str, contact_id: str, *, client: str = ""
) -> None:
    """Send another code to an address that is not confirmed yet."""
    with desk.database.reading() as uow:
        row = _contact_of(desk, uow, actor, code, contact_id)
    address = address_of(row)
    count_code(desk, row.matter_id, address, client=client)
    send_code(desk, code, CodeFor.CONTACT, to=address, counted=True)


def confirm_contact(
    desk: Desk, actor: Actor, code: str, contact_id: str, typed: str
) -> bool:
    """Take the code that was sent to an address; return whether it was right."""
    with desk.database.reading() as uow:
        row = _contact_of(desk, uow, actor, code, contact_id)
    if proved_address(desk, code, CodeFor.CONTACT, typed) != address_of(row):
        return False
    with desk.database.transaction() as uow:
        uow.contacts.change(row, confirmed_at=desk.now())
    return True


def choose(
    desk: Desk, actor: Actor, code: str, contact_id: str, wanted: Wanted
) -> None:
    """Agree to exactly these purposes from now on, and keep these quiet hours."""
    problems = _problems_of_hours(wanted)
    if problems:
        raise BadRequestError(problems)
    now = desk.now()
    with desk.database.transaction() as uow:
        row = _contact_of(desk, uow, actor, code, contact_id)
        running = _running(uow, row)
        for each in running:
            if each.purpose not in wanted.purposes:
                uow.contacts.withdraw(each, now)
        agreed = {each.purpose for each in running}
        new = [each for each in wanted.purposes if each not in agreed]
        _agree(desk, uow, row, actor, new)
        starts, ends = _quiet(wanted)
        uow.contacts.change(row, quiet_from=starts, quiet_to=ends)


def drop_contact(desk: Desk, actor: Actor, code: str, contact_id: str) -> None:
    """Give an address up: nothing is sent there any more."""
    with desk.database.transaction() as uow:
        row = _contact_of(desk, uow, actor, code, contact_id)
        _drop(uow, row, desk.now())


def contact_to_confirm(
    desk: Desk, actor: Actor, code: str, contact_id: str
) -> ContactView:
    """Return an address of the matter, for the page that asks for its code."""
    with desk.database.reading() as uow:
        row = _contact_of(desk, uow, actor, code, contact_id)
    return _contact(row, (), {})


def _own(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> MatterRow:
    matter = find_matter(uow, code)
    authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
    return matter


def _contact_of(
    desk: Desk, uow: UnitOfWork, actor: Actor, code: str, contact_id: str
) -> ContactRow:
    matter = _own(desk, uow, actor, code)
    rows = uow.contacts.of_matter(matter.tenant_id, matter.id)
    found = next((row for row in rows if row.id == contact_id), None)
    if found is None:
        raise NotFoundError("contact", contact_id)
    return found


def _people(
    desk: Desk, uow: UnitOfWork, matter: MatterRow
) -> tuple[tuple[str, str], ...]:
    facts = uow.matters.facts(matter.tenant_id, matter.id)
    parties = situation_from(desk, matter, facts).parties
    return tuple((each.id, str(each.facts.get("full_name") or "")) for each in parties)


def _agree(
    desk: Desk,
    uow: UnitOfWork,
    contact: ContactRow,
    actor: Actor,
    purposes: Collection[str],
) -> None:
    asked = messaging().asked
    for purpose in asked.keys() & set(purposes):
        row = MessageConsentRow(
            contact.tenant_id, desk.ids.new_id(), contact.matter_id, contact.id,
            purpose, asked[purpose], actor.name, desk.now(), None,
        )  # fmt: skip
        uow.contacts.allow(row)


def _running(uow: UnitOfWork, contact: ContactRow) -> list[MessageConsentRow]:
    consents = uow.contacts.allowed(contact.tenant_id, contact.matter_id)
    return [
        each
        for each in consents
        if each.contact_id == contact.id and each.ended_at is None
    ]


def _drop(uow: UnitOfWork, contact: ContactRow, at: datetime) -> None:
    for each in _running(uow, contact):
        uow.contacts.withdraw(each, at)
    # What was agreed to, and when, can still be shown; the address is gone.
    uow.contacts.change(contact, ended_at=at, address="")


def _checked(desk: Desk, wanted: Wanted) -> Address:
    """Return the address, or raise BadRequestError with all that is wrong."""
    problems = []
    address = None
    if wanted.channel not in desk.ports.messenger.ready():
        problems.append(Problem("channel", wanted.channel, words.CHANNEL))
    else:
        address = read_address(wanted.channel, wanted.address)
        if address is None:
            kind = messaging().channels[wanted.channel].address
            problems.append(Problem("address", wanted.address, words.ADDRESSES[kind]))
    if not set(wanted.purposes) & set(messaging().asked):
        problems.append(Problem("purposes", wanted.purposes, words.PURPOSES))
    problems += _problems_of_hours(wanted)
    if problems or address is None:
        raise BadRequestError(problems)
    return address


def _problems_of_hours(wanted: Wanted) -> list[Problem]:
    fields = (("quiet_from", wanted.quiet_from), ("quiet_to", wanted.quiet_to))
    return [
        Problem(key, value, words.HOUR)
        for key, value in fields
        if value and not _HOUR.match(value)
    ]


def _quiet(wanted: Wanted) -> tuple[str | None, str | None]:
    """Return the quiet hours with two digits each; None for those of everybody."""
    starts, ends = wanted.quiet_from, wanted.quiet_to
    return (starts.zfill(5) if starts else None), (ends.zfill(5) if ends else None)


def _contact(
    row: ContactRow, consents: Collection[MessageConsentRow], names: Mapping[str, str]
) -> ContactView:
    rules = messaging()
    return ContactView(
        row.id,
        names.get(row.party or "") or None,
        row.channel,
        rules.channels[row.channel].name,
        row.address,
        row.confirmed_at is not None,
        tuple(
            each.purpose
            for each in consents
            if each.contact_id == row.id and each.ended_at is None
        ),
        row.quiet_from or rules.quiet_hours.starts,
        row.quiet_to or rules.quiet_hours.ends,
    )


def _shown(uow: UnitOfWork, matter: MatterRow) -> list[NotificationRow]:
    cases = uow.cases.of_matter(matter.tenant_id, matter.id)
    return [
        note
        for case in cases
        for note in uow.records.notifications(case.tenant_id, case.id)
        if note.who == CITIZEN
    ]


def _messages(
    sent: Collection[MessageRow], shown: Collection[NotificationRow]
) -> tuple[MessageView, ...]:
    """Return what was said, newest first; what was sent too is listed once."""
    told = {row.id.partition("@")[0] for row in sent}
    views = [_message(row) for row in sent]
    views += [
        MessageView(note.text, note.at, "shown", words.STATES["shown"])
        for note in shown
        if note.outbox_id not in told
    ]
    return tuple(sorted(views, key=lambda each: each.at, reverse=True))


def _message(row: MessageRow) -> MessageView:
    channels = messaging().channels
    way = Address(*row.ways[row.way])
    tried = row.state not in {"queued", "shown"}
    return MessageView(
        row.text.replace("{code}", words.HIDDEN_CODE),
        row.sent_at or row.created_at,
        row.state,
        words.STATES[row.state],
        f"{channels[way.channel].name} {way.masked}" if tried else None,
        row.due_at if row.state == "queued" else None,
    )

"""At the resident's door: a helper asks to be let in, the resident's own act does it.

A code goes to the resident's phone, or a paper is printed, read aloud and signed. The
helper never learns the number that opens the matter: of a matter that he began it is
made anew once a code has shown whose phone it is, and sent there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from integrations.errors import IntegrationError
from integrations.messages import TextMessage
from service.auth.actors import Actor
from service.auth.codes import new_code, new_pin, normalise
from service.auth.policies import Action, Installation, authorize
from service.auth.sessions import count_try
from service.errors import BadRequestError, NotFoundError
from service.persistence.helping import HelpRequestRow
from service.persistence.rows import AccountRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.desk import Desk
from service.usecases.helpers.give_consent import (
    CONSENT,
    SLIP,
    close,
    grant,
    is_full,
    new_request,
    wish_problems,
)
from service.usecases.helpers.helping import Wish
from service.usecases.helpers.resident_act import own_request
from service.usecases.matter.start_matter import start_matter
from service.usecases.telling.contacts import Address
from workflows.errors import BadInputError, Problem
from workflows.sentences import THE_ANSWER

SLIP_PREFIX = "GY"


@dataclass(frozen=True, slots=True)
class AskView:
    """What was asked and where it stands: open, given, over (too late) or closed.

    ``phone_end`` is the end of the number a code went to; ``has_contact`` says that
    the resident gave an address of his own before, and codes go only there.
    """

    id: str
    kind: str
    matter_code: str
    key: str | None
    words: tuple[str, ...]
    state: str
    slip: str | None
    phone_end: str | None
    has_contact: bool
    given_at: datetime | None
    started: bool


def start_for_resident(
    desk: Desk, actor: Actor, *, goal: str, place: str, wish: Wish, key: str | None
) -> str:
    """Begin a matter for a resident and ask him; return the id of what is asked.

    ``place`` is a commune as typed, or empty. Nobody learns the number of the matter.
    Raises BadRequestError, UnknownNameError for a goal.
    """
    authorize(actor, Action.HELP, Installation(actor.tenant))
    problems = wish_problems(wish)
    commune = _commune(desk, actor, place, problems)
    with desk.database.reading() as uow:
        helper = _helper(uow, actor)
        known = uow.helping.request(actor.tenant, _id(actor, key) or "")
        if known is not None:
            return known.id
        if is_full(desk, uow, helper, ""):
            problems.append(Problem("wish", "", sentences.YOU_ARE_FULL))
    if problems:
        raise BadRequestError(problems)
    opened = start_matter(
        desk, actor, goal=goal, province=actor.tenant, commune=commune
    )
    with desk.database.transaction() as uow:
        matter = uow.matters.by_id(actor.tenant, opened.matter_id)
        return _store(desk, uow, actor, matter, wish, key, started=True)


def ask_access(
    desk: Desk, actor: Actor, *, code: str, wish: Wish, key: str | None
) -> str:
    """Ask the resident of a matter to be let in; return the id of what is asked.

    Raises BadRequestError, TooManyTriesError for guessing at codes.
    """
    authorize(actor, Action.HELP, Installation(actor.tenant))
    count_try(desk, f"ask:{actor.account_id}"[:64])
    problems = wish_problems(wish)
    with desk.database.transaction() as uow:
        matter = uow.matters.by_code(normalise(code) or "")
        if matter is None:
            problems.append(Problem("matter", code, sentences.NO_SUCH_MATTER))
        elif is_full(desk, uow, _helper(uow, actor), matter.id):
            problems.append(Problem("wish", "", sentences.YOU_ARE_FULL))
        if problems or matter is None:
            raise BadRequestError(problems)
        return _store(desk, uow, actor, matter, wish, key, started=False)


def asked(desk: Desk, actor: Actor, request_id: str) -> AskView:
    """Return what this helper asked; raise NotFoundError for what others did."""
    with desk.database.reading() as uow:
        row = own_request(uow, actor, request_id)
        matter = uow.matters.by_id(row.tenant_id, row.matter_id)
        contacts = uow.contacts.of_matter(row.tenant_id, row.matter_id)
    return AskView(
        row.id,
        row.kind,
        matter.code,
        row.body.get("key"),
        tuple(row.words.splitlines()),
        _state(desk, row),
        row.slip,
        row.phone_end,
        any(each.confirmed_at is not None for each in contacts),
        row.given_at,
        bool(row.body.get("started")),
    )


def number_slip(desk: Desk, actor: Actor, request_id: str) -> str:
    """Give what is asked a number under which a paper is printed and signed."""
    with desk.database.transaction() as uow:
        row = own_request(uow, actor, request_id)
        if row.kind != CONSENT:
            raise NotFoundError("slip", request_id)
        if row.slip is not None:
            return row.slip
        if not row.is_open(desk.now()):
            raise BadRequestError([Problem("slip", "", sentences.ASKED_TOO_LONG_AGO)])
        number = new_code(desk.ids, SLIP_PREFIX)
        uow.helping.change_request(row, slip=number)
    return number


def confirm_slip(desk: Desk, actor: Actor, request_id: str, typed: str) -> None:
    """Let it hold because the paper is signed: the helper copies its number from it.

    Raises BadRequestError for another number or a paper that is too old.
    """
    with desk.database.transaction() as uow:
        row = own_request(uow, actor, request_id)
        if row.given_at is not None:
            return
        if row.slip is None or normalise(typed, SLIP_PREFIX) != row.slip:
            raise BadRequestError([Problem("slip", typed, sentences.OTHER_SLIP)])
        if not row.is_open(desk.now()):
            raise BadRequestError([Problem("slip", "", sentences.ASKED_TOO_LONG_AGO)])
        grant(desk, uow, row, SLIP)


def withdraw_request(desk: Desk, actor: Actor, request_id: str) -> None:
    """Take back what was asked and not given yet; what was given stays."""
    with desk.database.transaction() as uow:
        row = own_request(uow, actor, request_id)
        if row.is_open(desk.now()):
            uow.helping.change_request(row, closed_at=desk.now(), closed_by=actor.kind)


def stop_by_slip(desk: Desk, typed: str, *, client: str = "") -> bool:
    """End what a signed paper allows; whoever holds its number may. False: no paper.

    Raises TooManyTriesError.
    """
    told = hashlib.sha256(client.encode()).hexdigest()[:40]
    count_try(desk, f"slip:{told}")
    number = normalise(typed, SLIP_PREFIX) or ""
    with desk.database.transaction() as uow:
        row = uow.helping.by_slip(number)
        if row is None:
            return False
        consent = uow.people.consent(row.tenant_id, row.id)
        if consent is not None:
            close(desk, uow, consent, by=SLIP)
        elif row.closed_at is None:
            uow.helping.change_request(row, closed_at=desk.now(), closed_by=SLIP)
    return True


def send_number(desk: Desk, request: HelpRequestRow, to: Address) -> None:
    """Make the number of a matter that a helper began anew, and send it to its owner.

    It stands in no table. When the message does not leave the old number holds.
    """
    pin = new_pin(desk.ids)
    with desk.database.reading() as uow:
        matter = uow.matters.by_id(request.tenant_id, request.matter_id)
    message = TextMessage(
        channel=to.channel,
        address=to.address,
        template="matter_number",
        text=sentences.number_of_matter(matter.code, pin),
    )
    try:
        desk.ports.messenger.send(message, key=f"{request.id}-number")
    except IntegrationError:
        return
    with desk.database.transaction() as uow:
        locked = uow.matters.locked(matter.tenant_id, matter.id)
        uow.matters.touch(locked, pin_hash=desk.passwords.hash(pin))


def _commune(
    desk: Desk, actor: Actor, place: str, problems: list[Problem]
) -> str | None:
    if not place:
        return None
    try:
        return desk.territory.resolve(actor.tenant, place, THE_ANSWER)
    except BadInputError as error:
        problems += [Problem("place", place, each.text) for each in error.problems]
        return None


def _store(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    matter: MatterRow,
    wish: Wish,
    key: str | None,
    *,
    started: bool,
) -> str:
    helper = _helper(uow, actor)
    row = new_request(desk, uow, matter, helper, wish, id_=_id(actor, key))
    uow.helping.add_request(replace(row, body={**row.body, "started": started}))
    return row.id


def _helper(uow: UnitOfWork, actor: Actor) -> AccountRow:
    account = uow.people.account(actor.account_id or "")
    if account is None:
        raise NotFoundError("account", actor.name)
    return account


def _id(actor: Actor, key: str | None) -> str | None:
    """Return the id of what is asked under a key: the same key, the same request."""
    return f"{actor.account_id}"[:24] + f"-{key}" if key else None


def _state(desk: Desk, row: HelpRequestRow) -> str:
    if row.given_at is not None:
        return "given" if row.closed_at is None else "closed"
    if row.closed_at is not None:
        return "closed"
    return "open" if row.is_open(desk.now()) else "over"

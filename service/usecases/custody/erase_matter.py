"""A draft that was never handed in is erased at once, whole; consents end at once.

The lines of facts and of looks are append-only, and the database itself guards them. It
lets them go in one case alone: the matter is written down as erased in the same
transaction, and no case was ever opened in it. What an office moved (the hash-chained
history of cases) is never touched, so the proof of the history stays as it was.
"""

from __future__ import annotations

from dataclasses import replace

from service.auth.actors import Actor
from service.auth.sessions import count_try, token_hash
from service.errors import BadRequestError, InputError
from service.persistence.rows import Json, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.custody import rights_sentences as words
from service.usecases.custody.legal_holds import refuse_held
from service.usecases.custody.rights_requests import own_matter, request_row
from service.usecases.desk import Desk
from service.usecases.helpers.give_consent import close
from workflows.errors import Problem


class FiledError(InputError):
    """A dossier was handed in: its papers are kept by an office, so ask for it."""


def erase_matter(desk: Desk, actor: Actor, code: str, pin: str) -> Json:
    """Erase a matter that was never handed in; return how many rows of what.

    Raises BadRequestError for a wrong number, TooManyTriesError after too many, and
    FiledError when a case was opened, OnHoldError while it must stay as it is: then
    nothing is erased.
    """
    with desk.database.reading() as uow:
        matter = own_matter(desk, uow, actor, code)
        _refuse_filed(uow, matter)
        refuse_held(desk, uow, matter)
    count_try(desk, f"erase:{matter.id}"[:64])
    if not desk.passwords.fits(matter.pin_hash, pin.strip()):
        raise BadRequestError([Problem("pin", "", words.PIN_WRONG)])
    with desk.database.transaction() as uow:
        locked = uow.matters.locked(matter.tenant_id, matter.id)
        _refuse_filed(uow, locked)
        refuse_held(desk, uow, locked)
        rows = uow.rights.erase(locked.tenant_id, locked.id, locked.code, desk.now())
    desk.papers.clear()
    desk.database.forget()
    return rows


def withdraw_everything(desk: Desk, actor: Actor, code: str) -> int:
    """End every consent of a matter at once, to helpers and to messages.

    What helpers asked and nobody answered is closed too. Return how many ended. The
    request is written down as done in the same moment.
    """
    now = desk.now()
    with desk.database.transaction() as uow:
        matter = own_matter(desk, uow, actor, code)
        helpers = [
            each
            for each in uow.people.consents(matter.tenant_id, matter_id=matter.id)
            if each.ended_at is None and each.ends_at > now
        ]
        for consent in helpers:
            close(desk, uow, consent, by=actor.kind)
        for asked in uow.helping.requests(matter.tenant_id, matter_id=matter.id):
            if asked.is_open(now):
                uow.helping.change_request(asked, closed_at=now, closed_by=actor.kind)
        told = [
            each
            for each in uow.contacts.allowed(matter.tenant_id, matter.id)
            if each.ended_at is None
        ]
        for agreed in told:
            uow.contacts.withdraw(agreed, now)
        ended = len(helpers) + len(told)
        if ended:
            _note_withdrawal(desk, uow, matter, actor)
    return ended


def close_other_devices(desk: Desk, actor: Actor, code: str, token: str | None) -> int:
    """End every sign-in to the matter but this one; return how many."""
    with desk.database.transaction() as uow:
        matter = own_matter(desk, uow, actor, code)
        kept = token_hash(token or "")
        return uow.rights.close_others(matter.tenant_id, matter.id, kept)


def _note_withdrawal(
    desk: Desk, uow: UnitOfWork, matter: MatterRow, actor: Actor
) -> None:
    row = request_row(desk, uow, matter, actor, "withdraw", words.ALL_CONSENTS)
    now = desk.now()
    uow.rights.add(
        replace(
            row,
            replied_at=now,
            answered_at=now,
            outcome="done",
            answer=words.WITHDREW,
            answered_by=words.ITSELF,
        )
    )


def _refuse_filed(uow: UnitOfWork, matter: MatterRow) -> None:
    if uow.cases.of_matter(matter.tenant_id, matter.id):
        raise FiledError("a dossier of this matter was handed in")

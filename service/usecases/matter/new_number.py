"""A citizen who lost the number gets a new one where her papers are looked at."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.codes import normalise
from service.auth.policies import Action, Installation, authorize
from service.auth.sessions import forget_numbers
from service.errors import BadRequestError
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter
from workflows.errors import Problem

CODE, CHECKED, PAPER = "ma", "da-xem", "giay"
ACCESS = "new_number"
# What a clerk may have looked at, with the words for it.
PAPERS = {
    "can-cuoc": "Thẻ căn cước",
    "vneid": "Căn cước điện tử trên VNeID",
    "ho-chieu": "Hộ chiếu",
}


@dataclass(frozen=True, slots=True)
class NewNumber:
    """The code of a matter with its new number, told once and stored only as a hash."""

    code: str
    pin: str


def may_have_card(desk: Desk, actor: Actor, code: str) -> None:
    """Return when the actor may have the card of a matter: it is the resident's own.

    Raises NotAllowedError for everybody else, also for who helps him.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))


def new_number(
    desk: Desk, clerk: Actor, code: str, *, paper: str, checked: bool, once: str
) -> NewNumber:
    """Give the matter a new number, because the clerk saw that this is its citizen.

    ``paper`` is one of ``PAPERS``, ``checked`` that the clerk says so, ``once`` the key
    of the form: sent twice it gives the same number. Open sessions of the matter end,
    and the citizen sees who did it. Raises BadRequestError with what is missing; an
    unknown code and one of another province look the same.
    """
    authorize(clerk, Action.NEW_NUMBER, Installation(clerk.tenant))
    canonical = normalise(code) or ""
    with desk.database.transaction() as uow:
        matter = uow.matters.by_code(canonical)
        if matter is not None and matter.tenant_id != clerk.tenant:
            matter = None
        problems = []
        if matter is None:
            problems.append(Problem(CODE, code, sentences.NO_SUCH_MATTER))
        if paper not in PAPERS:
            problems.append(Problem(PAPER, paper, sentences.WHICH_PAPER))
        if not checked:
            problems.append(Problem(CHECKED, checked, sentences.LOOK_AT_PAPER))
        if matter is None or problems:
            raise BadRequestError(problems)
        pin = _pin(desk, clerk, matter.id, once)
        if desk.passwords.fits(matter.pin_hash, pin):
            return NewNumber(matter.code, pin)
        uow.matters.touch(matter, pin_hash=desk.passwords.hash(pin))
        uow.people.drop_sessions_of(matter.tenant_id, matter.id)
        uow.identities.unlink(matter.tenant_id, matter.id)
        uow.people.note_access(
            tenant_id=matter.tenant_id,
            at=desk.now(),
            who=clerk.name,
            account_id=clerk.account_id,
            office_id=clerk.office_id,
            on_behalf_of=None,
            what=ACCESS,
            matter_id=matter.id,
            case_id=None,
        )
    forget_numbers(desk, matter.code, of_day=True)
    return NewNumber(matter.code, pin)


def _pin(desk: Desk, clerk: Actor, matter_id: str, once: str) -> str:
    """Return six digits that only this form of this clerk gives, and gives again."""
    told = f"number:{clerk.key}:{matter_id}:{once}".encode()
    made = hmac.new(desk.secret, told, hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8]) % 1_000_000:06d}"

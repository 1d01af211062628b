"""What only the resident decides: the helper asks, the resident himself answers.

The answer that the helper proposes stands in whole words. It is recorded as the
resident's own word, and only after his own act: his session, or a code on his phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.auth.sessions import citizen_of
from service.errors import BadRequestError, NotFoundError
from service.persistence.helping import HelpRequestRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.helpers.ask_consent import send_number
from service.usecases.helpers.give_consent import CODE, CONSENT, SESSION, grant
from service.usecases.helpers.helping import terms
from service.usecases.helpers.resident_act import take_code
from service.usecases.matter.answer_question import (
    find_matter,
    read_typed,
    store_answer,
    store_choice,
)
from service.usecases.matter.read_matter import shown
from service.usecases.matter.situations import COMMUNE, edition_today, resident_name
from service.usecases.matter.voices import pattern_of
from workflows.errors import Problem

ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class AskedRow:
    """What waits for the resident's own word: who asks, and the whole words."""

    id: str
    kind: str
    helper: str
    words: tuple[str, ...]


def ask_resident(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    key: str,
    raw: str | None,
    *,
    question: str,
    seq: int | None = None,
) -> str:
    """Ask the resident to confirm an answer to one question; return the request's id.

    ``raw`` None is "Tôi chưa rõ". With ``seq`` the answer is that the word of this
    number in the ledger holds; ``question`` is the question as it was asked. Raises
    BadRequestError for an answer that cannot be one.
    """
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.ANSWER, matter_target(desk, uow, matter))
        edition = edition_today(desk, matter)
        asked = edition.questions.get(pattern_of(key))
        if seq is not None:
            rows = uow.matters.facts(matter.tenant_id, matter.id)
            value = next((row.value for row in rows if row.seq == seq), None)
        else:
            value = None if raw is None else read_typed(desk, matter, key, raw)
        if isinstance(value, Problem):
            raise BadRequestError([value])
        if seq is not None and value is None:
            raise BadRequestError([Problem(key, raw, sentences.NO_SUCH_WORD)])
        said = shown(asked, value)
        if asked is not None and asked.type == "person_id" and value is not None:
            said = sentences.masked(str(value))
        now = desk.now()
        row = HelpRequestRow(
            tenant_id=matter.tenant_id,
            id=desk.ids.new_id(),
            kind=ANSWER,
            matter_id=matter.id,
            account_id=actor.account_id or "",
            resident=resident_name(desk, uow, matter),
            body={"key": key, "raw": raw, "seq": seq},
            version=terms().version,
            words=sentences.asked_again(actor.name, question, said),
            asked_at=now,
            expires_at=now + timedelta(minutes=terms().answer_within),
        )
        uow.helping.add_request(row)
    return row.id


def open_questions(desk: Desk, actor: Actor, matter_code: str) -> tuple[AskedRow, ...]:
    """Return what waits for the resident's own word, newest first."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        rows = uow.helping.requests(matter.tenant_id, matter_id=matter.id)
        return tuple(
            AskedRow(
                row.id,
                row.kind,
                account.display_name if account else "",
                tuple(row.words.splitlines()),
            )
            for row in rows
            if row.is_open(desk.now())
            for account in [uow.people.account(row.account_id)]
        )


def reply(desk: Desk, actor: Actor, request_id: str, *, agreed: bool) -> None:
    """Take the resident's yes or no in his own session; a second one changes nothing.

    Raises NotFoundError, BadRequestError when the question is too old.
    """
    with desk.database.transaction() as uow:
        row = uow.helping.request(actor.tenant, request_id)
        if row is None:
            uow.refuse_others(request_id)
            raise NotFoundError("request", request_id)
        matter = uow.matters.by_id(row.tenant_id, row.matter_id)
        authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        if not agreed and row.is_open(desk.now()):
            uow.helping.change_request(row, closed_at=desk.now(), closed_by=actor.kind)
    if agreed and row.given_at is None:
        if not row.is_open(desk.now()):
            raise BadRequestError([Problem("", "", sentences.ASKED_TOO_LONG_AGO)])
        _take(desk, row, SESSION)


def confirm_by_code(desk: Desk, actor: Actor, request_id: str, typed: str) -> None:
    """Take the code that the resident read aloud as his yes; two taps, one result."""
    row, phone = take_code(desk, actor, request_id, typed)
    if row.given_at is None:
        _take(desk, row, CODE)
        if row.body.get("started") and phone is not None:
            send_number(desk, row, phone)


def _take(desk: Desk, row: HelpRequestRow, way: str) -> None:
    """Do what the resident said yes to, once, as his own word."""
    with desk.database.transaction() as uow:
        now = uow.helping.request(row.tenant_id, row.id)
        if now is None or not now.is_open(desk.now()):
            return
        if row.kind == CONSENT:
            grant(desk, uow, row, way)
            return
        _say(desk, uow, row)
        uow.helping.change_request(row, way=way, given_at=desk.now())


def _say(desk: Desk, uow: UnitOfWork, row: HelpRequestRow) -> None:
    matter = uow.matters.by_id(row.tenant_id, row.matter_id)
    citizen = citizen_of(row.tenant_id, row.matter_id)
    key, raw, seq = (row.body[name] for name in ("key", "raw", "seq"))
    if seq is not None:
        store_choice(desk, uow, citizen, matter, key, seq)
        return
    unsure = raw is None and key != COMMUNE
    value = None if unsure else read_typed(desk, matter, key, raw or "")
    if isinstance(value, Problem):
        raise BadRequestError([value])
    store_answer(desk, uow, citizen, matter, key, value)

"""What a helper takes along to where there is no coverage: open questions, no answers.

A pack is small and holds no answer that was given, so no number of anybody. Its ticket
says, under a seal of the installation, who took which questions when; answers that
come back are taken only with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize, consent_for
from service.errors import BadRequestError
from service.persistence.rows import ConsentRow
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.helpers import offline_sentences as say
from service.usecases.helpers.helping import terms
from service.usecases.helpers.looks import note_look
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.situations import UNNAMED, edition_today, situation_from
from service.usecases.papers.paper_facts import printed
from workflows.definition import Question
from workflows.errors import Problem
from workflows.guidance import Asked, next_questions
from workflows.situation import Situation

# Who takes part opens and closes other questions: it is told with coverage.
ONLINE_ONLY = frozenset({"parties"})
_EVERY = 1000
# What is usually typed, by type; generous, because only the service decides.
SHAPES = {
    "money": r"[0-9][0-9., ]*( *(nghìn|ngàn|triệu|tỷ|tỉ))?( *(đồng|đ|vnđ|vnd))?",
    "integer": r"[0-9][0-9., ]*( *(nghìn|ngàn|triệu|tỷ|tỉ))?( *(đồng|đ|vnđ|vnd))?",
    "decimal": r"[0-9][0-9., ]*( *(m2|m²))?",
    "date": r"[^0-9]*[0-9]+[^0-9]+[0-9]+[^0-9]+[0-9]+[^0-9]*",
    "person_id": r"([ .]*[0-9]){12}[ .]*",
    "phone": r"[ .()+-]*([0-9][ .()-]*){10,12}",
}


@dataclass(frozen=True, slots=True)
class PackedChoice:
    """One answer to choose; ``value`` as it is sent back."""

    value: str
    label: str
    legal: str | None


@dataclass(frozen=True, slots=True)
class PackedQuestion:
    """A question with all that its page shows.

    ``pattern`` is what is usually typed, case ignored, and ``hint`` what to say of
    anything else: the service alone decides.
    """

    key: str
    kind: str
    text: str
    legal: str | None
    help: str
    unknown_help: str | None
    may_be_unknown: bool
    why: str
    choices: tuple[PackedChoice, ...]
    pattern: str | None
    hint: str | None


@dataclass(frozen=True, slots=True)
class Pack:
    """The open questions of one resident, until the consent ends.

    ``who`` tells residents apart; what was said until ``ends_at`` may be sent until
    ``send_by``; ``later`` need coverage, or the resident himself.
    """

    code: str
    who: str
    title: str
    now: datetime
    ends_at: datetime
    send_by: datetime
    ticket: str
    questions: tuple[PackedQuestion, ...]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who took which questions when; ``seq`` is the last statement known then."""

    matter: str
    account: str
    taken_at: datetime
    seq: int
    keys: tuple[str, ...]


def take_pack(desk: Desk, actor: Actor, code: str) -> Pack:
    """Return the open questions of a resident for the helper, and note that he did.

    Raises NotAllowedError unless a running consent lets him answer, BadRequestError in
    a practice room: what is made up never stands beside what is real.
    """
    if desk.practice:
        raise BadRequestError([Problem("code", code, say.PRACTICE)])
    return _pack(desk, actor, code, Action.ANSWER, "offline")


def question_sheet(desk: Desk, actor: Actor, code: str) -> Pack:
    """Return the same questions to be printed; the consent must name printing."""
    return _pack(desk, actor, code, Action.PRINT, "sheet")


def _pack(desk: Desk, actor: Actor, code: str, action: Action, what: str) -> Pack:
    with desk.database.transaction() as uow:
        matter = find_matter(uow, code)
        target = matter_target(desk, uow, matter)
        authorize(actor, Action.HELP, Installation(actor.tenant))
        authorize(actor, action, target)
        consent = consent_for(actor, action, target)
        rows = uow.matters.facts(matter.tenant_id, matter.id)
        note_look(desk, uow, actor, matter, what)
    situation = situation_from(desk, matter, rows)
    edition = edition_today(desk, matter)
    there = printed(desk.catalog, situation, edition)
    asked = next_questions(situation, edition, _EVERY, printed=there).questions
    here = [
        each
        for each in asked
        if each.question.type not in ONLINE_ONLY and not terms().is_own(each.key)
    ]
    now = desk.now()
    ends_at = consent.ends_at if consent else now
    ticket = Ticket(
        matter.code,
        str(actor.account_id),
        now,
        rows[-1].seq if rows else 0,
        tuple(each.key for each in here),
    )
    return Pack(
        matter.code,
        _called(situation, consent),
        edition.goals[matter.goal].title,
        now,
        ends_at,
        ends_at + timedelta(hours=desk.settings.offline_late_hours),
        seal_ticket(desk, ticket),
        tuple(_packed(each) for each in here),
        tuple(each.text for each in asked if each not in here),
    )


def seal_ticket(desk: Desk, ticket: Ticket) -> str:
    """Return the ticket as text that nobody else can make."""
    told = {
        "matter": ticket.matter,
        "account": ticket.account,
        "taken_at": ticket.taken_at.isoformat(),
        "seq": ticket.seq,
        "keys": list(ticket.keys),
    }
    body = base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
    return f"{body}.{_mark(desk, body)}"


def read_ticket(desk: Desk, text: str) -> Ticket:
    """Return the ticket behind the text; BadRequestError when it is not of ours."""
    body, _, mark = text.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(desk, body).encode()):
        raise BadRequestError([Problem("ticket", "", say.FOREIGN)])
    told = json.loads(base64.urlsafe_b64decode(body))
    return Ticket(
        told["matter"],
        told["account"],
        datetime.fromisoformat(told["taken_at"]),
        told["seq"],
        tuple(told["keys"]),
    )


def _mark(desk: Desk, body: str) -> str:
    return hmac.new(desk.secret, f"offline:{body}".encode(), hashlib.sha256).hexdigest()


def _called(situation: Situation, consent: ConsentRow | None) -> str:
    if consent is not None and consent.given_by != UNNAMED:
        return consent.given_by
    named = (party.facts.get("full_name") for party in situation.parties)
    return str(next(filter(None, named), ""))


def _packed(asked: Asked) -> PackedQuestion:
    question = asked.question
    example = f"Ví dụ: {question.example}." if question.example else ""
    pattern, hint = _shape(question)
    return PackedQuestion(
        asked.key,
        question.type,
        asked.text,
        question.legal,
        " ".join(filter(None, [question.help, example])),
        question.unknown_help,
        question.type != "commune",
        question.why.text,
        tuple(_choices(question)),
        pattern,
        hint,
    )


def _choices(question: Question) -> Iterable[PackedChoice]:
    for choice in question.choices:
        value = str(choice.value)
        sent = value.lower() if isinstance(choice.value, bool) else value
        yield PackedChoice(sent, choice.label, choice.legal)
    if question.type == "yes_no" and not question.choices:
        yield PackedChoice("true", sentences.YES, None)
        yield PackedChoice("false", sentences.NO, None)


def _shape(question: Question) -> tuple[str | None, str | None]:
    limits = question.validation
    if limits.pattern and limits.message:
        return limits.pattern, limits.message
    return SHAPES.get(question.type), say.HINTS.get(question.type)

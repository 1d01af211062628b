"""Takes what the page of a question sent, wherever it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from service.auth.actors import Actor
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import (
    AnswerOutcome,
    answer,
    answer_parties,
    answer_relationship,
)
from service.usecases.matter.drafts import drop_draft, save_draft
from service.usecases.matter.partial_answers import (
    answer_year,
    older_address,
    year_alone,
)
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.same_people import PartyRow
from service.web.citizens.questions import QuestionPage, find_question, person_rows
from service.web.sentences import NAME_SOMEBODY
from workflows.addresses import AddressReading
from workflows.errors import Problem
from workflows.sentences import NO_ANSWER

ANSWER = "tra-loi"
UNSURE = "chua-ro"
MORE = "them"
# How an older address is to be written: a line that was offered, or as it was typed.
WAY, AS_TYPED = "cach", "giu"
# The mark of the answer that the page showed when it was opened.
SEEN = "dau"
BACK = "tro-ve"
# Fields of the page that somebody types or chooses: a draft keeps these and no others.
_TYPED = re.compile(rf"{ANSWER}|{WAY}|(?:ma|ten|phan)-[0-9]{{1,2}}")
_QUESTION = re.compile(r"/ho-so/(DAT-[0-9A-Z-]{10,30})/cau-hoi/([^/?#]{1,200})")


def take(
    desk: Desk, actor: Actor, code: str, asked: QuestionPage, sent: Mapping[str, str]
) -> AnswerOutcome:
    """Store the answer that a page sent, and forget the draft of it.

    Nothing is stored when there is a problem, or a newer answer than the page showed.
    """
    outcome = _answered(desk, actor, code, asked, sent)
    if outcome.problem is None and outcome.newer is None:
        drop_draft(desk, actor, code, asked.key)
    return outcome


def _answered(
    desk: Desk, actor: Actor, code: str, asked: QuestionPage, sent: Mapping[str, str]
) -> AnswerOutcome:
    chosen, seen = sent.get(ANSWER, ""), sent.get(SEEN)
    if asked.kind == "parties":
        rows = [
            PartyRow(row.id, asked.role, row.name, row.share or None)
            for row in person_rows(asked, sent)
            if row.name
        ]
        if not rows:
            return AnswerOutcome(Problem(asked.key, "", NAME_SOMEBODY))
        return answer_parties(desk, actor, code, rows, role=asked.role, seen=seen)
    if asked.kind == "relationship":
        if not chosen:
            return AnswerOutcome(Problem(asked.key, chosen, NO_ANSWER))
        kind = "" if chosen == UNSURE else chosen
        return answer_relationship(desk, actor, code, asked.pair, kind, seen=seen)
    year = year_alone(asked.asked_by, chosen)
    if year is not None:
        return answer_year(desk, actor, code, asked.key, year, seen=seen)
    return answer(
        desk, actor, code, asked.key, chosen, unknown=is_unsure(sent), seen=seen
    )


def in_other_words(
    desk: Desk, asked: QuestionPage, sent: Mapping[str, str]
) -> AddressReading | None:
    """Return how an older address may be written now, when nobody chose a way yet."""
    if is_unsure(sent):
        return None
    reading = older_address(desk, asked.asked_by, sent.get(ANSWER, ""))
    chosen = sent.get(WAY, "")
    settled = reading is None or chosen == AS_TYPED or chosen in reading.lines
    return None if settled else reading


def settled(sent: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was sent with the way of writing that was chosen as the answer."""
    chosen = sent.get(WAY, AS_TYPED)
    return sent if chosen == AS_TYPED else {**sent, ANSWER: chosen}


def is_unsure(sent: Mapping[str, str]) -> bool:
    """Return whether the answer is "Tôi chưa rõ"."""
    return UNSURE in sent or sent.get(ANSWER) == UNSURE


def typed_in(sent: Mapping[str, str]) -> dict[str, str]:
    """Return what a person typed or chose, and nothing else that was sent with it."""
    return {name: text for name, text in sent.items() if _TYPED.fullmatch(name)}


def question_path(code: str, key: str) -> str:
    """Return the address of a question of a matter."""
    return f"/ho-so/{code}/cau-hoi/{quote(key)}"


def asked_at(path: str) -> tuple[str, str] | None:
    """Return the code and the key of an address of a question, None for any other.

    It never leads out of this service: only the two parts of it are used.
    """
    found = _QUESTION.fullmatch(path)
    return (found[1], unquote(found[2])) if found else None


def take_carried(
    desk: Desk, actor: Actor, code: str, key: str, sent: Mapping[str, str]
) -> str:
    """Store an answer that was sent after the session had ended; return where to go on.

    What cannot be stored is kept as a draft, and its question is shown again.
    """
    asked = find_question(desk, matter_view(desk, actor, code), key)
    if MORE not in sent and in_other_words(desk, asked, sent) is None:
        outcome = take(desk, actor, code, asked, sent)
        if outcome.problem is None and outcome.newer is None:
            return f"/ho-so/{code}/cau-hoi"
    save_draft(desk, actor, code, key, typed_in(sent))
    return question_path(code, key)

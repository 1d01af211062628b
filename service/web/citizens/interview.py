"""The questions of a matter one at a time, and all its answers on one page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import Response

from integrations.trial_land import TrialLand
from service.auth.actors import Actor
from service.errors import NotAllowedError, SignInRequiredError
from service.persistence.rows import FactRow
from service.usecases.desk import Desk
from service.usecases.helpers.helping import terms
from service.usecases.land.land_lookup import is_offered, land_to_try, look_up
from service.usecases.matter.answer_question import decide
from service.usecases.matter.drafts import save_draft
from service.usecases.matter.partial_answers import year_alone
from service.usecases.matter.read_matter import AnsweredRow, MatterView, matter_view
from service.usecases.matter.recordings import Recording
from service.usecases.matter.standing import before
from service.usecases.papers.paper_sentences import SOURCES
from service.usecases.papers.read_form import read_disputes
from service.usecases.sentences import NOT_KNOWN
from service.web.citizens.answering import (
    ANSWER,
    BACK,
    MORE,
    in_other_words,
    is_unsure,
    question_path,
    settled,
    take,
    typed_in,
)
from service.web.citizens.choices import chosen_word, no_word_chosen
from service.web.citizens.matters import cards_to_read, titles
from service.web.citizens.questions import (
    QuestionPage,
    answer_in_words,
    find_question,
    person_rows,
    sent_in_words,
)
from service.web.citizens.reopening import ask_to_reopen
from service.web.dependencies import ActorDep, DeskDep, PostedDep, get_actor
from service.web.desks import desk_of
from service.web.everybody.audio import recording_of
from service.web.languages import language_of
from service.web.rendering import go_to, page
from workflows.addresses import AddressReading
from workflows.errors import Problem

router = APIRouter(dependencies=[Depends(get_actor)])

CHECK = "kiem-tra"
# Pages of the matter that lead to a question and want the reader back.
_WAY_BACK = re.compile(r"kiem-tra|buoc/[\w.:~-]+/giay/[\w.-]+")
_BACK_NAMES = {"": "Việc của tôi", CHECK: "Câu trả lời của tôi", "buoc": "Tờ đơn"}


@dataclass(frozen=True, slots=True)
class Newer:
    """The answer that somebody gave after the page was opened, and the one just sent.

    Both in words; ``by`` said the newer one at the instant ``at``.
    """

    stands: str
    sent: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What the page of a question shows besides it; at most one of the first three."""

    problem: Problem | None = None
    newer: FactRow | None = None
    ways: AddressReading | None = None
    unsent: bool = False


NOTHING = Beside()


@router.get("/ho-so/{code}/cau-hoi", name="next_question")
def next_question(desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """Go to the next question, or to the answers when none remains."""
    view = matter_view(desk, actor, code)
    if not view.next:
        return go_to(f"/ho-so/{view.code}/{CHECK}")
    # Who helps goes on with what he may answer; what is the resident's own comes last.
    own = [each for each in view.next if view.helped and terms().is_own(each.key)]
    asked = next((each for each in view.next if each not in own), view.next[0])
    return go_to(question_path(view.code, asked.key))


@router.get("/ho-so/{code}/cau-hoi/{key}", name="question")
def show_question(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, key: str
) -> Response:
    """Ask one question, with its reason and how many remain."""
    view = matter_view(desk, actor, code, asked=key)
    if view.helped and terms().is_own(key):
        return go_to(f"/ho-so/{code}/hoi-lai/{quote(key)}")
    asked = find_question(desk, view, key)
    unsent = bool(view.draft) and view.draft.get(ANSWER) != asked.raw
    return _question_page(request, view, asked, view.draft, Beside(unsent=unsent))


@router.post("/ho-so/{code}/cau-hoi/{key}", name="post_question")
def post_question(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    key: str,
) -> Response:
    """Take the answer and go on, or show the same page with what is wrong.

    When the session has ended the answer waits for the code and the number.
    """
    sent = posted.fields()
    try:
        view = matter_view(desk, actor, code)
    except (SignInRequiredError, NotAllowedError):
        if actor.kind != "citizen":
            raise
        return ask_to_reopen(request, code, question_path(code, key), sent)
    asked = find_question(desk, view, key)
    if MORE in sent:
        return _question_page(request, view, asked, sent)
    beside = _stored(desk, actor, view, asked, sent)
    if beside is not None:
        shown = matter_view(desk, actor, code)
        asked = find_question(desk, shown, key)
        return _question_page(request, shown, asked, sent, beside)
    return go_to(_next_path(code, asked, sent))


def _stored(
    desk: Desk,
    actor: Actor,
    view: MatterView,
    asked: QuestionPage,
    sent: Mapping[str, str],
) -> Beside | None:
    """Store the answer; return what the page must show when it could not be stored."""
    ways = in_other_words(desk, asked, sent)
    if ways is not None:
        save_draft(desk, actor, view.code, asked.key, typed_in(sent))
        return Beside(ways=ways)
    outcome = take(desk, actor, view.code, asked, settled(sent))
    if outcome.problem is not None:
        save_draft(desk, actor, view.code, asked.key, typed_in(sent))
        return Beside(problem=outcome.problem)
    if outcome.newer is not None:
        return Beside(newer=outcome.newer)
    return None


def _next_path(code: str, asked: QuestionPage, sent: Mapping[str, str]) -> str:
    """Return where to go on: by way of the help when something is not known."""
    back = _way_back(sent.get(BACK, ""))
    if is_unsure(sent) or year_alone(asked.asked_by, sent.get(ANSWER, "")):
        tail = f"?{BACK}={back}" if back else ""
        return f"{question_path(code, asked.key)}/chua-ro{tail}"
    return f"/ho-so/{code}/{back or 'cau-hoi'}"


@router.post("/ho-so/{code}/cau-hoi/{key}/nhap", name="draft")
def keep_draft(
    desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str, key: str
) -> Response:
    """Keep what is being typed, for this person alone; nothing is answered by it."""
    view = matter_view(desk, actor, code)
    asked = find_question(desk, view, key)
    save_draft(desk, actor, view.code, asked.key, typed_in(posted.fields()))
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/ho-so/{code}/cau-hoi/{key}/chua-ro", name="unsure")
def show_unsure(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, key: str
) -> Response:
    """Say where to look and whom to ask about what is not known yet; then go on."""
    view = matter_view(desk, actor, code)
    back = _way_back(request.query_params.get(BACK, ""))
    context = {
        "matter": view,
        "asked": find_question(desk, view, key),
        "year": view.standing(f"{key.rpartition('.')[0]}.birth_year").value,
        "question_path": question_path(code, key),
        "on": f"/ho-so/{view.code}/{back or 'cau-hoi'}",
    }
    return page(request, "citizen/unsure.html", context)


def _newer(
    view: MatterView, asked: QuestionPage, row: FactRow, sent: Mapping[str, str]
) -> Newer:
    stands = answer_in_words(view, asked)
    return Newer(stands, sent_in_words(asked, sent), row.said_by, row.at)


def _question_page(
    request: Request,
    view: MatterView,
    asked: QuestionPage,
    typed: Mapping[str, str],
    beside: Beside = NOTHING,
) -> Response:
    problems = {ANSWER: beside.problem.text} if beside.problem else {}
    newer = beside.newer and _newer(view, asked, beside.newer, typed)
    back = _way_back(request.query_params.get(BACK) or typed.get(BACK, ""))
    earlier = before(view.trail, asked.key)
    context = {
        "matter": view,
        "asked": asked,
        "typed": typed,
        "rows": person_rows(asked, typed),
        "problems": problems,
        "newer": newer,
        "ways": beside.ways,
        "unsent": beside.unsent,
        "mark": view.mark(asked.key),
        "instruments": titles(view),
        "action": question_path(view.code, asked.key),
        "fills_in": asked.key in look_up().keys and is_offered(desk_of(request)),
        "to_try": _to_try(request, asked.key),
        "recording": _recording(request, asked),
        "earlier": question_path(view.code, earlier) if earlier else None,
        "place": _place(view, asked.key),
        "back": back,
        "back_name": _BACK_NAMES[back.partition("/")[0]],
    }
    refused = status.HTTP_409_CONFLICT if newer else 422
    status_code = refused if problems or newer else 200
    return page(request, "citizen/question.html", context, status=status_code)


def _to_try(request: Request, key: str) -> TrialLand | None:
    """Return what a trial can be asked about, where the certificate is asked for."""
    is_number = look_up().land.get(key) == "certificate"
    return land_to_try(desk_of(request)) if is_number else None


def _recording(request: Request, asked: QuestionPage) -> tuple[str, Recording] | None:
    """Return the recording in the language that is read, and its address."""
    language = language_of(request)
    found = recording_of(request, language, asked.asked_by)
    return (f"/am-thanh/{language}/{quote(found.name)}", found) if found else None


def _place(view: MatterView, key: str) -> int:
    """Return which question of those that were asked this one is, from 1."""
    trail = view.trail
    return trail.index(key) + 1 if key in trail else len(trail) + 1


def _way_back(wanted: str) -> str:
    """Return the page of the matter to go back to, or nothing for another address."""
    return wanted if _WAY_BACK.fullmatch(wanted) else ""


@router.get("/ho-so/{code}/kiem-tra", name="check_answers")
def check_answers(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Show every answer, each with a way to change it alone."""
    return _check_page(request, desk, actor, code, "")


@router.post("/ho-so/{code}/kiem-tra", name="post_check")
def post_check(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Take which of the words that differ holds, and show the answers again."""
    key, chosen = chosen_word(posted)
    if chosen is None:
        return _check_page(request, desk, actor, code, key)
    decide(desk, actor, code, key, chosen)
    return go_to(f"/ho-so/{code}/{CHECK}")


def _check_page(
    request: Request, desk: Desk, actor: Actor, code: str, undecided: str
) -> Response:
    view = matter_view(desk, actor, code)
    disputes = read_disputes(desk, actor, code)
    problems = no_word_chosen(disputes, undecided)
    context = {
        "matter": view,
        "unknown": _unknown(view),
        "cards": cards_to_read(view),
        "sources": SOURCES,
        "disputes": disputes,
        "fills_in": is_offered(desk),
        "problems": problems,
    }
    return page(request, "citizen/check.html", context)


def _unknown(view: MatterView) -> Sequence[AnsweredRow]:
    """Return the answers that are "Tôi chưa rõ": they can be given at any time."""
    return [row for row in view.answered if row.shown == NOT_KNOWN]

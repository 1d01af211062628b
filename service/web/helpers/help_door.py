"""At the resident's door: ask to be let in, by a code or a paper, and ask again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import BadRequestError, NotFoundError, TooManyTriesError
from service.usecases.helpers.ask_consent import (
    ask_access,
    asked,
    confirm_slip,
    number_slip,
    start_for_resident,
    stop_by_slip,
    withdraw_request,
)
from service.usecases.helpers.ask_resident import ask_resident, confirm_by_code
from service.usecases.helpers.give_consent import wish_problems
from service.usecases.helpers.help_slip import help_slip
from service.usecases.helpers.helping import length_words, terms
from service.usecases.helpers.resident_act import SMS, phone_channels, send_help_code
from service.usecases.matter.goals import goal_choices
from service.usecases.matter.read_matter import matter_view
from service.usecases.papers.issuing import PDF
from service.usecases.papers.read_form import read_disputes
from service.web.citizens.questions import find_question
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    HelperDep,
    Posted,
    PostedDep,
    client_of,
    get_actor,
)
from service.web.formats import pdf_named
from service.web.helpers.helper import FIELDS, key_of, wish_context, wish_of
from service.web.limits import FEW_PRINTS
from service.web.rendering import go_to, page
from service.web.sentences import (
    CHOOSE_A_MATTER,
    CHOOSE_A_WORD,
    NO_SUCH_SLIP,
    sentences_of,
)

router = APIRouter(dependencies=[Depends(get_actor)])

UNSURE = "chua-ro"
_FIELDS = FIELDS | {
    "matter": "ma",
    "wish": "viec",
    "place": "xa",
    "phone": "dien-thoai",
    "code": "ma-so",
    "slip": "so-giay",
}
_NUMBER = re.compile(r"[0-9]{1,9}")


def _problems(refusal: BadRequestError | TooManyTriesError) -> dict[str, str]:
    if isinstance(refusal, TooManyTriesError):
        return {"dau": sentences_of(refusal)[0]}
    return {_FIELDS.get(p.key, "tra-loi"): p.text for p in refusal.problems}


@router.get("/ho-tro/them", name="add_resident")
def show_add(
    request: Request, desk: DeskDep, actor: HelperDep, viec: str = ""
) -> Response:
    """Ask whether the resident has a matter already, and what to be let do."""
    del actor
    return _add_page(request, desk, None, {}, viec)


@router.post("/ho-tro/them", name="post_add")
def post_add(
    request: Request, desk: DeskDep, actor: HelperDep, posted: PostedDep
) -> Response:
    """Note what is asked of the resident; nothing is allowed yet."""
    code, goal = posted.text("ma"), posted.text("muc-tieu")
    wish, key = wish_of(posted), key_of(posted)
    try:
        if code:
            id_ = ask_access(desk, actor, code=code, wish=wish, key=key)
        elif goal not in {each.id for each in goal_choices(desk)}:
            problems = _problems(BadRequestError(wish_problems(wish)))
            problems = {"muc-tieu": CHOOSE_A_MATTER, **problems}
            return _add_page(request, desk, posted, problems, "")
        else:
            id_ = start_for_resident(
                desk, actor, goal=goal, place=posted.text("xa"), wish=wish, key=key
            )
    except (BadRequestError, TooManyTriesError) as refusal:
        return _add_page(request, desk, posted, _problems(refusal), "")
    return go_to(f"/ho-tro/xin/{id_}")


@router.get("/ho-tro/xin/{request_id}", name="asked")
def show_asked(
    request: Request, desk: DeskDep, actor: HelperDep, request_id: str
) -> Response:
    """Show what was asked, in the words to read aloud, and how it may be given."""
    return _asked_page(request, desk, actor, request_id, None, {})


@router.post("/ho-tro/xin/{request_id}/{act}", name="post_asked")
def post_asked(
    request: Request,
    desk: DeskDep,
    actor: HelperDep,
    posted: PostedDep,
    request_id: str,
    act: str,
) -> Response:
    """Send a code, take it as read aloud, print a paper, take its number, or stop."""
    acts: dict[str, Callable[[], object]] = {
        "gui-ma": lambda: send_help_code(
            desk, actor, request_id, posted.text("dien-thoai"), posted.text("kenh")
        ),
        "ma": lambda: confirm_by_code(desk, actor, request_id, posted.text("ma-so")),
        "giay": lambda: number_slip(desk, actor, request_id),
        "da-ky": lambda: confirm_slip(desk, actor, request_id, posted.text("so-giay")),
        "thoi": lambda: withdraw_request(desk, actor, request_id),
    }
    if act not in acts:
        raise NotFoundError("act", act)
    try:
        acts[act]()
    except (BadRequestError, TooManyTriesError) as refusal:
        problems = _problems(refusal)
        return _asked_page(request, desk, actor, request_id, posted, problems)
    return go_to("/ho-tro" if act == "thoi" else f"/ho-tro/xin/{request_id}")


@router.get(
    "/ho-tro/xin/{request_id}/giay.pdf", name="help_slip", dependencies=[FEW_PRINTS]
)
def slip_pdf(desk: DeskDep, actor: HelperDep, request_id: str) -> Response:
    """Return the paper to read aloud and sign."""
    content = help_slip(desk, actor, request_id)
    return Response(content, media_type=PDF, headers=pdf_named("giay-dong-y"))


@router.get("/ho-so/{code}/hoi-lai/{key}", name="ask_again")
def show_ask(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, key: str
) -> Response:
    """Ask the resident what only he decides; his own act gives the answer."""
    return _ask_page(request, desk, actor, (code, key), None, {})


@router.post("/ho-so/{code}/hoi-lai/{key}", name="post_ask_again")
def post_ask(
    request: Request,
    desk: DeskDep,
    actor: HelperDep,
    posted: PostedDep,
    code: str,
    key: str,
) -> Response:
    """Note the answer that the resident is to confirm himself."""
    context = _ask_context(desk, actor, code, key)
    typed, word = posted.text("tra-loi"), posted.text("dung")
    seq = int(word) if _NUMBER.fullmatch(word) else None
    if context["words"] and seq is None:
        return _ask_page(
            request, desk, actor, (code, key), posted, {"tra-loi": CHOOSE_A_WORD}
        )
    try:
        id_ = ask_resident(
            desk,
            actor,
            code,
            key,
            None if typed == UNSURE else typed,
            question=str(context["text"]),
            seq=seq,
        )
    except BadRequestError as refusal:
        problems = {"tra-loi": refusal.problems[0].text}
        return _ask_page(request, desk, actor, (code, key), posted, problems)
    return go_to(f"/ho-tro/xin/{id_}")


@router.get("/dung-giup", name="stop_help")
def show_stop(request: Request, so: str = "") -> Response:
    """Ask for the number on the signed paper; looking at the page ends nothing."""
    return _stop_page(request, so, {})


@router.post("/dung-giup", name="post_stop_help")
def post_stop(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """End what the paper allows, at once."""
    number = posted.text("so")
    try:
        found = stop_by_slip(desk, number, client=client_of(request))
    except TooManyTriesError as refusal:
        problems = {"so": sentences_of(refusal)[0]}
        return _stop_page(request, number, problems, status_code=refusal.status)
    if not found:
        return _stop_page(request, number, {"so": NO_SUCH_SLIP}, status_code=422)
    return page(request, "helper/stopped.html", {})


def _add_page(
    request: Request,
    desk: DeskDep,
    posted: Posted | None,
    problems: Mapping[str, str],
    goal: str,
) -> Response:
    context = {
        "goals": goal_choices(desk),
        "goal": posted.text("muc-tieu") if posted else goal,
        "code": posted.text("ma") if posted else "",
        "place": posted.text("xa") if posted else "",
        "key": (posted and key_of(posted)) or secrets.token_hex(16),
        "problems": problems,
        **wish_context(posted),
    }
    return page(request, "helper/add.html", context)


def _asked_page(
    request: Request,
    desk: DeskDep,
    actor: HelperDep,
    request_id: str,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    context = {
        "asked": asked(desk, actor, request_id),
        "phone": posted.text("dien-thoai") if posted else "",
        "number": posted.text("so-giay") if posted else "",
        "channels": phone_channels(),
        "channel": (posted and posted.text("kenh")) or SMS,
        "slip_longest": length_words(terms().longest_by_slip),
        "problems": problems,
    }
    return page(request, "helper/asked.html", context)


def _ask_context(
    desk: DeskDep, actor: ActorDep, code: str, key: str
) -> dict[str, object]:
    """Return the question, or the words that differ, of which only he chooses."""
    view = matter_view(desk, actor, code)
    apart = {each.key: each for each in read_disputes(desk, actor, code)}
    dispute = apart.get(key)
    if dispute is not None:
        return {
            "matter": view,
            "text": dispute.name,
            "words": dispute.words,
            "question": None,
        }
    found = find_question(desk, view, key)
    return {"matter": view, "text": found.text, "words": (), "question": found}


def _ask_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    which: tuple[str, str],
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    context = _ask_context(desk, actor, *which) | {
        "key": which[1],
        "typed": posted.text("tra-loi") if posted else "",
        "problems": problems,
    }
    return page(request, "helper/ask_again.html", context)


def _stop_page(
    request: Request,
    number: str,
    problems: Mapping[str, str],
    *,
    status_code: int = 200,
) -> Response:
    context = {"number": number, "problems": problems}
    return page(request, "helper/stop.html", context, status=status_code)

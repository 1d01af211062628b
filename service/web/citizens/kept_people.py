"""People entered once: kept by a tick, taken elsewhere, listed and deleted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.auth.actors import Actor
from service.errors import (
    AppError,
    BadRequestError,
    SignInRefusedError,
    TooManyTriesError,
)
from service.usecases.desk import Desk
from service.usecases.matter.profiles import (
    AGREED,
    CODE,
    NUMBER,
    forget_person,
    keep_person,
    kept_people,
    open_kept,
    people_to_keep,
    take_person,
)
from service.usecases.matter.read_matter import matter_view
from service.web.citizens.answering import question_path
from service.web.citizens.questions import find_question
from service.web.dependencies import ActorDep, DeskDep, PostedDep, get_actor
from service.web.rendering import go_to, page
from service.web.sentences import KEPT_REFUSED, sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])

PERSON, ONCE, FORGET = "nguoi", "khoa", "xoa"


@router.get("/ho-so/{code}/nguoi-da-giu", name="kept_people")
def show_kept(request: Request, desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """List whom the citizen kept, and the people of the matter who can be kept."""
    return _kept_page(request, desk, actor, code, {}, {})


@router.post("/ho-so/{code}/nguoi-da-giu", name="keep_person")
def post_keep(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Keep a person, and show the code and the number once; or forget one."""
    if FORGET in posted.fields():
        forget_person(desk, actor, code, posted.text(FORGET))
        return go_to(f"/ho-so/{code}/nguoi-da-giu")
    party = posted.text(PERSON)
    try:
        kept = keep_person(
            desk,
            actor,
            code,
            party,
            agreed=AGREED in posted.fields(),
            once=posted.text(ONCE),
        )
    except BadRequestError as refusal:
        problems = {f"{AGREED}-{party}": refusal.problems[0].text}
        return _kept_page(request, desk, actor, code, posted.fields(), problems)
    view = matter_view(desk, actor, code)
    return page(request, "citizen/person_kept.html", {"matter": view, "kept": kept})


def _kept_page(
    request: Request,
    desk: Desk,
    actor: Actor,
    code: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    view = matter_view(desk, actor, code)
    context = {
        "matter": view,
        "kept": kept_people(desk, actor, code),
        "people": people_to_keep(desk, actor, code),
        "key": typed.get(ONCE) or secrets.token_hex(16),
        "problems": problems,
    }
    return page(request, "citizen/kept_people.html", context)


@router.get("/ho-so/{code}/lay-nguoi/{role}", name="take_person")
def show_take(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, role: str
) -> Response:
    """Ask for the code and the number under which a person stands elsewhere."""
    people_to_keep(desk, actor, code)
    return _take_page(request, desk, actor, (code, role), {}, {})


@router.post("/ho-so/{code}/lay-nguoi/{role}", name="post_take_person")
def post_take(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    role: str,
) -> Response:
    """Take the person in and show the list of people again."""
    typed = posted.fields()
    asked = find_question(desk, matter_view(desk, actor, code), f"parties.{role}")
    try:
        take_person(desk, actor, code, role, typed)
    except (BadRequestError, SignInRefusedError, TooManyTriesError) as refusal:
        key, sentence = _refused(refusal)
        return _take_page(
            request, desk, actor, (code, role), typed, {key: sentence}, refusal.status
        )
    return go_to(question_path(code, asked.key))


def _take_page(
    request: Request,
    desk: Desk,
    actor: Actor,
    where: tuple[str, str],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    status_code: int = 200,
) -> Response:
    code, role = where
    view = matter_view(desk, actor, code)
    context = {
        "matter": view,
        "asked": find_question(desk, view, f"parties.{role}"),
        "here": question_path(code, f"parties.{role}"),
        "role": role,
        "typed": typed,
        "problems": problems,
    }
    return page(request, "citizen/take_person.html", context, status=status_code)


@router.get("/nguoi-da-giu", name="open_kept")
def ask_kept(request: Request) -> Response:
    """Ask for the code and the number of a kept person."""
    context: dict[str, object] = {
        "typed": {},
        "problems": {},
        "kept": None,
        "gone": False,
    }
    return page(request, "kept_person.html", context)


@router.post("/nguoi-da-giu", name="post_open_kept")
def show_kept_person(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Show what is kept of the person, or forget them."""
    typed, forget = posted.fields(), FORGET in posted.fields()
    context: dict[str, object] = {"typed": typed, "problems": {}, "gone": forget}
    try:
        kept = open_kept(desk, posted.text(CODE), posted.text(NUMBER), forget=forget)
    except (SignInRefusedError, TooManyTriesError) as refusal:
        key, sentence = _refused(refusal)
        context |= {"problems": {key: sentence}, "kept": None, "gone": False}
        return page(request, "kept_person.html", context, status=refusal.status)
    return page(request, "kept_person.html", context | {"kept": kept})


def _refused(refusal: AppError) -> tuple[str, str]:
    """Return the field to look at, and what to say."""
    if isinstance(refusal, BadRequestError):
        return refusal.problems[0].key, refusal.problems[0].text
    wrong = isinstance(refusal, SignInRefusedError)
    return CODE, KEPT_REFUSED if wrong else sentences_of(refusal)[0]

"""A resident says who may help, with what, for how long; and sees who did what."""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import AskResidentError, BadRequestError, HelpEndedError
from service.usecases.helpers.ask_resident import open_questions, reply
from service.usecases.helpers.give_consent import (
    end_consent,
    give_consent,
    words_to_agree,
)
from service.usecases.helpers.helping import Wish, length_words, terms
from service.usecases.helpers.who_helped import who_helped
from service.usecases.matter.read_matter import matter_view
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    Posted,
    PostedDep,
    get_actor,
    get_posted,
)
from service.web.rendering import page

router = APIRouter(dependencies=[Depends(get_actor)])

FIELDS = {
    "helper_name": "ten",
    "scope": "viec",
    "minutes": "phut",
    "purpose": "de-lam",
}
_KEY = re.compile(r"[0-9a-f]{32}")


def ways_on(request: Request, error: Exception) -> tuple[tuple[str, str], ...]:
    """Return where a helper who was refused goes on: to ask, or to those he helps."""
    code = request.path_params.get("code")
    if isinstance(error, AskResidentError) and code and error.about:
        about = quote(error.about)
        return ((f"/ho-so/{code}/hoi-lai/{about}", "Hỏi lại bà con"),)
    if isinstance(error, HelpEndedError):
        return (("/ho-tro", "Bà con tôi giúp"),)
    return ()


def wish_of(posted: Posted) -> Wish:
    """Return what a form asks of a resident, as it was typed."""
    minutes = posted.text("phut")
    return Wish(
        posted.text("de-lam"),
        tuple(posted.all("viec")),
        int(minutes) if re.fullmatch("[0-9]{1,6}", minutes) else 0,
    )


def wish_context(posted: Posted | None) -> dict[str, object]:
    """Return the choices of a wish, and what was chosen; nothing is chosen before."""
    known = terms()
    return {
        "purposes": known.purposes,
        "scopes": known.scopes.values(),
        "lengths": [(each, length_words(each)) for each in known.lengths],
        "purpose": posted.text("de-lam") if posted else "",
        "chosen": posted.all("viec") if posted else [],
        "minutes": posted.text("phut") if posted else "",
    }


def key_of(posted: Posted) -> str | None:
    """Return the key of a form that creates something; another text is none."""
    typed = posted.text("khoa")
    return typed if _KEY.fullmatch(typed) else None


def problems_of(refusal: BadRequestError) -> dict[str, str]:
    """Return the sentences of a refusal by the field of the page."""
    return {FIELDS.get(p.key, p.key): p.text for p in refusal.problems}


@router.get("/ho-so/{code}/nho-giup", name="consent")
def show_consent(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Let the citizen say who may help, with what, and for how long."""
    return _consent_page(request, desk, actor, code, None, {})


@router.post("/ho-so/{code}/nho-giup", name="post_consent")
def post_consent(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Show the words that would be agreed to; record them once they are agreed to."""
    wish, name = wish_of(posted), posted.text("ten")
    try:
        if "dong-y" not in posted.fields():
            words = words_to_agree(desk, actor, code, name, wish)
            return _words_page(request, code, wish, name, words)
        give_consent(
            desk,
            actor,
            code,
            helper_name=name,
            scope=wish.scopes,
            minutes=wish.minutes,
            purpose=wish.purpose,
            key=key_of(posted),
        )
    except BadRequestError as refusal:
        return _consent_page(request, desk, actor, code, posted, problems_of(refusal))
    return _back(code)


@router.post(
    "/ho-so/{code}/nho-giup/{consent_id}/dung",
    name="end_consent",
    dependencies=[Depends(get_posted)],
)
def post_end(desk: DeskDep, actor: ActorDep, code: str, consent_id: str) -> Response:
    """End a consent at once."""
    end_consent(desk, actor, consent_id)
    if actor.kind == "helper":
        return RedirectResponse("/ho-tro", status_code=status.HTTP_303_SEE_OTHER)
    return _back(code)


@router.post("/ho-so/{code}/nho-giup/tra-loi/{request_id}", name="reply")
def post_reply(
    desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str, request_id: str
) -> Response:
    """Take the resident's own yes or no to what a helper asked."""
    reply(desk, actor, request_id, agreed="dong-y" in posted.fields())
    return _back(code)


@router.get("/ho-so/{code}/ai-da-lam", name="who_helped")
def show_who_helped(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Show the resident who saw and did what on the matter, ready to be printed."""
    view = who_helped(desk, actor, code)
    return page(request, "citizen/who_helped.html", {"view": view, "code": code})


def _consent_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    posted: Posted | None,
    problems: dict[str, str],
) -> Response:
    context = {
        "matter": matter_view(desk, actor, code),
        "name": posted.text("ten") if posted else "",
        "questions": open_questions(desk, actor, code),
        "problems": problems,
        "now": desk.now(),
        **wish_context(posted),
    }
    return page(request, "citizen/consent.html", context)


def _words_page(
    request: Request, code: str, wish: Wish, name: str, words: str
) -> Response:
    context = {
        "code": code,
        "words": words.splitlines(),
        "fields": [
            ("ten", name),
            ("de-lam", wish.purpose),
            ("phut", wish.minutes),
            *(("viec", each) for each in wish.scopes),
            ("khoa", secrets.token_hex(16)),
        ],
    }
    return page(request, "citizen/consent_words.html", context)


def _back(code: str) -> RedirectResponse:
    path = f"/ho-so/{code}/nho-giup"
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER)

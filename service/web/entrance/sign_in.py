"""Sign-in: clerks and helpers by name and password, citizens by code and number."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.auth.codes import normalise
from service.auth.sessions import SignedIn, open_matter, sign_in, sign_out
from service.errors import NotFoundError, SignInRefusedError, TooManyTriesError
from service.usecases.desk import Desk
from service.usecases.helpers.ask_consent import SLIP_PREFIX
from service.usecases.matter.read_matter import open_to
from service.web.citizens.answering import asked_at, take_carried
from service.web.citizens.reopening import TO, carried_in, reopen_page
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    PostedDep,
    client_of,
    get_actor,
    get_posted,
)
from service.web.entrance.session_cookies import drop_session, keep_session, old_token
from service.web.entrance.staff_sign_in import LANDING, way_on
from service.web.rendering import go_to, page
from service.web.sentences import REOPEN_REFUSED, sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])


@router.get("/dang-nhap", name="sign_in")
def show_sign_in(request: Request, actor: ActorDep) -> Response:
    """Show the form, or go on to the desk of whoever is signed in already."""
    if actor.kind in LANDING:
        return go_to(LANDING[actor.kind])
    return page(request, "sign_in.html", {"name": "", "problems": {}})


@router.post("/dang-nhap", name="post_sign_in")
def post_sign_in(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Sign in and go to the desk; a refusal says the same for every cause."""
    name = posted.text("ten")
    try:
        signed = sign_in(
            desk,
            name,
            posted.exact("mat-khau"),
            old_token=old_token(request),
            client=client_of(request),
        )
    except (SignInRefusedError, TooManyTriesError) as refusal:
        context = {"name": name, "problems": {"ten": sentences_of(refusal)[0]}}
        return page(request, "sign_in.html", context, status=refusal.status)
    response = go_to(way_on(signed))
    keep_session(desk, response, signed)
    return response


@router.get("/mo-lai", name="reopen")
def show_reopen(
    request: Request, desk: DeskDep, actor: ActorDep, ma: str = ""
) -> Response:
    """Ask for the code and the number of a matter, unless it is open here already."""
    known = open_to(desk, actor, ma)
    if known is not None:
        return go_to(f"/ho-so/{known}")
    return reopen_page(request, ma, {})


@router.post("/mo-lai", name="post_reopen")
def post_reopen(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Open a matter again, on this or another phone, and go on where it was left.

    An answer that was sent after the session had ended is stored now.
    """
    code, fields = posted.text("ma"), posted.fields()
    if normalise(code, SLIP_PREFIX):
        return go_to(f"/dung-giup?so={quote(code)}")
    try:
        signed = open_matter(
            desk,
            code,
            posted.text("so"),
            old_token=old_token(request),
            client=client_of(request),
        )
    except (SignInRefusedError, TooManyTriesError) as refusal:
        unknown = isinstance(refusal, SignInRefusedError)
        sentence = REOPEN_REFUSED if unknown else sentences_of(refusal)[0]
        return reopen_page(
            request,
            code,
            {"ma": sentence},
            posted.text(TO),
            carried_in(fields),
            status=refusal.status,
        )
    response = go_to(_on(desk, signed, normalise(code) or "", fields))
    keep_session(desk, response, signed)
    return response


def _on(desk: Desk, signed: SignedIn, code: str, fields: Mapping[str, str]) -> str:
    """Return where to go on: at the matter, or behind the answer that waited."""
    asked = asked_at(fields.get(TO, ""))
    sent = carried_in(fields)
    if asked is None or asked[0] != code or not sent:
        return f"/ho-so/{code}"
    try:
        return take_carried(desk, signed.actor, code, asked[1], sent)
    except NotFoundError:
        return f"/ho-so/{code}"


@router.post("/dang-xuat", name="sign_out", dependencies=[Depends(get_posted)])
def post_sign_out(request: Request, desk: DeskDep, actor: ActorDep) -> Response:
    """End the session; of a helper's device also goes all that it kept of residents."""
    token = old_token(request)
    if token:
        sign_out(desk, token)
    response = go_to("/")
    drop_session(desk, response)
    if actor.kind == "helper":
        response.headers["Clear-Site-Data"] = '"storage"'
    return response

"""Pages between the password and the desk: the code, another password, the device."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.auth import half_way
from service.auth.half_way import HalfWay
from service.auth.sentences import CODE_WRONG
from service.auth.sessions import SignedIn
from service.auth.steps import Step
from service.errors import (
    AppError,
    BadRequestError,
    SignInRefusedError,
    TooManyTriesError,
)
from service.usecases.desk import Desk
from service.web.dependencies import DeskDep, PostedDep
from service.web.entrance.device_pages import codes_page, device_context
from service.web.entrance.session_cookies import keep_session, old_token
from service.web.rendering import go_to, page
from service.web.sentences import sentences_of

router = APIRouter(prefix="/dang-nhap")

LANDING = {"clerk": "/can-bo", "administrator": "/quan-tri", "helper": "/ho-tro"}
STEPS = {
    Step.CODE: "/dang-nhap/ma",
    Step.PASSWORD: "/dang-nhap/mat-khau",
    Step.ENROL: "/dang-nhap/thiet-bi",
}
NEW, AGAIN, CODE = "mat-khau-moi", "go-lai", "ma"


def way_on(signed: SignedIn) -> str:
    """Return where a sign-in goes on: its next step, or the desk."""
    if signed.step is not None:
        return STEPS[signed.step]
    return LANDING.get(signed.actor.kind, "/")


@router.get("/ma", name="second_step")
def show_code(request: Request, desk: DeskDep) -> Response:
    """Ask for the code that the device shows."""
    return _asked(request, desk, Step.CODE, {})


@router.post("/ma", name="post_second_step")
def post_code(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Take the code and go on."""
    try:
        signed = half_way.give_code(desk, old_token(request), posted.text(CODE))
    except (SignInRefusedError, TooManyTriesError) as refusal:
        problems = {CODE: sentence_of(refusal)}
        return _asked(request, desk, Step.CODE, problems, status=refusal.status)
    return _gone_on(desk, signed)


@router.get("/mat-khau", name="first_password")
def show_password(request: Request, desk: DeskDep) -> Response:
    """Ask for a password of one's own, or for a new one."""
    return _asked(request, desk, Step.PASSWORD, {})


@router.post("/mat-khau", name="post_first_password")
def post_password(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Take the password and go on."""
    try:
        signed = half_way.give_password(
            desk, old_token(request), posted.exact(NEW), posted.exact(AGAIN)
        )
    except BadRequestError as refusal:
        problems = password_problems(refusal)
        return _asked(request, desk, Step.PASSWORD, problems, status=422)
    return _gone_on(desk, signed)


@router.get("/thiet-bi", name="first_device")
def show_device(request: Request, desk: DeskDep) -> Response:
    """Show the key that the device is to take."""
    return _asked(request, desk, Step.ENROL, {})


@router.post("/thiet-bi", name="post_first_device")
def post_device(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Take the first code of the device and show the recovery codes, once."""
    sealed = posted.text("khoa")
    try:
        signed, codes = half_way.enrol(
            desk, old_token(request), sealed, posted.text(CODE)
        )
    except (BadRequestError, TooManyTriesError) as refusal:
        problems = {CODE: sentence_of(refusal)}
        return _asked(
            request, desk, Step.ENROL, problems, status=refusal.status, sealed=sealed
        )
    response = codes_page(request, codes, way_on(signed))
    keep_session(desk, response, signed)
    return response


def sentence_of(refusal: AppError) -> str:
    """Return what is wrong with a code, in one sentence."""
    if isinstance(refusal, SignInRefusedError):
        return CODE_WRONG
    return sentences_of(refusal)[0]


def password_problems(refusal: BadRequestError) -> dict[str, str]:
    """Return what is wrong by the fields of a form that asks for a new password."""
    fields = {"old": "mat-khau", "new": NEW, "again": AGAIN}
    return {fields[each.key]: each.text for each in refusal.problems}


def _gone_on(desk: Desk, signed: SignedIn) -> Response:
    response = go_to(way_on(signed))
    keep_session(desk, response, signed)
    return response


def _asked(
    request: Request,
    desk: Desk,
    step: Step,
    problems: Mapping[str, str],
    *,
    status: int = 200,
    sealed: str = "",
) -> Response:
    """Show the page of a step, or the one whose turn it is."""
    token = old_token(request)
    half = half_way.half_way(desk, token)
    if half is None:
        return go_to("/dang-nhap")
    if half.step is not step:
        return go_to(STEPS[half.step])
    context = {"half": half, "problems": problems} | _more(desk, half, token, sealed)
    return page(request, f"staff/step_{step}.html", context, status=status)


def _more(
    desk: Desk, half: HalfWay, token: str | None, sealed: str
) -> dict[str, object]:
    """Return what the page of a step shows besides."""
    match half.step:
        case Step.ENROL:
            try:
                key = half_way.key_for(desk, token, sealed)
            except BadRequestError:
                key = half_way.key_for(desk, token)
            return device_context(key)
        case Step.PASSWORD:
            return {"least": half_way.least_of(desk, half)}
        case Step.CODE:
            return {}

"""The pages of one's own account: password, device, recovery codes, open sign-ins."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.auth import own_account
from service.auth.actors import Actor
from service.errors import (
    BadRequestError,
    NotFoundError,
    SignInRefusedError,
    TooManyTriesError,
)
from service.usecases.desk import Desk
from service.web.dependencies import DeskDep, PostedDep, StaffDep
from service.web.entrance.device_pages import codes_page, device_context
from service.web.entrance.session_cookies import keep_session, old_token
from service.web.entrance.staff_sign_in import (
    AGAIN,
    CODE,
    NEW,
    password_problems,
    sentence_of,
)
from service.web.rendering import go_to, page

OWN = "/tai-khoan-cua-toi"
router = APIRouter(prefix=OWN)


@router.get("", name="own_account")
def show_own(request: Request, desk: DeskDep, actor: StaffDep) -> Response:
    """Show one's account, and everywhere it is open."""
    return _own_page(request, desk, actor, {})


@router.post("/mat-khau", name="change_password")
def post_password(
    request: Request, desk: DeskDep, actor: StaffDep, posted: PostedDep
) -> Response:
    """Change the password; every other sign-in ends."""
    try:
        signed = own_account.change_password(
            desk,
            actor,
            old_token(request),
            posted.exact("mat-khau"),
            posted.exact(NEW),
            posted.exact(AGAIN),
        )
    except BadRequestError as refusal:
        return _own_page(request, desk, actor, password_problems(refusal))
    except TooManyTriesError as refusal:
        problems = {"mat-khau": sentence_of(refusal)}
        return _own_page(request, desk, actor, problems, refusal.status)
    response = go_to(f"{OWN}?xong=mat-khau")
    keep_session(desk, response, signed)
    return response


@router.get("/thiet-bi", name="own_device")
def show_device(request: Request, desk: DeskDep, actor: StaffDep) -> Response:
    """Show a key that a device is to take."""
    return _device_page(request, desk, actor, {})


@router.post("/thiet-bi", name="post_own_device")
def post_device(
    request: Request, desk: DeskDep, actor: StaffDep, posted: PostedDep
) -> Response:
    """Take the first code of the device and show the recovery codes, once."""
    token, sealed = old_token(request) or "", posted.text("khoa")
    proof = posted.text("ma-cu") or posted.exact("mat-khau")
    try:
        signed, codes = own_account.enrol(
            desk, actor, token, sealed, posted.text(CODE), proof
        )
    except SignInRefusedError as refusal:
        problems = {"ma-cu": sentence_of(refusal)}
        return _device_page(request, desk, actor, problems, refusal.status, sealed)
    except BadRequestError as refusal:
        of_password = any(each.key == "old" for each in refusal.problems)
        problems = {"mat-khau" if of_password else CODE: sentence_of(refusal)}
        return _device_page(request, desk, actor, problems, refusal.status, sealed)
    except TooManyTriesError as refusal:
        problems = {CODE: sentence_of(refusal)}
        return _device_page(request, desk, actor, problems, refusal.status, sealed)
    response = codes_page(request, codes, OWN)
    keep_session(desk, response, signed)
    return response


@router.post("/ma-du-phong", name="new_recovery_codes")
def post_codes(
    request: Request, desk: DeskDep, actor: StaffDep, posted: PostedDep
) -> Response:
    """Show ten new recovery codes to who gives a code of the device."""
    try:
        codes = own_account.new_codes(desk, actor, posted.text("ma-moi"))
    except (SignInRefusedError, TooManyTriesError) as refusal:
        problems = {"ma-moi": sentence_of(refusal)}
        return _own_page(request, desk, actor, problems, refusal.status)
    return codes_page(request, codes, OWN)


@router.post("/phien", name="end_own_sign_in")
def post_end(
    request: Request, desk: DeskDep, actor: StaffDep, posted: PostedDep
) -> Response:
    """End one sign-in of one's own, or all but this one."""
    mark = posted.text("phien")
    if not mark:
        own_account.end_others(desk, actor, old_token(request))
        return go_to(f"{OWN}?xong=phien")
    try:
        own_account.end_sign_in(desk, actor, mark)
    except NotFoundError:
        return go_to(OWN)
    return go_to(f"{OWN}?xong=phien")


@router.get("/{act}", name="back_to_own_account")
def show_own_again(actor: StaffDep, act: str) -> Response:
    """Go back to the account, for whoever reads the address of a form again."""
    del actor, act
    return go_to(OWN)


def _own_page(
    request: Request,
    desk: Desk,
    actor: Actor,
    problems: Mapping[str, str],
    status: int = 422,
) -> Response:
    context = {
        "own": own_account.own_account(desk, actor, old_token(request)),
        "problems": problems,
        "done": request.query_params.get("xong", ""),
    }
    return page(request, "staff/own.html", context, status=status if problems else 200)


def _device_page(
    request: Request,
    desk: Desk,
    actor: Actor,
    problems: Mapping[str, str],
    status: int = 200,
    sealed: str = "",
) -> Response:
    token = old_token(request) or ""
    try:
        key = own_account.key_for(desk, actor, token, sealed)
    except BadRequestError:
        key = own_account.key_for(desk, actor, token)
    own = own_account.own_account(desk, actor, token)
    context = {"own": own, "problems": problems} | device_context(key)
    return page(request, "staff/device.html", context, status=status)

"""Pages on which somebody follows by her phone: type it, type the code, see."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import BadRequestError, TooManyTriesError
from service.usecases.administration.identity_sentences import WRONG_CODE
from service.usecases.following import follow_by_phone
from service.web import csrf
from service.web.dependencies import DeskDep, PostedDep, client_of, get_actor
from service.web.rendering import go_to, page
from service.web.sentences import sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])

HERE = "/tra-cuu/dien-thoai"
CODE, LIST = f"{HERE}/ma", f"{HERE}/viec"


@router.get(HERE, name="follow_by_phone")
def show_phone(request: Request) -> Response:
    """Ask for the phone, and say what it shows and what it does not."""
    return page(request, "follow/phone.html", {"phone": "", "problems": {}})


@router.post(HERE, name="post_phone")
def post_phone(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Take the phone; the answer is the same whether or not anybody has it."""
    phone = posted.text("dien-thoai")
    try:
        follow_by_phone.ask_by_phone(
            desk, csrf.visit_of(request), phone, client=client_of(request)
        )
    except (BadRequestError, TooManyTriesError) as refusal:
        context = {
            "phone": phone,
            "problems": {"dien-thoai": sentences_of(refusal)[0]},
        }
        return page(request, "follow/phone.html", context, status=refusal.status)
    return go_to(CODE)


@router.get(CODE, name="phone_code")
def show_code(request: Request, desk: DeskDep) -> Response:
    """Ask for the code that was sent, if the phone is known."""
    return _code_page(request, desk, {})


@router.post(CODE, name="post_phone_code")
def post_code(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Take the code; a wrong one is said so, and another may be asked for."""
    visit = csrf.visit_of(request)
    if follow_by_phone.prove_phone(desk, visit, posted.text("ma-xac-nhan")):
        return go_to(LIST)
    return _code_page(request, desk, {"ma-xac-nhan": WRONG_CODE})


@router.get(LIST, name="matters_of_phone")
def show_list(request: Request, desk: DeskDep) -> Response:
    """Show where the matters of the phone stand; ask again when it is not proved."""
    matters = follow_by_phone.matters_of_phone(desk, csrf.visit_of(request))
    if matters is None:
        return go_to(HERE)
    context = {"matters": matters, "minutes": desk.settings.follow_minutes}
    return page(request, "follow/phone_matters.html", context)


@router.post(f"{HERE}/dong", name="close_phone")
def post_close(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Forget the phone on this device."""
    del posted
    follow_by_phone.close_phone(desk, csrf.visit_of(request))
    return go_to(HERE)


def _code_page(request: Request, desk: DeskDep, problems: dict[str, str]) -> Response:
    asked = follow_by_phone.asked_by(desk, csrf.visit_of(request))
    if asked is None:
        return go_to(HERE)
    context = {"asked": asked, "problems": problems}
    return page(request, "follow/phone_code.html", context)

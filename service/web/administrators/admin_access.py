"""The administrator's pages about sign-in: reviews, second factors, open sign-ins."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import BadRequestError
from service.usecases.administration import admin_sentences, idle_accounts
from service.usecases.administration.admin_accounts import end_sessions
from service.usecases.administration.second_factors import ask_reset, confirm_reset
from service.web.administrators.admin import ACCOUNTS, account_page
from service.web.dependencies import AdministratorDep, DeskDep, PostedDep
from service.web.rendering import go_to, page

router = APIRouter(prefix="/quan-tri")

REVIEW = "/quan-tri/ra-soat"


@router.get("/ra-soat", name="access_review")
def show_review(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """List the accounts with what each may do and when it was looked over."""
    after = request.query_params.get("tiep", "")
    context = {
        "review": idle_accounts.review(desk, actor, after=after),
        "duty_names": admin_sentences.DUTIES,
        "here": after,
    }
    return page(request, "administrator/review.html", context)


@router.post("/ra-soat", name="post_access_review")
def post_review(desk: DeskDep, actor: AdministratorDep, posted: PostedDep) -> Response:
    """Note that an account was looked over, and go on in the list."""
    idle_accounts.looked_over(desk, actor, posted.text("tai-khoan"))
    here = posted.text("tiep")
    return go_to(f"{REVIEW}?tiep={here}" if here.isascii() and here else REVIEW)


@router.post("/tai-khoan/{id_}/ma-xac-thuc", name="reset_second_factor")
def post_second(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Ask that the second factor be taken away, or agree with who asked."""
    try:
        if "dong-y" in posted.fields():
            confirm_reset(desk, actor, id_)
        else:
            ask_reset(desk, actor, id_, posted.text("ly-do"))
    except BadRequestError as refusal:
        problems = {"ly-do": refusal.problems[0].text}
        return account_page(request, desk, actor, id_, None, problems)
    return go_to(f"{ACCOUNTS}/{id_}?xong=sua")


@router.post("/tai-khoan/{id_}/dang-xuat", name="end_sessions")
def post_end(
    desk: DeskDep, actor: AdministratorDep, posted: PostedDep, id_: str
) -> Response:
    """Sign the account out wherever it is open."""
    del posted
    end_sessions(desk, actor, id_)
    return go_to(f"{ACCOUNTS}/{id_}?xong=sua")

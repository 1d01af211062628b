"""The administrator's pages of the words of messages."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import BadRequestError
from service.usecases.administration.admin_sentences import PLACES
from service.usecases.telling.wordings import choose_wording, filled, wording, wordings
from service.web.dependencies import AdministratorDep, DeskDep, Posted, PostedDep
from service.web.rendering import page

router = APIRouter(prefix="/quan-tri/tin-nhan")

WORDINGS = "/quan-tri/tin-nhan"


@router.get("", name="wordings")
def show_wordings(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """List every message that people may get, with the words that hold."""
    return page(request, "administrator/wordings.html", {"rows": wordings(desk, actor)})


@router.get("/{template}", name="wording")
def show_wording(
    request: Request, desk: DeskDep, actor: AdministratorDep, template: str
) -> Response:
    """Show one message, how it reads, and the form to change it."""
    return _wording_page(request, desk, actor, template, None, {})


@router.post("/{template}", name="post_wording")
def post_wording(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    template: str,
) -> Response:
    """Show how the typed words read, store them, or go back to the program's own."""
    act, text = posted.text("lam"), posted.text("loi-tin")
    if act == "xem":
        return _wording_page(request, desk, actor, template, posted, {})
    wanted = None if act == "goc" else text
    try:
        choose_wording(desk, actor, template, wanted, posted.text("ban"))
    except BadRequestError as refusal:
        problems = {"loi-tin": " ".join(each.text for each in refusal.problems)}
        return _wording_page(request, desk, actor, template, posted, problems)
    return RedirectResponse(
        f"{WORDINGS}/{template}?xong=1", status_code=status.HTTP_303_SEE_OTHER
    )


def _wording_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    template: str,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    view = wording(desk, actor, template)
    text = posted.text("loi-tin") if posted else view.text
    context = {
        "view": view,
        "text": text,
        "preview": filled(text),
        "done": "xong" in request.query_params,
        "problems": problems,
        "place_words": PLACES,
    }
    return page(request, "administrator/wording.html", context)

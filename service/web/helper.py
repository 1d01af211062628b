"""A community-team member helps a resident: under consent, never as the resident."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import BadRequestError
from service.usecases.give_consent import end_consent, give_consent
from service.usecases.list_work import helped_matters
from service.usecases.read_matter import MatterView, matter_view
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    Posted,
    PostedDep,
    get_actor,
    get_posted,
)
from service.web.desks import desk_of
from service.web.rendering import page

router = APIRouter(dependencies=[Depends(get_actor)])

MINUTES = (30, 60, 120, 240)
FIELDS = {"helper_name": "ten", "scope": "viec", "minutes": "phut"}


@router.get("/ho-tro", name="helping")
def show_helping(request: Request, desk: DeskDep, actor: ActorDep) -> Response:
    """Tell a resident how to be helped; show a helper whom they may help now."""
    rows = helped_matters(desk, actor) if actor.kind == "helper" else ()
    return page(request, "helper/start.html", {"rows": rows})


@router.get("/ho-so/{code}/nho-giup", name="consent")
def show_consent(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Let the citizen say who may help, with what, and for how long."""
    return _consent_page(request, matter_view(desk, actor, code), None, {})


@router.post("/ho-so/{code}/nho-giup", name="post_consent")
def post_consent(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Record the consent; it ends by itself, or earlier when the citizen says so."""
    minutes = posted.text("phut")
    try:
        give_consent(
            desk,
            actor,
            code,
            helper_name=posted.text("ten"),
            scope=posted.all("viec"),
            minutes=int(minutes) if minutes.isdecimal() else 0,
        )
    except BadRequestError as refusal:
        problems = {FIELDS.get(p.key, p.key): p.text for p in refusal.problems}
        view = matter_view(desk, actor, code)
        return _consent_page(request, view, posted, problems)
    return _back(code)


@router.post(
    "/ho-so/{code}/nho-giup/{consent_id}/dung",
    name="end_consent",
    dependencies=[Depends(get_posted)],
)
def post_end(desk: DeskDep, actor: ActorDep, code: str, consent_id: str) -> Response:
    """End a consent at once."""
    end_consent(desk, actor, consent_id)
    return _back(code)


def _consent_page(
    request: Request,
    view: MatterView,
    posted: Posted | None,
    problems: dict[str, str],
) -> Response:
    context = {
        "matter": view,
        "name": posted.text("ten") if posted else "",
        "chosen": posted.all("viec") if posted else ["answer", "print"],
        "minutes": posted.text("phut") if posted else "60",
        "choices": MINUTES,
        "problems": problems,
        "now": desk_of(request).now(),
    }
    return page(
        request, "citizen/consent.html", context, status=422 if problems else 200
    )


def _back(code: str) -> RedirectResponse:
    path = f"/ho-so/{code}/nho-giup"
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER)

"""Asking the notaries about the land of a matter: for a person, and at their desk."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.usecases.land.ask_warnings import (
    ask_at_desk,
    ask_warnings,
    asked_at_desk,
    asked_warnings,
)
from service.usecases.land.land_lookup import land_to_try
from service.usecases.matter.read_matter import matter_view
from service.web.dependencies import ActorDep, ClerkDep, DeskDep, PostedDep, get_actor
from service.web.rendering import go_to, page

router = APIRouter(dependencies=[Depends(get_actor)])

PATH = "/ho-so/{code}/ngan-chan"
AT_DESK = "/can-bo/ho-so/{code}/ngan-chan"


@router.get(PATH, name="land_warnings")
def show_warnings(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Show what was asked and answered so far, with the button that asks."""
    return _page(request, desk, actor, code, "")


@router.post(PATH, name="ask_land_warnings")
def post_ask(
    request: Request, desk: DeskDep, actor: ActorDep, _: PostedDep, code: str
) -> Response:
    """Ask, and show what came of it; or say why nothing was asked."""
    unasked = ask_warnings(desk, actor, code)
    if unasked:
        return _page(request, desk, actor, code, unasked)
    return go_to(f"/ho-so/{code}/ngan-chan")


@router.get(AT_DESK, name="land_warnings_at_desk")
def show_at_desk(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str
) -> Response:
    """Show a clerk of a notary office of the case the same, reasons and all."""
    return _page_at_desk(request, desk, clerk, code, "")


@router.post(AT_DESK, name="ask_land_warnings_at_desk")
def post_ask_at_desk(
    request: Request, desk: DeskDep, clerk: ClerkDep, _: PostedDep, code: str
) -> Response:
    """Ask for the notary of the case."""
    unasked = ask_at_desk(desk, clerk, code)
    if unasked:
        return _page_at_desk(request, desk, clerk, code, unasked)
    return go_to(f"/can-bo/ho-so/{code}/ngan-chan")


def _page(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, unasked: str
) -> Response:
    context = {
        "matter": matter_view(desk, actor, code),
        "asked": asked_warnings(desk, actor, code),
        "unasked": unasked,
        "to_try": land_to_try(desk),
    }
    return page(request, "citizen/land_warnings.html", context)


def _page_at_desk(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str, unasked: str
) -> Response:
    asked = asked_at_desk(desk, clerk, code)
    context = {"code": code, "asked": asked, "unasked": unasked}
    return page(request, "clerk/land_warnings.html", context)

"""The dossiers to forward today, and those that other offices send."""

from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import BadRequestError
from service.usecases.cases.filing_elsewhere import (
    CODE,
    may_take,
    take_elsewhere,
    unknown_today,
)
from service.usecases.cases.hand_overs import SIDES, on_the_way, sign_for
from service.web.dependencies import ClerkDep, DeskDep, PostedDep
from service.web.rendering import page

router = APIRouter(prefix="/can-bo/ban-giao")


@router.get("", name="hand_overs")
def show_on_the_way(request: Request, desk: DeskDep, clerk: ClerkDep) -> Response:
    """Show what is still to be given and taken, late ones first."""
    return _way_page(request, desk, clerk, {})


@router.post("/noi-khac", name="take_elsewhere")
def post_elsewhere(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Bring a dossier for land elsewhere to this counter, and open it."""
    typed = posted.text(CODE)
    try:
        code = take_elsewhere(desk, clerk, typed)
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _way_page(request, desk, clerk, problems, typed)
    return RedirectResponse(
        f"/can-bo/ho-so/{code}", status_code=status.HTTP_303_SEE_OTHER
    )


@router.post("", name="sign_hand_overs")
def post_signed(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Write that the ticked dossiers were given or taken."""
    side, ticked = posted.text("ben"), posted.all("ho-so")
    if side not in SIDES or not ticked:
        problems = {side or "giao": "Chọn ít nhất một hồ sơ rồi bấm lại."}
        return _way_page(request, desk, clerk, problems)
    sign_for(desk, clerk, side, ticked)
    return RedirectResponse("/can-bo/ban-giao", status_code=status.HTTP_303_SEE_OTHER)


def _way_page(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    problems: dict[str, str],
    typed: str = "",
) -> Response:
    context = {
        "way": on_the_way(desk, clerk),
        "problems": problems,
        "typed": typed,
        "takes": may_take(clerk),
        "unknown": unknown_today(desk, clerk),
    }
    return page(request, "clerk/hand_overs.html", context)

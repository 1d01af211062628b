"""What has to go to another office on paper, and that it went."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from service.auth.actors import Actor
from service.errors import BadRequestError
from service.usecases.desk import Desk
from service.usecases.outside.paper_out import (
    DAY,
    MOST,
    NUMBER,
    by_case,
    paper_sent,
    papers_to_send,
    send_by_wire,
)
from service.web.clerks.case import SEE_OTHER
from service.web.dependencies import ClerkDep, DeskDep, PostedDep
from service.web.rendering import page

HERE = "/can-bo/gui-giay"
router = APIRouter(prefix=HERE)


@router.get("", name="papers_out")
def show_papers(request: Request, desk: DeskDep, clerk: ClerkDep) -> Response:
    """Show what the clerk's office has to send on paper."""
    return _shown(request, desk, clerk)


@router.post("/{paper}", name="paper_sent")
def post_sent(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, paper: str
) -> Response:
    """Write down number and day, or say at the field what is wrong."""
    typed = {name: posted.text(f"{name}-{paper}") for name in (NUMBER, DAY)}
    try:
        paper_sent(desk, clerk, paper, typed)
    except BadRequestError as refusal:
        problems = {f"{each.key}-{paper}": each.text for each in refusal.problems}
        return _shown(request, desk, clerk, paper, typed, problems)
    return RedirectResponse(HERE, SEE_OTHER)


@router.post("/{paper}/he-thong", name="paper_by_wire")
def post_by_wire(
    desk: DeskDep, clerk: ClerkDep, _: PostedDep, paper: str
) -> RedirectResponse:
    """Try it over the line again."""
    send_by_wire(desk, clerk, paper)
    return RedirectResponse(HERE, SEE_OTHER)


def _shown(
    request: Request,
    desk: Desk,
    clerk: Actor,
    which: str = "",
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    papers = papers_to_send(desk, clerk)
    context = {
        "cases": by_case(papers),
        "count": len(papers),
        "most": MOST,
        "which": which,
        "typed": typed or {},
        "problems": problems or {},
    }
    return page(request, "clerk/paper_out.html", context)

"""The plan before anything: on one page, on paper, and as a link that names nobody."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.usecases.land.ask_warnings import asked_warnings
from service.usecases.land.land_warnings import warnings_of_land
from service.usecases.matter.plan_sheet import plan_paper, share_of, step_tills
from service.usecases.matter.read_matter import matter_view
from service.usecases.outside.notice_difference import noticed
from service.usecases.papers.issuing import PDF
from service.web.citizens.matters import plan_context
from service.web.dependencies import ActorDep, DeskDep, get_actor
from service.web.formats import pdf_named
from service.web.limits import FEW_PRINTS
from service.web.rendering import page

router = APIRouter(prefix="/ke-hoach/{code}", dependencies=[Depends(get_actor)])


@router.get("", name="plan")
def show_plan(request: Request, desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """Show the whole journey: answer first, then steps, money, warnings, unknowns."""
    view = matter_view(desk, actor, code)
    context = plan_context(view) | {"tills": step_tills(desk, view)}
    context["notices"] = noticed(desk, actor, code)
    context["land_warnings"] = warnings_of_land(desk, actor, code)
    context["land_asked"] = asked_warnings(desk, actor, code)
    return page(request, "citizen/plan.html", context)


@router.get("/to.pdf", name="plan_pdf", dependencies=[FEW_PRINTS])
def plan_pdf(desk: DeskDep, actor: ActorDep, code: str, buoc: str = "") -> Response:
    """Return the plan on paper: the next step in large type, or the one named."""
    made = plan_paper(desk, actor, code, buoc)
    return Response(made, media_type=PDF, headers=pdf_named("ke-hoach"))


@router.get("/gui", name="share_plan")
def share_plan(request: Request, desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """Show the link and the text that may be sent; neither names a person."""
    view = matter_view(desk, actor, code)
    context = {"matter": view, "share": share_of(desk, view)}
    return page(request, "citizen/share.html", context)

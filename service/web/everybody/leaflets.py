"""Pages of the leaflets: which there are, and each as a page to print."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from forms.leaflet import Size
from service.usecases.papers.issuing import PDF
from service.usecases.papers.leaflets import LeafletRow, leaflet_pdf, leaflets
from service.web.dependencies import DeskDep, get_actor
from service.web.formats import pdf_named
from service.web.limits import FEW_PRINTS
from service.web.rendering import page

HOME = "/to-roi"

router = APIRouter(prefix=HOME, dependencies=[Depends(get_actor)])


@router.get("", name="leaflets")
def show_leaflets(request: Request, desk: DeskDep) -> Response:
    """List the leaflets by topic."""
    topics: dict[str, list[LeafletRow]] = {}
    for row in leaflets(desk):
        topics.setdefault(row.topic, []).append(row)
    return page(request, "public/leaflets.html", {"topics": topics, "here": HOME})


@router.get("/{goal}.pdf", name="leaflet_pdf", dependencies=[FEW_PRINTS])
def show_leaflet(desk: DeskDep, goal: str, kho: str = "") -> Response:
    """Return the leaflet of a goal to print, on A4 unless A5 is asked for."""
    size = Size.A5 if kho == Size.A5 else Size.A4
    return Response(
        leaflet_pdf(desk, goal, size),
        media_type=PDF,
        headers=pdf_named(f"to-roi-{size}"),
    )

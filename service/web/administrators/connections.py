"""The administrator's pages on outside offices: who answers, what waits, the log."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.usecases.outside import connections
from service.usecases.outside.compare_books import compare_now
from service.usecases.outside.connection_sentences import (
    COUNTS,
    DIRECTIONS,
    MODES,
    OFFICE_NAMES,
    OUTCOMES,
)
from service.web.dependencies import AdministratorDep, DeskDep, Older, PostedDep
from service.web.rendering import go_to, page

router = APIRouter(prefix="/quan-tri/ket-noi")

HOME = "/quan-tri/ket-noi"
_WORDS = {
    "names": OFFICE_NAMES,
    "modes": MODES,
    "counts": COUNTS,
    "directions": DIRECTIONS,
    "outcomes": OUTCOMES,
    "most": connections.MOST,
}


@router.get("", name="connections")
def show_connections(
    request: Request, desk: DeskDep, actor: AdministratorDep
) -> Response:
    """Show how it stands with every outside office."""
    context = {"rows": connections.connections(desk, actor)}
    return page(request, "administrator/connections.html", _WORDS | context)


@router.get("/{office}", name="connection")
def show_connection(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    office: str,
    truoc: Older = None,
    xong: str = "",
) -> Response:
    """Show one office, and what was exchanged with it; no words of any message."""
    shown = connections.connection_page(desk, actor, office, before=truoc)
    context = {"page": shown, "done": xong, "first": truoc is None}
    return page(request, "administrator/connection.html", _WORDS | context)


@router.post("/{office}/thu", name="try_office")
def post_try(
    desk: DeskDep, actor: AdministratorDep, posted: PostedDep, office: str
) -> Response:
    """Try the office now, and let what waits for it go when it answers."""
    del posted
    lacks = connections.try_now(desk, actor, office)
    return go_to(f"{HOME}/{office}?xong={'im' if lacks else 'co'}")


@router.post("/{office}/doi-chieu", name="compare_office")
def post_compare(
    desk: DeskDep, actor: AdministratorDep, posted: PostedDep, office: str
) -> Response:
    """Compare the book of the office with ours now."""
    del posted
    found = compare_now(desk, actor, office)
    return go_to(f"{HOME}/{office}?xong={'chua' if found.error else 'khop'}")

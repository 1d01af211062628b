"""The board of what falls due: for an office, its procedures and its clerks."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.usecases.worklist.deadline_board import deadline_board
from service.web.clerks.worklist import View
from service.web.dependencies import ClerkDep, DeskDep
from service.web.rendering import page

router = APIRouter(prefix="/can-bo")


@router.get("/han-tra", name="board")
def show_board(request: Request, desk: DeskDep, clerk: ClerkDep) -> Response:
    """Show how many dossiers fall due on which day; every number leads to its list."""
    context = {"board": deadline_board(desk, clerk), "view": View(ai="ca-co-quan")}
    return page(request, "clerk/board.html", context)

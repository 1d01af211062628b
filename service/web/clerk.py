"""The clerk's worklist: the open cases of an office by due day."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.usecases.list_work import worklist
from service.web.dependencies import (
    ClerkDep,
    DeskDep,
)
from service.web.rendering import page

router = APIRouter(prefix="/can-bo")

FILTERS = {
    "cua-toi": "mine",
    "cho-nhan": "new",
    "dang-dung": "stopped",
    "qua-han": "overdue",
    "su-co": "faults",
}


@router.get("", name="worklist")
def show_worklist(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    loc: str | None = None,
    tiep: str | None = None,
) -> Response:
    """Show the open cases of the clerk's office by due day."""
    work = worklist(desk, clerk, cursor=tiep, filter=FILTERS.get(loc or ""))
    context = {"work": work, "chosen": loc if loc in FILTERS else None}
    return page(request, "clerk/worklist.html", context)

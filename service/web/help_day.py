"""The helper's day: whom to help, what comes next, what to print for the visits."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.usecases.list_work import helped_matters
from service.web.dependencies import ActorDep, DeskDep, get_actor
from service.web.rendering import page

router = APIRouter(dependencies=[Depends(get_actor)])


@router.get("/ho-tro", name="helping")
def show_helping(request: Request, desk: DeskDep, actor: ActorDep) -> Response:
    """Tell a resident how to be helped; show a helper whom they may help now."""
    rows = helped_matters(desk, actor) if actor.kind == "helper" else ()
    return page(request, "helper/start.html", {"rows": rows})

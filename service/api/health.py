"""Signs of life for whoever runs the service."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from service.usecases.ready import what_is_wrong
from service.usecases.silences import silent_offices
from service.web.dependencies import DeskDep

router = APIRouter()


@router.get("/livez", name="livez")
def livez() -> Response:
    """Say that the process runs; nothing else is looked at."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz", name="readyz")
def readyz(desk: DeskDep) -> Response:
    """Say whether work can be done now: 200, or 503 with what is wrong.

    Packages of the law that are left out for their faults are told, and keep nobody
    from working under the others. Offices that do not answer are told too: what waits
    for them keeps its place.
    """
    wrong = what_is_wrong(desk)
    left_out = {name: list(lines) for name, lines in desk.law.faults.items()}
    silent = () if wrong else silent_offices(desk)
    answer = {
        "ready": not wrong,
        "wrong": wrong,
        "packages_left_out": left_out,
        "offices_silent": {each.office: each.since.isoformat() for each in silent},
    }
    return JSONResponse(answer, 503 if wrong else 200)


@router.get("/version", name="version")
def show_version(desk: DeskDep) -> Response:
    """Say which program and which edition of the law answer today."""
    edition = desk.law.edition(desk.settings.province, desk.today())
    return JSONResponse(
        {"version": version("dat"), "edition": edition.id, "digest": edition.digest}
    )

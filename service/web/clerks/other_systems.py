"""Beside another one-stop system: its lists, its codes, and our list as a table."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.auth.actors import Actor
from service.errors import BadRequestError, InputError
from service.usecases.desk import Desk
from service.usecases.outside.national_codes import codes_today
from service.usecases.worklist.export_worklist import export_worklist
from service.usecases.worklist.followed_cases import (
    FORGOTTEN,
    followed_cases,
    stop_following,
)
from service.usecases.worklist.import_list import import_list
from service.usecases.worklist.name_outside import CHANNEL, OURS, THEIRS, name_case
from service.usecases.worklist.other_system_sentences import (
    FILE_TOO_BIG,
    NO_FILE,
    OUTCOMES,
)
from service.usecases.worklist.spreadsheets import CSV, XLSX
from service.web.clerks.worklist import view_of
from service.web.dependencies import ClerkDep, DeskDep, PostedDep
from service.web.rendering import page
from service.web.uploads import Upload, get_upload

router = APIRouter(prefix="/can-bo")

HERE = "/can-bo/he-thong-khac"
FILE = "tep"
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/he-thong-khac", name="other_systems")
def show_other_systems(
    request: Request, desk: DeskDep, clerk: ClerkDep, tiep: str = "", ma: str = ""
) -> Response:
    """Show what the counter follows, and ask for a list or for a code."""
    return _shown(request, desk, clerk, {OURS: ma}, {}, tiep)


@router.post("/he-thong-khac", name="import_list")
def post_list(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    upload: Annotated[Upload, Depends(get_upload)],
) -> Response:
    """Read a list and say what became of each line; sent twice it changes nothing."""
    if upload.too_big or not upload.files:
        text = FILE_TOO_BIG if upload.too_big else NO_FILE
        return _shown(request, desk, clerk, {}, {FILE: text})
    try:
        report = import_list(desk, clerk, upload.files[0])
    except InputError as refusal:
        return _shown(request, desk, clerk, {}, {FILE: str(refusal)})
    context = {"report": report, "outcomes": OUTCOMES}
    return page(request, "clerk/imported.html", context)


@router.post("/he-thong-khac/ma", name="name_case")
def post_code(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Give a dossier the code of the other system, or another channel."""
    typed = {name: posted.text(name) for name in (OURS, THEIRS, CHANNEL)}
    try:
        name_case(desk, clerk, typed[OURS], typed[THEIRS], typed[CHANNEL])
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _shown(request, desk, clerk, typed, problems)
    to = f"/can-bo/ho-so/{typed[OURS]}"
    return RedirectResponse(to, status_code=status.HTTP_303_SEE_OTHER)


@router.post("/he-thong-khac/thoi-theo-doi", name="stop_following")
def post_forgotten(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Forget a case that the counter followed, by its code in the other system."""
    typed = {FORGOTTEN: posted.text(FORGOTTEN)}
    try:
        stop_following(desk, clerk, typed[FORGOTTEN])
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _shown(request, desk, clerk, typed, problems)
    return RedirectResponse(HERE, status_code=status.HTTP_303_SEE_OTHER)


@router.get("/danh-sach.{kind}", name="export_worklist")
def get_table(request: Request, desk: DeskDep, clerk: ClerkDep, kind: str) -> Response:
    """Return the list on the desk, as it is filtered, for a spreadsheet program."""
    made = export_worklist(desk, clerk, view_of(request.query_params).wish, kind)
    name = f"viec-tren-ban-{desk.today():%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=_TYPES[kind], headers=headers)


def _shown(
    request: Request,
    desk: Desk,
    clerk: Actor,
    typed: dict[str, str],
    problems: dict[str, str],
    cursor: str = "",
) -> Response:
    context = {
        "followed": followed_cases(desk, clerk, cursor or None),
        "channels": codes_today(desk).channels,
        "typed": typed,
        "problems": problems,
    }
    return page(
        request,
        "clerk/other_systems.html",
        context,
        status=status.HTTP_422_UNPROCESSABLE_CONTENT if problems else 200,
    )

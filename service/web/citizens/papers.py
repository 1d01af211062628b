"""Pages on which the papers of a step are checked before anybody travels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.usecases.matter.read_matter import matter_view
from service.usecases.papers.check_papers import UNSURE, Noted, save_check, step_check
from service.usecases.papers.checked_papers import StepCheck
from service.usecases.papers.paper_photos import (
    JPEG,
    PHOTO,
    add_photo,
    drop_photos,
    may_send_photos,
    photo,
    refusal,
)
from service.web.citizens.matters import titles
from service.web.dependencies import ActorDep, DeskDep, PostedDep, get_actor
from service.web.limits import FewUploadsDep
from service.web.rendering import page
from service.web.uploads import Upload, get_upload
from workflows.errors import Problem
from workflows.loader import load_photo_checks
from workflows.paper_checks import NO, YES

HOME = "/ho-so/{code}/buoc/{step_id}/giay-to"

router = APIRouter(prefix=HOME, dependencies=[Depends(get_actor)])

_ANSWERS = {"co": YES, "khong": NO, "chua-ro": UNSURE}
_ASK, _READ, _PAGES, _PAGE = "hoi-", "doc-", "so-trang", "trang"


def get_entitled(desk: DeskDep, actor: ActorDep, code: str) -> None:
    """Refuse whoever may send nothing here before the file is read."""
    may_send_photos(desk, actor, code)


EntitledDep = Annotated[None, Depends(get_entitled)]


async def get_files(
    request: Request, desk: DeskDep, _few: FewUploadsDep, _: EntitledDep
) -> Upload:
    """Read the posted files, once it is known that this person may send them."""
    return await get_upload(request, desk)


UploadDep = Annotated[Upload, Depends(get_files)]


@router.get("", name="papers_to_check")
def show_papers(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, step_id: str
) -> Response:
    """Show which papers fit, which differ, and whether one may go."""
    check = step_check(desk, actor, code, step_id)
    return _page(request, desk, actor, check, "citizen/papers.html")


@router.post("/xoa", name="forget_papers")
def forget_papers(
    desk: DeskDep, actor: ActorDep, _: PostedDep, code: str, step_id: str
) -> Response:
    """Delete everything that was checked of this step."""
    drop_photos(desk, actor, code, step_id)
    return _go(code, step_id)


@router.get("/{paper_id}", name="paper_to_check")
def show_paper(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    step_id: str,
    paper_id: str,
) -> Response:
    """Show the photographed pages of a paper, and take more."""
    check = step_check(desk, actor, code, step_id)
    return _photo_page(request, desk, actor, check, paper_id, None)


@router.post("/{paper_id}", name="post_photo")
def post_photo(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    upload: UploadDep,
    code: str,
    step_id: str,
    paper_id: str,
) -> Response:
    """Take photos or a PDF of a paper; what was sent before a refused one stays."""
    problem = _taken(desk, actor, upload, (code, step_id, paper_id))
    if problem is None:
        return _go(code, step_id, paper_id)
    check = step_check(desk, actor, code, step_id)
    return _photo_page(request, desk, actor, check, paper_id, problem)


def _taken(
    desk: DeskDep, actor: ActorDep, upload: Upload, place: tuple[str, str, str]
) -> Problem | None:
    if upload.too_big:
        return refusal(desk, "too_big")
    if not upload.files:
        return refusal(desk, "nothing")
    for content in upload.files:
        problem = add_photo(desk, actor, *place, content)
        if problem is not None:
            return problem
    return None


@router.post("/{paper_id}/xoa", name="drop_photo")
def drop_photo(
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    step_id: str,
    paper_id: str,
) -> Response:
    """Delete one photo of a paper, or all of them."""
    one = posted.text(_PAGE) or None
    drop_photos(desk, actor, code, step_id, paper_id=paper_id, page_id=one)
    return _go(code, step_id, paper_id)


@router.get("/anh/{page_id}.jpg", name="paper_photo")
def show_photo(desk: DeskDep, actor: ActorDep, code: str, page_id: str) -> Response:
    """Return a kept photo to who may see the matter; each look is noted."""
    return Response(
        photo(desk, actor, code, page_id),
        media_type=JPEG,
        headers={"Content-Disposition": "inline", "Cache-Control": "no-store"},
    )


@router.get("/{paper_id}/doc", name="paper_to_read")
def show_reading(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    step_id: str,
    paper_id: str,
) -> Response:
    """Ask about a paper in hand, and for the few things to read on it."""
    check = step_check(desk, actor, code, step_id)
    return _read_page(request, desk, actor, check, paper_id, {}, {})


@router.post("/{paper_id}/doc", name="post_reading")
def post_reading(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    step_id: str,
    paper_id: str,
) -> Response:
    """Keep what was answered and read, or show the page with what is wrong."""
    typed = posted.fields()
    answers = {name: _ANSWERS.get(word, "") for name, word in _of(typed, _ASK).items()}
    noted = Noted(answers, _of(typed, _READ), typed.get(_PAGES, ""))
    problems = save_check(desk, actor, code, step_id, paper_id, noted)
    if not problems:
        return _go(code, step_id)
    check = step_check(desk, actor, code, step_id)
    names = {"pages": _PAGES}
    said = {names.get(each.key, _READ + each.key): each.text for each in problems}
    return _read_page(request, desk, actor, check, paper_id, typed, said)


def _of(typed: Mapping[str, str], start: str) -> dict[str, str]:
    return {
        name.removeprefix(start): value
        for name, value in typed.items()
        if name.startswith(start)
    }


def _photo_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    check: StepCheck,
    paper_id: str,
    problem: Problem | None,
) -> Response:
    context = {
        "paper": check.paper(paper_id),
        "problems": {PHOTO: problem.text} if problem else {},
        "most": desk.settings.photo_megabytes,
        "photos": load_photo_checks(),
    }
    return _page(request, desk, actor, check, "citizen/paper.html", context)


def _read_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    check: StepCheck,
    paper_id: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    context = {
        "paper": check.paper(paper_id),
        "typed": typed,
        "problems": problems,
        "answers": {value: name for name, value in _ANSWERS.items()},
    }
    return _page(request, desk, actor, check, "citizen/paper_read.html", context)


def _page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    check: StepCheck,
    template: str,
    more: Mapping[str, object] | None = None,
) -> Response:
    view = matter_view(desk, actor, check.code)
    context = {
        "matter": view,
        "check": check,
        "here": HOME.format(code=check.code, step_id=check.step_id),
        "instruments": titles(view),
        "days": desk.settings.photo_days,
        **(more or {}),
    }
    return page(request, template, context)


def _go(code: str, step_id: str, paper_id: str = "") -> RedirectResponse:
    path = HOME.format(code=code, step_id=step_id)
    if paper_id:
        path += f"/{paper_id}"
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER)

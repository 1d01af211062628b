"""Papers of other offices, typed at the desk: what came, what it says, who compared it.

Works without a script: choose, type, see what would come of it, confirm; a photo is
added afterwards on the page of the paper, so that a refused file loses nothing typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from service.auth.actors import Actor
from service.errors import (
    AlreadyDecidedError,
    BadRequestError,
    WordDiffersError,
    status_of,
)
from service.usecases.desk import Desk
from service.usecases.outside.paper_entry import (
    BROUGHT_BY,
    PHOTO,
    REASON,
    Place,
    add_paper_photo,
    confirm_paper,
    enter_paper,
    entry_form,
    entry_view,
    papers_to_type,
    preview,
    return_paper,
)
from service.usecases.sentences import MONEY_KINDS
from service.usecases.worklist.other_system_sentences import FILE_TOO_BIG, NO_FILE
from service.web.clerks.case import SEE_OTHER
from service.web.clerks.case_action import MOST_LINES, facts_of
from service.web.dependencies import ClerkDep, DeskDep, PostedDep
from service.web.rendering import page
from service.web.sentences import sentences_of
from service.web.uploads import Upload, get_upload
from workflows.errors import WorkflowError

router = APIRouter(prefix="/can-bo/ho-so/{code}")
HERE = "/giay-khac"

# What the button says: this is right, or let me change it.
SURE, YES, CHANGE = "chac", "co", "sua"


def get_place(case: str, office: str, what: str) -> Place:
    """Return which paper the address names."""
    return Place(case, office, what)


PlaceDep = Annotated[Place, Depends(get_place)]


@router.get(HERE, name="other_papers")
def show_choices(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str
) -> Response:
    """Ask which paper came."""
    context = {"code": code, "choices": papers_to_type(desk, clerk, code)}
    return page(request, "clerk/other_papers.html", context)


@router.get(HERE + "/nhap/{case}/{office}/{what}", name="other_paper")
def show_form(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str, place: PlaceDep
) -> Response:
    """Ask what stands on the paper."""
    return _form_page(request, desk, clerk, code, place)


@router.post(HERE + "/nhap/{case}/{office}/{what}", name="post_other_paper")
def post_form(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    posted: PostedDep,
    code: str,
    place: PlaceDep,
) -> Response:
    """Show what would come of it; once it is confirmed, write it down."""
    typed = facts_of(posted) | {BROUGHT_BY: posted.text(BROUGHT_BY)}
    fields, sure = posted.fields(), posted.text(SURE)
    if sure == CHANGE:
        return _form_page(request, desk, clerk, code, place, fields)
    try:
        if sure == YES:
            return _to_paper(code, enter_paper(desk, clerk, code, place, typed))
        seen = preview(desk, clerk, code, place, typed)
    except (BadRequestError, WordDiffersError, WorkflowError) as refusal:
        return _form_page(request, desk, clerk, code, place, fields, refusal)
    again = {name: text for name, text in fields.items() if name != SURE}
    context = {"code": code, "seen": seen, "again": again, "sure": SURE}
    return page(request, "clerk/other_paper_seen.html", context)


@router.get(HERE + "/da-nhap/{message}", name="typed_paper")
def show_paper(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str, message: str
) -> Response:
    """Show a paper that was typed, its photos, and how far it has come."""
    return _paper_page(request, desk, clerk, code, message)


@router.post(HERE + "/da-nhap/{message}/anh", name="photo_of_paper")
def post_photo(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    code: str,
    message: str,
    upload: Annotated[Upload, Depends(get_upload)],
) -> Response:
    """Keep photos or scans of the paper."""
    if upload.too_big or not upload.files:
        problems = {PHOTO: FILE_TOO_BIG if upload.too_big else NO_FILE}
        return _paper_page(request, desk, clerk, code, message, problems)
    try:
        for content in upload.files:
            add_paper_photo(desk, clerk, code, message, content)
    except BadRequestError as refusal:
        problems = {PHOTO: refusal.problems[0].text}
        return _paper_page(request, desk, clerk, code, message, problems)
    return _to_paper(code, message)


@router.post(HERE + "/da-nhap/{message}/xac-nhan", name="confirm_typed_paper")
def post_confirm(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    _: PostedDep,
    code: str,
    message: str,
) -> Response:
    """Let it count: a second person compared it with the paper."""
    try:
        confirm_paper(desk, clerk, code, message)
    except AlreadyDecidedError as refusal:
        return _paper_page(request, desk, clerk, code, message, refusal=refusal)
    return _to_paper(code, message)


@router.post(HERE + "/da-nhap/{message}/tra-lai", name="return_typed_paper")
def post_return(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    posted: PostedDep,
    code: str,
    message: str,
) -> Response:
    """Send it back to who typed it, with the reason."""
    try:
        return_paper(desk, clerk, code, message, posted.text(REASON))
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _paper_page(request, desk, clerk, code, message, problems)
    except AlreadyDecidedError as refusal:
        return _paper_page(request, desk, clerk, code, message, refusal=refusal)
    return _to_paper(code, message)


def _form_page(
    request: Request,
    desk: Desk,
    clerk: Actor,
    code: str,
    place: Place,
    typed: Mapping[str, str] | None = None,
    refusal: BadRequestError | WordDiffersError | WorkflowError | None = None,
) -> Response:
    """Show the form, with what was typed and what is wrong with it."""
    problems: dict[str, str] = {}
    said: tuple[str, ...] = ()
    if isinstance(refusal, BadRequestError):
        problems = {f"f-{each.key}": each.text for each in refusal.problems}
    elif isinstance(refusal, WordDiffersError):
        said = (str(refusal),)
    elif refusal is not None:
        said = tuple(sentences_of(refusal))
    context = {
        "code": code,
        "form": entry_form(desk, clerk, code, place),
        "typed": typed or {},
        "problems": problems,
        "refusal": said,
        "money_labels": MONEY_KINDS,
        "most_lines": MOST_LINES,
        "brought_by": BROUGHT_BY,
    }
    status = status_of(refusal) if refusal is not None else 200
    return page(request, "clerk/other_paper.html", context, status=status)


def _paper_page(
    request: Request,
    desk: Desk,
    clerk: Actor,
    code: str,
    message: str,
    problems: Mapping[str, str] | None = None,
    refusal: AlreadyDecidedError | None = None,
) -> Response:
    context = {
        "code": code,
        "paper": entry_view(desk, clerk, code, message),
        "problems": problems or {},
        "refusal": sentences_of(refusal) if refusal else (),
        "photo": PHOTO,
        "reason": REASON,
    }
    status = 422 if problems else status_of(refusal) if refusal else 200
    return page(request, "clerk/typed_paper.html", context, status=status)


def _to_paper(code: str, message: str) -> RedirectResponse:
    to = f"/can-bo/ho-so/{code}{HERE}/da-nhap/{message}"
    return RedirectResponse(to, SEE_OTHER)

"""The page of a case at the clerk's desk: what is known, notes, payments, visits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import (
    BadRequestError,
    ReasonNeededError,
    StaleVersionError,
    status_of,
)
from service.usecases.cases.case_notes import NOTE, add_note
from service.usecases.cases.case_page import CaseView, case_view
from service.usecases.cases.case_sentences import WHY_VISITED
from service.usecases.cases.decide import undo
from service.usecases.cases.visit_case import WHY, WORDS, say_why
from service.usecases.land.land_lookup import is_offered
from service.usecases.papers.fill_forms import sheets_at_counter
from service.usecases.sentences import LINE_STATES, MONEY_KINDS
from service.web.dependencies import (
    ClerkDep,
    DeskDep,
    Posted,
    PostedDep,
)
from service.web.desks import desk_of
from service.web.rendering import page
from service.web.sentences import sentences_of
from workflows.drawing import case_way_svg, swim_lane_svg
from workflows.errors import ConditionNotMetError
from workflows.writing import whole

router = APIRouter(prefix="/can-bo")

SEE_OTHER = status.HTTP_303_SEE_OTHER
_NEVER = -1


@router.get("/ho-so/{code}", name="case")
def show_case(request: Request, desk: DeskDep, clerk: ClerkDep, code: str) -> Response:
    """Show one case, or ask a clerk of another office why he wants to read it."""
    try:
        view = case_view(desk, clerk, code)
    except ReasonNeededError as refusal:
        return _why_page(request, code, {}, {}, status=refusal.status)
    return page(request, "clerk/case.html", case_context(request, view))


@router.post("/ho-so/{code}/xem", name="say_why")
def post_why(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str
) -> Response:
    """Open a dossier of other offices for a while, with the reason that was given."""
    try:
        say_why(desk, clerk, code, posted.text(WHY), posted.text(WORDS))
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _why_page(request, code, posted.fields(), problems, status=422)
    return to_case(code)


def _why_page(
    request: Request,
    code: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    status: int,
) -> Response:
    context = {
        "code": code,
        "reasons": WHY_VISITED,
        "minutes": desk_of(request).settings.visit_minutes,
        "typed": typed,
        "problems": problems,
    }
    return page(request, "clerk/visit.html", context, status=status)


@router.post("/ho-so/{code}/ghi-chu", name="add_note")
def post_note(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str
) -> Response:
    """Keep a note of the clerk's office, or say at its field why not."""
    try:
        add_note(desk, clerk, code, posted.text(NOTE), posted.text("khoa"))
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _with_problems(request, case_view(desk, clerk, code), posted, problems)
    return to_case(code)


def _with_problems(
    request: Request, view: CaseView, posted: Posted, problems: Mapping[str, str]
) -> Response:
    """Show the case again with what is wrong and what was typed."""
    told = {"problems": problems, "typed": posted.fields()}
    context = {**case_context(request, view), **told}
    return page(request, "clerk/case.html", context, status=422)


@router.post("/ho-so/{code}/hoan-tac", name="undo")
def post_undo(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str
) -> Response:
    """Take the last action back, or say on the case why it is too late."""
    try:
        undo(
            desk,
            clerk,
            code,
            expected_version=version_of(posted),
            idempotency_key=posted.text("khoa") or None,
        )
    except (ConditionNotMetError, StaleVersionError) as refusal:
        told = {"refusal": sentences_of(refusal)}
        context = {**case_context(request, case_view(desk, clerk, code)), **told}
        return page(request, "clerk/case.html", context, status=status_of(refusal))
    return to_case(code)


def case_context(request: Request, view: CaseView) -> dict[str, object]:
    """Return what the template of the case page needs, with nothing typed yet."""
    edition = view.edition
    procedure = edition.procedure(view.procedure)
    states = {"active": view.active, "done": view.done}
    return {
        "case": view,
        "way": case_way_svg(procedure, edition, **states),
        "drawing": swim_lane_svg(procedure, edition, **states),
        "sheets": sheets_at_counter(desk_of(request), edition, view.status),
        "instruments": {key: row.title for key, row in edition.instruments.items()},
        "money_labels": MONEY_KINDS,
        "line_states": LINE_STATES,
        "asks_land": is_offered(desk_of(request)),
        "refusal": (),
        "unsaved": (),
        "names": {paper.id: paper.name for paper in view.papers},
        "problems": {},
        "typed": {},
        "key": secrets.token_hex(16),
    }


def version_of(posted: Posted) -> int | None:
    """Return the version that the page showed; None when the form names none."""
    return version_in(posted.text("phien-ban"))


def version_in(text: str) -> int | None:
    """Return a version as a form names it; what is no number is none that ever was."""
    number = whole(text)
    return _NEVER if text and number is None else number


def to_case(code: str) -> RedirectResponse:
    """Lead back to the page of the case after something was written down."""
    return RedirectResponse(f"/can-bo/ho-so/{code}", SEE_OTHER)

"""What needs a person: to try again, or to lay aside with a reason."""

from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.auth.actors import Actor
from service.errors import BadRequestError
from service.usecases.desk import Desk
from service.usecases.outside.faults import REASON, dismiss, faults_page, retry
from service.web.dependencies import ClerkDep, DeskDep, PostedDep
from service.web.rendering import page

router = APIRouter(prefix="/can-bo/su-co")

# What the page says when it is opened again after something was done.
SAID = {"thu-lai": "tried", "bo-qua": "laid_aside", "truoc-do": "before"}


@router.get("", name="faults")
def show_faults(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    tiep: str | None = None,
    xong: str | None = None,
) -> Response:
    """Show messages that no case took and effects that could not be done."""
    return _page(request, desk, clerk, cursor=tiep, said=SAID.get(xong or ""))


@router.post("/thu-lai", name="retry_fault")
def post_retry(desk: DeskDep, clerk: ClerkDep, posted: PostedDep) -> Response:
    """Let one of them be tried once more."""
    return _go(was_done="thu-lai" if retry(desk, clerk, posted.text("id")) else None)


@router.post("/bo-qua", name="dismiss_fault")
def post_dismiss(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Lay one of them aside, with the reason."""
    fault = posted.text("id")
    try:
        done = dismiss(desk, clerk, fault, posted.text(REASON))
    except BadRequestError as refusal:
        problems = {f"{REASON}-{fault}": each.text for each in refusal.problems}
        return _page(
            request, desk, clerk, problems=problems, typed={fault: posted.text(REASON)}
        )
    return _go(was_done="bo-qua" if done else None)


def _page(
    request: Request,
    desk: Desk,
    clerk: Actor,
    *,
    cursor: str | None = None,
    said: str | None = None,
    problems: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    context = {
        "found": faults_page(desk, clerk, cursor),
        "said": said,
        "problems": problems or {},
        "typed": typed or {},
        "reason": REASON,
    }
    return page(request, "clerk/faults.html", context)


def _go(was_done: str | None) -> RedirectResponse:
    return RedirectResponse(
        f"/can-bo/su-co?xong={was_done or 'truoc-do'}",
        status_code=status.HTTP_303_SEE_OTHER,
    )

"""What waits for a second person: the list of an office, and one proposal."""

from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import (
    AlreadyDecidedError,
    BadRequestError,
    StaleVersionError,
    status_of,
)
from service.usecases.cases.approvals import (
    LONGEST_REASON,
    REASON,
    confirm,
    proposal_view,
    send_back,
    take_back,
    waiting,
)
from service.usecases.desk import Desk
from service.usecases.outside.paper_entry import papers_waiting
from service.web.clerks.case import to_case
from service.web.dependencies import ClerkDep, DeskDep, PostedDep
from service.web.rendering import page
from service.web.sentences import DECIDED, sentences_of
from workflows.errors import WorkflowError

router = APIRouter(prefix="/can-bo/duyet")


@router.get("", name="proposals")
def show_waiting(request: Request, desk: DeskDep, clerk: ClerkDep) -> Response:
    """Show what was proposed in the clerk's office and waits for a second person."""
    rows = [*waiting(desk, clerk), *papers_waiting(desk, clerk)]
    rows.sort(key=lambda row: row.proposed_at)
    return page(request, "clerk/proposals.html", {"rows": rows})


@router.get("/{proposal}", name="proposal")
def show_proposal(
    request: Request, desk: DeskDep, clerk: ClerkDep, proposal: str
) -> Response:
    """Show one proposal with all that was typed, and what may be done about it."""
    return _proposal_page(request, desk, clerk, proposal)


@router.post("/{proposal}/xac-nhan", name="confirm_proposal")
def post_confirm(
    request: Request, desk: DeskDep, clerk: ClerkDep, _: PostedDep, proposal: str
) -> Response:
    """Confirm it: the move is made now, and both names stand on it."""
    try:
        result = confirm(desk, clerk, proposal)
    except (
        AlreadyDecidedError,
        BadRequestError,
        StaleVersionError,
        WorkflowError,
    ) as refusal:
        return _proposal_page(request, desk, clerk, proposal, refusal=refusal)
    return to_case(result.case_code)


@router.post("/{proposal}/tra-lai", name="return_proposal")
def post_return(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, proposal: str
) -> Response:
    """Send it back with a reason; what was typed stays on the page when it lacks."""
    try:
        send_back(desk, clerk, proposal, posted.text(REASON))
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        typed = posted.text(REASON)
        return _proposal_page(
            request, desk, clerk, proposal, problems=problems, typed=typed
        )
    except AlreadyDecidedError as refusal:
        return _proposal_page(request, desk, clerk, proposal, refusal=refusal)
    return _to_list()


@router.post("/{proposal}/rut", name="take_proposal_back")
def post_take_back(
    request: Request, desk: DeskDep, clerk: ClerkDep, _: PostedDep, proposal: str
) -> Response:
    """Let who proposed it take it back."""
    try:
        code = take_back(desk, clerk, proposal)
    except AlreadyDecidedError as refusal:
        return _proposal_page(request, desk, clerk, proposal, refusal=refusal)
    return to_case(code)


def _proposal_page(
    request: Request,
    desk: Desk,
    clerk: ClerkDep,
    proposal: str,
    *,
    problems: dict[str, str] | None = None,
    typed: str = "",
    refusal: Exception | None = None,
) -> Response:
    context = {
        "proposal": proposal_view(desk, clerk, proposal),
        "decided": DECIDED,
        "most": LONGEST_REASON,
        "problems": problems or {},
        "typed": typed,
        "refusal": sentences_of(refusal) if refusal else (),
    }
    code = 422 if problems else status_of(refusal) if refusal else 200
    return page(request, "clerk/proposal.html", context, status=code)


def _to_list() -> RedirectResponse:
    return RedirectResponse("/can-bo/duyet", status_code=status.HTTP_303_SEE_OTHER)

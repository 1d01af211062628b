"""What is done with the ticked rows of the worklist: take up, give, or one action."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, status
from fastapi.responses import RedirectResponse, Response

from service.auth.actors import Actor
from service.errors import BadRequestError
from service.usecases.cases.claiming import Done, assign, put_back, take_up
from service.usecases.desk import Desk
from service.usecases.desk_sentences import NOTHING_TICKED
from service.usecases.worklist.batch import Choice, Result, batch_of, do_together
from service.web.clerks.case import version_in
from service.web.clerks.worklist import view_of, worklist_page
from service.web.dependencies import ClerkDep, DeskDep, LeadDep, Posted, PostedDep
from service.web.rendering import page
from service.web.sentences import sentences_of
from workflows.errors import FactsMissingError
from workflows.writing import whole

router = APIRouter(prefix="/can-bo")

TICKED, CHOSEN, LINE, FACT = "c", "viec", "dong", "f-"
Ticked = Annotated[Sequence[str], Query()]
ANYWAY = "van-lam"
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What the page of results says of one case."""

    case_code: str
    done: bool
    words: str


# --- take up, put back, give ----------------------------------------------------------


@router.post("/nhan-viec", name="take_up")
def post_take_up(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Let the clerk work on the ticked cases for a while."""
    if not posted.all(TICKED):
        return _nothing_ticked(request, desk, clerk, posted)
    anyway = bool(posted.text(ANYWAY))
    return _after(
        request, posted, take_up(desk, clerk, posted.all(TICKED), anyway=anyway)
    )


@router.post("/tra-viec", name="put_back")
def post_put_back(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Let others have the ticked cases."""
    if not posted.all(TICKED):
        return _nothing_ticked(request, desk, clerk, posted)
    return _after(request, posted, put_back(desk, clerk, posted.all(TICKED)))


@router.post("/giao-viec", name="assign")
def post_assign(
    request: Request, desk: DeskDep, clerk: LeadDep, posted: PostedDep
) -> Response:
    """Give the ticked cases to a clerk of the office, or to nobody."""
    if not posted.all(TICKED):
        return _nothing_ticked(request, desk, clerk, posted)
    to = posted.text("nguoi")
    account = None if to == NOBODY else to
    try:
        done = assign(desk, clerk, posted.all(TICKED), account)
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return worklist_page(
            request,
            desk,
            clerk,
            view_of(posted.fields()),
            ticked=posted.all(TICKED),
            problems=problems,
        )
    return _after(request, posted, done)


def _nothing_ticked(
    request: Request, desk: Desk, clerk: Actor, posted: Posted
) -> Response:
    view = view_of(posted.fields())
    return worklist_page(request, desk, clerk, view, problems={"ho-so": NOTHING_TICKED})


def _after(request: Request, posted: Posted, done: Sequence[Done]) -> Response:
    """Go back to the list, or to the case; tell first what was not done."""
    back = _way_back(posted)
    if all(each.refusal is None for each in done):
        return RedirectResponse(back, status_code=status.HTTP_303_SEE_OTHER)
    rows = [_told(each.case_code, each.refusal, "") for each in done]
    return _results(request, rows, back)


def _way_back(posted: Posted) -> str:
    case = posted.text("ho-so")
    if case and case in posted.all(TICKED):
        return f"/can-bo/ho-so/{case}"
    return view_of(posted.fields()).link()


# --- one action -----------------------------------------------------------------------


@router.post("/hang-loat", name="tick")
def post_ticked(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Lead from the ticked rows to the page of what may be done with them."""
    if not posted.all(TICKED):
        return _nothing_ticked(request, desk, clerk, posted)
    query = urlencode([(TICKED, code) for code in posted.all(TICKED)])
    return RedirectResponse(
        f"/can-bo/hang-loat?{query}", status_code=status.HTTP_303_SEE_OTHER
    )


@router.get("/hang-loat", name="batch")
def show_batch(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    c: Ticked = (),
    viec: str = "",
    dong: str = "",
) -> Response:
    """Show what may be done with the cases, or the form of one action for all.

    ``dong`` tells choices of one event apart that ask for different things.
    """
    typed = {CHOSEN: viec, LINE: dong}
    return _batch_page(request, desk, clerk, c, typed, {})


@router.post("/hang-loat/lam", name="do_together")
def post_batch(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Do the action with each case and show what became of each."""
    event = posted.text(CHOSEN)
    seen = [_seen(each) for each in posted.all(TICKED)]
    facts = {
        name.removeprefix(FACT): text
        for name, text in posted.fields().items()
        if name.startswith(FACT) and text
    }
    try:
        done = do_together(desk, clerk, event, seen, facts, key=posted.text("khoa"))
    except (BadRequestError, FactsMissingError) as refusal:
        codes = [code for code, _ in seen]
        problems = _problems(refusal)
        return _batch_page(request, desk, clerk, codes, posted.fields(), problems)
    return _results(request, [_result(each) for each in done], "/can-bo")


def _batch_page(
    request: Request,
    desk: Desk,
    clerk: Actor,
    codes: Sequence[str],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    batch = batch_of(desk, clerk, codes)
    ticked = [(TICKED, code) for code in codes]
    context = {
        "batch": batch,
        "choice": _choice(batch.choices, typed),
        "links": [
            "?" + urlencode([*ticked, (CHOSEN, each.event), (LINE, str(place))])
            for place, each in enumerate(batch.choices)
        ],
        "typed": typed,
        "problems": problems,
        "key": typed.get("khoa") or secrets.token_hex(16),
    }
    name = "clerk/batch_form.html" if context["choice"] else "clerk/batch.html"
    return page(request, name, context)


def _choice(choices: Sequence[Choice], typed: Mapping[str, str]) -> Choice | None:
    """Return the choice of this line while it is of this event, else the first."""
    fitting = [each for each in choices if each.event == typed.get(CHOSEN)]
    line = whole(typed.get(LINE, ""))
    named = () if line is None else choices[line : line + 1]
    return next((each for each in (*named, *fitting) if each in fitting), None)


def _seen(ticked: str) -> tuple[str, int | None]:
    """Read a case and the version that the page showed: HS-1~4."""
    code, _, version = ticked.partition("~")
    return code, version_in(version)


def _problems(refusal: BadRequestError | FactsMissingError) -> dict[str, str]:
    if isinstance(refusal, BadRequestError):
        return {f"{FACT}{each.key}": each.text for each in refusal.problems}
    return {f"{FACT}{key}": "Cần ghi ô này." for key in refusal.missing}


def _result(done: Result) -> ResultRow:
    return _told(done.case_code, done.refusal, done.state or "")


def _told(code: str, refusal: Exception | None, state: str) -> ResultRow:
    if refusal is None:
        return ResultRow(code, done=True, words=state)
    return ResultRow(code, done=False, words=" ".join(sentences_of(refusal)))


def _results(request: Request, rows: Sequence[ResultRow], back: str) -> Response:
    context = {
        "rows": sorted(rows, key=lambda row: row.done),
        "done": sum(row.done for row in rows),
        "back": back,
    }
    return page(request, "clerk/batch_done.html", context)

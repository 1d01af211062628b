"""The land of a matter, asked of the land register: looked over, then written."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.usecases.desk import Desk
from service.usecases.land.land_lookup import (
    LandReading,
    Untold,
    ask_register,
    compare_at_desk,
    land_to_try,
    look_up,
    may_ask,
    take_from_register,
)
from service.usecases.land.land_sentences import NOTHING_TICKED
from service.usecases.matter.drafts import save_draft
from service.usecases.matter.read_matter import MatterView, matter_view
from service.web.citizens.answering import ANSWER, question_path
from service.web.citizens.matters import titles
from service.web.citizens.questions import find_question
from service.web.dependencies import (
    ActorDep,
    ClerkDep,
    DeskDep,
    PostedDep,
    get_actor,
)
from service.web.rendering import go_to, page

router = APIRouter(dependencies=[Depends(get_actor)])

ASKED_AT, TAKE, TICKED, CARRIED = "hoi", "ghi", "lay", "tra-ve"
PATH = "/ho-so/{code}/du-lieu-dat-dai"


@router.get(PATH, name="land_register")
def show_question(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Say what will be asked of the land register, with the button that asks."""
    asks = may_ask(desk, actor, code)
    return _page(request, desk, matter_view(desk, actor, code), None, asks=asks)


@router.post(PATH, name="post_land_register")
def post_question(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Ask, and show what is told; write what was ticked of it."""
    fields = posted.fields()
    view = matter_view(desk, actor, code)
    if TAKE in fields:
        ticked = frozenset(posted.all(TICKED))
        outcome = take_from_register(desk, actor, code, posted.text(CARRIED), ticked)
        if outcome is None:
            return go_to(f"/ho-so/{code}/kiem-tra")
        return _page(request, desk, view, outcome, ticked)
    key, typed, back = posted.text(ASKED_AT), {}, ""
    if key in look_up().keys:
        asked = find_question(desk, view, key)
        typed, back = {key: posted.text(ANSWER)}, question_path(code, key)
        save_draft(desk, actor, code, asked.key, {ANSWER: typed[key]})
    outcome = ask_register(desk, actor, code, typed)
    return _page(request, desk, view, outcome, back=back)


@router.post("/can-bo/ho-so/{code}/du-lieu-dat-dai", name="compare_land_register")
def post_compare(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str
) -> Response:
    """Show a clerk what the land register says beside what the dossier says."""
    del posted
    outcome = compare_at_desk(desk, clerk, code)
    return page(request, "clerk/land.html", {"code": code} | _told(outcome))


@router.get("/can-bo/ho-so/{code}/du-lieu-dat-dai", name="back_to_case")
def show_compare(clerk: ClerkDep, code: str) -> Response:
    """Go back to the case, for whoever reads the address of the form again."""
    del clerk
    return go_to(f"/can-bo/ho-so/{code}")


def _told(outcome: LandReading | Untold | None) -> dict[str, object]:
    """Return what a page shows of an answer, or of none yet."""
    untold = outcome.sentence if isinstance(outcome, Untold) else ""
    reading = outcome if isinstance(outcome, LandReading) else None
    return {"untold": untold, "reading": reading, "basis": [look_up().basis]}


def _page(
    request: Request,
    desk: Desk,
    view: MatterView,
    outcome: LandReading | Untold | None,
    ticked: Collection[str] | None = None,
    **more: object,
) -> Response:
    """Show the page; ``ticked`` is what was sent and was not enough."""
    reading = outcome if isinstance(outcome, LandReading) else None
    problems = {} if reading is None or ticked is None else {TICKED: NOTHING_TICKED}
    context = {
        "matter": view,
        "instruments": titles(view),
        "problems": problems,
        "ticked": reading.ticked if reading and ticked is None else ticked,
        "asks": None,
        "back": "",
        "to_try": land_to_try(desk),
    }
    shown = context | _told(outcome) | more
    return page(request, "citizen/land.html", shown)

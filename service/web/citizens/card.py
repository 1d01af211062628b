"""The identity card of a person: its QR typed, pasted or scanned, then looked over."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.usecases.matter.identity_card import (
    NAMES,
    CardHolder,
    CardReading,
    card_holder,
    open_choices,
    read_identity_card,
    take_identity_card,
)
from service.usecases.matter.read_matter import MatterView, matter_view
from service.web.dependencies import ActorDep, DeskDep, Posted, PostedDep, get_actor
from service.web.rendering import page
from service.web.sentences import CARD_FIELDS, CHOOSE_ONE
from workflows.errors import Problem

router = APIRouter(dependencies=[Depends(get_actor)])

TEXT = "ma-qr"
CHOSEN = "chon-"
TAKE = "ghi"
BACK = "tro-ve"
CHECK = "kiem-tra"


@router.get("/ho-so/{code}/the/{party}", name="card")
def show_card(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, party: str
) -> Response:
    """Ask for the QR of a person's card: pasted, typed, or scanned on the device."""
    holder = card_holder(desk, actor, code, party)
    return _asking(request, matter_view(desk, actor, code), holder)


@router.post("/ho-so/{code}/the/{party}", name="post_card")
def post_card(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    party: str,
) -> Response:
    """Show what the card tells beside what is known; take over what was chosen."""
    text = posted.text(TEXT)
    if TAKE in posted.fields():
        chosen = chosen_in(posted)
        outcome = take_identity_card(desk, actor, code, party, text, chosen)
    else:
        outcome = read_identity_card(desk, actor, code, party, text)
    if outcome is None:
        goes = CHECK if posted.text(BACK) == CHECK else "cau-hoi"
        path = f"/ho-so/{code}/{goes}"
        return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER)
    view = matter_view(desk, actor, code)
    if isinstance(outcome, Problem):
        holder = card_holder(desk, actor, code, party)
        return _asking(request, view, holder, posted, outcome)
    return _comparing(request, view, outcome, posted)


def chosen_in(posted: Posted) -> Mapping[str, str]:
    """Return what was chosen for each fact that a source tells."""
    return {name: posted.text(CHOSEN + name) for name in NAMES}


def not_chosen(reading: CardReading, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return a problem for each fact for which somebody still has to choose."""
    return {
        CHOSEN + name: CHOOSE_ONE.format(field=CARD_FIELDS[name])
        for name in open_choices(reading, chosen)
    }


def _asking(
    request: Request,
    view: MatterView,
    holder: CardHolder,
    posted: Posted | None = None,
    problem: Problem | None = None,
) -> Response:
    back = posted.text(BACK) if posted else request.query_params.get(BACK)
    context = {
        "matter": view,
        "holder": holder,
        "text": posted.text(TEXT) if posted else "",
        "problems": {TEXT: problem.text} if problem else {},
        "back_to_check": back == CHECK,
    }
    return page(request, "citizen/card.html", context, status=422 if problem else 200)


def _comparing(
    request: Request, view: MatterView, reading: CardReading, posted: Posted
) -> Response:
    chosen = chosen_in(posted)
    problems = not_chosen(reading, chosen) if TAKE in posted.fields() else {}
    context = {
        "matter": view,
        "reading": reading,
        "labels": CARD_FIELDS,
        "chosen": chosen,
        "text": posted.text(TEXT),
        "problems": problems,
        "back_to_check": posted.text(BACK) == CHECK,
    }
    return page(request, "citizen/card_check.html", context)

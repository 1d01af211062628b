"""What an account saw, for after a leak; and matters that must stay as they are."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.auth.actors import Actor
from service.auth.policies import Action
from service.errors import BadRequestError
from service.usecases.custody import legal_holds
from service.usecases.custody import oddities as odd
from service.usecases.custody import who_saw_sentences as say
from service.usecases.custody.who_saw import (
    WhoSaw,
    as_csv,
    draft_report,
    hours_left,
    read_time,
    who_saw,
)
from service.usecases.desk import Desk
from service.web.dependencies import (
    AdministratorDep,
    DeskDep,
    HelperDep,
    Posted,
    PostedDep,
    allowed,
)
from service.web.rendering import go_to, page

router = APIRouter(prefix="/quan-tri")
lead_router = APIRouter(prefix="/can-bo")
team_router = APIRouter(prefix="/ho-tro/to")

WHO_SAW, HOLDS = "/ai-da-xem", "/giu-nguyen"
ODD = "/bat-thuong"
MOST_SHOWN = 200
FiguresDep = Annotated[Actor, Depends(allowed(Action.FIGURES))]
_FIELDS = {"account": "tai-khoan", "until": "den", "why": "vi-sao"}
_TYPED = (*_FIELDS.values(), "tu", "phat-hien")
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


@router.get(WHO_SAW, name="who_saw")
def show_question(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Ask whose looks, from when to when, and why."""
    del desk, actor
    asked = dict(request.query_params)  # from the list of what stands out
    return page(request, "administrator/who_saw.html", _context(asked, {}))


@router.post(WHO_SAW, name="post_who_saw")
def post_question(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Show what the account saw, or give it as a file; that it was asked is noted."""
    problems: dict[str, str] = {}
    since = _time(posted, "tu", problems)
    until = _time(posted, "den", problems, last=True)
    found_at = _time(posted, "phat-hien", problems, needed=False)
    if since is None or until is None or problems:
        return _again(request, posted, problems)
    try:
        told = who_saw(
            desk, actor, posted.text("tai-khoan"), since, until, posted.text("vi-sao")
        )
    except BadRequestError as refusal:
        told_why = {_FIELDS[each.key]: each.text for each in refusal.problems}
        return _again(request, posted, told_why)
    if (kind := posted.text("tai")) in _TYPES:
        name = f"ai-da-xem-{told.account}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        made = as_csv(told) if kind == "csv" else _as_json(told)
        return Response(made, media_type=_TYPES[kind], headers=headers)
    context = _context(posted.fields(), {}) | {
        "told": told,
        "most": MOST_SHOWN,
        "report": tuple(draft_report(desk, told, found_at)),
        "hours": hours_left(desk, found_at) if found_at else None,
    }
    return page(request, "administrator/who_saw.html", context)


# --- matters that must stay as they are -----------------------------------------------


@router.get(HOLDS, name="holds")
def show_holds(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """List the holds, and ask for what a new one needs."""
    return _holds_page(request, desk, actor, {}, {})


@router.get(HOLDS + "/{id_}", name="back_to_holds")
def show_holds_again(actor: AdministratorDep, id_: str) -> Response:
    """Go back to the list, for whoever reads the address of a refused form again."""
    del actor, id_
    return go_to(f"/quan-tri{HOLDS}")


@router.post(HOLDS, name="post_hold")
def post_hold(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Take the wish that a matter stay as it is; another one must confirm it."""
    wanted = legal_holds.Wanted(
        posted.text(legal_holds.CODE),
        posted.text(legal_holds.REASON),
        posted.text(legal_holds.PAPER),
        posted.text(legal_holds.UNTIL),
    )
    try:
        legal_holds.ask_hold(desk, actor, wanted, posted.text("khoa"))
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _holds_page(request, desk, actor, posted.fields(), problems)
    return go_to(f"/quan-tri{HOLDS}")


@router.post(HOLDS + "/{id_}", name="decide_hold")
def post_decision(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Confirm or refuse a hold, ask to let go of it, or confirm that."""
    try:
        legal_holds.decide_hold(
            desk, actor, id_, posted.text("viec"), posted.text("vi-sao-go")
        )
    except BadRequestError as refusal:
        problems = {f"giu-{id_}": each.text for each in refusal.problems}
        return _holds_page(request, desk, actor, {}, problems)
    return go_to(f"/quan-tri{HOLDS}")


def _holds_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    names = (
        legal_holds.CODE, legal_holds.REASON, legal_holds.PAPER, legal_holds.UNTIL,
    )  # fmt: skip
    context = {
        "holds": legal_holds.holds(desk, actor),
        "typed": {name: typed.get(name, "") for name in names},
        "problems": problems,
        "key": typed.get("khoa") or secrets.token_hex(16),
    }
    return page(request, "administrator/holds.html", context)


# --- what stands out ------------------------------------------------------------------


@router.get(ODD, name="oddities")
def show_oddities(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show what stood out in the use of accounts, counts without residents."""
    return _odd_page(request, desk, actor, {})


@router.post(ODD, name="look_into")
def post_oddity(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Write down that somebody asked, and what came of it."""
    return _looked_into(request, desk, actor, posted)


@lead_router.get(ODD, name="oddities_of_office")
def show_oddities_of_office(
    request: Request, desk: DeskDep, actor: FiguresDep
) -> Response:
    """Show a superior what stood out in the use of the accounts of his office."""
    return _odd_page(request, desk, actor, {})


@lead_router.post(ODD, name="look_into_of_office")
def post_oddity_of_office(
    request: Request, desk: DeskDep, actor: FiguresDep, posted: PostedDep
) -> Response:
    """Write down that the superior asked, and what came of it."""
    return _looked_into(request, desk, actor, posted)


@team_router.get(ODD, name="oddities_of_team")
def show_oddities_of_team(
    request: Request, desk: DeskDep, actor: HelperDep
) -> Response:
    """Show the lead of a team what stood out in the use of its helpers' accounts."""
    return _odd_page(request, desk, actor, {})


@team_router.post(ODD, name="look_into_of_team")
def post_oddity_of_team(
    request: Request, desk: DeskDep, actor: HelperDep, posted: PostedDep
) -> Response:
    """Write down that the lead asked, and what came of it."""
    return _looked_into(request, desk, actor, posted)


def _looked_into(
    request: Request, desk: Desk, actor: Actor, posted: Posted
) -> Response:
    day, account, rule = (posted.text(name) for name in ("ngay", "ai", "viec"))
    try:
        odd.look_into(desk, actor, day, account, rule, posted.text(odd.WORDS))
    except BadRequestError as refusal:
        name = f"{odd.WORDS}-{day}-{account}-{rule}"
        return _odd_page(request, desk, actor, {name: refusal.problems[0].text})
    return go_to(request.url.path)


def _odd_page(
    request: Request, desk: Desk, actor: Actor, problems: Mapping[str, str]
) -> Response:
    context = {
        "rows": odd.oddities(desk, actor),
        "rules": odd.oddity_rules(),
        "days": odd.SHOWN_DAYS,
        "here": request.url.path,
        "by": actor.kind,
        "own": actor.account_id,
        "problems": problems,
    }
    return page(request, "staff/oddities.html", context)


# --- what was typed -------------------------------------------------------------------


def _context(
    typed: Mapping[str, str], problems: Mapping[str, str]
) -> dict[str, object]:
    fields = {name: typed.get(name, "") for name in _TYPED}
    return {"typed": fields, "problems": problems, "say": say, "told": None}


def _again(request: Request, posted: Posted, problems: Mapping[str, str]) -> Response:
    context = _context(posted.fields(), problems)
    return page(request, "administrator/who_saw.html", context, status=422)


def _time(
    posted: Posted,
    name: str,
    problems: dict[str, str],
    *,
    last: bool = False,
    needed: bool = True,
) -> datetime | None:
    """Return a time of the form; what is none, or lacking, is noted as a problem."""
    typed = posted.text(name)
    if not typed and not needed:
        return None
    try:
        return read_time(typed, last=last)
    except (ValueError, OverflowError):
        problems[name] = say.NOT_A_TIME
        return None


def _as_json(told: WhoSaw) -> bytes:
    return json.dumps(told.to_json(), ensure_ascii=False, indent=1).encode()

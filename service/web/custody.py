"""What an account saw, for after a leak; and matters that must stay as they are."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import BadRequestError
from service.usecases import legal_holds
from service.usecases import who_saw_sentences as say
from service.usecases.who_saw import (
    WhoSaw,
    as_csv,
    draft_report,
    hours_left,
    read_time,
    who_saw,
)
from service.web.dependencies import AdministratorDep, DeskDep, Posted, PostedDep
from service.web.rendering import go_to, page

router = APIRouter(prefix="/quan-tri")

WHO_SAW, HOLDS = "/ai-da-xem", "/giu-nguyen"
MOST_SHOWN = 200
_FIELDS = {"account": "tai-khoan", "until": "den", "why": "vi-sao"}
_TYPED = (*_FIELDS.values(), "tu", "phat-hien")
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


@router.get(WHO_SAW, name="who_saw")
def show_question(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Ask whose looks, from when to when, and why."""
    del desk, actor
    return page(request, "administrator/who_saw.html", _context({}, {}))


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
    status = 422 if problems else 200
    return page(request, "administrator/holds.html", context, status=status)


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

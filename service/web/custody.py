"""After a leak: an administrator asks what an account saw, changed and took out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import BadRequestError
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
from service.web.rendering import page

router = APIRouter(prefix="/quan-tri")

WHO_SAW = "/ai-da-xem"
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

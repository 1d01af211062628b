"""Following a matter or a case by its code: who has the ball, and until when."""

from __future__ import annotations

from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import NotFoundError, TooManyTriesError
from service.usecases.desk import Desk
from service.usecases.following import follow_access
from service.usecases.following.follow_access import Pass
from service.usecases.following.follow_by_phone import follow_of_visitor
from service.usecases.following.follow_calendar import calendar_file
from service.usecases.following.follow_case import FollowView
from service.usecases.following.rate_service import SCORES
from service.usecases.sentences import LINE_STATES, MONEY_KINDS
from service.web import cookies, csrf
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    PostedDep,
    client_of,
    get_actor,
)
from service.web.limits import Costly, count
from service.web.rendering import page
from service.web.sentences import sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])

COOKIE = "dat_follow"
PATH = "/tra-cuu"
WRONG = (
    "Số này chưa mở được, nên chỉ hiện phần ai có mã cũng xem được. "
    "Xin xem lại trên giấy đã giữ."
)
_HIDDEN = {"X-Robots-Tag": "noindex, nofollow"}


@router.get(PATH, name="follow")
def show_follow(
    request: Request, desk: DeskDep, actor: ActorDep, ma: str = ""
) -> Response:
    """Ask for a code, or show where it stands: with the second factor in full."""
    if not ma:
        return page(request, "follow.html", _context(ma, {}))
    view = _looked_up(request, desk, actor, ma)
    if not view.found:
        count(request, desk, actor, Costly.MISS)
    return follow_page(request, ma, view, {})


@router.post(PATH, name="post_follow")
def post_follow(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep
) -> Response:
    """Take the second factor and keep it for a while, or say that it does not fit."""
    code = posted.text("ma")
    try:
        held = follow_access.prove(
            desk, code, posted.text("so"), client=client_of(request)
        )
    except TooManyTriesError as refusal:
        return _refused(request, desk, actor, code, refusal)
    if held is None:
        view = _looked_up(request, desk, actor, code)
        return follow_page(request, code, view, {"so": WRONG}, 422)
    response = _go(code)
    keep(desk, response, held)
    return response


@router.post(f"{PATH}/dong", name="close_follow")
def post_close(desk: DeskDep, posted: PostedDep) -> Response:
    """Forget the second factor on this device."""
    response = _go(posted.text("ma"))
    cookies.drop(response, desk.settings, COOKIE, PATH)
    return response


@router.get(f"{PATH}/lich.ics", name="follow_calendar")
def show_calendar(
    request: Request, desk: DeskDep, actor: ActorDep, ma: str = ""
) -> Response:
    """Give the days of a code as a calendar file, to whoever may see its details."""
    view = _looked_up(request, desk, actor, ma)
    if not view.details:
        raise NotFoundError("calendar", ma)
    name = f'attachment; filename="{view.code}.ics"'
    return Response(
        calendar_file(desk, view),
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": name} | _HIDDEN,
    )


# --- the second factor on this device -------------------------------------------------


def _looked_up(request: Request, desk: Desk, actor: ActorDep, code: str) -> FollowView:
    """Return where a code stands, as far as this visitor may see it."""
    held, visit = held_pass(request, desk), csrf.known_visit(request)
    return follow_of_visitor(desk, actor, code, held, visit)


def held_pass(request: Request, desk: Desk) -> Pass | None:
    """Return the second factor that this device gave before, if it did."""
    known = cookies.read(request, desk.settings, COOKIE, PATH)
    return follow_access.read(desk, known or None)


def keep(desk: Desk, response: Response, held: Pass) -> None:
    """Let the device go on without typing the second factor again, for a while."""
    seconds = desk.settings.follow_minutes * 60
    value = follow_access.written(desk, held)
    cookies.keep(response, desk.settings, COOKIE, value, path=PATH, seconds=seconds)


def _refused(
    request: Request,
    desk: Desk,
    actor: ActorDep,
    code: str,
    refusal: TooManyTriesError,
) -> Response:
    view = _looked_up(request, desk, actor, code)
    problems = {"so" if view.found else "ma": sentences_of(refusal)[0]}
    if view.found:
        return follow_page(request, code, view, problems, refusal.status)
    return page(request, "follow.html", _context(code, problems), status=refusal.status)


# --- the page -------------------------------------------------------------------------


def follow_page(
    request: Request,
    code: str,
    view: FollowView,
    problems: dict[str, str],
    status_code: int = 200,
) -> Response:
    """Show where a code stands, or that there is none; problems stand first."""
    if not view.found:
        problems = {
            "ma": f"Không thấy hồ sơ nào có mã “{code}”. Xin xem lại từng chữ, "
            "hoặc hỏi quầy đã nhận hồ sơ."
        }
        return page(request, "follow.html", _context(code, problems), status=404)
    context = _context(code, problems) | {
        "view": view,
        "share_address": _shared(request, view.code),
    }
    response = page(request, "follow.html", context, status=status_code)
    response.headers.update(_HIDDEN)
    return response


def qr_picture(text: str) -> str | None:
    """Return a QR as an address of a picture, None for a text that no QR can hold."""
    try:
        return segno.make_qr(text).svg_data_uri(scale=6, border=4)
    except segno.DataOverflowError:
        return None


def _shared(request: Request, code: str) -> str:
    """Return the address to pass on: whoever opens it sees stages and days only."""
    settings = request.app.state.desk.settings
    return f"{settings.base_url}{PATH}?{urlencode({'ma': code})}"


def _context(code: str, problems: dict[str, str]) -> dict[str, object]:
    return {
        "code": code,
        "problems": problems,
        "view": None,
        "money_labels": MONEY_KINDS,
        "line_states": LINE_STATES,
        "scores": SCORES,
        "qr_picture": qr_picture,
    }


def _go(code: str) -> RedirectResponse:
    return RedirectResponse(
        f"{PATH}?{urlencode({'ma': code})}", status_code=status.HTTP_303_SEE_OTHER
    )

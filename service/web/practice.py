"""Practising: rooms with made-up people, entered and left by whoever wants to learn."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from service.usecases.desk import Desk
from service.usecases.practice_days import let_days_pass, settle
from service.usecases.practice_rooms import LIFE, Room, Rooms
from service.web import csrf
from service.web.dependencies import get_actor, get_posted
from service.web.desks import PRACTICE_SESSION, room_of
from service.web.rendering import page

router = APIRouter(dependencies=[Depends(get_actor)])

COOKIE = "dat_luyen_tap"
HERE = "/luyen-tap"
# What is the same for everybody, and what others ask of the installation itself.
_OUTSIDE = ("/tinh/", "/livez", "/readyz", "/version", "/metrics")


def rooms_of(request: Request) -> Rooms:
    """Return the rooms of the installation."""
    rooms: Rooms = request.app.state.rooms
    return rooms


async def let_in(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Lead a visitor with the token of a room into it, and nobody else.

    Whoever still has the token of a room that is gone is told so, and never goes on
    in the real installation unawares.
    """
    token = request.cookies.get(COOKIE)
    if not token or request.url.path.startswith(_OUTSIDE):
        return await call_next(request)
    room = await run_in_threadpool(rooms_of(request).living, token)
    if room is None:
        return _out(f"{HERE}?het=1")
    request.state.room = room
    response = await call_next(request)
    if request.method == "POST":
        await run_in_threadpool(_let_offices_hear, room)
    return response


def _let_offices_hear(room: Room) -> None:
    if room.is_there:
        settle(room)


@router.get(HERE, name="practice")
def show_practice(request: Request, het: str = "") -> Response:
    """Say what practising is, or show the exercises to whoever practises."""
    context = {"key": secrets.token_hex(16), "ended": bool(het)}
    return page(request, "practice/start.html", context)


@router.post(HERE + "/vao", name="enter_practice")
async def enter(request: Request) -> Response:
    """Make a room and lead the visitor into it; sent twice it is one room."""
    if room_of(request) is not None:
        return _go(HERE)
    posted = await get_posted(request)
    rooms = rooms_of(request)
    token = rooms.token(posted.text("khoa"), csrf.visit_of(request))
    await run_in_threadpool(rooms.enter, token)
    response = _go(HERE)
    _keep(request.app.state.desk, response, token)
    return response


@router.post(HERE + "/ngay", name="let_days_pass", dependencies=[Depends(get_posted)])
def post_days(request: Request) -> Response:
    """Let the days pass up to the next thing that happens."""
    room = room_of(request)
    if room is not None:
        let_days_pass(room)
    return _go(HERE)


@router.post(HERE + "/thoat", name="leave_practice")
async def leave(request: Request) -> Response:
    """Wipe the room and lead the visitor out of it."""
    token = request.cookies.get(COOKIE)
    if room_of(request) is not None and token:
        await get_posted(request)
        await run_in_threadpool(rooms_of(request).leave, token)
    return _out(HERE)


def _keep(home: Desk, response: Response, token: str) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=home.settings.secure_cookies,
        path="/",
    )


def _out(path: str) -> RedirectResponse:
    response = _go(path)
    response.delete_cookie(COOKIE, path="/")
    response.delete_cookie(PRACTICE_SESSION, path="/")
    return response


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER)

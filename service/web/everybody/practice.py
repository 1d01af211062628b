"""Practising: exercises with made-up people, in a room that is entered and left."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.auth.sessions import read_session
from service.errors import NotFoundError
from service.usecases.desk import Desk
from service.usecases.papers.issuing import PDF
from service.usecases.practising.practice_book import CLERK, exercise, exercises
from service.usecases.practising.practice_days import (
    happenings,
    let_days_pass,
    phone_of,
    settle,
)
from service.usecases.practising.practice_exercises import (
    HELPER,
    RESIDENT,
    be,
    begin_exercise,
    done_exercises,
    list_exercises,
    look_over,
    read_exercise,
    where_to_work,
)
from service.usecases.practising.practice_folders import LIFE
from service.usecases.practising.practice_rooms import Room, Rooms
from service.usecases.practising.practice_sentences import NOTHING_HAPPENED, STATES
from service.usecases.practising.practice_sheet import (
    print_sheet,
    read_sheet,
    sheets_of,
)
from service.web import cookies, csrf
from service.web.dependencies import (
    ActorDep,
    PostedDep,
    client_of,
    get_actor,
    get_posted,
)
from service.web.desks import PRACTICE_SESSION, SESSION, go_into, room_of
from service.web.entrance.session_cookies import keep_session, old_token
from service.web.formats import pdf_named
from service.web.rendering import go_to, page

router = APIRouter(dependencies=[Depends(get_actor)])

COOKIE = "dat_luyen_tap"
HERE = "/luyen-tap"
SHEET = HERE + "/giay-xac-nhan"
# What is the same for everybody, and what others ask of the installation itself.
_OUTSIDE = (
    *("/tinh/", "/livez", "/readyz", "/version", "/metrics"),
    # A device keeps the words of real residents, and sends them where they belong.
    *("/api/", "/ho-tro/ngoai-tuyen.js"),
)
_ON_THE_DEVICE = "/ho-tro/ngoai-tuyen"
# How often days have passed and exercises have begun: what a form carries.
PASSES, BEGINNINGS = "passes", "beginnings"


def rooms_of(request: Request) -> Rooms:
    """Return the rooms of the installation."""
    rooms: Rooms = request.app.state.rooms
    return rooms


def home_of(request: Request) -> Desk:
    """Return the desk of the installation itself, wherever the visitor is."""
    home: Desk = request.app.state.desk
    return home


def get_room(request: Request) -> Room:
    """Return the room of the visitor; raise NotFoundError for one who is in none."""
    room = room_of(request)
    if room is None:
        raise NotFoundError("room", "")
    return room


# --- the door -------------------------------------------------------------------------


class Door:
    """Leads a visitor with the token of a room into it, and nobody else.

    Whoever still has the token of a room that is gone is told so, and never goes on
    in the real installation unawares.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, into the room of its visitor if there is one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        token = cookies.read(request, home_of(request).settings, COOKIE)
        if not token or request.url.path.startswith(_OUTSIDE):
            await self._app(scope, receive, send)
            return
        room = await run_in_threadpool(rooms_of(request).living, token)
        if room is None:
            await _out(request, f"{HERE}?het=1")(scope, receive, send)
            return
        go_into(request, room)
        if request.url.path.startswith(_ON_THE_DEVICE):
            await go_to(HERE)(scope, receive, send)
            return
        await self._app(scope, receive, _heard_first(request, room, send))


def _heard_first(request: Request, room: Room, send: Send) -> Send:
    """Return how to answer: to a form only once the offices of the room heard of it."""

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start" and request.method == "POST":
            await run_in_threadpool(_let_offices_hear, room)
        await send(message)

    return answer


def _let_offices_hear(room: Room) -> None:
    if room.is_there:
        settle(room)


@router.post(HERE + "/vao", name="enter_practice")
async def enter(request: Request) -> Response:
    """Make a room and lead the visitor into it; sent twice it is one room."""
    if room_of(request) is not None:
        return go_to(HERE)
    posted = await get_posted(request)
    rooms = rooms_of(request)
    token = rooms.token(posted.text("khoa"), csrf.visit_of(request))
    await run_in_threadpool(rooms.enter, token, client_of(request))
    response = go_to(HERE)
    settings, seconds = home_of(request).settings, int(LIFE.total_seconds())
    cookies.keep(response, settings, COOKIE, token, seconds=seconds)
    return response


@router.post(HERE + "/thoat", name="leave_practice")
async def leave(request: Request) -> Response:
    """Wipe the room and lead the visitor out of it."""
    token = cookies.read(request, home_of(request).settings, COOKIE)
    if room_of(request) is not None and token:
        await get_posted(request)
        await run_in_threadpool(rooms_of(request).leave, token)
    return _out(request, HERE)


def _out(request: Request, path: str) -> RedirectResponse:
    response = go_to(path)
    for name in (COOKIE, PRACTICE_SESSION):
        cookies.drop(response, home_of(request).settings, name)
    return response


# --- exercises ------------------------------------------------------------------------


@router.get(HERE, name="practice")
def show_practice(request: Request, actor: ActorDep, het: str = "") -> Response:
    """Say what practising is, or show the exercises to whoever practises."""
    room = room_of(request)
    if room is None:
        context: dict[str, object] = {
            "key": secrets.token_hex(16),
            "ended": bool(het),
            "sheets": sheets_of(home_of(request), actor),
            "titles": {each.id: each.title for each in exercises()},
        }
        return page(request, "practice/start.html", context)
    rows = list_exercises(room)
    done = sum(row.state == "done" for row in rows)
    context = {"rows": rows, "done": done, "states": STATES}
    return page(request, "practice/list.html", context)


@router.get(HERE + "/bai/{name}", name="exercise")
def show_exercise(request: Request, name: str) -> Response:
    """Show the story and the tasks of an exercise, and what is still to be mended."""
    view = read_exercise(get_room(request), name)
    context = {"view": view, "states": STATES, "phone": phone_of(get_room(request))}
    return page(request, "practice/exercise.html", context)


@router.post(HERE + "/bai/{name}", name="begin_exercise")
def post_exercise(request: Request, posted: PostedDep, name: str) -> Response:
    """Begin an exercise, or begin it anew; two taps are one."""
    room = get_room(request)
    if room.claims(BEGINNINGS, posted.text("lan")):
        begin_exercise(room, name)
    return go_to(f"{HERE}/bai/{name}")


@router.post(HERE + "/bai/{name}/xem", name="look_over")
def post_look(request: Request, posted: PostedDep, name: str) -> Response:
    """Take the answers, and say what is missing or that all is done."""
    room = get_room(request)
    answers = {ask.id: posted.text(ask.id) for ask in exercise(name).asks}
    look_over(room, name, answers)
    return go_to(f"{HERE}/bai/{name}#nhan-xet")


@router.post(HERE + "/bai/{name}/vai", name="be_somebody")
def post_role(request: Request, posted: PostedDep, name: str) -> Response:
    """Become somebody of an exercise, such as its clerk, and go where the work is."""
    room = get_room(request)
    told = posted.text("vai")
    role = told if told in {HELPER, CLERK} else RESIDENT
    signed = be(room, name, role, old_token(request))
    response = go_to(where_to_work(room, name, role) or f"{HERE}/bai/{name}")
    if signed is not None:
        keep_session(room.desk, response, signed)
    return response


# --- days -----------------------------------------------------------------------------


@router.post(HERE + "/ngay", name="let_days_pass")
def post_days(request: Request, posted: PostedDep) -> Response:
    """Let the days pass up to the next thing that happens; two taps are one."""
    room = get_room(request)
    if room.claims(PASSES, posted.text("lan")):
        let_days_pass(room)
    return go_to(HERE + "/ngay")


@router.get(HERE + "/ngay", name="days")
def show_days(request: Request) -> Response:
    """Tell what happened when the days passed last, and on which day."""
    room = get_room(request)
    name = room.notes.get("exercise")
    context = {
        "happened": happenings(room),
        "nothing": NOTHING_HAPPENED,
        "exercise": exercise(name) if name else None,
    }
    return page(request, "practice/days.html", context)


# --- the completion sheet -------------------------------------------------------------


@router.get(SHEET, name="practice_sheet")
def show_sheet_form(request: Request, so: str = "") -> Response:
    """Ask for the name on the sheet in a room; look a number up for anybody."""
    if so:
        return go_to(f"{SHEET}/{quote(so, safe='')}")
    room = room_of(request)
    if room is None:
        return go_to(HERE)
    return page(request, "practice/sheet.html", {"rows": done_exercises(room)})


@router.post(SHEET, name="print_sheet")
def post_sheet(request: Request, posted: PostedDep) -> Response:
    """Print the sheet; what is typed stands on it and is kept nowhere."""
    home = home_of(request)
    helper = read_session(home, cookies.read(request, home.settings, SESSION))
    made = print_sheet(home, get_room(request), helper, posted.text("ten"))
    return Response(made, media_type=PDF, headers=pdf_named("giay-xac-nhan"))


@router.get(SHEET + "/{number}", name="check_sheet")
def check_sheet(request: Request, number: str) -> Response:
    """Say whether a sheet was printed here, on which day, and for which exercises."""
    found = read_sheet(home_of(request), number)
    context = {"found": found, "number": number[:60]}
    shown = status.HTTP_404_NOT_FOUND if found is None else status.HTTP_200_OK
    return page(request, "practice/checked.html", context, status=shown)

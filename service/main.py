"""The web application: which routers there are, and what a failure looks like."""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from importlib.metadata import version

from fastapi import FastAPI, Request, status
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import (
    DEFAULT_EXCLUDED_CONTENT_TYPES,
    GZipMiddleware,
)
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from forms.errors import FormError
from service.api import callbacks, description, health, offline
from service.composition import practice_desk
from service.errors import (
    AppError,
    NotAllowedError,
    StoreAwayError,
    StoreFullError,
    TooManyTriesError,
    status_of,
)
from service.observability import note
from service.persistence.replica import newest
from service.security_log import Event, tell
from service.settings import Settings
from service.usecases.desk import Desk
from service.usecases.papers.issuing import PDF
from service.usecases.practising.practice_rooms import Rooms
from service.web import cookies, csrf, languages
from service.web.administrators import (
    admin,
    admin_access,
    admin_days,
    admin_offices,
    admin_wordings,
    connections,
    custody,
    forms,
    law,
)
from service.web.at_once import LendingPrinter, open_places
from service.web.bodies import Bounded
from service.web.citizens import (
    card,
    citizen,
    compare,
    follow,
    follow_acts,
    interview,
    kept_people,
    land,
    land_warnings,
    messages,
    papers,
    plan,
    rights,
)
from service.web.citizens.reopening import door
from service.web.clerks import (
    approvals,
    board,
    book,
    case,
    case_action,
    case_papers,
    faults,
    hand_overs,
    new_number,
    office_papers,
    other_systems,
    paper_out,
    payments,
    together,
    worklist,
)
from service.web.desks import desk_of
from service.web.entrance import identity, own_account, phone, sign_in, staff_sign_in
from service.web.everybody import (
    audio,
    leaflets,
    operation,
    practice,
    public,
    quality,
    trial,
)
from service.web.everybody.public import ways_to_goals
from service.web.helpers import help_day, help_door, helper, team
from service.web.helpers import offline as offline_pages
from service.web.helpers.helper import ways_on
from service.web.rendering import DECODER, STATIC, page
from service.web.sentences import HEADINGS, NO_ROOM, PAPERS_AWAY, Heading, sentences_of
from service.web.watching import HEADER, Watching, route_of
from service.web.way_in import WayIn
from service.worker import Worker
from workflows.errors import WorkflowError

_log = logging.getLogger(__name__)
# Whoever wrote sees the newest until every replica that is read of has it.
WROTE = "dat_wrote"
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})

ROUTERS = (
    health.router,
    description.router,
    callbacks.router,
    offline.router,
    public.router,
    quality.router,
    operation.router,
    languages.router,
    sign_in.router,
    staff_sign_in.router,
    own_account.router,
    identity.router,
    phone.router,
    admin.router,
    admin_access.router,
    admin_offices.router,
    admin_days.router,
    connections.router,
    custody.router,
    custody.lead_router,
    custody.team_router,
    admin_wordings.router,
    audio.router,
    interview.router,
    land.router,
    land_warnings.router,
    new_number.router,
    kept_people.router,
    citizen.router,
    paper_out.router,
    papers.router,
    leaflets.router,
    plan.router,
    card.router,
    compare.router,
    follow.router,
    messages.router,
    offline_pages.router,
    follow_acts.router,
    rights.router,
    helper.router,
    help_day.router,
    help_door.router,
    team.router,
    worklist.router,
    together.router,
    board.router,
    case.router,
    case_action.router,
    case_papers.router,
    approvals.router,
    hand_overs.router,
    book.router,
    office_papers.router,
    other_systems.router,
    faults.router,
    payments.router,
    law.router,
    forms.router,
    practice.router,
    trial.router,
)

# What is compressed already.
PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, PDF)

# Traces are ours (service.telemetry); those of the framework tell what people typed.
NO_TELEMETRY = TelemetryConfig(
    tracing=False,
    metrics=False,
    logs=False,
    operation_spans=False,
    auto_configure=False,
)

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'none'; "
        "style-src 'self'; img-src 'self' data:; "
        "script-src 'self'; worker-src 'self'; connect-src 'self'; "
        "media-src 'self'; form-action 'self'; "
        "frame-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
}
# What is no page: opened by itself it can do nothing, whatever it turns out to be. A
# browser draws no PDF in a sandbox, and the rules for a script hold in its worker.
NO_PAGE = {"Content-Security-Policy": "default-src 'none'; sandbox"}
BY_ITSELF = ("text/html", "application/pdf", "text/javascript")
# A year, in seconds.
_BY_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def create_app(desk: Desk, *, with_worker: bool = False) -> FastAPI:
    """Build the application around a desk; ``with_worker`` delivers in this process.

    The database must be at the newest schema already. The press and the darkroom of
    the desk are closed with the application.
    """
    desk = replace(desk, press=LendingPrinter(desk.press))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        open_places()
        worker = Worker(desk) if with_worker else None
        if worker:
            worker.start()
        yield
        if worker:
            worker.stop()
        app.state.rooms.close()
        desk.press.close()
        desk.darkroom.close()
        desk.database.dispose()

    app = routed_app(lifespan)
    app.state.desk = desk
    app.state.stopping = False
    app.state.rooms = Rooms(desk, practice_desk)
    app.add_middleware(Bounded)
    app.add_middleware(GZipMiddleware, exclude_content_types=PACKED, compresslevel=6)
    app.add_middleware(practice.Door)
    app.add_middleware(_Finish)
    app.add_middleware(Watching)
    app.add_exception_handler(AppError, _refuse)
    app.add_exception_handler(WorkflowError, _refuse)
    app.add_exception_handler(FormError, _refuse)
    app.add_exception_handler(StoreFullError, _no_room)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _broke_off)
    app.add_exception_handler(Exception, _broken)
    app.router.routes.insert(0, WayIn(zip(ROUTERS, app.router.routes, strict=True)))
    if DECODER.is_dir():
        app.mount("/tinh/jsqr", StaticFiles(directory=DECODER), name="decoder")
    app.mount("/tinh", StaticFiles(directory=STATIC), name="static")
    return app


def routed_app(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return an application that knows its routes and nothing else yet."""
    app = FastAPI(
        title="Dắt",
        version=version("dat"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    for router in ROUTERS:
        app.include_router(router)
    return app


class _Finish:
    """Adds the headers that guard a page, and the cookie that binds its forms."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and finish the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def finished(message: Message) -> None:
            if message["type"] == "http.response.start":
                _finish(request, message)
            await send(message)

        writes = request.method not in _LOOKS
        with newest(wanted=writes or bool(_wrote(request))):
            await self._app(scope, receive, finished)


def _finish(request: Request, head: Message) -> None:
    headers = MutableHeaders(scope=head)
    if head["status"] == status.HTTP_429_TOO_MANY_REQUESTS:
        window = desk_of(request).settings.sign_in_window_seconds
        headers.setdefault("Retry-After", str(window))
    if not headers.get("content-type", "text/html").startswith(BY_ITSELF):
        headers.update(NO_PAGE)
    told = {name for name, _ in headers.raw}
    guards = _as_sent(is_demo=_is_demo(request))
    headers.raw.extend(each for each in guards if each[0] not in told)
    if request.scope["path"].startswith("/tinh/"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return
    headers.setdefault("Cache-Control", "no-store")
    visit = getattr(request.state, "visit", None)
    if visit and not csrf.known_visit(request):
        _keep(request, headers, csrf.VISIT, visit)
    desk = desk_of(request)
    if desk.database.replica is not None and request.method not in _LOOKS:
        seconds = math.ceil(desk.settings.replica_seconds)
        _keep(request, headers, WROTE, "1", seconds)


def _keep(
    request: Request,
    headers: MutableHeaders,
    name: str,
    value: str,
    seconds: int | None = None,
) -> None:
    """Give the browser a cookie with an answer that is on its way already."""
    kept = Response()
    cookies.keep(kept, desk_of(request).settings, name, value, seconds=seconds)
    headers.append("Set-Cookie", kept.headers["Set-Cookie"])


def _wrote(request: Request) -> str:
    """Return what says that this visitor wrote a moment ago, here or elsewhere."""
    return cookies.read(request, desk_of(request).settings, WROTE)


def _is_demo(request: Request) -> bool:
    settings: Settings = request.app.state.desk.settings
    return settings.environment == "demo"


def _guards(*, is_demo: bool) -> Mapping[str, str]:
    """Return what every answer carries; outside the demo also to come by https only."""
    return SECURITY_HEADERS if is_demo else SECURITY_HEADERS | _BY_HTTPS_ONLY


@cache
def _as_sent(*, is_demo: bool) -> tuple[tuple[bytes, bytes], ...]:
    """Return the same as it stands in the head of an answer."""
    return tuple(
        (name.lower().encode(), value.encode())
        for name, value in _guards(is_demo=is_demo).items()
    )


def _refuse(request: Request, error: Exception) -> Response:
    code = status_of(error)
    if code == status.HTTP_401_UNAUTHORIZED and request.method == "GET":
        return RedirectResponse(door(request.url.path), status_code=303)
    _note_refused(request, error)
    ways = (*ways_on(request, error), *ways_to_goals(request, error))
    response = _error_page(request, code, sentences_of(error), ways)
    if isinstance(error, TooManyTriesError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _note_refused(request: Request, error: Exception) -> None:
    """Write into the log who wanted what she may not, or sent a form from elsewhere."""
    if status_of(error) != status.HTTP_403_FORBIDDEN:
        return
    foreign = isinstance(error, csrf.ForeignFormError)
    event = Event.FOREIGN_FORM if foreign else Event.NOT_ALLOWED
    action = error.action if isinstance(error, NotAllowedError) else ""
    actor = getattr(request.state, "actor", None)
    account = getattr(actor, "account_id", None) or ""
    tell(event, account=account, action=action, route=route_of(request.scope))


def _no_room(request: Request, error: Exception) -> Response:
    """Say that nothing was written, and let the same form be sent once more."""
    posted = getattr(request.state, "posted", None)
    again = posted.again() if posted is not None else ()
    heading = PAPERS_AWAY if isinstance(error, StoreAwayError) else NO_ROOM
    response = _error_page(request, 503, (), heading=heading, again=again)
    response.headers["Retry-After"] = "60"
    return response


def _http_error(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    return _error_page(request, code, ())


def _broke_off(_request: Request, _error: Exception) -> Response:
    """Say in one line that a body ended too soon; nobody is there to hear an answer."""
    note(_log, "a sender broke off")
    return Response(status_code=400)


def _broken(request: Request, _error: Exception) -> Response:
    """Say so in the words of the pages; the error itself goes on to the log."""
    response = _error_page(request, 500, ())
    response.headers.update(_guards(is_demo=_is_demo(request)))
    response.headers[HEADER] = request.state.request_id
    return response


def _error_page(
    request: Request,
    code: int,
    sentences: tuple[str, ...],
    ways: tuple[tuple[str, str], ...] = (),
    heading: Heading | None = None,
    again: tuple[tuple[str, str], ...] = (),
) -> Response:
    heading = heading or HEADINGS.get(code, HEADINGS[500])
    context = {
        "heading": heading.title,
        "sentences": sentences or (heading.sentence,),
        "ways": ways,
        "again": again,
        "back": request.url.path if request.method == "POST" else "/",
    }
    if code == status.HTTP_404_NOT_FOUND:
        # What was typed into the address may be anybody's number: it is not repeated.
        context["path"] = "/"
    return page(request, "error.html", context, status=code)

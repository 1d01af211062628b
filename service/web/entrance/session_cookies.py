"""Puts the session in a cookie and takes it out again; the token is never in a page."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from service.auth.sessions import SignedIn
from service.usecases.desk import Desk
from service.web import cookies, csrf
from service.web.desks import desk_of, session_cookie


def keep_session(desk: Desk, response: Response, signed: SignedIn) -> None:
    """Give the browser its new session, and a new mark for its forms."""
    cookies.keep(response, desk.settings, session_cookie(desk), signed.token)


def drop_session(desk: Desk, response: Response) -> None:
    """Take the session and the mark of the forms away."""
    for name in (session_cookie(desk), csrf.VISIT):
        cookies.drop(response, desk.settings, name)


def old_token(request: Request) -> str | None:
    """Return the session that a new sign-in replaces."""
    desk = desk_of(request)
    return cookies.read(request, desk.settings, session_cookie(desk)) or None

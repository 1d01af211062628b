"""Puts the session in a cookie and takes it out again; the token is never in a page."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from service.auth.sessions import SignedIn
from service.usecases.desk import Desk
from service.web import csrf
from service.web.desks import desk_of, session_cookie


def keep_session(desk: Desk, response: Response, signed: SignedIn) -> None:
    """Give the browser its new session, and a new mark for its forms."""
    response.set_cookie(
        session_cookie(desk),
        signed.token,
        httponly=True,
        samesite="lax",
        secure=desk.settings.secure_cookies,
        path="/",
    )


def drop_session(desk: Desk, response: Response) -> None:
    """Take the session and the mark of the forms away."""
    response.delete_cookie(session_cookie(desk), path="/")
    response.delete_cookie(csrf.VISIT, path="/")


def old_token(request: Request) -> str | None:
    """Return the session that a new sign-in replaces."""
    return request.cookies.get(session_cookie(desk_of(request)))

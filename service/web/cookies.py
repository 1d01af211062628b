"""Cookies: no script reads them, and by https their names bind them to this host.

A browser takes a name that begins with ``__Host-`` only by https, for the whole host
and from nobody but the host itself: no neighbour under the same domain can plant one.
``__Secure-`` is the same for a cookie of some paths only.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from service.settings import Settings

_TAKEN_APART = "dat.cookies"


def named(settings: Settings, name: str, path: str = "/") -> str:
    """Return the name under which a cookie goes to and fro in this installation."""
    if not settings.secure_cookies:
        return name
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


def read(request: Request, settings: Settings, name: str, path: str = "/") -> str:
    """Return what the browser sent under the name, empty when it sent nothing."""
    return _all(request).get(named(settings, name, path), "")


def _all(request: Request) -> dict[str, str]:
    """Return all cookies of a request, taken apart once for whoever handles it."""
    told: dict[str, str] | None = request.scope.get(_TAKEN_APART)
    if told is None:
        told = request.scope[_TAKEN_APART] = request.cookies
    return told


def keep(
    response: Response,
    settings: Settings,
    name: str,
    value: str,
    *,
    path: str = "/",
    seconds: int | None = None,
) -> None:
    """Give the browser a cookie, for so long or until it is closed."""
    response.set_cookie(
        named(settings, name, path),
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path=path,
    )


def drop(response: Response, settings: Settings, name: str, path: str = "/") -> None:
    """Take a cookie away; a browser obeys only who could have given it."""
    response.delete_cookie(
        named(settings, name, path),
        path=path,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )

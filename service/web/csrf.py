"""A form is taken only from a page of ours: a token bound to the visitor's cookie."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from urllib.parse import urlsplit

from fastapi import Request

from service.errors import AppError
from service.web import cookies
from service.web.desks import desk_of

VISIT = "dat_visit"
FIELD = "csrf"
# Bytes of the mark of a visitor, and of the pad that hides it on one page.
_HALF = 16
# What a browser says that does not tell where a form was sent from.
_UNTOLD = "null"
_TOKEN = re.compile(r"[0-9a-f]{64}")


class ForeignFormError(AppError):
    """The form did not come from a page of ours, or the page stood open too long."""

    status = 403


def known_visit(request: Request) -> str:
    """Return the visitor's mark as her browser sent it, empty when it sent none."""
    return cookies.read(request, desk_of(request).settings, VISIT)


def visit_of(request: Request) -> str:
    """Return the visitor's random mark: from the cookie, or a new one for it."""
    known = known_visit(request) or getattr(request.state, "visit", None)
    if known is None:
        known = secrets.token_urlsafe(24)
    request.state.visit = known
    return str(known)


def token_for(request: Request) -> str:
    """Return the token that a form of this visitor must carry.

    It is masked anew on each page, so that the length of a compressed page tells
    nothing of it to somebody who listens (the attack is called BREACH).
    """
    pad = secrets.token_bytes(_HALF)
    return (pad + _masked(_mark(request), pad)).hex()


def once(request: Request, key: str) -> str | None:
    """Return the key of a form as this visitor's own; nobody else's form gives it.

    None for a form without a key.
    """
    told = f"{visit_of(request)}:{key}".encode()
    return hashlib.sha256(told).hexdigest() if key else None


def _mark(request: Request) -> bytes:
    secret: bytes = desk_of(request).secret
    visit = visit_of(request).encode()
    return hmac.new(secret, b"form:" + visit, hashlib.sha256).digest()[:_HALF]


def _masked(mark: bytes, pad: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mark, pad, strict=True))


def _fits(token: str, mark: bytes) -> bool:
    if not _TOKEN.fullmatch(token):
        return False
    raw = bytes.fromhex(token)
    return hmac.compare_digest(_masked(raw[_HALF:], raw[:_HALF]), mark)


def check(request: Request, token: str) -> None:
    """Refuse a form that did not come from a page of ours.

    The token must fit the cookie, and a browser that says where the request started
    (``Sec-Fetch-Site``, ``Origin``) must say: here. Raises ForeignFormError.
    """
    started = request.headers.get("sec-fetch-site", "same-origin")
    if started not in {"same-origin", "none"}:
        raise ForeignFormError(f"the form was sent from {started!r}")
    if not _is_ours(request):
        raise ForeignFormError("the form was sent from another origin")
    if not known_visit(request):
        raise ForeignFormError("the form came without the visitor's cookie")
    if not _fits(token, _mark(request)):
        raise ForeignFormError("the token does not fit the visitor's cookie")


def _is_ours(request: Request) -> bool:
    """Return whether the origin, where one is told, is the host that was asked.

    Our pages send no referrer, and with it browsers tell no origin but ``null``.
    Behind a proxy the host may be another than people know: then its address counts.
    """
    origin = request.headers.get("origin", _UNTOLD)
    if origin == _UNTOLD:
        return True
    here = {request.url.netloc, urlsplit(desk_of(request).settings.base_url).netloc}
    return urlsplit(origin).netloc in here

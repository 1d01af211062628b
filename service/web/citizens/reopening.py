"""The page that opens a matter again, with what was typed before it had to be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from service.web.rendering import page

# Before the name of a field that is carried along; the page that it was sent to.
CARRIED = "giu:"
TO = "toi"
MY_MATTERS = "/viec-cua-toi"
_OF_MATTER = re.compile(r"/(?:ho-so|ke-hoach)/(DAT-[0-9A-Z-]{10,30})(?:/.*)?")


def door(path: str) -> str:
    """Return where whoever is not signed in is led to: the door of the matter or desk.

    The code of a matter in the address is filled in; the number is asked.
    """
    found = _OF_MATTER.fullmatch(path)
    if path == MY_MATTERS:
        return "/mo-lai"
    return f"/mo-lai?ma={found[1]}" if found else "/dang-nhap"


def ask_to_reopen(
    request: Request, code: str, path: str, sent: Mapping[str, str]
) -> Response:
    """Ask for code and number; what was sent to ``path`` waits in the same form."""
    return reopen_page(request, code, {}, path, sent, status=401)


def reopen_page(
    request: Request,
    code: str,
    problems: Mapping[str, str],
    path: str = "",
    sent: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    """Show the form; ``sent`` are fields of another page that must not be lost."""
    context = {
        "code": code,
        "problems": problems,
        "to": path,
        "carried": {f"{CARRIED}{name}": text for name, text in (sent or {}).items()},
    }
    return page(request, "reopen.html", context, status=status)


def carried_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that were carried along, by their own names."""
    return {
        name.removeprefix(CARRIED): text
        for name, text in fields.items()
        if name.startswith(CARRIED)
    }

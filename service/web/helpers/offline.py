"""Pages for villages without coverage: what goes along on a device, or on paper."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.usecases.helpers.helped_matters import helped_matters
from service.usecases.helpers.offline_pack import question_sheet
from service.web.dependencies import ActorDep, DeskDep, HelperDep, get_actor
from service.web.rendering import HERE, STATIC, page, static_url

SHELL = "/ho-tro/ngoai-tuyen/khong-mang"
SCRIPTS = ("offline.js", "offline-vault.js")
_OF_PAGE = ("helper/offline.html", "layout.html", "parts.html")

router = APIRouter()


@router.get("/ho-tro/ngoai-tuyen", name="offline", dependencies=[Depends(get_actor)])
def show_offline(request: Request, desk: DeskDep, actor: ActorDep) -> Response:
    """Show a helper whose questions may be taken along; anybody else, the device."""
    rows = helped_matters(desk, actor) if actor.kind == "helper" else ()
    active = [row for row in rows if row.active]
    return page(request, "helper/offline.html", {"rows": active})


@router.get(SHELL, name="offline_shell")
def show_shell(request: Request) -> Response:
    """Show the same page as it is kept on devices: it knows nobody."""
    return page(request, "helper/offline.html", {"rows": ()})


@router.get("/ho-tro/ngoai-tuyen.js", name="offline_worker")
def worker() -> Response:
    """Return the service worker; it is another one when any of its files changes."""
    return Response(_worker(), media_type="text/javascript")


@router.get(
    "/ho-tro/ngoai-tuyen/{code}/phieu",
    name="offline_sheet",
    dependencies=[Depends(get_actor)],
)
def show_sheet(
    request: Request, desk: DeskDep, actor: HelperDep, code: str
) -> Response:
    """Show the open questions of a resident as a sheet to print and write on."""
    sheet = question_sheet(desk, actor, code)
    return page(request, "helper/question_sheet.html", {"sheet": sheet})


@cache
def _worker() -> str:
    files = [SHELL, static_url("dat.css"), *map(static_url, SCRIPTS)]
    source = (STATIC / "offline-worker.js").read_text("utf-8")
    pages = [(HERE / "templates" / name).read_text("utf-8") for name in _OF_PAGE]
    version = hashlib.sha256("\n".join([*files, *pages, source]).encode())
    return (
        f'"use strict";\nconst VERSION = "{version.hexdigest()[:12]}";\n'
        f"const FILES = {json.dumps(files)};\n{source}"
    )

"""Signs of life for whoever runs the service."""

from __future__ import annotations

import hmac
from importlib.metadata import version

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from service.errors import NotFoundError
from service.metrics import CONTENT_TYPE, COUNTED, text_of
from service.settings import Settings
from service.usecases.desk import Desk
from service.usecases.operation.backup_runs import last_good
from service.usecases.operation.gauges import gauges
from service.usecases.operation.ready import waiting_seconds, what_is_wrong
from service.usecases.outside.silences import silent_offices
from service.web.dependencies import DeskDep

router = APIRouter()

STOPPING = "the service is about to stop"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
# A proxy says for whom it asks; whoever asks through one is not on this machine.
_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@router.get("/livez", name="livez")
def livez() -> Response:
    """Say that the process runs; nothing else is looked at."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz", name="readyz")
def readyz(request: Request, desk: DeskDep) -> Response:
    """Say whether work can be done now: 200, or 503 with what is wrong.

    Packages of the law that are left out for their faults are told, and keep nobody
    from working under the others. Offices that do not answer, the age of what waits
    for them and of the last good backup are told too: what waits keeps its place.
    """
    if getattr(request.app.state, "stopping", False):
        return JSONResponse({"ready": False, "wrong": [STOPPING]}, 503)
    wrong = what_is_wrong(desk)
    left_out = {name: list(lines) for name, lines in desk.law.faults.items()}
    answer = {"ready": not wrong, "wrong": wrong, "packages_left_out": left_out}
    return JSONResponse(
        answer | (_told_by_store(desk) if not wrong else {}), 503 if wrong else 200
    )


def _told_by_store(desk: Desk) -> dict[str, object]:
    good = last_good(desk)
    return {
        "offices_silent": {
            each.office: each.since.isoformat() for each in silent_offices(desk)
        },
        "outbox_oldest_seconds": waiting_seconds(desk),
        "last_backup": good.began_at.isoformat() if good else None,
    }


@router.get("/metrics", name="metrics")
def metrics(request: Request, desk: DeskDep) -> Response:
    """Tell the counts of this process and what stands in the installation.

    For who has the token; without one set, for who asks from this machine itself.
    Everybody else finds nothing here.
    """
    if not _may_watch(request, desk.settings):
        raise NotFoundError("page", "metrics")
    text = text_of([*COUNTED, *gauges(desk)])
    return Response(text, media_type=CONTENT_TYPE)


def _may_watch(request: Request, settings: Settings) -> bool:
    token = settings.metrics_token
    if token is not None:
        given = request.headers.get("authorization", "")
        wanted = f"Bearer {token.get_secret_value()}"
        return hmac.compare_digest(given.encode(), wanted.encode())
    host = request.client.host if request.client else ""
    return host in _LOOPBACK and not any(name in request.headers for name in _PROXIED)


@router.get("/version", name="version")
def show_version(desk: DeskDep) -> Response:
    """Say which program and which edition of the law answer today."""
    edition = desk.law.edition(desk.settings.province, desk.today())
    return JSONResponse(
        {"version": version("dat"), "edition": edition.id, "digest": edition.digest}
    )

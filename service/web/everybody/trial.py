"""What a trial offers besides the service itself: the simulated offices, the texts."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from integrations.loopback import is_loopback
from integrations.simulator.forms import words
from service.errors import NotFoundError
from service.settings import Settings
from service.web.dependencies import DeskDep
from service.web.rendering import page

router = APIRouter()


@router.get("/thu-nghiem", name="trial")
def show(request: Request, desk: DeskDep) -> Response:
    """Show where to act as the offices outside; only a trial has this page."""
    if desk.settings.environment != "demo":
        raise NotFoundError("page", request.url.path)
    return page(
        request, "public/trial.html", {"offices": list(_offices(desk.settings))}
    )


def _offices(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield name, purpose and address of the offices that run on this machine."""
    for office, shown in words()["offices"].items():
        address = settings.gateways.get(office, "")
        if is_loopback(urlsplit(address).hostname or ""):
            yield shown["name"], shown["about"], address

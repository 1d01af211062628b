"""Plays the recording of a question; a browser asks for parts of it by ranges."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from service.errors import NotFoundError
from service.usecases.desk import Desk
from service.usecases.matter.recordings import KINDS, Recording, recording

router = APIRouter()


@router.get("/am-thanh/{language}/{name}", name="recording")
def play(request: Request, language: str, name: str) -> Response:
    """Return the recording whole or in parts, or the page that there is none."""
    key, _, ending = name.rpartition(".")
    found = recording_of(request, language, key) if ending in KINDS else None
    if found is None or found.name != name:
        raise NotFoundError("recording", name)
    return FileResponse(
        found.path,
        media_type=found.media_type,
        headers={"Cache-Control": "public, max-age=3600"},
    )


def recording_of(request: Request, language: str, key: str) -> Recording | None:
    """Return the recording of a question of the installation's province, if any.

    A practice room plays those of the installation too.
    """
    desk: Desk = request.app.state.desk
    edition = desk.law.edition(desk.settings.province, desk.today())
    return recording(desk.settings.data_dir, language, key, edition)

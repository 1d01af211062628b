"""Which desk a request works at: that of the installation, or of a practice room."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request

from service.persistence.wall import Scope
from service.usecases.desk import Desk
from service.usecases.practising.practice_rooms import Room

SESSION = "dat_session"
PRACTICE_SESSION = "dat_luyen_tap_phien"


def room_of(request: Request) -> Room | None:
    """Return the practice room in which the visitor is, None outside."""
    room: Room | None = getattr(request.state, "room", None)
    return room


def go_into(request: Request, room: Room) -> None:
    """Let the rest of a request be in a practice room, whatever looked at it before."""
    request.state.room = room
    request.state.desk = None


def desk_of(request: Request) -> Desk:
    """Return the desk of the visitor's practice room, else that of the installation.

    What a request reads and writes there is for nobody until it is known who acts.
    """
    held: Desk | None = getattr(request.state, "desk", None)
    if held is None:
        room = room_of(request)
        whole: Desk = request.app.state.desk if room is None else room.desk
        held = replace(whole, database=whole.database.within(Scope()))
        request.state.desk = held
    return held


def session_cookie(desk: Desk) -> str:
    """Return the name of the cookie of a session; a practice room has its own."""
    return PRACTICE_SESSION if desk.practice else SESSION

"""The desk of the installation that the settings describe, for commands that run it."""

from __future__ import annotations

from service.composition import build_desk
from service.persistence.database import upgrade
from service.settings import Settings
from service.usecases.desk import Desk


def migrated_desk() -> Desk:
    """Return the desk of this installation, its database at the newest schema."""
    desk = build_desk(Settings())
    upgrade(desk.database)
    return desk

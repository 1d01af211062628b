"""The desk of the installation that the settings describe, for commands that run it."""

from __future__ import annotations

import sys

from service.composition import build_desk
from service.installed_law import told_faults
from service.persistence.database import upgrade
from service.settings import Settings
from service.usecases.desk import Desk


def migrated_desk() -> Desk:
    """Return the desk of this installation, its database at the newest schema.

    The law of the day is read now; packages left out are told on standard error.
    """
    desk = build_desk(Settings())
    upgrade(desk.database)
    desk.law.prepare(desk.today())
    if desk.law.faults:
        print(told_faults(desk.law), file=sys.stderr, flush=True)
    return desk

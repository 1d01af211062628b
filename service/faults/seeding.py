"""How a bug is planted in a process that was forked for it; nothing is ever put back.

Each of these is done in a child of a run, never in the process of the harness: there
the service stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from service.usecases.desk import Desk

Spoil = Callable[[Desk], Desk]
# How the key of a move begins in a drill, so that a bug can tell it from other acts.
MOVE_KEY = "move-"
_ROOMS = ("service", "integrations", "forms", "workflows")


def put(owner: object, name: str, other: object) -> None:
    """Put something else in the place of an attribute of a module or a class."""
    if not hasattr(owner, name):
        raise AttributeError(f"{owner!r} has no {name!r}: the bug fits no more")
    setattr(owner, name, other)


def put_everywhere(original: object, other: object) -> None:
    """Put something else wherever a module of ours knows a function by a name."""
    places = [
        (module, name)
        for module in tuple(sys.modules.values())
        if getattr(module, "__name__", "").partition(".")[0] in _ROOMS
        for name, value in tuple(vars(module).items())
        if value is original
    ]
    for module, name in places:
        setattr(module, name, other)
    if not places:
        raise AttributeError(f"nobody knows {original!r}: the bug fits no more")


def nothing(*_given: Any, **_named: Any) -> None:  # noqa: ANN401  whatever it is given
    """Do nothing."""


def break_in_two(connection: Connection) -> None:
    """Commit what a transaction has done so far, and let it go on in a second one."""
    connection.exec_driver_sql("COMMIT")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")

"""How often one person, or one address, has what costs the machine much.

The counts stand in the database: all processes share them. Staff are counted by their
account, because a whole office may come from one address.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from service.auth.sessions import count_client
from service.errors import StoreFullError
from service.usecases.desk import Desk
from service.web.dependencies import ActorDep, DeskDep, client_of


class Costly(StrEnum):
    """What is counted; the most within five minutes is a setting of its own."""

    PRINT = "print"
    UPLOAD = "upload"
    SEARCH = "search"
    MISS = "miss"  # a code that names nothing


def count(request: Request, desk: Desk, actor: ActorDep, what: Costly) -> None:
    """Count one more; raise TooManyTriesError beyond the most.

    Without room in the store nobody is kept from reading.
    """
    told = desk.settings
    most = {
        Costly.PRINT: told.prints_of_person,
        Costly.UPLOAD: told.uploads_of_person,
        Costly.SEARCH: told.searches_of_person,
        Costly.MISS: told.misses_of_client,
    }[what]
    with suppress(StoreFullError):
        count_client(desk, what, actor.account_id or client_of(request), most)


def few(what: Costly) -> Callable[[Request, Desk, ActorDep], None]:
    """Return what a route depends on that is had a few times only."""

    def counted(request: Request, desk: DeskDep, actor: ActorDep) -> None:
        count(request, desk, actor, what)

    return counted


FEW_PRINTS = Depends(few(Costly.PRINT))
FEW_SEARCHES = Depends(few(Costly.SEARCH))
FewUploadsDep = Annotated[None, Depends(few(Costly.UPLOAD))]

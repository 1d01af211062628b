"""How it stands with each outside office, for whoever runs the installation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from service.auth.actors import Actor
from service.auth.office_keys import OFFICES
from service.errors import NotFoundError
from service.persistence.exchanges import ComparisonRow, ExchangeRow, LineRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration.administering import only_administrator
from service.usecases.desk import Desk
from service.usecases.outside.compare_books import comparable
from service.usecases.outside.office_lines import look, port_of

MOST = 100
PAGE = 50

Mode = Literal["live", "simulated", "twin", "paper"]


@dataclass(frozen=True, slots=True)
class Connection:
    """One outside office: how it is connected, whether it answers, what waits.

    ``waiting`` is counted up to ``MOST``; ``oldest`` is since when the first waits.
    """

    office: str
    mode: Mode
    line: LineRow
    waiting: int
    oldest: datetime | None
    compared: ComparisonRow | None
    keeps_book: bool

    @property
    def silent(self) -> bool:
        """Return whether it is left alone because it does not answer."""
        return self.line.opened_at is not None


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """One office with the log of what was exchanged, newest first, without the words.

    ``before`` opens the next page, None at the end.
    """

    connection: Connection
    log: tuple[ExchangeRow, ...]
    comparisons: tuple[ComparisonRow, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What an office said to a look just now; ``lacks`` is None when it answers."""

    office: str
    mode: Mode
    lacks: str | None


def connections(desk: Desk, actor: Actor) -> tuple[Connection, ...]:
    """Return how it stands with every office; only administrators see it."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        return tuple(_connection(desk, uow, office) for office in _here(desk))


def connection_page(
    desk: Desk, actor: Actor, office: str, *, before: int | None = None
) -> ConnectionPage:
    """Return one office with its log. Raises NotFoundError for one that is none."""
    only_administrator(actor)
    _known(desk, office)
    with desk.database.reading() as uow:
        tenant = desk.settings.province
        lines = uow.exchanges.log(tenant, office, before=before, limit=PAGE + 1)
        return ConnectionPage(
            _connection(desk, uow, office),
            lines[:PAGE],
            uow.exchanges.comparisons(tenant, office, 10),
            lines[PAGE - 1].seq if len(lines) > PAGE else None,
        )


def try_now(desk: Desk, actor: Actor, office: str) -> str | None:
    """Try an office at once, whatever rest it was given; return what it lacks.

    What waits for it is tried again by the worker when it answers. Raises
    NotFoundError for an office that is none.
    """
    only_administrator(actor)
    _known(desk, office)
    with desk.database.transaction() as uow:
        line = uow.exchanges.line(desk.settings.province, office, held=True)
        if line.opened_at is not None:
            uow.exchanges.keep_line(replace(line, next_try_at=desk.now()))
    lacks = look(desk, office)
    if lacks is None:
        with desk.database.transaction() as uow:
            uow.exchanges.wake(desk.settings.province, office, desk.now())
    return lacks


def look_at_all(desk: Desk) -> tuple[Looked, ...]:
    """Ask every office that is connected whether it is there."""
    modes = [(office, mode_of(desk, office)) for office in _here(desk)]
    return tuple(
        Looked(office, mode, None if mode == "twin" else look(desk, office))
        for office, mode in modes
    )


def mode_of(desk: Desk, office: str) -> Mode:
    """Return how an office is connected in this installation."""
    settings = desk.settings
    demo = settings.environment == "demo"
    by_agreement = {
        "messaging": settings.messaging.any_set,
        "identity": bool(settings.identity.issuer),
    }
    if office in settings.gateways or by_agreement.get(office, False):
        # An agreement is with a real provider, whatever the installation is.
        return "simulated" if demo and office in settings.gateways else "live"
    return "twin" if demo else "paper"


def _here(desk: Desk) -> list[str]:
    return [office for office in OFFICES if port_of(desk, office) is not None]


def _known(desk: Desk, office: str) -> None:
    if office not in OFFICES or port_of(desk, office) is None:
        raise NotFoundError("office", office)


def _connection(desk: Desk, uow: UnitOfWork, office: str) -> Connection:
    tenant = desk.settings.province
    waits = uow.exchanges.waiting(tenant, office, MOST)
    compared = uow.exchanges.comparisons(tenant, office, 1)
    return Connection(
        office,
        mode_of(desk, office),
        uow.exchanges.line(tenant, office),
        len(waits),
        waits[0].created_at if waits else None,
        compared[0] if compared else None,
        office in comparable(desk),
    )

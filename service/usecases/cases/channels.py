"""By which channel a dossier was handed in: told by who handed it in, once."""

from __future__ import annotations

from service.auth.actors import Actor
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from service.usecases.outside.national_codes import codes_today


def note_channel(desk: Desk, uow: UnitOfWork, row: CaseRow, actor: Actor) -> None:
    """Keep the channel of a dossier that was just handed in; a later one changes none.

    A citizen, or the neighbour who helps him, hands in online; a clerk enters what
    was handed over his counter.
    """
    channel = codes_today(desk).channel_of(actor.kind)
    if row.channel is None and channel is not None:
        uow.outside.set_channel(row, channel)

"""Which cases went out of the service as a list, or stood by name on a page of one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from service.auth.actors import Actor
from service.errors import StoreFullError
from service.observability import warn
from service.persistence.custody import TakenRow
from service.persistence.tables.custody import SHOWN
from service.usecases.desk import Desk

# The same page again to the same person within so long is not written down again.
AGAIN = timedelta(minutes=10)
_log = logging.getLogger(__name__)


def note_taken(
    desk: Desk,
    actor: Actor,
    what: str,
    about: str,
    cases: Sequence[str],
    count: int | None = None,
) -> None:
    """Note that somebody took a list of cases out as a file; ``cases`` are their ids.

    ``what`` is a name of ``who_saw_sentences.TAKEN``, ``about`` says what was wished.
    ``count`` is how many there were when they are not named.
    """
    with desk.database.transaction() as uow:
        uow.custody.add_taken(
            TakenRow(
                actor.tenant, desk.now(), actor.name, actor.account_id, actor.office_id,
                what, len(cases) if count is None else count, about, cases,
            )
        )  # fmt: skip


def note_shown(desk: Desk, actor: Actor, cases: Sequence[str]) -> None:
    """Note which cases stood by name on a page of a list that somebody was shown.

    One row a page, without a look at any of the cases. Whoever can read and cannot
    write, because no room is left, still sees his list.
    """
    if not cases:
        return
    part = desk.now().timestamp() // AGAIN.total_seconds()
    key = (actor.tenant, actor.account_id, actor.name, part, *cases)
    try:
        desk.shown.get(key, lambda: note_taken(desk, actor, SHOWN, "", cases))
    except StoreFullError:
        warn(_log, "a page of a list was shown and not written down")

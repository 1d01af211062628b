"""What a helper sees and prints is written down for the resident, with both names.

So is which cases went out of the service as a list, and with whom, and which ones
stood on a page of a list that somebody had before him.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from service.auth.actors import Actor
from service.auth.policies import consent_for
from service.errors import StoreFullError
from service.observability import warn
from service.persistence.custody import TakenRow
from service.persistence.rows import MatterRow
from service.persistence.tables.custody import SHOWN
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import acting, find_matter

PRINT = "print"
# The same page again to the same person within so long is not written down again.
AGAIN = timedelta(minutes=10)
_log = logging.getLogger(__name__)


def note_print(desk: Desk, actor: Actor, matter_code: str) -> str:
    """Note that a helper printed a paper with the whole number on it.

    Return in words who printed for whom; empty for whoever is no helper, of whom
    nothing is noted.
    """
    if actor.kind != "helper":
        return ""
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        return note_look(desk, uow, actor, matter, PRINT)


def note_look(
    desk: Desk, uow: UnitOfWork, actor: Actor, matter: MatterRow, what: str
) -> str:
    """Note what somebody did on a matter; return the name of the one he helps."""
    consent = consent_for(actor, None, matter_target(desk, uow, matter))
    person = acting(actor, consent)
    uow.people.note_access(
        tenant_id=matter.tenant_id,
        at=desk.now(),
        who=person.name,
        account_id=person.account_id,
        office_id=None,
        on_behalf_of=person.on_behalf_of,
        what=what,
        matter_id=matter.id,
        case_id=None,
    )
    return person.on_behalf_of or ""


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

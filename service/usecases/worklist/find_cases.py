"""Finds a case by what a citizen says on the telephone, for the clerk's own office."""

from __future__ import annotations

from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.codes import normalise
from service.auth.policies import Action, Installation, authorize
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.case_words import NAME, Sought, sought
from service.usecases.custody.lists_seen import note_shown
from service.usecases.desk import Desk
from service.usecases.worklist.work_rows import WorkRow, rows_of

MOST_FOUND = 30
# So many words are read when a question must be taken apart.
_MOST_READ = 300


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, open cases first; ``more`` when there are others.

    ``code`` is the question as a whole code of ours, when it is one: the case may be
    one of another office.
    """

    rows: tuple[WorkRow, ...]
    more: bool
    code: str | None


def find_cases(desk: Desk, actor: Actor, question: str) -> Found:
    """Return the cases in which the actor's office plays a role and that fit.

    A question that says a sheet and a parcel, the end of a code, or a part of a name;
    of a name every word must be in it. Raises NotAllowedError for whoever is no clerk.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    with desk.database.reading() as uow:
        ids: dict[str, None] = {}
        for meaning in sought(question):
            ids |= dict.fromkeys(_fitting(uow, actor, meaning))
        chosen = list(ids)[:MOST_FOUND]
        cases = uow.cases.with_codes(actor.tenant, chosen)
        ordered = sorted(cases.values(), key=_order)
        rows = rows_of(desk, uow, actor, ordered)
    note_shown(desk, actor, [row.id for row in ordered])
    return Found(rows, len(ids) > MOST_FOUND, normalise(question))


def _order(row: CaseRow) -> tuple[bool, str, str]:
    return row.ended_at is not None, row.due_on.isoformat(), row.code


def _fitting(uow: UnitOfWork, actor: Actor, meaning: Sought) -> tuple[str, ...]:
    place = (actor.tenant, actor.office_id or "", meaning.kind)
    found = uow.search.beginning(*place, meaning.prefix, MOST_FOUND * 2 + 1)
    words = meaning.prefix.split()
    if found or meaning.kind != NAME or len(words) == 1:
        return found
    # The words stand apart or in another order: look one up, then ask for the others.
    longest = max(words, key=len)
    near = uow.search.beginning(*place, longest, _MOST_READ)
    names = uow.search.words(actor.tenant, NAME, near)
    return tuple(
        case_id
        for case_id in near
        if all(
            any(name.startswith(word) for name in names.get(case_id, ()))
            for word in words
        )
    )

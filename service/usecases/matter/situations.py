"""From the ledger of a matter to the situation that the domain reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from service.persistence.rows import FactRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from workflows.errors import BadInputError
from workflows.packages import Edition
from workflows.parcels import PARCELS
from workflows.parties import names_of
from workflows.situation import Situation, read, vocabulary_of

PARTIES = "parties"
COMMUNE = "commune"
PARTY = "party["
RELATIONSHIP = "relationship["
# Who is helped is called so until a name is told.
UNNAMED = "citizen"
# How questions about a person are named in the packages.
PERSON = "party[{party}]."


# A word noted without coverage while somebody else said another one: it waits until a
# person says which of them holds.
NOTED_OFFLINE = "noted_offline"


def current(rows: Iterable[FactRow]) -> dict[str, FactRow]:
    """Return the newest statement of each fact of the matter itself.

    A word that waits for a choice is none: until then the others hold.
    """
    return {
        row.key: row
        for row in rows
        if row.case_id is None and row.source != NOTED_OFFLINE
    }


def edition_today(desk: Desk, matter: MatterRow) -> Edition:
    """Return the law of the place of a matter on its day."""
    return desk.law.edition(matter.tenant_id, matter.on_day, matter.commune)


def situation_from(desk: Desk, matter: MatterRow, rows: Iterable[FactRow]) -> Situation:
    """Return the situation as the newest statements tell it.

    What no longer fits is left out and asked again: a fact about a person who was
    taken off the list, or an answer that the law of today does not know.
    """
    newest = current(rows)
    known = vocabulary_of(edition_today(desk, matter))
    parties = newest[PARTIES].value if PARTIES in newest else []
    ids = {str(party["id"]) for party in parties}
    answers = {
        key: row.value
        for key, row in newest.items()
        if key not in {PARTIES, COMMUNE, PARCELS}
        and (key in known or key.startswith((PARTY, RELATIONSHIP)))
        and about(key) <= ids
    }
    raw: dict[str, object] = {
        "province": matter.tenant_id,
        "on": matter.on_day.isoformat(),
        "goal": matter.goal,
        "parties": parties,
        "answers": answers,
    }
    if matter.commune is not None:
        raw["commune"] = matter.commune
    if PARCELS in newest:
        raw[PARCELS] = newest[PARCELS].value
    return _read(desk, raw, answers)


def _read(
    desk: Desk, raw: Mapping[str, object], answers: Mapping[str, object]
) -> Situation:
    # By every word of it: whatever was told, taken back or forgotten since counts.
    words = hashlib.sha256(json.dumps(raw, default=repr).encode()).digest()
    return desk.told.get((desk.law, words), lambda: _as_far(desk, raw, answers))


def _as_far(
    desk: Desk, raw: Mapping[str, object], answers: Mapping[str, object]
) -> Situation:
    """Read what was told, without what does not fit the law."""
    try:
        return read(raw, desk.law, desk.territory)
    except BadInputError as error:
        wrong = {problem.key for problem in error.problems}
        kept = {key: value for key, value in answers.items() if key not in wrong}
        left = {**raw, "answers": kept}
        if any(key.startswith(PARCELS) for key in wrong):
            del left[PARCELS]
        return read(left, desk.law, desk.territory)


def about(key: str) -> frozenset[str]:
    """Return the people that a fact is about, by its key."""
    for prefix in (PARTY, RELATIONSHIP):
        if key.startswith(prefix):
            inside = key.removeprefix(prefix).partition("]")[0]
            return frozenset(inside.split(","))
    return frozenset()


def resident_name(desk: Desk, uow: UnitOfWork, matter: MatterRow) -> str:
    """Return who is helped: the first name that is told, else just "citizen"."""
    facts = uow.matters.facts(matter.tenant_id, matter.id)
    names = names_of(situation_from(desk, matter, facts).parties)
    return next(iter(names.values()), UNNAMED)

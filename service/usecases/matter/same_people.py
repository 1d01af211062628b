"""Who is who when people are taken off a matter and named again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from service.persistence.rows import FactRow
from service.usecases.matter.situations import PARTIES, PARTY
from workflows.writing import tidy

_NAMED = "].full_name"


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A person as typed on the page of people; ``share`` such as "1/2", or None."""

    id: str
    role: str
    name: str = ""
    share: str | None = None


def same_people(
    rows: Sequence[PartyRow], facts: Mapping[str, FactRow]
) -> list[PartyRow]:
    """Return the rows with the ids under which the matter knows these people.

    ``facts`` are the newest statements. Who takes part keeps the id. Somebody new gets
    no id of another, whose numbers and days would else become theirs.
    """
    present = {each["id"] for each in facts[PARTIES].value} if PARTIES in facts else ()
    names = _names(facts)
    used = set(present) | {row.id for row in rows if row.id not in names}
    found = []
    for row in rows:
        name = tidy(row.name)
        if row.id in present or not name:
            found.append(row)
            continue
        id_ = _gone(name, names, used) or _free(row, names, used)
        used.add(id_)
        found.append(replace(row, id=id_))
    return found


def _names(facts: Mapping[str, FactRow]) -> dict[str, str]:
    return {
        key.removeprefix(PARTY).removesuffix(_NAMED): tidy(row.value)
        for key, row in facts.items()
        if key.startswith(PARTY) and key.endswith(_NAMED) and row.value
    }


def _gone(name: str, names: Mapping[str, str], used: set[str]) -> str | None:
    """Return the id of somebody of this name who was taken off."""
    alike = (id_ for id_, each in names.items() if each.casefold() == name.casefold())
    return next((id_ for id_ in alike if id_ not in used), None)


def _free(row: PartyRow, names: Mapping[str, str], used: set[str]) -> str:
    if row.id not in names:
        return row.id
    numbered = (f"{row.role}-{number}" for number in count(1))
    return next(id_ for id_ in numbered if id_ not in names and id_ not in used)

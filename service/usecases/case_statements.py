"""What is known of a case, and who said it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from service.persistence.rows import FactRow
from service.usecases import sentences
from service.usecases.case_facts import cases_of
from service.usecases.casefile import CaseFile
from service.usecases.read_matter import shown
from service.usecases.situations import COMMUNE, PARTIES, PERSON, situation_from
from service.usecases.voices import disputed


@dataclass(frozen=True, slots=True)
class CaseFact:
    """What is known, who said it, and how often it was said."""

    key: str
    label: str
    value: object
    shown: str
    said_by: str
    on_behalf_of: str | None
    source: str
    at: datetime
    history: int
    conflict: bool


def facts_of(file: CaseFile) -> tuple[CaseFact, ...]:
    """Return the newest word on each fact; what the case found out goes first."""
    situation = situation_from(file.desk, file.matter, file.facts)
    people = {party.id for party in situation.parties}
    apart = disputed(file.facts, file.edition, people, cases_of(file))
    times: Counter[str] = Counter()
    newest: dict[str, FactRow] = {}
    for row in file.facts:
        if row.key != PARTIES and row.case_id in {None, file.row.id}:
            times[row.key] += 1
            before = newest.get(row.key)
            # What the case itself recorded goes before what the matter says.
            if before is None or before.case_id is None or row.case_id is not None:
                newest[row.key] = row
    return tuple(
        CaseFact(
            key,
            _label(file, key),
            row.value,
            _shown(file, key, row.value),
            row.said_by,
            row.on_behalf_of,
            row.source,
            row.at,
            times[key],
            key in apart,
        )
        for key, row in newest.items()
    )


def _shown(file: CaseFile, key: str, value: object) -> str:
    if key == COMMUNE and isinstance(value, str):
        return file.desk.territory.commune_name(file.row.tenant_id, value) or value
    return shown(file.edition.questions.get(_pattern(key)), value)


def _pattern(key: str) -> str:
    if key.startswith("party["):
        return PERSON + key.partition("].")[2]
    return "relationship" if key.startswith("relationship[") else key


def _label(file: CaseFile, key: str) -> str:
    pattern = _pattern(key)
    spec = file.edition.facts.get(pattern)
    if spec is not None:
        return spec.label.clerk
    question = file.edition.questions.get(pattern)
    if question is None:
        return key
    return sentences.about((question.legal or question.text), _people(file, key))


def _people(file: CaseFile, key: str) -> tuple[str, ...]:
    """Return the names of the people that a fact is about, by its key."""
    names = {row.key: row.value for row in file.facts if row.case_id is None}
    ids = key.partition("[")[2].partition("]")[0].split(",")
    return tuple(
        str(names.get(f"party[{each}].full_name") or each) for each in ids if each
    )

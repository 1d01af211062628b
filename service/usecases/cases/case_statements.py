"""What is known of a case, and who said it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forms.likeness import likeness
from forms.sentences import several_sources
from service.persistence.rows import FactRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import CaseFile
from service.usecases.matter.read_matter import PERSON_ID, shown
from service.usecases.matter.situations import COMMUNE, PARTIES, PERSON, situation_from
from service.usecases.matter.voices import disputed
from service.usecases.papers.case_facts import cases_of
from service.usecases.papers.case_photos import shows
from service.usecases.papers.paper_facts import said
from service.usecases.papers.paper_sentences import SOURCES
from workflows.packages import Edition
from workflows.sentences import day, money

# Kinds of answers that tell who somebody is, or how to reach him.
_PERSONAL = frozenset({PERSON_ID, "phone"})
_SUMS = frozenset({"money", "lines"})


@dataclass(frozen=True, slots=True)
class Word:
    """One of several values of a fact, and in a few words who says so."""

    shown: str
    said: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What an office or a register wrote, as it came: its number, when, its values."""

    number: str
    at: datetime
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CaseFact:
    """What is known, who said it, and how often it was said.

    ``words`` are the different ones where sources differ; ``papers`` those photographed
    papers on which it can be read; ``reply`` the message of an office that told it;
    ``where`` the card or register that it was read from.
    """

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
    personal: bool = False
    is_sum: bool = False
    words: tuple[Word, ...] = ()
    papers: tuple[str, ...] = ()
    reply: Reply | None = None
    where: str | None = None


def facts_of(
    uow: UnitOfWork, file: CaseFile, photographed: Collection[str] = ()
) -> tuple[CaseFact, ...]:
    """Return the newest word on each fact; what the case found out goes first.

    ``photographed`` are the papers of the dossier of which a photo is kept.
    """
    readable = shows(file, photographed) if photographed else {}
    replies = _replies(uow, file)
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
            label_of_fact(file, key),
            row.value,
            shown_in(file, key, row.value),
            row.said_by,
            row.on_behalf_of,
            row.source,
            row.at,
            times[key],
            key in apart,
            _type(file, key) in _PERSONAL,
            _type(file, key) in _SUMS,
            _words(file, apart.get(key, ())),
            readable.get(key, ()),
            replies.get(row.detail or "") if row.case_id is not None else None,
            SOURCES.get(row.source),
        )
        for key, row in newest.items()
    )


def _replies(uow: UnitOfWork, file: CaseFile) -> dict[str, Reply]:
    """Return the messages that the facts of a case came with, by their numbers."""
    numbers = {row.detail for row in file.own_facts.values() if row.detail}
    found: dict[str, Reply] = {}
    for number in sorted(numbers):
        row = uow.queues.in_by_id(file.row.tenant_id, number)
        if row is not None and row.body is not None:
            # The two databases keep the keys of an object in orders of their own.
            values = tuple(
                (label_of_fact(file, key), shown_in(file, key, value))
                for key, value in sorted(row.body.get("facts", {}).items())
            )
            found[number] = Reply(number, row.received_at, values)
    return found


def _words(file: CaseFile, rows: Iterable[FactRow]) -> tuple[Word, ...]:
    """Return each value once, with everybody who says it."""
    alike: dict[str, list[FactRow]] = {}
    for row in rows:
        alike.setdefault(likeness(row.key, row.value), []).append(row)
    return tuple(
        Word(
            shown_in(file, same[0].key, same[0].value),
            several_sources([said(row) for row in same]),
        )
        for same in alike.values()
    )


def _type(file: CaseFile, key: str) -> str | None:
    """Return the type of a fact: as it is asked, else as an office records it."""
    pattern = _pattern(key)
    question, spec = (
        file.edition.questions.get(pattern),
        file.edition.facts.get(pattern),
    )
    return question.type if question else spec.type if spec else None


def shown_in(file: CaseFile, key: str, value: object) -> str:
    """Return a value of the case in words, as a page shows it."""
    if key == COMMUNE and isinstance(value, str):
        return file.desk.territory.commune_name(file.row.tenant_id, value) or value
    spec = file.edition.facts.get(_pattern(key))
    if spec is not None and spec.type == "date" and isinstance(value, str):
        return day(date.fromisoformat(value))
    if spec is not None and spec.type == "lines" and isinstance(value, list):
        return "; ".join(_line(file, each) for each in value)
    if spec is not None and spec.type == "money" and isinstance(value, int):
        return money(value)
    if spec is not None and isinstance(value, str):
        value = spec.choices.get(value, value)
    return shown(file.edition.questions.get(_pattern(key)), value)


def _line(file: CaseFile, line: Mapping[str, Any]) -> str:
    """Return a line of a notice in words: what for, how much, who pays."""
    kind = sentences.MONEY_KINDS.get(line["kind"], line["kind"])
    amount = money(line["amount"])
    payer = line.get("payer")
    if payer is None:
        return sentences.asked_sum(kind, amount)
    (name,) = _people(file, f"party[{payer}]")
    return sentences.asked_sum_of(kind, amount, name)


def _pattern(key: str) -> str:
    if key.startswith("party["):
        return PERSON + key.partition("].")[2]
    return "relationship" if key.startswith("relationship[") else key


def label_of_fact(file: CaseFile, key: str) -> str:
    """Return what clerks call a fact of the case; the key when nobody named it."""
    return words_of_fact(file.edition, key, _people(file, key))


def words_of_fact(edition: Edition, key: str, names: Sequence[str]) -> str:
    """Return what clerks call a fact about people who are named so; else its key."""
    pattern = _pattern(key)
    spec = edition.facts.get(pattern)
    if spec is not None:
        return spec.label.clerk
    question = edition.questions.get(pattern)
    if question is None:
        return key
    return sentences.about(question.legal or question.text, names)


def _people(file: CaseFile, key: str) -> tuple[str, ...]:
    """Return the names of the people that a fact is about, by its key."""
    names = {row.key: row.value for row in file.facts if row.case_id is None}
    ids = key.partition("[")[2].partition("]")[0].split(",")
    return tuple(
        str(names.get(f"party[{each}].full_name") or each) for each in ids if each
    )

"""Who says what about a fact now, and where two of them differ.

The ledger keeps every word. The newest word of each voice counts: what people say of
their matter is one voice, whoever typed it, and each card, register, procedure or
office is another. Where voices differ nobody's word is taken until a person says which
holds; that choice is a word of its own, and those before it stay in the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from forms.likeness import likeness
from service.persistence.rows import FactRow
from service.usecases.matter.situations import COMMUNE, PARTIES, PARTY, PERSON, about
from workflows.packages import Edition
from workflows.parcels import PARCELS

# A person's choice between words that differ; its ``detail`` is the source chosen.
DECISION = "decision"
PEOPLE = frozenset({"citizen", "helper", DECISION})
# Statements about the make-up of the matter: only people make them.
MAKE_UP = frozenset({PARTIES, COMMUNE, PARCELS})


def pattern_of(key: str) -> str:
    """Return how questions and the vocabulary name the fact of one person."""
    if not key.startswith(PARTY):
        return key
    return PERSON + key.partition("].")[2]


def said_now(
    rows: Iterable[FactRow], edition: Edition, cases: Collection[str] = ()
) -> Mapping[str, tuple[FactRow, ...]]:
    """Return for each fact the newest word of each voice, the one that holds first.

    ``cases`` are the cases whose findings count beside what is said of the matter.
    What an office notes of its own doing is no claim about the matter: it counts only
    for a fact that people are asked too.
    """
    heard: dict[str, dict[str, FactRow]] = {}
    for row in rows:
        if row.key in MAKE_UP or not _counts(row, edition, cases):
            continue
        voices = heard.setdefault(row.key, {})
        if row.source == DECISION or _makes_anew(row, edition):
            voices.clear()
        voice = "people" if row.source in PEOPLE else row.source
        voices.pop(voice, None)
        if row.value is not None:
            voices[voice] = row
    return {key: tuple(reversed(voices.values())) for key, voices in heard.items()}


def differ(words: Iterable[FactRow]) -> bool:
    """Return whether two of the words say different things."""
    return len({likeness(row.key, row.value) for row in words}) > 1


def disputed(
    rows: Iterable[FactRow],
    edition: Edition,
    people: Collection[str],
    cases: Collection[str] = (),
) -> dict[str, tuple[FactRow, ...]]:
    """Return the facts on which voices differ, with their words.

    ``people`` are the ids of those who take part; others are no longer asked about.
    """
    return {
        key: words
        for key, words in said_now(rows, edition, cases).items()
        if len(words) > 1 and about(key) <= set(people) and differ(words)
    }


def _counts(row: FactRow, edition: Edition, cases: Collection[str]) -> bool:
    found_out = row.case_id is not None or row.source in edition.procedures
    if not found_out:
        return True
    here = row.case_id is None or row.case_id in cases
    return here and pattern_of(row.key) in edition.questions


def _makes_anew(row: FactRow, edition: Edition) -> bool:
    """Return whether an office made the thing that earlier words spoke of anew."""
    spec = edition.facts.get(row.key)
    by_office = row.case_id is not None or row.source in edition.procedures
    return spec is not None and spec.made_anew and by_office

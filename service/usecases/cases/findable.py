"""Keeps the words by which a case is found in step with what is known of it.

The words are written when a case first comes to a desk and again whenever a name, a
parcel, a number of a certificate or a code changes. Each office that acts in the case
has its own words, so that no clerk finds what is not for his office.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service.persistence.rows import CaseRow, FactRow, MatterRow
from service.persistence.search import SearchRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.case_words import (
    CODE,
    NAME,
    PARCEL,
    word_of_code,
    words_of_name,
    words_of_parcel,
)
from service.usecases.matter.situations import PARTIES, PARTY, current

_FULL_NAME = "].full_name"
# Numbers that a citizen reads from a certificate.
_CODES = ("certificate.serial_no", "certificate.old_serial_no")
# The sheet and the number of a parcel, as the citizen and as the certificate has it.
_PARCELS = (
    ("land.map_sheet_no", "land.parcel_no"),
    ("certificate.map_sheet_no", "certificate.parcel_no"),
)
_SINGLE = frozenset({PARTIES, *_CODES, *(key for pair in _PARCELS for key in pair)})


def tells(keys: Iterable[str]) -> bool:
    """Return whether one of these facts is among the words of a case."""
    return any(
        key in _SINGLE or (key.startswith(PARTY) and key.endswith(_FULL_NAME))
        for key in keys
    )


def make_findable(uow: UnitOfWork, row: CaseRow) -> None:
    """Write the words of a case anew, as things stand in the transaction."""
    matter = uow.matters.by_id(row.tenant_id, row.matter_id)
    facts = uow.matters.facts(row.tenant_id, row.matter_id)
    offices = {*uow.cases.offices(row.tenant_id, row.id).values(), row.office_id}
    own = {fact.key: fact for fact in facts if fact.case_id == row.id}
    words = {*_codes(row, matter), *_told(current(facts)), *_told(own)}
    words |= {(NAME, key) for key in words_of_name(row.applicant)}
    uow.search.replace(
        row.tenant_id,
        row.id,
        [
            SearchRow(row.tenant_id, office, kind, key, row.id, row.matter_id)
            for office in sorted(filter(None, offices))
            for kind, key in sorted(words)
        ],
    )


def tell_desks(uow: UnitOfWork, matter: MatterRow, keys: Iterable[str]) -> None:
    """Write the words of the cases of a matter anew, if one of these facts is a word.

    Cases that never came to a desk have no words.
    """
    if not tells(keys):
        return
    for row in uow.cases.of_matter(matter.tenant_id, matter.id):
        if row.office_id is not None:
            make_findable(uow, row)


def _codes(row: CaseRow, matter: MatterRow) -> Iterator[tuple[str, str]]:
    for code in (row.code, matter.code, row.external_code):
        if code:
            yield CODE, word_of_code(code)


def _told(facts: Mapping[str, FactRow]) -> Iterator[tuple[str, str]]:
    told = {key: str(fact.value) for key, fact in facts.items() if fact.value}
    for key in _CODES:
        if key in told and word_of_code(told[key]):
            yield CODE, word_of_code(told[key])
    for name in _names(facts):
        for key in words_of_name(name):
            yield NAME, key
    for sheet, number in _PARCELS:
        for key in words_of_parcel(told.get(sheet, ""), told.get(number, "")):
            yield PARCEL, key


def _names(facts: Mapping[str, FactRow]) -> Iterator[str]:
    parties = facts[PARTIES].value if PARTIES in facts else None
    for person in parties if isinstance(parties, list) else []:
        name = facts.get(f"{PARTY}{person['id']}{_FULL_NAME}")
        if name is not None and name.value:
            yield str(name.value)

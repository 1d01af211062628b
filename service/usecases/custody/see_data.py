"""What is stored of a matter, in plain words, and who looked at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.auth.actors import Actor
from service.persistence.rows import AccessRow, DocumentRow, FactRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.custody import rights_sentences as words
from service.usecases.custody.rights_requests import RequestView, own_matter, view_of
from service.usecases.custody.rights_rules import Rights, rights
from service.usecases.desk import Desk
from service.usecases.matter.read_matter import AnsweredRow, HelpRow, matter_view, shown
from service.usecases.papers.paper_sentences import source_of
from workflows.packages import Edition


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One thing that is known, and who said it.

    ``question`` names what is answered anew to correct it; None when an office
    recorded it, which only the office corrects.
    """

    label: str
    shown: str
    source: str
    at: datetime
    on_behalf_of: str | None
    question: str | None


@dataclass(frozen=True, slots=True)
class StoredOf:
    """What is stored of one person, or of the matter as a whole."""

    name: str
    rows: tuple[StoredRow, ...]

    @property
    def count(self) -> int:
        """Return how many things are known."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class LookRow:
    """Who looked at what, when, from which office, for whom; why, if he had to say."""

    at: datetime
    who: str
    office: str | None
    on_behalf_of: str | None
    what: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device on which the matter is open."""

    since: datetime
    last_used: datetime


@dataclass(frozen=True, slots=True)
class RightsView:
    """All that the page "Thông tin của tôi" shows; ``filed``: not erased at once.

    ``notes`` are those that offices keep for themselves: that they are there is told,
    their words are asked for (Luật 91/2025/QH15 Điều 4 khoản 1 điểm a, d).
    """

    code: str
    filed: bool
    stored: tuple[StoredOf, ...]
    by_offices: tuple[StoredRow, ...]
    papers: tuple[DocumentRow, ...]
    helpers: tuple[HelpRow, ...]
    devices: tuple[DeviceRow, ...]
    looks: tuple[LookRow, ...]
    counts: Mapping[str, int]
    notes: int
    requests: tuple[RequestView, ...]
    rules: Rights


def rights_view(desk: Desk, actor: Actor, code: str) -> RightsView:
    """Return everything that is stored, for the citizen of the matter alone."""
    with desk.database.reading() as uow:
        matter = own_matter(desk, uow, actor, code)
        facts = uow.matters.facts(matter.tenant_id, matter.id)
        cases = uow.cases.of_matter(matter.tenant_id, matter.id)
        papers = [
            paper
            for case in cases
            for paper in uow.records.documents(case.tenant_id, case.id)
        ]
        looks = _looks(uow, matter)
        stored = Counter(
            name for name, _ in uow.rights.everything(matter.tenant_id, matter.id)
        )
        ids = [case.id for case in cases]
        notes = len(uow.case_desk.noted(matter.tenant_id, ids))
        sessions = uow.rights.sessions(matter.tenant_id, matter.id)
        requests = uow.rights.of_matter(matter.tenant_id, matter.id)
    view = matter_view(desk, actor, code)
    names = {each.id: str(each.facts.get("full_name") or "") for each in view.people}
    return RightsView(
        matter.code,
        bool(cases),
        _by_person(view.answered, names),
        _by_offices(facts, view.edition),
        tuple(papers),
        view.consents,
        tuple(DeviceRow(each["created_at"], each["seen_at"]) for each in sessions),
        looks,
        _counts(stored + Counter(case_note=notes)),
        notes,
        tuple(view_of(desk, row, {matter.id: matter.code}) for row in requests),
        rights(),
    )


def _by_person(
    answered: tuple[AnsweredRow, ...], names: Mapping[str, str]
) -> tuple[StoredOf, ...]:
    rows: dict[str | None, list[StoredRow]] = {None: []}
    for each in answered:
        source = source_of(each.source, each.said_by)
        rows.setdefault(each.party, []).append(
            StoredRow(
                each.text, each.shown, source, each.at, each.on_behalf_of, each.key
            )
        )
    return tuple(
        StoredOf(
            words.OF_THE_MATTER if party is None else names.get(party) or party,
            tuple(found),
        )
        for party, found in rows.items()
        if found
    )


def _by_offices(facts: tuple[FactRow, ...], edition: Edition) -> tuple[StoredRow, ...]:
    newest = {
        row.key: row
        for row in facts
        if row.case_id is not None and row.value is not None
    }
    return tuple(
        StoredRow(
            edition.facts[key].label.citizen if key in edition.facts else key,
            _value(row.value, edition, key),
            row.said_by,
            row.at,
            row.on_behalf_of,
            None,
        )
        for key, row in newest.items()
        if key in edition.facts
    )


def _value(value: object, edition: Edition, key: str) -> str:
    choice = edition.facts[key].choices.get(str(value))
    return choice if choice is not None else shown(None, value)


def _looks(uow: UnitOfWork, matter: MatterRow) -> tuple[LookRow, ...]:
    offices = {row.id: row.name for row in uow.people.offices(matter.tenant_id)}
    return tuple(
        _look(row, offices) for row in uow.people.accesses(matter.tenant_id, matter.id)
    )


def _look(row: AccessRow, offices: Mapping[str, str]) -> LookRow:
    office = offices.get(row.office_id or "")
    what = words.LOOKS.get(row.what, words.LOOKED)
    return LookRow(row.at, row.who, office, row.on_behalf_of, what, row.reason)


def _counts(stored: Mapping[str, int]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for name, count in stored.items():
        counts[words.STORED.get(name, words.OTHER)] += count
    return dict(counts)

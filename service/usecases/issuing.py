"""Papers of a case: filled from its facts, stored with what made them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forms.definition import FormEdition
from forms.errors import FormError
from forms.prefill import FilledForm, fill
from service.persistence.rows import FAR, DocumentRow, FactRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import clocks
from service.usecases.casefile import CaseFile, open_case
from service.usecases.desk import VIETNAM, Desk, legal_day

# The role of the counter in every chart: where a dossier is taken and handed out.
RECEIVING = "receiving_office"
PDF = "application/pdf"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to be stored."""

    form: str
    name: str
    media_type: str
    content: bytes


def make_paper(desk: Desk, row: OutboxRow) -> Paper:
    """Return the paper that an effect asks for, before any writing begins.

    A paper that the program does not print is noted by name, so that the list of
    papers is whole.
    """
    form_id = str(row.body["issue"])
    with desk.database.reading() as uow:
        file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
        filled = fill_for_case(desk, uow, file, form_id)
        name = paper_name(file, form_id)
    if filled is None:
        return Paper(form_id, name, PLAIN, f"{name}\n{file.row.code}\n".encode())
    return Paper(form_id, filled.edition.name, PDF, render_pdf(filled))


def store_paper(
    desk: Desk, uow: UnitOfWork, file: CaseFile, paper: Paper, outbox_id: str
) -> None:
    """Store a paper of the case, once for the effect that asks for it."""
    row = DocumentRow(
        file.row.tenant_id,
        desk.ids.new_id(),
        file.row.matter_id,
        file.row.id,
        paper.form,
        paper.name,
        paper.media_type,
        hashlib.sha256(paper.content).hexdigest(),
        desk.now(),
    )
    uow.records.add_document(row, paper.content, outbox_id)


def render_pdf(filled: FilledForm) -> bytes:
    """Return a filled form as PDF; the engine is loaded when first needed."""
    from forms.pdf import render  # noqa: PLC0415  slow to import, seldom needed

    return render(filled)


def fill_for_case(
    desk: Desk, uow: UnitOfWork, file: CaseFile, form_id: str
) -> FilledForm | None:
    """Return the form filled from the case, or None when it is not printed here."""
    day = legal_day(file.row.received_at or desk.now())
    edition = form_edition(desk, form_id, file.edition.chain, day)
    if edition is None:
        return None
    facts = facts_for_papers(file) | case_facts(desk, uow, file)
    return fill(edition, facts, provenance(file.facts))


def form_edition(
    desk: Desk, form_id: str, chain: tuple[str, ...], day: date
) -> FormEdition | None:
    """Return the edition of a form in force, or None when the program has none."""
    if not desk.catalog.has(form_id):
        return None
    try:
        return desk.catalog.edition(form_id, chain, day)
    except FormError:
        return None


def facts_for_papers(file: CaseFile) -> dict[str, object]:
    """Return the facts of the matter, and over them those that the case recorded."""
    own = {key: row.value for key, row in file.own_facts.items()}
    for link in file.links:
        other = link.parent_id if link.child_id == file.row.id else link.child_id
        own = {row.key: row.value for row in file.facts if row.case_id == other} | own
    return plain_facts(file.graph.facts) | own


def plain_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts that stand on paper: those of people by their own keys."""
    return {
        key: value
        for key, value in facts.items()
        if key not in {"parties", "relationships"}
    }


def case_facts(desk: Desk, uow: UnitOfWork, file: CaseFile) -> dict[str, object]:
    """Return what the sheets of the one-stop shop say about the case itself."""
    row = file.row
    offices = {each.id: each.name for each in uow.people.offices(row.tenant_id)}
    mover, acting = last_office_move(uow, row.tenant_id, row.id)
    counter = file.offices.get(RECEIVING) or acting or row.office_id
    ledger = clocks.main_ledger(file, clocks.moves_of(row.clock), desk.now())
    standing = ledger.at(desk.now()) if ledger else None
    length = standing.length if standing else None
    facts: dict[str, object] = {
        "case.code": row.code,
        "case.procedure_title": file.procedure.title.clerk,
        "case.papers": [paper_name(file, paper.id) for paper in file.required()],
        "case.office": offices.get(acting or row.office_id or ""),
        "case.counter": offices.get(counter or ""),
        "case.days": length.n if length else None,
        "case.officer": mover,
    }
    if row.received_at is not None:
        facts["case.received_at"] = row.received_at.astimezone(VIETNAM)
    day = row.appointment or (row.due_on if row.due_on != FAR else None)
    if day is not None:
        facts["case.appointment"] = day
    return {key: value for key, value in facts.items() if value is not None}


def last_office_move(
    uow: UnitOfWork, tenant: str, case_id: str
) -> tuple[str | None, str | None]:
    """Return the clerk who moved the case last, and the id of his office."""
    found = [
        (str(move.body["actor"]), str(move.body["office"]))
        for move in uow.cases.moves(tenant, case_id)
        if move.body["office"]
    ]
    return found[-1] if found else (None, None)


def paper_name(file: CaseFile, paper_id: str) -> str:
    """Return what people call a paper or a form."""
    spec = file.edition.papers.get(paper_id)
    if spec is not None:
        return spec.name
    catalog = file.desk.catalog
    day = legal_day(file.row.opened_at)
    edition = form_edition(file.desk, paper_id, file.edition.chain, day)
    return edition.name if edition is not None and catalog.has(paper_id) else paper_id


def provenance(rows: tuple[FactRow, ...]) -> dict[str, str]:
    """Return in a few words who said each fact, and when."""
    return {
        row.key: f"{row.said_by}, {row.at.astimezone(VIETNAM):%d/%m/%Y}" for row in rows
    }

"""Papers of a case: filled from its facts, rendered once, stored with what they say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from forms import pdf
from forms.definition import FormEdition
from forms.errors import FormError
from forms.filled import FilledForm
from forms.prefill import fill
from service.persistence.rows import DocumentRow, MoveRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.cases.moving import FILE_FORM
from service.usecases.desk import Desk, legal_day
from service.usecases.outside.notice_qr import pay_mark
from service.usecases.papers import paper_sentences
from service.usecases.papers.case_facts import case_facts
from service.usecases.papers.marks import mark_of_case
from service.usecases.papers.paper_facts import official_name

ISSUE = "issue"
PDF = "application/pdf"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to be stored; ``made_from`` is the fingerprint of its sheet.

    A paper that is sealed, or was not rendered, has none.
    """

    form: str
    name: str
    media_type: str
    content: bytes
    made_from: str | None = None


def make_paper(desk: Desk, row: OutboxRow) -> Paper | None:
    """Return the paper that an effect asks for, before any writing begins.

    A sheet that the program does not print is noted by name, so that the list of
    papers is whole; a form of the citizen is then what he brought himself: None.
    """
    form_id = str(row.body[ISSUE] if row.kind == ISSUE else row.body["form"])
    with desk.database.reading() as uow:
        file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
        move = next(
            each
            for each in uow.cases.moves(row.tenant_id, row.case_id)
            if each.seq == row.seq
        )
        filled = fill_for_case(desk, uow, file, form_id, move)
        mark = mark_of_case(desk, uow, file)
        name = paper_name(file, form_id)
    if filled is not None:
        marked = replace(filled, mark=mark)
        content, made_from = rendered(desk, row.tenant_id, marked)
        paper = Paper(form_id, filled.edition.name, PDF, content, made_from)
        of_office = row.kind == ISSUE and filled.edition.made_by == "office"
        return _sealed(desk, paper) if of_office else paper
    if row.kind == FILE_FORM:
        return None
    trial = desk.settings.environment == "demo"
    text = paper_sentences.stand_in(
        official_name(file.edition, form_id), file.row.code, trial=trial
    )
    return Paper(form_id, name, PLAIN, text.encode())


def _sealed(desk: Desk, paper: Paper) -> Paper:
    """Return the paper with the seal of the installation, when it has one.

    A sealed file is never the same twice, so it is not to be found by its sheet.
    """
    if desk.seal is None:
        return paper
    return replace(paper, content=desk.seal(paper.content), made_from=None)


def store_paper(
    desk: Desk, uow: UnitOfWork, file: CaseFile, paper: Paper, effect: OutboxRow
) -> None:
    """Store a paper of the case, once for the effect that asks for it.

    A form that is handed in again as it was before is not stored again.
    """
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
        paper.made_from,
    )
    if effect.kind == FILE_FORM and any(
        (kept.form, kept.sha256) == (row.form, row.sha256)
        for kept in uow.records.documents(row.tenant_id, file.row.id)
    ):
        return
    uow.records.add_document(row, paper.content, effect.id)


def rendered(desk: Desk, tenant: str, filled: FilledForm) -> tuple[bytes, str]:
    """Return a filled form as PDF, and the fingerprint of the sheet it is made from."""
    return pressed(desk, tenant, pdf.sheet(filled))


def pressed(desk: Desk, tenant: str, *sheets: pdf.Sheet) -> tuple[bytes, str]:
    """Return the sheets as one PDF, and the fingerprint of what it is made from.

    What was rendered before, lately or for a stored paper, is not rendered again.
    Raises a ``PressError`` when it cannot be printed.
    """
    made_from = pdf.fingerprint(*sheets)
    content = desk.papers.get(made_from)
    if content is None:
        with desk.database.reading() as uow:
            content = uow.records.rendered(tenant, made_from)
    if content is None:
        content = desk.press.print(*sheets)
    desk.papers.put(made_from, content)
    return content, made_from


def fill_for_case(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    form_id: str,
    move: MoveRow | None = None,
) -> FilledForm | None:
    """Return the form filled from the case, or None when it is not printed here.

    With a move it is filled as things stood after it.
    """
    day = paper_day(file, move.at if move else desk.now())
    edition = form_edition(desk, form_id, file.edition.chain, day)
    return None if edition is None else fill_edition(desk, uow, file, edition, move)


def fill_edition(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    edition: FormEdition,
    move: MoveRow | None = None,
) -> FilledForm:
    """Return an edition filled from the case, as things stood after the move if any."""
    facts = case_facts(desk, uow, file, edition, move)
    filled = fill(edition, facts.values, facts.where, facts.unknown)
    return replace(filled, payment=pay_mark(desk, file, filled))


def paper_day(file: CaseFile, at: datetime) -> date:
    """Return the day whose editions count for a paper of the case made at an instant.

    It is the day of receipt, once the dossier was received.
    """
    return legal_day(min(file.row.received_at or at, at))


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


def paper_name(file: CaseFile, paper_id: str) -> str:
    """Return what people call a paper or a form."""
    spec = file.edition.papers.get(paper_id)
    if spec is not None:
        return spec.name
    catalog = file.desk.catalog
    day = legal_day(file.row.opened_at)
    edition = form_edition(file.desk, paper_id, file.edition.chain, day)
    return edition.name if edition is not None and catalog.has(paper_id) else paper_id

"""Photos of the papers of a dossier, for the offices that work on it.

A resident photographs papers to see whether they will do. Once the step is handed in,
the offices of its case may look at the same photos, until they delete themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from forms.uploads import Kind, PictureError
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import NotFoundError
from service.persistence.paper_checks import PaperPageRow
from service.persistence.rows import DocumentRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.desk import Desk
from service.usecases.matter.situations import PARTY, situation_from
from service.usecases.papers.issuing import PDF, paper_name
from workflows.loader import load_paper_checks

LOOKED_AT = "photo"

Photos = Mapping[str, tuple[PaperPageRow, ...]]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A paper that can lie beside another one.

    Of a photographed paper ``photos`` are its pages by their ids; one that Dắt made has
    none, its pages are drawn.
    """

    id: str
    name: str
    photos: tuple[str, ...] = ()


def photos_of(uow: UnitOfWork, file: CaseFile) -> Photos:
    """Return the kept pages of the papers of the step of a case, by paper."""
    step_id = file.row.step_id
    if file.parent is not None:
        step_id = uow.cases.by_id(file.row.tenant_id, file.parent.parent_id).step_id
    found: dict[str, tuple[PaperPageRow, ...]] = {}
    for row in uow.paper_checks.pages(file.row.tenant_id, file.row.matter_id):
        if row.step_id == step_id and row.document_id is not None:
            found[row.paper_id] = (*found.get(row.paper_id, ()), row)
    return found


def shows(file: CaseFile, papers: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each fact the papers, of these, on which it can be read."""
    checks = load_paper_checks()
    parties = situation_from(file.desk, file.matter, file.facts).parties
    found: dict[str, tuple[str, ...]] = {}
    for paper in papers:
        about = checks.of(paper)
        people = [party.id for party in parties if party.role in about.people]
        for name in about.reads:
            reading = checks.readings[name]
            keys = (
                [f"{PARTY}{id_}].{fact}" for id_ in people for fact in reading.facts]
                if reading.of == "person"
                else list(reading.facts)
            )
            for key in keys:
                found[key] = (*found.get(key, ()), paper)
    return found


def leaves_of(
    desk: Desk, actor: Actor, case_code: str
) -> tuple[CaseFile, tuple[Leaf, ...]]:
    """Return the case with everything of it that can be laid side by side."""
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.READ_CASE, target)
        photos = photos_of(uow, file)
        documents = uow.records.documents(file.row.tenant_id, file.row.id)
    return file, (*_photographed(file, photos), *_made(documents))


def _photographed(file: CaseFile, photos: Photos) -> Iterator[Leaf]:
    for paper, rows in photos.items():
        yield Leaf(paper, paper_name(file, paper), tuple(row.id for row in rows))


def _made(documents: Collection[DocumentRow]) -> Iterator[Leaf]:
    for row in documents:
        if row.media_type == PDF:
            yield Leaf(row.id, row.name)


def case_photo(desk: Desk, actor: Actor, case_code: str, page_id: str) -> bytes:
    """Return a photo of a paper of the dossier as JPEG; the look is written down."""
    with desk.database.transaction() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.READ_CASE, target)
        rows = {row.id: row for rows in photos_of(uow, file).values() for row in rows}
        row = rows.get(page_id)
        found = (
            uow.records.document(row.tenant_id, row.document_id)
            if row is not None and row.document_id is not None
            else None
        )
        if found is None:
            raise NotFoundError("photo", page_id)
        uow.people.note_access(
            tenant_id=file.row.tenant_id,
            at=desk.now(),
            who=actor.name,
            account_id=actor.account_id,
            office_id=actor.office_id,
            on_behalf_of=None,
            what=LOOKED_AT,
            matter_id=file.row.matter_id,
            case_id=file.row.id,
        )
    return found[1]


def drawn(
    desk: Desk, actor: Actor, case_code: str, document_id: str
) -> tuple[bytes, ...]:
    """Return the pages of a paper that Dắt made for the case, drawn as JPEG.

    Raises NotFoundError for a paper of another case, or one that cannot be drawn.
    """
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.PRINT, target)
        found = uow.records.document(file.row.tenant_id, document_id)
    if found is None or found[0].case_id != file.row.id or found[0].media_type != PDF:
        raise NotFoundError("document", document_id)
    row, content = found
    kept = _kept(desk, row)
    if kept:
        return kept
    try:
        pages = desk.darkroom.develop(content, Kind.PDF, desk.settings.photo_pages)
    except PictureError:
        raise NotFoundError("document", document_id) from None
    desk.papers.put(_name(row, None), str(len(pages)).encode())
    for number, page in enumerate(pages):
        desk.papers.put(_name(row, number), page.content)
    return tuple(page.content for page in pages)


def _kept(desk: Desk, row: DocumentRow) -> tuple[bytes, ...]:
    """Return the pages that were drawn lately; empty when any of them is gone."""
    count = desk.papers.get(_name(row, None))
    if count is None:
        return ()
    pages = [desk.papers.get(_name(row, number)) for number in range(int(count))]
    return tuple(page for page in pages if page) if all(pages) else ()


def _name(row: DocumentRow, page: int | None) -> str:
    return f"{row.sha256}:{'pages' if page is None else page}"

"""Photos of papers: developed elsewhere, checked, kept for a while or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, replace

from forms.uploads import (
    TAKEN,
    Developed,
    PictureError,
    TooHeavyError,
    TooManyPagesError,
    TooManyPixelsError,
    kind_of,
)
from service.auth.actors import Actor
from service.auth.policies import Action, authorize, consent_for
from service.errors import NotFoundError
from service.persistence.paper_checks import PaperPageRow
from service.persistence.rows import DocumentRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.helpers.looks import note_look
from service.usecases.matter.answer_question import acting, find_matter
from service.usecases.papers.check_papers import deleted_on, step_check
from workflows.errors import Problem
from workflows.loader import load_photo_checks

PHOTO = "anh"
JPEG = "image/jpeg"
_LOOKED_AT = "photo"


def refusal(desk: Desk, why: str) -> Problem:
    """Return the plain sentence about a file that is not taken, by the reason."""
    most = {
        "too_big": desk.settings.photo_megabytes,
        "too_many_pages": desk.settings.photo_pages,
        "too_many": desk.settings.photos_of_matter,
    }
    text = load_photo_checks().refusals[why]
    return Problem(PHOTO, None, text.format(most=most.get(why, "")))


def may_send_photos(desk: Desk, actor: Actor, code: str) -> None:
    """Return when the actor may send photos of papers of this matter; raise else."""
    with desk.database.reading() as uow:
        _entitled(desk, uow, actor, find_matter(uow, code))


def add_photo(
    desk: Desk, actor: Actor, code: str, step_id: str, paper_id: str, content: bytes
) -> Problem | None:
    """Develop a file, check its pages, keep what may be kept; a Problem when refused.

    The same file sent twice is there once. A photo of an identity card is measured and
    dropped: only what was found on it stays.
    """
    may_send_photos(desk, actor, code)
    paper = step_check(desk, actor, code, step_id).paper(paper_id)
    pages = developed(desk, content)
    if isinstance(pages, Problem):
        return pages
    with desk.database.transaction() as uow:
        matter = find_matter(uow, code)
        person = _entitled(desk, uow, actor, matter)
        uow.matters.locked(matter.tenant_id, matter.id)
        known = uow.paper_checks.pages(matter.tenant_id, matter.id)
        here = {
            row.sha256
            for row in known
            if (row.step_id, row.paper_id) == (step_id, paper_id)
        }
        new = {hashlib.sha256(page.content).hexdigest(): page for page in pages}
        fresh = {name: page for name, page in new.items() if name not in here}
        if len(known) + len(fresh) > desk.settings.photos_of_matter:
            return refusal(desk, "too_many")
        for name, page in fresh.items():
            row = _row(desk, person, matter, (step_id, paper_id), name, page)
            kept = None
            if paper.about.keep:
                kept = _document(desk, matter, paper_id, paper.name, name)
                row = replace(row, document_id=kept.id)
            uow.paper_checks.add_page(row, kept, page.content)
    return None


def drop_photos(
    desk: Desk,
    actor: Actor,
    code: str,
    step_id: str,
    *,
    paper_id: str | None = None,
    page_id: str | None = None,
) -> None:
    """Delete photos at once: one page, those of a paper, or all of a step.

    With the whole step go the answers and what was read; doing it again does nothing.
    """
    with desk.database.transaction() as uow:
        matter = find_matter(uow, code)
        _entitled(desk, uow, actor, matter)
        pages = [
            row
            for row in uow.paper_checks.pages(matter.tenant_id, matter.id)
            if row.step_id == step_id
            and paper_id in {None, row.paper_id}
            and page_id in {None, row.id}
        ]
        uow.paper_checks.drop_pages(matter.tenant_id, pages)
        if paper_id is None:
            uow.paper_checks.drop_checks(matter.tenant_id, matter.id, step_id)


def photo(desk: Desk, actor: Actor, code: str, page_id: str) -> bytes:
    """Return a kept photo as JPEG to whoever may answer for the matter, and note it."""
    with desk.database.transaction() as uow:
        matter = find_matter(uow, code)
        _entitled(desk, uow, actor, matter)
        pages = uow.paper_checks.pages(matter.tenant_id, matter.id)
        page = next((row for row in pages if row.id == page_id), None)
        found = (
            uow.records.document(matter.tenant_id, page.document_id)
            if page is not None and page.document_id is not None
            else None
        )
        if found is None:
            raise NotFoundError("photo", page_id)
        note_look(desk, uow, actor, matter, _LOOKED_AT)
    return found[1]


def sweep_photos(desk: Desk) -> int:
    """Delete checks and photos whose day has come; return how many pages went.

    Those of a matter that must stay as it is wait until it need not any more.
    """
    today = desk.today()
    with desk.database.reading() as uow:
        if not uow.paper_checks.anything_due(today):
            return 0
    with desk.database.transaction() as uow:
        return uow.paper_checks.forget(today)


def _entitled(desk: Desk, uow: UnitOfWork, actor: Actor, matter: MatterRow) -> Actor:
    target = matter_target(desk, uow, matter)
    authorize(actor, Action.ANSWER, target)
    return acting(actor, consent_for(actor, Action.ANSWER, target))


def developed(desk: Desk, content: bytes) -> Collection[Developed] | Problem:
    """Return the pages of a photo or a PDF as pictures, or why it is not taken."""
    kind = kind_of(content)
    if kind not in TAKEN:
        known = load_photo_checks().refusals
        return refusal(desk, kind if kind in known else "other")
    try:
        return desk.darkroom.develop(content, kind, desk.settings.photo_pages)
    except TooManyPixelsError:
        return refusal(desk, "too_many_pixels")
    except TooManyPagesError as error:
        return refusal(desk, "too_many_pages" if error.pages else "broken")
    except TooHeavyError:
        return refusal(desk, "too_heavy")
    except PictureError:
        return refusal(desk, "broken")


def _row(
    desk: Desk,
    person: Actor,
    matter: MatterRow,
    place: tuple[str, str],
    name: str,
    page: Developed,
) -> PaperPageRow:
    measures = asdict(page.measures)
    measures["long_side"] = max(page.measures.width, page.measures.height)
    return PaperPageRow(
        matter.tenant_id,
        desk.ids.new_id(),
        matter.id,
        *place,
        name,
        None,
        page.width,
        page.height,
        len(page.content),
        list(load_photo_checks().judge(measures)),
        person.name,
        person.on_behalf_of,
        desk.now(),
        deleted_on(desk),
    )


def _document(
    desk: Desk, matter: MatterRow, paper_id: str, paper_name: str, sha256: str
) -> DocumentRow:
    return DocumentRow(
        matter.tenant_id,
        desk.ids.new_id(),
        matter.id,
        None,
        paper_id,
        paper_name,
        JPEG,
        sha256,
        desk.now(),
    )

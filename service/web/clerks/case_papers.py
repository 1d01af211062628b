"""The papers of a case: as PDF, field by field, and two of them side by side."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import NotFoundError
from service.usecases.papers.case_photos import Leaf, case_photo, drawn, leaves_of
from service.usecases.papers.fill_forms import case_paper, document
from service.usecases.papers.issuing import PDF
from service.usecases.papers.paper_photos import JPEG
from service.usecases.papers.read_form import read_case_form
from service.web.citizens.matters import form_context
from service.web.dependencies import ActorDep, CleanDep, ClerkDep, DeskDep
from service.web.formats import pdf_named, shown_as
from service.web.limits import FEW_PRINTS
from service.web.rendering import page

router = APIRouter(prefix="/can-bo")


@router.get("/giay/{document_id}", name="document")
def show_document(desk: DeskDep, actor: ActorDep, document_id: str) -> Response:
    """Return a paper that was issued in a case."""
    found = document(desk, actor, document_id)
    return Response(
        found.content,
        media_type=found.media_type,
        headers={"Content-Disposition": shown_as(found.name, found.media_type)},
    )


@router.get(
    "/ho-so/{code}/to/{form_id}.pdf", name="case_sheet", dependencies=[FEW_PRINTS]
)
def show_sheet(
    desk: DeskDep, clerk: ClerkDep, clean: CleanDep, code: str, form_id: str
) -> Response:
    """Return a sheet of the counter, filled as the case stands now; not stored."""
    made = case_paper(desk, clerk, code, form_id, clean=clean)
    return Response(made.pdf, media_type=PDF, headers=pdf_named(form_id))


@router.get("/ho-so/{code}/to/{form_id}", name="case_form")
def show_form(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str, form_id: str
) -> Response:
    """Show a form of the case field by field, with who said what; nothing to edit."""
    reading = read_case_form(desk, clerk, code, form_id)
    context = {"case_code": code, **form_context(reading)}
    return page(request, "clerk/form.html", context)


@router.get("/ho-so/{code}/giay-to", name="case_papers")
def show_side_by_side(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    code: str,
    trai: str = "",
    phai: str = "",
) -> Response:
    """Show two papers of the dossier beside each other: photos, or what Dắt printed."""
    file, leaves = leaves_of(desk, clerk, code)
    known = {leaf.id: leaf for leaf in leaves}
    left = known.get(trai) or next(iter(leaves), None)
    others = [leaf for leaf in leaves if leaf != left]
    right = known.get(phai) or next(iter(others), None)

    def pages(leaf: Leaf) -> list[str]:
        below = f"/can-bo/ho-so/{code}"
        if leaf.photos:
            return [f"{below}/anh/{each}.jpg" for each in leaf.photos]
        try:
            count = len(drawn(desk, clerk, code, leaf.id))
        except NotFoundError:
            return []  # it has too many pages to be drawn: the page leads to the PDF
        return [f"{below}/ve/{leaf.id}/{number + 1}.jpg" for number in range(count)]

    context = {
        "code": code,
        "title": file.procedure.title,
        "leaves": leaves,
        "sides": [(leaf, pages(leaf)) for leaf in (left, right) if leaf],
    }
    return page(request, "clerk/side_by_side.html", context)


@router.get("/ho-so/{code}/anh/{page_id}.jpg", name="case_photo")
def show_photo(desk: DeskDep, clerk: ClerkDep, code: str, page_id: str) -> Response:
    """Return a photo of a paper of the dossier; that it was looked at is noted."""
    content = case_photo(desk, clerk, code, page_id)
    return Response(content, media_type=JPEG)


@router.get("/ho-so/{code}/ve/{document_id}/{number}.jpg", name="drawn_page")
def show_drawn(
    desk: DeskDep, clerk: ClerkDep, code: str, document_id: str, number: int
) -> Response:
    """Return a page of a paper that Dắt printed for the case, as a picture."""
    pages = drawn(desk, clerk, code, document_id)
    if not 1 <= number <= len(pages):
        raise NotFoundError("page", str(number))
    return Response(pages[number - 1], media_type=JPEG)

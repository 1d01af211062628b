"""The page of a case at the clerk's desk, and the papers that it shows."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.usecases.case_page import CaseView, case_view
from service.usecases.decide import undo
from service.usecases.fill_forms import case_paper, document, sheets_at_counter
from service.usecases.issuing import PDF
from service.usecases.pay import record_payment
from service.usecases.read_form import read_case_form
from service.usecases.sentences import LINE_STATES, MONEY_KINDS
from service.web.dependencies import (
    ActorDep,
    CleanDep,
    ClerkDep,
    DeskDep,
    Posted,
    PostedDep,
)
from service.web.desks import desk_of
from service.web.formats import pdf_named, shown_as
from service.web.matters import form_context
from service.web.rendering import page
from workflows.drawing import swim_lane_svg

router = APIRouter(prefix="/can-bo")


@router.get("/ho-so/{code}", name="case")
def show_case(request: Request, desk: DeskDep, clerk: ClerkDep, code: str) -> Response:
    """Show one case: what may be done now, facts and who said them, the clock."""
    view = case_view(desk, clerk, code)
    return page(request, "clerk/case.html", case_context(request, view))


@router.post("/ho-so/{code}/hoan-tac", name="undo")
def post_undo(desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str) -> Response:
    """Take the last action back, while its effects have not left."""
    undo(
        desk,
        clerk,
        code,
        expected_version=version_of(posted),
        idempotency_key=posted.text("khoa") or None,
    )
    return to_case(code)


@router.post("/ho-so/{code}/nop-tien", name="post_payment")
def post_payment(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str
) -> Response:
    """Record a payment by its voucher; the same voucher twice changes nothing."""
    amount = posted.text("so-tien").replace(".", "").replace(" ", "")
    problems: dict[str, str] = {}
    if not amount.isdecimal() or int(amount) == 0:
        problems["so-tien"] = (
            f"Số tiền “{posted.text('so-tien')}” phải là số đồng nguyên, lớn hơn 0."
        )
    if not posted.text("chung-tu"):
        problems["chung-tu"] = "Cần số chứng từ nộp tiền."
    if problems:
        view = case_view(desk, clerk, code)
        context = {
            **case_context(request, view),
            "problems": problems,
            "typed": posted.fields(),
        }
        return page(request, "clerk/case.html", context, status=422)
    record_payment(
        desk,
        clerk,
        code,
        line=posted.text("khoan"),
        amount=int(amount),
        voucher=posted.text("chung-tu"),
    )
    return to_case(code)


@router.get("/giay/{document_id}", name="document")
def show_document(desk: DeskDep, actor: ActorDep, document_id: str) -> Response:
    """Return a paper that was issued in a case."""
    found = document(desk, actor, document_id)
    return Response(
        found.content,
        media_type=found.media_type,
        headers={"Content-Disposition": shown_as(found.name, found.media_type)},
    )


@router.get("/ho-so/{code}/to/{form_id}.pdf", name="case_sheet")
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


def case_context(request: Request, view: CaseView) -> dict[str, object]:
    """Return what the template of the case page needs, with nothing typed yet."""
    edition = view.edition
    drawing = swim_lane_svg(
        edition.procedure(view.procedure), edition, active=view.active, done=view.done
    )
    return {
        "case": view,
        "drawing": drawing,
        "sheets": sheets_at_counter(desk_of(request), edition, view.status),
        "instruments": {key: row.title for key, row in edition.instruments.items()},
        "money_labels": MONEY_KINDS,
        "line_states": LINE_STATES,
        "refusal": (),
        "problems": {},
        "typed": {},
        "key": secrets.token_hex(16),
    }


def version_of(posted: Posted) -> int | None:
    """Return the version that the page showed; None when the form names none."""
    text = posted.text("phien-ban")
    return int(text) if text.isdecimal() else None


def to_case(code: str) -> RedirectResponse:
    """Lead back to the page of the case after something was written down."""
    return RedirectResponse(
        f"/can-bo/ho-so/{code}", status_code=status.HTTP_303_SEE_OTHER
    )

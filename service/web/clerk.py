"""The clerk's desk: the worklist, a case, and the actions that chart and role allow."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import BadRequestError, StaleVersionError, status_of
from service.usecases.case_page import CaseView, OfferRow, case_view
from service.usecases.casefile import ORIGINALS
from service.usecases.decide import raise_event, undo
from service.usecases.fill_forms import case_paper, document, sheets_at_counter
from service.usecases.issuing import PDF
from service.usecases.list_work import worklist
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
from service.web.sentences import sentences_of
from workflows.drawing import swim_lane_svg
from workflows.errors import (
    EventNotExpectedError,
    FactsMissingError,
    WorkflowError,
)

router = APIRouter(prefix="/can-bo")

LINE_PARTS = ("loai", "nguoi", "tien")
MOST_LINES = 4
MONEY_LINE = re.compile(rf"f-(?P<key>.+)-({'|'.join(LINE_PARTS)})-\d")
ALL_IN = "all_in"

FILTERS = {
    "cua-toi": "mine",
    "cho-nhan": "new",
    "dang-dung": "stopped",
    "qua-han": "overdue",
    "su-co": "faults",
}


@dataclass(frozen=True, slots=True)
class PaperTick:
    """A paper that may be ticked together with an action."""

    id: str
    name: str
    present: bool


@router.get("", name="worklist")
def show_worklist(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    loc: str | None = None,
    tiep: str | None = None,
) -> Response:
    """Show the open cases of the clerk's office by due day."""
    work = worklist(desk, clerk, cursor=tiep, filter=FILTERS.get(loc or ""))
    context = {"work": work, "chosen": loc if loc in FILTERS else None}
    return page(request, "clerk/worklist.html", context)


@router.get("/ho-so/{code}", name="case")
def show_case(request: Request, desk: DeskDep, clerk: ClerkDep, code: str) -> Response:
    """Show one case: what may be done now, facts and who said them, the clock."""
    view = case_view(desk, clerk, code)
    return page(request, "clerk/case.html", _case_context(request, view))


@router.get("/ho-so/{code}/viec/{event}", name="action")
def show_action(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    code: str,
    event: str,
    dong: int | None = None,
) -> Response:
    """Show the form of one action: what must be recorded and which papers are in.

    ``dong`` tells lines of one event apart that ask for different things.
    """
    view = case_view(desk, clerk, code)
    offer = _offer(view, event, dong)
    if offer is None:
        return _refused_page(request, view, EventNotExpectedError(event, view.active))
    return _action_page(request, view, offer, {}, {})


@router.post("/ho-so/{code}/viec/{event}", name="post_action")
def post_action(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    posted: PostedDep,
    code: str,
    event: str,
    dong: int | None = None,
) -> Response:
    """Do the action, or show the same form with what is wrong and what was typed."""
    view = case_view(desk, clerk, code)
    offer = _offer(view, event, dong)
    try:
        raise_event(
            desk,
            clerk,
            code,
            event,
            facts=_facts(posted),
            papers=posted.all("giay"),
            expected_version=_version(posted),
            idempotency_key=posted.text("khoa") or None,
        )
    except (BadRequestError, FactsMissingError) as refusal:
        if offer is None:
            return _refused_page(request, view, refusal)
        return _wrong_facts_page(request, view, offer, posted, refusal)
    except (WorkflowError, StaleVersionError) as refusal:
        return _refused_page(request, case_view(desk, clerk, code), refusal)
    return _go(f"/can-bo/ho-so/{code}")


def _wrong_facts_page(
    request: Request,
    view: CaseView,
    offer: OfferRow,
    posted: Posted,
    refusal: BadRequestError | FactsMissingError,
) -> Response:
    """Show the form again: what is wrong, at its field, and all that was typed."""
    if isinstance(refusal, BadRequestError):
        problems = {f"f-{p.key}": p.text for p in refusal.problems}
        return _action_page(
            request, view, offer, posted.fields(), problems, status=refusal.status
        )
    whole = _whole(view, offer)
    words = {f"f-{field.key}": field.label.clerk for field in whole.fields}
    problems = {
        f"f-{key}": f"Cần ghi: {words.get(f'f-{key}', key)}." for key in refusal.missing
    }
    return _action_page(request, view, whole, posted.fields(), problems, status=422)


def _refused_page(request: Request, view: CaseView, refusal: Exception) -> Response:
    """Show the case as it stands now, and why nothing was done."""
    context = {**_case_context(request, view), "refusal": sentences_of(refusal)}
    return page(request, "clerk/case.html", context, status=status_of(refusal))


@router.post("/ho-so/{code}/hoan-tac", name="undo")
def post_undo(desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str) -> Response:
    """Take the last action back, while its effects have not left."""
    undo(
        desk,
        clerk,
        code,
        expected_version=_version(posted),
        idempotency_key=posted.text("khoa") or None,
    )
    return _go(f"/can-bo/ho-so/{code}")


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
            **_case_context(request, view),
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
    return _go(f"/can-bo/ho-so/{code}")


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


def _case_context(request: Request, view: CaseView) -> dict[str, object]:
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


def _action_page(
    request: Request,
    view: CaseView,
    offer: OfferRow,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    status: int = 200,
) -> Response:
    context = {
        "case": view,
        "offer": offer,
        "line": request.query_params.get("dong", ""),
        "papers": _tickable(view, offer),
        "money_labels": MONEY_KINDS,
        "most_lines": MOST_LINES,
        "instruments": {
            key: row.title for key, row in view.edition.instruments.items()
        },
        "typed": typed,
        "problems": problems,
        "key": typed.get("khoa") or secrets.token_hex(16),
    }
    return page(request, "clerk/action.html", context, status=status)


def _facts(posted: Posted) -> dict[str, str]:
    """Return what was typed, by fact; money lines come in three fields each."""
    facts: dict[str, str] = {}
    lists: set[str] = set()
    for name in posted.fields():
        line = MONEY_LINE.fullmatch(name)
        if line:
            lists.add(line["key"])
        elif name.startswith("f-") and posted.text(name):
            facts[name.removeprefix("f-")] = posted.text(name)
    for key in lists:
        rows = (
            [posted.text(f"f-{key}-{part}-{place}") for part in LINE_PARTS]
            for place in range(MOST_LINES)
        )
        facts[key] = "\n".join("; ".join(row) for row in rows if any(row))
    return facts


def _tickable(view: CaseView, offer: OfferRow) -> tuple[PaperTick, ...]:
    """Return the papers to tick with an action, by their names."""
    known = {paper.id: paper for paper in view.papers}
    ticks: list[PaperTick] = []
    for wanted in offer.papers:
        if wanted == ORIGINALS:
            ticks.append(PaperTick(ORIGINALS, "Đã nhận đủ bản chính", present=False))
        elif wanted == ALL_IN:
            ticks += [PaperTick(p.id, p.name, present=p.present) for p in view.papers]
        else:
            spec = view.edition.papers.get(wanted)
            name = spec.name if spec else wanted
            present = wanted in known and known[wanted].present
            ticks.append(PaperTick(wanted, name, present=present))
    return tuple(ticks)


def _offer(view: CaseView, event: str, line: int | None) -> OfferRow | None:
    """Return the action; None when it is not on offer, perhaps not any more."""
    known = dict(enumerate(view.offers))
    chosen = known.get(line if line is not None else -1)
    if chosen is not None and chosen.event == event:
        return chosen
    for offer in view.offers:
        if offer.event == event:
            return offer
    return None


def _whole(view: CaseView, offer: OfferRow) -> OfferRow:
    """Return the action with the fields of all its lines: what was chosen decides."""
    fields = {
        field.key: field
        for each in (offer, *view.offers)
        if each.event == offer.event
        for field in each.fields
    }
    return replace(offer, fields=tuple(fields.values()))


def _version(posted: Posted) -> int | None:
    text = posted.text("phien-ban")
    return int(text) if text.isdecimal() else None


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER)

"""Pages on which a citizen, or somebody helping, plans and files a matter."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import BadRequestError, NotFoundError
from service.usecases.cases.case_page import case_view
from service.usecases.cases.case_papers import PaperRow, papers_to_come
from service.usecases.cases.filing_elsewhere import COUNTER, counters, what_is_unknown
from service.usecases.land.land_warnings import warnings_of_land
from service.usecases.matter.answer_question import decide
from service.usecases.matter.read_matter import MatterView, StepView, matter_view
from service.usecases.matter.submit_dossier import mark_paper, open_step, submit
from service.usecases.outside.silences import silences_of_matter
from service.usecases.papers.check_papers import check_of
from service.usecases.papers.fill_forms import document, paper
from service.usecases.papers.issuing import PDF
from service.usecases.papers.print_packet import packet
from service.usecases.papers.read_form import read_form
from service.web.citizens.choices import chosen_word, no_word_chosen
from service.web.citizens.matters import (
    form_context,
    next_thing,
    step_forms,
)
from service.web.dependencies import (
    ActorDep,
    CleanDep,
    DeskDep,
    PostedDep,
    get_actor,
)
from service.web.formats import pdf_named, shown_as
from service.web.limits import FEW_PRINTS
from service.web.rendering import go_to, page

router = APIRouter(dependencies=[Depends(get_actor)])


@router.get("/ho-so/{code}", name="matter")
def show_matter(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Show where the matter stands and the one next thing to do."""
    view = matter_view(desk, actor, code)
    context = {
        "matter": view,
        "next_thing": next_thing(view),
        "silences": silences_of_matter(desk, code),
        "land_warnings": warnings_of_land(desk, actor, code),
    }
    return page(request, "citizen/matter.html", context)


@router.get("/ho-so/{code}/buoc/{step_id}", name="step")
def show_step(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, step_id: str
) -> Response:
    """Show the papers of a step: what is filled in, what to bring, what is blank."""
    view = matter_view(desk, actor, code)
    step = _step(view, step_id)
    return page(
        request, "citizen/step.html", _step_context(desk, actor, view, step, {})
    )


@router.post("/ho-so/{code}/buoc/{step_id}", name="post_step")
def post_step(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    step_id: str,
) -> Response:
    """Keep which papers are ready, and file the dossier when asked to."""
    case_code = open_step(desk, actor, code, step_id)
    ready = set(posted.all("co"))
    dossier = case_view(desk, actor, case_code).papers
    missing = [paper_.name for paper_ in dossier if paper_.id not in ready]
    if "nop" in posted.fields() and not missing:
        return _filed(request, desk, actor, posted, code, step_id)
    for paper_ in dossier:
        mark_paper(desk, actor, case_code, paper_.id, present=paper_.id in ready)
    if "nop" not in posted.fields():
        return go_to(f"/ho-so/{code}/buoc/{step_id}")
    names = ", ".join(missing)
    problems = {"giay-to": f"Còn thiếu: {names}. Có đủ rồi hãy nộp."}
    return _step_again(request, desk, actor, posted, code, step_id, problems)


def _filed(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    step_id: str,
) -> Response:
    """File the whole dossier, or say at the counter that was chosen why not there."""
    ready = set(posted.all("co"))
    try:
        submit(
            desk,
            actor,
            code,
            step_id,
            idempotency_key=posted.text("khoa") or None,
            papers=ready,
            counter=posted.text(COUNTER),
        )
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        if COUNTER not in problems:
            raise
        return _step_again(request, desk, actor, posted, code, step_id, problems)
    return go_to(f"/ho-so/{code}")


def _step_again(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    step_id: str,
    problems: Mapping[str, str],
) -> Response:
    """Show the step again with what is wrong, as it was filled in."""
    view = matter_view(desk, actor, code)
    context = _step_context(desk, actor, view, _step(view, step_id), problems)
    ready = set(posted.all("co"))
    papers = [
        replace(each, present=each.id in ready)
        for each in case_view(desk, actor, open_step(desk, actor, code, step_id)).papers
    ]
    context |= {"papers": papers, "counter": posted.text(COUNTER)}
    return page(request, "citizen/step.html", context, status=422)


@router.get(
    "/ho-so/{code}/buoc/{step_id}/giay/{form_id}.pdf",
    name="form_pdf",
    dependencies=[FEW_PRINTS],
)
def form_pdf(
    desk: DeskDep,
    actor: ActorDep,
    clean: CleanDep,
    code: str,
    step_id: str,
    form_id: str,
) -> Response:
    """Return an official form, filled from the answers, to print and sign."""
    made = paper(desk, actor, code, form_id, step_id, clean=clean)
    return Response(made.pdf, media_type=PDF, headers=pdf_named(form_id))


@router.get(
    "/ho-so/{code}/buoc/{step_id}/bo-giay.pdf", name="packet", dependencies=[FEW_PRINTS]
)
def packet_pdf(
    desk: DeskDep, actor: ActorDep, clean: CleanDep, code: str, step_id: str
) -> Response:
    """Return all papers of a step in one file, under a cover in large type."""
    made = packet(desk, actor, code, step_id, clean=clean)
    return Response(made.pdf, media_type=PDF, headers=pdf_named("bo-giay"))


@router.get("/ho-so/{code}/buoc/{step_id}/giay/{form_id}", name="form")
def show_form(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    step_id: str,
    form_id: str,
) -> Response:
    """Show an official form field by field: who said it, or why it is blank."""
    return _form_page(request, desk, actor, (code, step_id, form_id), "")


@router.post("/ho-so/{code}/buoc/{step_id}/giay/{form_id}", name="post_form")
def post_form(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    step_id: str,
    form_id: str,
) -> Response:
    """Take which of the words that differ holds, and show the form again."""
    key, chosen = chosen_word(posted)
    if chosen is None:
        return _form_page(request, desk, actor, (code, step_id, form_id), key)
    decide(desk, actor, code, key, chosen)
    return go_to(f"/ho-so/{code}/buoc/{step_id}/giay/{form_id}")


def _form_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    which: tuple[str, str, str],
    undecided: str,
) -> Response:
    """Show a form; ``undecided`` is a fact of which no word was chosen."""
    code, step_id, form_id = which
    reading = read_form(desk, actor, code, step_id, form_id)
    problems = no_word_chosen(reading.disputes, undecided)
    context = {
        "matter": matter_view(desk, actor, code),
        "here": f"/ho-so/{code}",
        "step_id": step_id,
        "back": f"buoc/{step_id}/giay/{form_id}",
        **form_context(reading),
        "problems": problems,
    }
    return page(request, "citizen/form.html", context)


@router.get("/giay/{document_id}", name="sheet")
def show_sheet(desk: DeskDep, actor: ActorDep, document_id: str) -> Response:
    """Return a receipt or a notice to whoever has the matter open."""
    found = document(desk, actor, document_id)
    return Response(
        found.content,
        media_type=found.media_type,
        headers={"Content-Disposition": shown_as(found.name, found.media_type)},
    )


def _step(view: MatterView, step_id: str) -> StepView:
    for step in view.steps:
        if step.id == step_id:
            return step
    raise NotFoundError("step", step_id)


def _step_context(
    desk: DeskDep,
    actor: ActorDep,
    view: MatterView,
    step: StepView,
    problems: Mapping[str, str],
) -> dict[str, object]:
    """Return what the page of a step shows; looking at it stores nothing."""
    papers: tuple[PaperRow, ...] = ()
    begun = step.case_code is not None and step.state != "failed"
    if begun and step.case_code is not None:
        papers = case_view(desk, actor, step.case_code).papers
    elif step.state in {"ready", "failed"}:
        papers = papers_to_come(desk, actor, view.code, step.id, step.procedure)
    procedure = view.edition.procedures.get(step.procedure)
    return {
        "matter": view,
        "step": step,
        "counters": counters(desk, view.province, procedure, view.commune)
        if procedure is not None
        else (),
        "counter": "",
        "unknown": what_is_unknown(desk, view.edition),
        "papers": papers,
        "get_it": {key: paper_.get_it for key, paper_ in view.edition.papers.items()},
        "forms": step_forms(desk, actor, view, step),
        "check": check_of(desk, view, step) if step.step else None,
        "problems": problems,
        "key": secrets.token_hex(16),
    }

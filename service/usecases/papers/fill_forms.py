"""Official forms, filled from what is known, for a matter or for a case."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms.definition import FormEdition
from forms.filled import FilledForm
from forms.prefill import fill
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import NotFoundError
from service.persistence.rows import MatterRow
from service.usecases.cases.casefile import (
    find_case,
    matter_target,
    open_case,
    parcels_of,
)
from service.usecases.desk import Desk
from service.usecases.helpers.looks import note_print
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.situations import edition_today, situation_from
from service.usecases.matter.submit_dossier import plan_of
from service.usecases.papers.issuing import (
    fill_edition,
    form_edition,
    paper_day,
    rendered,
)
from service.usecases.papers.marks import mark_of_case, mark_of_matter
from service.usecases.papers.paper_facts import about_plan_step, matter_facts
from workflows.factgraph import FactGraph
from workflows.journey import Step
from workflows.packages import Edition
from workflows.situation import Situation


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form that a step of the plan needs."""

    form_id: str
    title: str
    number: str | None
    step_id: str
    step_name: str
    available: bool


@dataclass(frozen=True, slots=True)
class FilledPaper:
    """A form as PDF, and what stands in it."""

    pdf: bytes
    filled: FilledForm
    form_edition: FormEdition


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """A stored paper."""

    name: str
    media_type: str
    content: bytes
    sha256: str


def forms_of(desk: Desk, actor: Actor, matter_code: str) -> tuple[FormRow, ...]:
    """Return the forms of all steps of the plan; ``available`` when Dắt prints it."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.PRINT, matter_target(desk, uow, matter))
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    plan = plan_of(desk, matter, situation_from(desk, matter, rows))
    return tuple(
        FormRow(
            form.id,
            form.name,
            form.number,
            step.id,
            step.name.citizen,
            desk.catalog.has(form.id),
        )
        for step in plan.main_steps
        for form in step.forms
    )


def filled_form(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    form_id: str,
    step_id: str | None = None,
) -> FilledForm:
    """Return a form filled from the facts of a matter, without the PDF.

    With a step that is for one resulting parcel, from what is so of that parcel.
    Raises UnknownFormError for a form that the program does not print, and
    NoEditionInForceError for one that does not hold here on the day of the matter.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.PRINT, matter_target(desk, uow, matter))
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    law = edition_today(desk, matter)
    edition = desk.catalog.edition(form_id, law.chain, matter.on_day)
    situation = situation_from(desk, matter, rows)
    if situation.passing and step_id is not None:
        situation = _of_step(desk, matter, situation, step_id)
    graph = FactGraph(situation.facts(), law, matter.on_day)
    facts = matter_facts(graph, law, edition, rows)
    step = _step_of(desk, matter, situation, step_id)
    if step is not None:
        about_plan_step(facts, law, matter.goal, step, edition.form)
    return fill(edition, facts.values, facts.where, facts.unknown)


def _step_of(
    desk: Desk, matter: MatterRow, situation: Situation, step_id: str | None
) -> Step | None:
    if step_id is None:
        return None
    steps = plan_of(desk, matter, situation).steps
    return next((step for step in steps if step.id == step_id), None)


def _of_step(
    desk: Desk, matter: MatterRow, situation: Situation, step_id: str
) -> Situation:
    """Return the situation of the parcel that a step is for."""
    parcels = parcels_of(matter)
    if not parcels:
        steps = plan_of(desk, matter, situation).steps
        parcels = {step.id: step.serves.parcel for step in steps if step.serves}
    return situation.of_parcel(parcels[step_id]) if step_id in parcels else situation


def paper(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    form_id: str,
    step_id: str | None = None,
    *,
    clean: bool = False,
) -> FilledPaper:
    """Return a form of a matter as PDF; with a step, from the facts of its case.

    A clean one has no mark that leads back to the matter or the case.
    """
    filled = marked_form(desk, actor, matter_code, form_id, step_id)
    note_print(desk, actor, matter_code)
    return _printed(desk, actor.tenant, filled, clean=clean)


def marked_form(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    form_id: str,
    step_id: str | None = None,
) -> FilledForm:
    """Return a form with its mark; of a step whose case is open from its facts."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        cases = uow.cases.of_matter(matter.tenant_id, matter.id)
    of_step = [row for row in cases if step_id is not None and row.step_id == step_id]
    if of_step:
        return case_form(desk, actor, of_step[-1].code, form_id)
    filled = filled_form(desk, actor, matter_code, form_id, step_id)
    return replace(filled, mark=mark_of_matter(desk, matter.code))


def case_paper(
    desk: Desk, actor: Actor, case_code: str, form_id: str, *, clean: bool = False
) -> FilledPaper:
    """Return a form filled from the facts of a case as they are now."""
    filled = case_form(desk, actor, case_code, form_id)
    return _printed(desk, actor.tenant, filled, clean=clean)


def case_form(desk: Desk, actor: Actor, case_code: str, form_id: str) -> FilledForm:
    """Return a form of a case with its mark, filled as the case stands now."""
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.PRINT, target)
        day = paper_day(file, desk.now())
        edition = desk.catalog.edition(form_id, file.edition.chain, day)
        filled = fill_edition(desk, uow, file, edition)
        mark = mark_of_case(desk, uow, file)
    return replace(filled, mark=mark)


def sheets_at_counter(
    desk: Desk, law: Edition, status: int | None
) -> tuple[FormEdition, ...]:
    """Return the sheets that a counter may print of a case with this status."""
    forms = dict.fromkeys(each.id for each in desk.catalog.editions())
    found = (form_edition(desk, name, law.chain, desk.today()) for name in forms)
    return tuple(form for form in found if form and form.for_counter(status))


def _printed(
    desk: Desk, tenant: str, filled: FilledForm, *, clean: bool
) -> FilledPaper:
    if clean:
        filled = replace(filled, mark=None)
    content, _ = rendered(desk, tenant, filled)
    return FilledPaper(content, filled, filled.edition)


def document(desk: Desk, actor: Actor, document_id: str) -> DocumentContent:
    """Return a stored paper; whoever may print of its case may."""
    with desk.database.reading() as uow:
        found = uow.records.document(actor.tenant, document_id)
        if found is None:
            uow.refuse_others(document_id)
        if found is None or found[0].case_id is None:
            raise NotFoundError("document", document_id)
        row, content = found
        case = uow.cases.by_id(row.tenant_id, row.case_id or "")
        file = open_case(desk, uow, case)
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.PRINT, target)
        code = file.matter.code
    note_print(desk, actor, code)
    return DocumentContent(row.name, row.media_type, content, row.sha256)

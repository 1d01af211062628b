"""All papers of a step in one file, under a cover sheet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from forms.errors import NoEditionInForceError, UnknownFormError
from forms.filled import FilledForm
from forms.marks import Mark
from forms.packet import Cover, sheets
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import NotFoundError
from service.usecases.cases import money
from service.usecases.cases.casefile import find_case, matter_target, open_case
from service.usecases.cases.money import MoneyRow
from service.usecases.desk import Desk, legal_day
from service.usecases.helpers.looks import note_print
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.read_matter import MatterView, StepView, matter_view
from service.usecases.papers import cover_sentences
from service.usecases.papers.check_papers import check_of
from service.usecases.papers.cover import Journey, StepForms, cover_of
from service.usecases.papers.fill_forms import marked_form
from service.usecases.papers.issuing import pressed
from service.usecases.papers.marks import mark_of_case, mark_of_matter
from service.usecases.sentences import PEOPLE, printed_with_help
from workflows.journey.model import Form


@dataclass(frozen=True, slots=True)
class Packet:
    """The file of a step, its cover, and the forms in it."""

    pdf: bytes
    cover: Cover
    forms: tuple[FilledForm, ...]


def packet(
    desk: Desk, actor: Actor, matter_code: str, step_id: str, *, clean: bool = False
) -> Packet:
    """Return the papers of a step in one file; a clean one leads nowhere.

    Raises NotFoundError for a step that the plan of today does not have.
    """
    cover, filled = gathered(desk, actor, matter_code, step_id, clean=clean)
    content, _ = pressed(desk, actor.tenant, *sheets(cover, filled))
    return Packet(content, cover, filled)


def gathered(
    desk: Desk, actor: Actor, matter_code: str, step_id: str, *, clean: bool = False
) -> tuple[Cover, tuple[FilledForm, ...]]:
    """Return the cover of a step and its forms, ready to be printed.

    That a helper prints is noted, and said on the cover with both names.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.PRINT, matter_target(desk, uow, matter))
    view = matter_view(desk, actor, matter_code)
    shown = next((each for each in view.steps if each.id == step_id), None)
    if shown is None or shown.step is None:
        raise NotFoundError("step", step_id)
    forms = _forms(desk, actor, view, shown)
    mark, owed = _of_case(desk, view, shown)
    journey = journey_of(desk, view)
    cover = cover_of(
        journey, shown.step, forms, owed=owed, mark=None if clean else mark
    )
    cover = replace(
        cover,
        checked=_checked(desk, view, shown),
        printed_by=_printed_by(desk, actor, matter_code),
    )
    if clean:
        return cover, tuple(replace(each, mark=None) for each in forms.sheets)
    return cover, forms.sheets


def _printed_by(desk: Desk, actor: Actor, matter_code: str) -> str:
    """Note that a helper prints, and say for whom; empty for whoever is no helper."""
    resident = note_print(desk, actor, matter_code)
    if not resident:
        return ""
    day = legal_day(desk.now())
    name = PEOPLE if resident == "citizen" else resident
    return printed_with_help(actor.name, name, f"{day.day}/{day.month}/{day.year}")


def journey_of(desk: Desk, view: MatterView) -> Journey:
    """Return the journey of a matter as its pages show it."""
    return Journey(
        view.situation,
        view.edition,
        desk.calendar.in_place(view.province, view.commune),
        view.plan,
        view.estimate,
    )


def _checked(desk: Desk, view: MatterView, step: StepView) -> tuple[str, ...]:
    """Return what came of looking the papers over; nothing when nobody has begun."""
    check = check_of(desk, view, step)
    if not check.begun:
        return ()
    troubles = [each.says for each in check.troubles]
    return cover_sentences.checked(check.outcome, troubles, desk.today())


def _forms(desk: Desk, actor: Actor, view: MatterView, step: StepView) -> StepForms:
    """Fill the forms of a step; one without an edition in force is at the counter."""
    filled: list[tuple[Form, FilledForm]] = []
    for form in step.forms:
        with suppress(UnknownFormError, NoEditionInForceError):
            made = marked_form(desk, actor, view.code, form.id, step.id)
            filled.append((form, made))
    there = [form for form, _ in filled]
    return StepForms(
        tuple(filled), tuple(form for form in step.forms if form not in there)
    )


def _of_case(
    desk: Desk, view: MatterView, step: StepView
) -> tuple[Mark, tuple[MoneyRow, ...]]:
    """Return where the packet leads back to, and what the case owes already."""
    if step.case_code is None:
        return mark_of_matter(desk, view.code), ()
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, step.case_code))
        return mark_of_case(desk, uow, file), money.rows_of(desk, uow, file)

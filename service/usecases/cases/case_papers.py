"""The papers of a dossier: which it needs, and which are in."""

from __future__ import annotations

from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.usecases.cases.casefile import CaseFile, matter_target
from service.usecases.desk import Desk
from service.usecases.helpers.helping import terms
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.submit_dossier import imagined
from service.usecases.papers.issuing import paper_name


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the dossier."""

    id: str
    name: str
    copy: tuple[str, ...]
    present: bool
    made_by: tuple[str, ...]
    form: bool


def papers_to_come(
    desk: Desk, actor: Actor, matter_code: str, step_id: str, procedure_id: str
) -> tuple[PaperRow, ...]:
    """Return the papers that a step needs whose dossier nobody has begun yet."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.READ_MATTER, matter_target(desk, uow, matter))
        file = imagined(desk, uow, matter, step_id, procedure_id)
        return papers_of(file, actor)


def papers_of(file: CaseFile, actor: Actor) -> tuple[PaperRow, ...]:
    """Return the papers of a dossier; one that a helper hands in has the mandate."""
    rows = tuple(
        PaperRow(
            paper.id,
            paper_name(file, paper.id),
            paper.copy_,
            paper.id in file.ticked,
            paper.made_by,
            paper.form is not None,
        )
        for paper in file.required()
    )
    mandate = terms().mandate_paper
    if actor.kind != "helper" or any(row.id == mandate for row in rows):
        return rows
    ticked = mandate in file.ticked
    name = paper_name(file, mandate)
    return (*rows, PaperRow(mandate, name, ("original",), ticked, (), form=False))

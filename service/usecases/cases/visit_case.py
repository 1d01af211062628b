"""A clerk reads a dossier of other offices: with a reason, for a while, noted."""

from __future__ import annotations

from datetime import timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError, NotAllowedError, ReasonNeededError
from service.persistence.case_desk import VisitRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import case_sentences
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.desk import Desk
from workflows.errors import Problem

WHY, WORDS = "vi-sao", "ly-do"
FEWEST_LETTERS, MOST_LETTERS = 10, 500


def say_why(desk: Desk, actor: Actor, case_code: str, why: str, words: str) -> None:
    """Open a dossier of other offices to a clerk for ``visit_minutes`` from now.

    ``why`` is a kind of ``WHY_VISITED``, ``words`` what it is about: the resident reads
    both. Saying it again goes on from now. Raises BadRequestError with every problem.
    """
    said = words.strip()
    problems = []
    if why not in case_sentences.WHY_VISITED:
        problems.append(Problem(WHY, why, case_sentences.CHOOSE_WHY))
    if len(said) < FEWEST_LETTERS:
        problems.append(Problem(WORDS, words, case_sentences.SAY_WHY))
    if len(said) > MOST_LETTERS:
        problems.append(Problem(WORDS, words, case_sentences.WHY_TOO_LONG))
    with desk.database.transaction() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.VISIT_CASE, target)
        if problems:
            raise BadRequestError(problems)
        now = desk.now()
        uow.case_desk.put_visit(
            VisitRow(
                file.row.tenant_id,
                file.row.id,
                actor.key,
                case_sentences.visited_because(why, said),
                now,
                now + timedelta(minutes=desk.settings.visit_minutes),
            )
        )


def visit_of(
    desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile
) -> VisitRow | None:
    """Return None to whoever may read the case, else the visit by which he does.

    Raises ReasonNeededError when a reason would open it, NotAllowedError when not.
    """
    target = file.target(matter_target(desk, uow, file.matter))
    try:
        authorize(actor, Action.READ_CASE, target)
    except NotAllowedError:
        if actor.kind != "clerk":
            raise
        authorize(actor, Action.VISIT_CASE, target)
    else:
        return None
    visit = uow.case_desk.visit(file.row.tenant_id, file.row.id, actor.key)
    if visit is None or not visit.at <= desk.now() < visit.ends_at:
        raise ReasonNeededError
    return visit

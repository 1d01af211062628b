"""From a comparison to the answers: the way that was looked at becomes what is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter, store_answer
from service.usecases.matter.read_matter import shown
from service.usecases.matter.what_if import WhatIf, what_if
from workflows.errors import Problem


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that would change: its question, what is told now, what would be."""

    key: str
    question: str
    before: str
    after: str
    value: object


def changes_of(found: WhatIf) -> tuple[Change, ...]:
    """Return the answers that the chosen way changes.

    Nothing when the way is more than answers, such as another goal or another day,
    or when there is no plan for it.
    """
    told = {
        key: value
        for variant in found.chosen.values()
        for key, value in variant.sets.items()
    }
    questions, situation = found.matter.edition.questions, found.matter.situation
    if found.other is None or not told.keys() <= questions.keys():
        return ()
    return tuple(
        Change(
            key,
            questions[key].text,
            shown(questions[key], situation.answers[key])
            if key in situation.answers
            else sentences.NOT_ANSWERED,
            shown(questions[key], value),
            value,
        )
        for key, value in told.items()
        if situation.answers.get(key) != value
    )


def adopt(desk: Desk, actor: Actor, code: str, picked: Mapping[str, str]) -> None:
    """Tell what the chosen way changes, as the words of the resident himself.

    Told already, nothing is told again. Raises BadRequestError for a way that answers
    cannot tell, AskResidentError for a helper: he does not choose for the resident.
    """
    found = what_if(desk, actor, code, picked)
    changes = changes_of(found)
    if not changes and not found.chosen:
        _already_or_refused(found, picked)
        return
    if not changes:
        raise BadRequestError([Problem("picked", None, sentences.NOT_BY_ANSWERS)])
    with desk.database.transaction() as uow:
        matter = find_matter(uow, code)
        authorize(actor, Action.CHOOSE, matter_target(desk, uow, matter))
        for change in changes:
            store_answer(desk, uow, actor, matter, change.key, change.value)


def _already_or_refused(found: WhatIf, picked: Mapping[str, str]) -> None:
    """Return when the plan has the chosen way already; a second tap comes here."""
    now = {
        offer.id: key
        for offer in found.offers
        for key, variant in offer.comparison.variants.items()
        if variant == offer.now
    }
    wanted = {id_: key for id_, key in picked.items() if key}
    if not wanted or any(now.get(id_) != key for id_, key in wanted.items()):
        raise BadRequestError([Problem("picked", None, sentences.NOT_BY_ANSWERS)])

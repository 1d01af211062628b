"""Warnings about the land of a matter, as notaries sent them or told when asked.

They are shown with who said them and when, and stop nothing by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from integrations.messages import LandWarning
from integrations.notary.said import Blocking
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.persistence.office_words import OfficeWordRow
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.land.ask_warnings import OFFICE, asked_warnings
from service.usecases.matter.answer_question import find_matter
from service.usecases.outside import word_sentences as say

_KIND = "blocking"


@dataclass(frozen=True, slots=True)
class WarningOfLand:
    """One warning, or its end: by which office it came, when, and what it says."""

    office: str
    at: datetime
    said: Blocking | LandWarning


def warnings_of_land(desk: Desk, actor: Actor, code: str) -> tuple[WarningOfLand, ...]:
    """Return what came to the cases of a matter and what was answered, newest first."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        authorize(actor, Action.READ_MATTER, matter_target(desk, uow, matter))
        found = [
            word
            for case in uow.cases.of_matter(matter.tenant_id, matter.id)
            for word in uow.words.of_case(matter.tenant_id, case.id)
            if word.what == _KIND
        ]
    told = [*map(_shown, found), *_told_when_asked(desk, actor, code)]
    return tuple(sorted(told, key=lambda each: each.at, reverse=True))


def _told_when_asked(desk: Desk, actor: Actor, code: str) -> Iterator[WarningOfLand]:
    answer = asked_warnings(desk, actor, code).answer
    if answer is None or answer.answered_at is None or answer.elsewhere:
        return
    for each in answer.warnings:
        yield WarningOfLand(say.OFFICES[OFFICE], answer.answered_at, each)


def _shown(row: OfficeWordRow) -> WarningOfLand:
    said = Blocking.model_validate(row.said)
    return WarningOfLand(say.OFFICES[row.office], row.at, said)

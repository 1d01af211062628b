"""The notaries are asked, by a press, whether anything blocks the land of a matter.

What comes back is kept with when it was asked and by whom, and changes nothing by
itself. An asking is kept before it goes out: no answer stays visible as no answer, and
is never read as "no warning". An older answer stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from integrations.errors import IntegrationError, OfficeRefusedError
from integrations.messages import Land, LandAsked, LandWarning, Warnings
from service.auth.actors import Actor
from service.auth.policies import Action, authorize, consent_for, may
from service.auth.sessions import count_try
from service.errors import TooManyTriesError
from service.persistence.land_questions import LandQuestionRow
from service.persistence.rows import FactRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.desk import Desk
from service.usecases.land import land_sentences as say
from service.usecases.land.land_lookup import land_asked, look_up, words_of
from service.usecases.matter.answer_question import acting, find_matter
from service.usecases.matter.situations import current
from service.usecases.outside.connections import mode_of
from service.usecases.outside.office_lines import ask

OFFICE = "notary"
# What came of an asking; any but the first is no answer.
ANSWERED, SILENT, REFUSED, OTHER_LAND = "answered", "silent", "refused", "other_land"


@dataclass(frozen=True, slots=True)
class Asking:
    """One asking as a page shows it.

    ``sentence`` says why there is no answer, empty with one; ``elsewhere``: the matter
    names other land by now.
    """

    about: str
    by: str
    on_behalf_of: str | None
    asked_at: datetime
    answered_at: datetime | None
    sentence: str
    warnings: tuple[LandWarning, ...]
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class AskedWarnings:
    """What was asked and answered so far, and what may be asked now.

    ``about`` is the land in words, empty when too little was told of it.
    """

    about: str
    may_ask: bool
    waiting: Asking | None
    answer: Asking | None

    @property
    def is_shown(self) -> bool:
        """Return whether there is anything to say or to press."""
        return self.may_ask or bool(self.waiting or self.answer)


def is_connected(desk: Desk) -> bool:
    """Return whether there are notaries here that can be asked over a line."""
    return mode_of(desk, OFFICE) != "paper"


def asked_warnings(desk: Desk, actor: Actor, code: str) -> AskedWarnings:
    """Return how it stands with asking, for whoever may read the matter."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        target = matter_target(desk, uow, matter)
        authorize(actor, Action.READ_MATTER, target)
        facts = uow.matters.facts(matter.tenant_id, matter.id)
        may_ask = may(actor, Action.ANSWER, target)
        return _standing(desk, uow, matter, facts, may_ask=may_ask)


def ask_warnings(desk: Desk, actor: Actor, code: str) -> str:
    """Ask for a person; return why nothing was asked, empty when it was.

    Of a warning its reason is not kept: whoever types a number is not thereby the one
    whom it concerns, and a reason may name others.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        target = matter_target(desk, uow, matter)
        authorize(actor, Action.ANSWER, target)
        facts = uow.matters.facts(matter.tenant_id, matter.id)
    person = acting(actor, consent_for(actor, Action.ANSWER, target))
    return _ask(desk, person, matter, facts, reasons=False)


def standing_at_desk(
    desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile
) -> AskedWarnings | None:
    """Return how it stands for the page of a case; None for who is no notary of it."""
    target = file.target(matter_target(desk, uow, file.matter))
    if not may(actor, Action.ASK_NOTARIES, target):
        return None
    return _standing(desk, uow, file.matter, file.facts, may_ask=True)


def asked_at_desk(desk: Desk, clerk: Actor, case_code: str) -> AskedWarnings:
    """Return the same to a clerk of a notary office of the case."""
    with desk.database.reading() as uow:
        file = _notary_case(desk, uow, clerk, case_code)
        return _standing(desk, uow, file.matter, file.facts, may_ask=True)


def ask_at_desk(desk: Desk, clerk: Actor, case_code: str) -> str:
    """Ask for a clerk of a notary office of the case, reasons and all."""
    with desk.database.reading() as uow:
        file = _notary_case(desk, uow, clerk, case_code)
    return _ask(desk, clerk, file.matter, file.facts, reasons=True)


def _notary_case(desk: Desk, uow: UnitOfWork, clerk: Actor, code: str) -> CaseFile:
    file = open_case(desk, uow, find_case(uow, code))
    target = file.target(matter_target(desk, uow, file.matter))
    authorize(clerk, Action.ASK_NOTARIES, target)
    return file


# --- asking ---------------------------------------------------------------------------


def _ask(
    desk: Desk,
    actor: Actor,
    matter: MatterRow,
    facts: Sequence[FactRow],
    *,
    reasons: bool,
) -> str:
    asked = land_asked(matter, current(facts), {})
    if not is_connected(desk):
        return say.NO_NOTARY
    if asked is None:
        return say.TOO_LITTLE
    window = timedelta(minutes=look_up().minutes)
    try:
        count_try(desk, f"warn:{matter.id}", most=look_up().tries, window=window)
    except TooManyTriesError as refusal:
        return say.notary_too_often(ceil(refusal.retry_after / 60))
    row = LandQuestionRow(
        matter.tenant_id,
        matter.id,
        answered=False,
        land=asked.land.model_dump(),
        asked_by=actor.name,
        on_behalf_of=actor.on_behalf_of,
        asked_at=desk.now(),
        answered_at=None,
        outcome=SILENT,
        warnings=[],
    )
    _keep(desk, row)
    _keep(desk, _answered(desk, row, asked, reasons=reasons))
    return ""


def _keep(desk: Desk, row: LandQuestionRow) -> None:
    with desk.database.transaction() as uow:
        uow.matters.locked(row.tenant_id, row.matter_id)
        uow.land_questions.keep(row)


def _answered(
    desk: Desk, row: LandQuestionRow, asked: LandAsked, *, reasons: bool
) -> LandQuestionRow:
    """Return the asking with what came of it."""
    port, key = desk.ports.notary, desk.ids.new_id()
    try:
        told = ask(desk, OFFICE, lambda: port.warnings(asked, key=key))
    except OfficeRefusedError:
        return replace(row, outcome=REFUSED)
    except IntegrationError:
        return row
    about = _about(told, asked)
    if told.warnings and not about:
        return replace(row, outcome=OTHER_LAND)
    hidden = {} if reasons else {"reason": ""}
    warnings = [
        each.model_copy(update=hidden).model_dump(mode="json") for each in about
    ]
    return replace(
        row,
        answered=True,
        outcome=ANSWERED,
        answered_at=desk.now(),
        warnings=warnings,
    )


def _about(told: Warnings, asked: LandAsked) -> tuple[LandWarning, ...]:
    return tuple(each for each in told.warnings if asked.is_about(each.land))


# --- how it stands --------------------------------------------------------------------


def _standing(
    desk: Desk,
    uow: UnitOfWork,
    matter: MatterRow,
    facts: Sequence[FactRow],
    *,
    may_ask: bool,
) -> AskedWarnings:
    asked = land_asked(matter, current(facts), {})
    kept = {
        row.answered: _shown(desk, row, asked)
        for row in uow.land_questions.of_matter(matter.tenant_id, matter.id)
    }
    about = "" if asked is None else words_of(desk, matter.tenant_id, asked.land)
    offered = may_ask and is_connected(desk)
    return AskedWarnings(about, offered, kept.get(False), kept.get(True))


def _shown(desk: Desk, row: LandQuestionRow, asked: LandAsked | None) -> Asking:
    land = Land.model_validate(row.land)
    return Asking(
        words_of(desk, row.tenant_id, land),
        row.asked_by,
        row.on_behalf_of,
        row.asked_at,
        row.answered_at,
        say.NO_ANSWER.get(row.outcome, ""),
        tuple(map(LandWarning.model_validate, row.warnings)),
        elsewhere=asked is None or asked.land != land,
    )

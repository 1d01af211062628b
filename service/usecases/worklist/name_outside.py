"""What the other one-stop system calls a dossier of ours, and how it was handed in."""

from __future__ import annotations

from dataclasses import replace

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError, NotAllowedError
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.findable import make_findable
from service.usecases.desk import Desk
from service.usecases.outside.national_codes import codes_today
from service.usecases.worklist import other_system_sentences as say
from service.usecases.worklist.list_columns import list_rules
from workflows.errors import Problem

OURS, THEIRS, CHANNEL = "ma", "ma-ngoai", "kenh"


def may_use_lists(actor: Actor) -> bool:
    """Return whether the actor reads lists of the other system and names cases."""
    try:
        authorize(actor, Action.OTHER_SYSTEMS, Installation(actor.tenant))
    except NotAllowedError:
        return False
    return True


def name_case(desk: Desk, actor: Actor, ours: str, code: str, channel: str) -> None:
    """Give a dossier the code of the other system, or another channel, or both.

    Once more with the same words changes nothing. Raises BadRequestError with a
    sentence for each field; a code that a dossier carries is never written over.
    """
    authorize(actor, Action.OTHER_SYSTEMS, Installation(actor.tenant))
    rules, codes = list_rules(), codes_today(desk)
    problems = []
    if code and not rules.fits(code):
        problems.append(Problem(THEIRS, code, say.bad_code(code, rules.code.example)))
    if channel and channel not in codes.channels:
        problems.append(Problem(CHANNEL, channel, say.NO_CHANNEL))
    if not code and not channel:
        problems.append(Problem(THEIRS, code, say.NOTHING_SAID))
    if problems:
        raise BadRequestError(problems)
    with desk.database.transaction() as uow:
        carrying = uow.outside.case_by_external(actor.tenant, code) if code else None
        if carrying is not None and carrying.code == ours:
            row = uow.cases.locked_by_code(ours)
        else:
            row = _nameable(uow, actor, ours, code, carrying)
            if code:
                tie(uow, row, code)
        if channel and row is not None:
            uow.outside.set_channel(row, int(channel))


def _nameable(
    uow: UnitOfWork, actor: Actor, ours: str, code: str, carrying: CaseRow | None
) -> CaseRow:
    refusal, row = why_not_tied(uow, actor, ours, code, carrying)
    if row is None:
        field = THEIRS if carrying is not None else OURS
        raise BadRequestError([Problem(field, ours, refusal)])
    return row


def why_not_tied(
    uow: UnitOfWork, actor: Actor, ours: str, code: str, carrying: CaseRow | None
) -> tuple[str, CaseRow | None]:
    """Return why a code cannot be given to a dossier, or the dossier, locked.

    A clerk ties only dossiers in which his office plays a role; to him another one is
    not there.
    """
    row = uow.cases.locked_by_code(ours)
    if row is None or not may_tie(uow, actor, row):
        return say.no_such_case(ours), None
    if carrying is not None:
        return say.TAKEN, None
    if code and row.external_code is not None:
        return say.other_code(ours, row.external_code), None
    return "", row


def tie(uow: UnitOfWork, row: CaseRow, code: str) -> None:
    """Give a dossier the code of the other system, letter for letter.

    It is found by that code from then on; what was only followed under it goes. Raises
    BadRequestError when somebody gave the code to another dossier at this moment.
    """
    if not uow.outside.name(row, code):
        raise BadRequestError([Problem(THEIRS, code, say.TAKEN)])
    uow.outside.forget(row.tenant_id, code)
    make_findable(uow, replace(row, external_code=code))


def may_tie(uow: UnitOfWork, actor: Actor, row: CaseRow) -> bool:
    """Return whether the actor may name the case: his office plays a role in it."""
    if row.tenant_id != actor.tenant:
        return False
    offices = uow.cases.offices(row.tenant_id, row.id).values()
    return actor.kind == "system" or actor.office_id in offices

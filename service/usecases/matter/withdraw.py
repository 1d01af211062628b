"""The citizen takes a filed dossier back: what will happen, then, once more, yes."""

from __future__ import annotations

from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import money
from service.usecases.cases.case_clock import clock_view
from service.usecases.cases.case_offers import OfferRow, offers_of
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    lines_of,
    matter_target,
    open_case,
)
from service.usecases.cases.decide import MoveResult, raise_event
from service.usecases.cases.money import MoneyRow
from service.usecases.desk import Desk
from service.usecases.following.follow_case import WITHDRAW
from service.usecases.following.follow_sentences import too_long
from service.usecases.matter.submit_dossier import pinned_steps
from workflows.errors import Problem

REASON = "withdrawal.reason"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What withdrawing a case means; not ``possible`` where the chart has no way.

    ``paid`` are the lines on which something was paid, ``owed`` those with a rest;
    ``steps_lost`` are the steps of the plan that wait for this one.
    """

    code: str
    title: str
    possible: bool
    paid: tuple[MoneyRow, ...]
    owed: tuple[MoneyRow, ...]
    used_days: int
    steps_lost: tuple[str, ...]
    ends_as: str


def withdrawal(desk: Desk, actor: Actor, code: str) -> Withdrawal:
    """Return what the citizen should know before; raise NotAllowedError for others."""
    with desk.database.reading() as uow:
        file = _opened(desk, uow, actor, code)
        offer = _offer(actor, file)
        rows = money.rows_of(desk, uow, file)
        clock = clock_view(desk, file)
    return Withdrawal(
        file.row.code,
        file.procedure.title.citizen,
        offer is not None,
        tuple(row for row in rows if row.paid),
        tuple(row for row in rows if row.left),
        clock.used if clock else 0,
        _waiting_steps(file),
        offer.label.citizen if offer else "",
    )


def withdraw(
    desk: Desk, actor: Actor, code: str, *, reason: str, key: str
) -> MoveResult:
    """Withdraw a case for its citizen, once by the key.

    What was confirmed on the page is the written request that the chart asks for.
    Raises NotAllowedError for anybody else, BadRequestError for a reason too long, a
    leaf of MoveRefusedError when the case came too far.
    """
    reason = reason.strip()
    if len(reason) > _LONGEST:
        problem = Problem("ly-do", reason, too_long(_LONGEST))
        raise BadRequestError([problem])
    with desk.database.reading() as uow:
        file = _opened(desk, uow, actor, code)
    lines = lines_of(file.procedure.chart.states.values())
    needed = {
        paper
        for event, line in lines
        if event == WITHDRAW
        for paper in line.needs.papers
    }
    return raise_event(
        desk,
        actor,
        file.row.code,
        WITHDRAW,
        facts={REASON: reason} if reason else {},
        papers=needed,
        idempotency_key=key,
    )


def _opened(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> CaseFile:
    file = open_case(desk, uow, find_case(uow, code))
    authorize(actor, Action.FINISH, file.target(matter_target(desk, uow, file.matter)))
    return file


def _offer(actor: Actor, file: CaseFile) -> OfferRow | None:
    offers = offers_of(actor, file)
    return next((each for each in offers if each.event == WITHDRAW), None)


def _waiting_steps(file: CaseFile) -> tuple[str, ...]:
    steps = pinned_steps(file.matter).values()
    return tuple(step.name for step in steps if file.row.step_id in step.after)

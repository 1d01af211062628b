"""A person raises an event on a case: one transaction, once by its key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, authorize, consent_for
from service.errors import AppError, NotAllowedError, NotFoundError, RepeatedKeyError
from service.persistence.audit import digest
from service.persistence.rows import Json
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.case_duties import on_duty
from service.usecases.cases.casefile import CaseFile, matter_target, open_case
from service.usecases.cases.channels import note_channel
from service.usecases.cases.entering import read_facts
from service.usecases.cases.holding import heed_hold
from service.usecases.cases.moving import (
    SUBMIT,
    UNDO,
    Applied,
    Cause,
    apply,
    later,
    stale,
    take_back,
)
from service.usecases.cases.proposing import propose
from service.usecases.desk import Desk
from service.usecases.helpers.helping import terms
from service.usecases.matter.answer_question import acting
from workflows.chart.run import ANYONE
from workflows.definition import Label
from workflows.errors import (
    PapersMissingError,
    SecondPersonMissingError,
    WorkflowError,
)
from workflows.statechart import Event


@dataclass(frozen=True, slots=True)
class MoveResult:
    """A case after a move; ``repeated`` when the same request had done it before.

    With a ``proposal`` the case did not move: a second person has to confirm it.
    """

    case_code: str
    version: int
    labels: tuple[Label, ...]
    handled: str
    is_over: bool
    repeated: bool = False
    proposal: str | None = None


def raise_event(  # noqa: PLR0913  a request has this many parts
    desk: Desk,
    actor: Actor,
    case_code: str,
    event: str,
    *,
    facts: Mapping[str, object] | None = None,
    papers: Collection[str] = (),
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    heeds: bool = False,
) -> MoveResult:
    """Raise an event as the actor, in whichever of his roles the chart allows.

    ``facts`` are what the form of the action asks (text as typed, or JSON values);
    ``papers`` are ticked as present. What takes two people is only proposed, and the
    result names the proposal. Raises StaleVersionError when the case moved on
    since ``expected_version``, a leaf of MoveRefusedError, NotAllowedError, or
    BadRequestError; then nothing changed. The same key gives the same answer again.
    Who ``heeds`` is refused with HeldError while a colleague works on the case.
    """
    request = [case_code, event, dict(facts or {}), sorted(papers), expected_version]

    def move(uow: UnitOfWork) -> MoveResult:
        file, person = open_for(desk, uow, actor, case_code)
        if heeds:
            heed_hold(desk, uow, actor, file.row)
        _delegated(desk, uow, actor, file, event)
        person = on_duty(desk, uow, person, file, event)
        if expected_version is not None and file.row.version != expected_version:
            raise stale(file, uow)
        desk.passing("opened")
        with_mandate(actor, file, event, papers)
        cause = cause_of(desk, file, person, event, facts or {}, papers)
        result = _moved_or_proposed(desk, uow, file, cause)
        if event == SUBMIT:
            note_channel(desk, uow, file.row, actor)
        return result

    return once(desk, actor, idempotency_key, request, move)


def _moved_or_proposed(
    desk: Desk, uow: UnitOfWork, file: CaseFile, cause: Cause
) -> MoveResult:
    try:
        return result_of(apply(desk, uow, file, cause))
    except SecondPersonMissingError:
        proposal = propose(desk, uow, file, cause, cause.papers)
    labels = file.chart.labels(file.instance)
    return MoveResult(
        file.row.code, file.row.version, labels, "proposed", False, False, proposal.id
    )


def undo(
    desk: Desk,
    actor: Actor,
    case_code: str,
    *,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> MoveResult:
    """Take back the actor's own last move, while its effects have not left.

    The history keeps both lines. Raises ConditionNotMetError when it is too late.
    """
    request = [case_code, UNDO, expected_version]

    def back(uow: UnitOfWork) -> MoveResult:
        file, person = open_for(desk, uow, actor, case_code)
        if expected_version is not None and file.row.version != expected_version:
            raise stale(file, uow)
        last = uow.cases.last_move(file.row.tenant_id, file.row.id)
        if last is not None and last.body["actor_id"] != actor.account_id:
            raise NotAllowedError(UNDO, "another person made the move")
        return result_of(take_back(desk, uow, file, person))

    return once(desk, actor, idempotency_key, request, back)


def open_for(
    desk: Desk, uow: UnitOfWork, actor: Actor, case_code: str
) -> tuple[CaseFile, Actor]:
    """Open a case to move it: locked, and the actor may. He may act for somebody."""
    row = uow.cases.locked_by_code(case_code)
    if row is None:
        raise NotFoundError("case", case_code)
    file = open_case(desk, uow, row)
    target = matter_target(desk, uow, file.matter, actor)
    authorize(actor, Action.MOVE_CASE, file.target(target))
    consent = consent_for(actor, Action.SUBMIT, target)
    return file, acting(actor, consent)


def _delegated(
    desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile, event: str
) -> None:
    """Refuse a helper what only the resident does on a case, such as to withdraw."""
    if actor.kind == "helper" and event not in terms().events:
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.CHOOSE, target)


def with_mandate(
    actor: Actor, file: CaseFile, event: str, papers: Collection[str]
) -> None:
    """Refuse a helper who hands in while the mandate is not among the papers.

    Raises PapersMissingError.
    """
    mandate = terms().mandate_paper
    if actor.kind == "helper" and mandate not in {*papers, *file.ticked}:
        raise PapersMissingError(event, [mandate])


def cause_of(
    desk: Desk,
    file: CaseFile,
    actor: Actor,
    event: str,
    facts: Mapping[str, object],
    papers: Collection[str],
    second: Actor | None = None,
) -> Cause:
    """Return the event as the chart takes it: with a role and with typed facts.

    ``second`` is who confirms what ``actor`` had proposed.
    """
    roles = file.roles_of(actor)
    offers = [
        offer
        for offer in file.chart.offers(
            file.instance, roles, lookup=file.lookup, papers=file.papers(papers)
        )
        if offer.event == event
    ]
    allowed = {role for offer in offers for role in offer.by}
    fitting = sorted(roles & allowed) or sorted(roles)
    role = fitting[0] if fitting else actor.kind
    if ANYONE in allowed and not roles & allowed:
        role = ANYONE
    return Cause(
        Event(
            event,
            later(file.row, desk.now()),
            actor.name,
            role,
            read_facts(file, offers, facts) if offers else {},
            second=second.name if second else None,
        ),
        actor,
        papers,
        second=second,
    )


def result_of(applied: Applied) -> MoveResult:
    """Return what the caller is told about a move."""
    row, chart = applied.row, applied.file.chart
    return MoveResult(
        row.code,
        row.version,
        chart.labels(applied.outcome.after),
        applied.outcome.handled,
        row.ended_at is not None,
    )


# --- the same request twice -----------------------------------------------------------


def once(
    desk: Desk,
    actor: Actor,
    key: str | None,
    request: object,
    do: Callable[[UnitOfWork], MoveResult],
) -> MoveResult:
    """Do a request in one transaction, once by its key, and keep its answer with it.

    Of a request that is sent twice at one moment one is done; the other one waits for
    it, finds its own work done, and gets its answer.
    """
    try:
        with desk.database.transaction() as uow:
            known = repeated(uow, actor, key, request)
            if known is not None:
                return result_from(known)
            result = do(uow)
            _keep(desk, uow, actor, key, request, result)
            desk.passing("before commit")
    except (AppError, WorkflowError):
        with desk.database.reading() as uow:
            known = repeated(uow, actor, key, request)
        if known is None:
            raise
        return result_from(known)
    desk.passing("committed")
    return result


def repeated(
    uow: UnitOfWork, actor: Actor, key: str | None, request: object
) -> Json | None:
    """Return the stored answer to the same request; RepeatedKeyError for another."""
    if key is None:
        return None
    known = uow.records.answer(actor.tenant, _key(actor, key))
    if known is None:
        return None
    if known[0] != digest(request):
        raise RepeatedKeyError(f"the key {key!r} came before with another request")
    return known[1]


def _keep(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    key: str | None,
    request: object,
    result: MoveResult,
) -> None:
    """Keep the answer to a request with what it did."""
    answer = {
        "case_code": result.case_code,
        "version": result.version,
        "labels": [label.model_dump() for label in result.labels],
        "handled": result.handled,
        "is_over": result.is_over,
        "proposal": result.proposal,
    }
    keep_answer(desk, uow, actor, key, request, answer)


def keep_answer(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    key: str | None,
    request: object,
    answer: Json,
) -> None:
    """Keep what was answered to a request, in the transaction that did it."""
    if key is None:
        return
    uow.records.keep_answer(
        actor.tenant, _key(actor, key), digest(request), answer, desk.now()
    )


def result_from(answer: Json) -> MoveResult:
    """Return a stored answer as it was given, marked as repeated."""
    labels = tuple(Label.model_validate(label) for label in answer["labels"])
    return MoveResult(**{**answer, "labels": labels, "repeated": True})


def _key(actor: Actor, key: str) -> str:
    return f"{actor.key}:{key}"[:200]

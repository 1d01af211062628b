"""What needs a person: messages that no case took, effects that could not be done.

Nothing here is guessed and nothing is lost: a fault is tried again as it came, or laid
aside with a reason; who did which stays beside what had been wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from integrations.messages import OfficeMessage
from service.auth.actors import Actor
from service.auth.policies import Action, FaultTarget, Installation, authorize
from service.errors import BadRequestError, InputError, NotFoundError
from service.persistence.faults import After, FaultActRow
from service.persistence.rows import CaseRow, InboxRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import edition_of, lines_of
from service.usecases.desk import Desk
from service.usecases.outside import fault_sentences as say
from workflows.errors import NoPackageInForceError, PackageInvalidError, Problem
from workflows.packages import Edition

_PAGE = 50
_LATELY = 20
_LONGEST_REASON = 300
REASON = "ly-do"
# What is paid by a notice of the tax office is for its clerks to sort out.
_LOOKS_AFTER = {"tax": ("payment",)}


@dataclass(frozen=True, slots=True)
class FaultRow:
    """Something that a person must look at: a message or an effect.

    ``what`` was to happen, ``error`` why it did not, both in words; ``technical`` is
    what the program wrote down. ``told`` is what a message says, each with its label.
    ``case_code`` is that of the case it is about, None when no case is known.
    """

    id: str
    at: datetime
    what: str
    error: str
    case_id: str | None
    technical: str = ""
    source: str = ""
    case_code: str | None = None
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FaultsPage:
    """A page of faults, oldest first; what was done lately; where it goes on."""

    rows: tuple[FaultRow, ...]
    acts: tuple[FaultActRow, ...]
    next_cursor: str | None


def faults_page(desk: Desk, actor: Actor, cursor: str | None = None) -> FaultsPage:
    """Return what needs somebody of the clerk's office; an administrator sees all.

    He sees what happened, not what a message says of people and sums. Raises
    InputError for a cursor that is none.
    """
    authorize(actor, Action.FAULTS, Installation(actor.tenant))
    after = _after(cursor)
    office = actor.office_id if actor.kind == "clerk" else None
    with desk.database.reading() as uow:
        messages = uow.faults.messages(
            actor.tenant,
            office=office,
            sources=_kinds_of(uow, actor),
            after=after,
            limit=_PAGE + 1,
        )
        effects = uow.faults.effects(
            actor.tenant, office=office, after=after, limit=_PAGE + 1
        )
        rows = _told(desk, uow, actor.tenant, messages, effects)
        acts = uow.faults.acts(actor.tenant, office, _LATELY)
    if actor.kind == "administrator":
        rows = tuple(map(_without_facts, rows))
    shown = rows[:_PAGE]
    more = f"{shown[-1].at.isoformat()}|{shown[-1].id}" if len(rows) > _PAGE else None
    return FaultsPage(shown, acts, more)


def _without_facts(row: FaultRow) -> FaultRow:
    return replace(
        row, told=tuple(each for each in row.told if each[0] == say.CASE_CODE)
    )


def list_faults(
    desk: Desk, actor: Actor, case_id: str | None = None
) -> tuple[FaultRow, ...]:
    """Return what needs a person, oldest first, of one case or of the whole office."""
    rows = faults_page(desk, actor).rows
    return tuple(row for row in rows if case_id in {None, row.case_id})


def faults_of(desk: Desk, uow: UnitOfWork, case: CaseRow) -> tuple[FaultRow, ...]:
    """Return the faults of a case; most cases have none, and then nothing is asked."""
    if not case.faults:
        return ()
    messages, effects = uow.faults.of_case(case.tenant_id, case.id)
    return _told(desk, uow, case.tenant_id, messages, effects)


def retry(desk: Desk, actor: Actor, fault_id: str) -> bool:
    """Let a message or an effect be tried once more; False when it was settled before.

    A message whose case was not known then is put to the case that has its code now.
    Raises NotFoundError when there never was such a fault.
    """
    with desk.database.transaction() as uow:
        message, effect = _find(uow, actor, fault_id)
        done, now = False, desk.now()
        if message is not None:
            case_id = message.case_id or _case_now(uow, message)
            # What no message says, such as a difference of the books, cannot be done.
            placed = case_id is not None or message.event == "payment"
            if placed and message.body is not None:
                done = uow.faults.settle_message(
                    message, state="open", error=None, case_id=case_id
                )
        if effect is not None:
            done = uow.faults.settle_effect(
                effect, failed_at=None, due_at=now, error=None
            )
            uow.exchanges.let_try(effect.tenant_id, effect.id, now)
        if done:
            _keep(desk, uow, actor, message or effect, "retry", None)
    return done


def dismiss(desk: Desk, actor: Actor, fault_id: str, reason: str) -> bool:
    """Lay a fault aside by hand; False when it was settled before.

    The reason, the name and what had been wrong stay. Raises BadRequestError without a
    reason, NotFoundError when there never was such a fault.
    """
    why = " ".join(reason.split())
    if not why or len(why) > _LONGEST_REASON:
        text = say.LONG_REASON if why else say.NEED_REASON
        raise BadRequestError([Problem(REASON, reason, text)])
    with desk.database.transaction() as uow:
        message, effect = _find(uow, actor, fault_id)
        done, note = False, f"{actor.name}: {why}"[:500]
        if message is not None:
            done = uow.faults.settle_message(
                message, state="dismissed", error=note, done_at=desk.now()
            )
        if effect is not None:
            done = uow.faults.settle_effect(
                effect, failed_at=None, done_at=desk.now(), error=note
            )
        if done:
            _keep(desk, uow, actor, message or effect, "dismiss", why)
    return done


# --- finding --------------------------------------------------------------------------


def _find(
    uow: UnitOfWork, actor: Actor, fault_id: str
) -> tuple[InboxRow | None, OutboxRow | None]:
    """Return the message or the effect, if the actor may settle it."""
    message = uow.queues.in_by_id(actor.tenant, fault_id)
    effect = uow.queues.out_by_id(actor.tenant, fault_id)
    row = message or effect
    if row is None:
        raise NotFoundError("fault", fault_id)
    authorize(actor, Action.FAULTS, _target(uow, row))
    return message, effect


def _target(uow: UnitOfWork, row: InboxRow | OutboxRow) -> FaultTarget:
    if row.case_id is not None:
        offices = uow.cases.offices(row.tenant_id, row.case_id).values()
        return FaultTarget(row.tenant_id, frozenset(offices))
    found = uow.people.offices(row.tenant_id)
    senders = frozenset(each.id for each in found if each.kind == row.source)
    return FaultTarget(row.tenant_id, senders)


def _kinds_of(uow: UnitOfWork, actor: Actor) -> tuple[str, ...]:
    office = uow.people.office(actor.tenant, actor.office_id or "")
    if office is None:
        return ()
    return (office.kind, *_LOOKS_AFTER.get(office.kind, ()))


def _case_now(uow: UnitOfWork, message: InboxRow) -> str | None:
    """Return the id of the case that has the code of a message by now, if any."""
    code = (message.body or {}).get("case")
    case = uow.cases.by_code(str(code)) if code else None
    return case.id if case is not None else None


def _keep(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    row: InboxRow | OutboxRow | None,
    act: str,
    reason: str | None,
) -> None:
    if row is None:
        return
    fault_id = row.message_id if isinstance(row, InboxRow) else row.id
    uow.faults.add_act(
        FaultActRow(
            row.tenant_id,
            desk.ids.new_id(),
            fault_id,
            row.case_id,
            desk.now(),
            actor.name,
            actor.account_id,
            actor.office_id,
            act,
            reason,
            row.error or "",
        )
    )
    if row.case_id is not None:
        uow.cases.count_fault(row.tenant_id, row.case_id, -1)


def _after(cursor: str | None) -> After | None:
    if cursor is None:
        return None
    at, _, name = cursor.partition("|")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise InputError(cursor) from None
    if moment.tzinfo is None:
        raise InputError(cursor)
    return moment, name


# --- in words -------------------------------------------------------------------------


def _told(
    desk: Desk,
    uow: UnitOfWork,
    tenant: str,
    messages: Iterable[InboxRow],
    effects: Iterable[OutboxRow],
) -> tuple[FaultRow, ...]:
    kept, failed = tuple(messages), tuple(effects)
    ids = {row.case_id for row in kept if row.case_id is not None}
    ids |= {row.case_id for row in failed}
    cases = uow.cases.with_codes(tenant, sorted(ids))
    names = {each.kind: each.name for each in uow.people.offices(tenant)}
    rows = [
        _message(desk, uow, row, cases.get(row.case_id or ""), names) for row in kept
    ]
    rows += [_effect(row, cases.get(row.case_id)) for row in failed]
    return tuple(sorted(rows, key=lambda row: (row.at, row.id)))


def _message(
    desk: Desk,
    uow: UnitOfWork,
    row: InboxRow,
    case: CaseRow | None,
    names: dict[str, str],
) -> FaultRow:
    edition = edition_of(desk, uow, case.edition_digest) if case else None
    return FaultRow(
        row.message_id,
        row.received_at,
        _event(row, case, edition),
        say.reason(row.error or ""),
        row.case_id,
        row.error or "",
        say.SOURCES.get(row.source) or names.get(row.source) or row.source,
        case.code if case else None,
        _said(row, edition or _law_today(desk, row.tenant_id)),
    )


def _law_today(desk: Desk, tenant: str) -> Edition | None:
    """Return the law of the province, None where none holds today: faults are seen."""
    try:
        return desk.law.edition(tenant, desk.today())
    except (NoPackageInForceError, PackageInvalidError):
        return None


def _effect(row: OutboxRow, case: CaseRow | None) -> FaultRow:
    return FaultRow(
        row.id,
        row.failed_at or row.due_at,
        say.EFFECTS.get(row.kind, row.kind),
        say.reason(row.error or "", outward=row.lane in {"sync", "notary"}),
        row.case_id,
        row.error or "",
        case_code=case.code if case else None,
    )


def _event(row: InboxRow, case: CaseRow | None, edition: Edition | None) -> str:
    if row.body is None:
        return say.UNREADABLE if row.event is None else say.DIFFERENCE
    if row.body.get("kind") == "payment":
        return say.PAYMENT
    if case is None or edition is None:
        return say.EVENT
    states = edition.procedure(case.procedure).chart.states.values()
    labels = (line.label for event, line in lines_of(states) if event == row.event)
    label = next(filter(None, labels), None)
    return label.clerk if label else say.EVENT


def _said(row: InboxRow, edition: Edition | None) -> tuple[tuple[str, str], ...]:
    """Return what a message of an office says; nothing of one that cannot be read."""
    try:
        message = OfficeMessage.model_validate(row.body)
    except ValidationError:
        return ()
    said = [(say.CASE_CODE, message.case)] if row.case_id is None else []
    if message.kind == "payment":
        said.append((say.AMOUNT, say.sum_of(message.amount)))
        said.append((say.VOUCHER, message.voucher))
        return tuple(said)
    specs = edition.facts if edition else {}
    said += [
        (specs[key].label.clerk if key in specs else key, say.value(told))
        for key, told in message.facts.items()
    ]
    return tuple(said)

"""What comes in: kept raw and once, then applied to its case, or shown to a person."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from pydantic import ValidationError

from integrations import webhooks
from integrations.messages import OfficeMessage, Receipt
from service.auth.actors import Actor
from service.auth.office_keys import OFFICES, office_key, office_keys
from service.errors import (
    AppError,
    BadRequestError,
    NotFoundError,
    UnstorableError,
)
from service.observability import note
from service.persistence.rows import InboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.cases.moving import Applied, Cause, apply, later
from service.usecases.cases.vouchers import take_voucher
from service.usecases.desk import Desk
from service.usecases.outside.exchange_log import write_heard
from service.usecases.outside.office_events import Told, raise_for
from service.usecases.outside.office_lines import heard
from service.usecases.outside.office_words import take_word
from service.usecases.telling.deliver_messages import take_receipt
from workflows.errors import Problem, WorkflowError
from workflows.statechart import Event

_log = logging.getLogger(__name__)
MOST_BYTES = 64_000
# Of what nobody signed the beginning is enough to see what it is.
_MOST_FORGED = 4_000
_HOUR = timedelta(hours=1)
# How the ids begin that we give: no office may take one of them before us.
TYPED, DIFFERENCE = "paper-", "difference:"
_QUARANTINED, _FORGED, _FLOODED = "quarantine:", "forged:", "flood:"
_OURS = (TYPED, DIFFERENCE, _QUARANTINED, _FORGED, _FLOODED)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message at the door; ``full`` is one that found no room.

    ``signed`` is false when none of the office's keys signed it, ``new`` when the same
    had come before.
    """

    outcome: Literal["accepted", "duplicate", "quarantined", "full"]
    message_id: str
    signed: bool = True
    new: bool = True


def receive_message(
    desk: Desk, office: str, raw: bytes, headers: Mapping[str, str]
) -> Received:
    """Keep a message of an office, raw and once by its id.

    A message with a wrong signature or that cannot be read goes to quarantine. Nothing
    is applied here; ``process_inbox`` does that. Raises NotFoundError for an office
    that is none.
    """
    if office not in OFFICES:
        raise NotFoundError("office", office)
    keys = office_keys(desk.settings, desk.secret, office)
    try:
        webhooks.check(keys, webhooks.FROM_OFFICE, headers, raw, desk.now())
    except webhooks.BadSignatureError:
        return _quarantine(desk, office, raw, sentences.BAD_SIGNATURE, signed=False)
    return take_in(desk, office, raw)


def hear(desk: Desk, office: str, raw: bytes) -> Received:
    """Take a message of an office in this process, which signs like a real one."""
    key = office_key(desk.settings, desk.secret, office)
    name = hashlib.sha256(raw).hexdigest()
    headers = webhooks.sign(key, webhooks.FROM_OFFICE, name, desk.now(), raw)
    return receive_message(desk, office, raw, headers)


def take_in(desk: Desk, office: str, raw: bytes) -> Received:
    """Keep a message that surely comes from the office.

    One whose id is known and that says something else is not taken for a repeat: a
    person sees it, as one whose id begins like those that we give.
    """
    if len(raw) > MOST_BYTES:
        return _quarantine(desk, office, raw, sentences.UNREADABLE)
    try:
        message = OfficeMessage.model_validate_json(raw)
        if message.entered is not None:
            # Only what was typed here says who typed it.
            return _quarantine(desk, office, raw, sentences.UNREADABLE)
        if message.id.startswith(_OURS):
            return _quarantine(desk, office, raw, sentences.OUR_ID)
        return _keep(desk, office, raw, message)
    except (ValidationError, UnstorableError):
        return _quarantine(desk, office, raw, sentences.UNREADABLE)


def keep_typed(desk: Desk, office: str, message: OfficeMessage, state: str) -> bool:
    """Keep what was typed from a paper of an office, once by its id, to be applied.

    It is no word over the line: it says nothing of whether the office answers.
    """
    with desk.database.transaction() as uow:
        case = uow.cases.by_code(message.case)
        if case is None:
            raise NotFoundError("case", message.case)
        return uow.queues.put_in(
            InboxRow(
                tenant_id=case.tenant_id,
                message_id=f"{office}:{message.id}",
                source=office,
                case_id=case.id,
                event=message.what,
                body=message.model_dump(mode="json"),
                raw=None,
                received_at=desk.now(),
                state=state,
                error=None,
                done_at=None,
                typed_at=message.entered.office if message.entered else None,
            )
        )


def _keep(desk: Desk, office: str, raw: bytes, message: OfficeMessage) -> Received:
    with desk.database.transaction() as uow:
        province = desk.settings.province
        case = uow.cases.by_code(message.case) or uow.outside.case_by_external(
            province, message.case
        )
        # A voucher names its notice, and what became of a text its key.
        known = case is not None or (message.kind != "event" and not message.case)
        row = InboxRow(
            tenant_id=case.tenant_id if case else province,
            message_id=f"{office}:{message.id}",
            source=office,
            case_id=case.id if case else None,
            event=message.event or message.what or message.kind,
            body=message.model_dump(mode="json"),
            raw=raw.decode(),
            received_at=desk.now(),
            state="open" if known else "fault",
            error=None if known else sentences.NO_SUCH_CASE,
            done_at=None,
        )
        received = Received("accepted", row.message_id)
        if not uow.queues.put_in(row):
            received = _known(uow, row, raw)
        _log_in(desk, uow, row, raw, received.outcome)
        heard(uow, province, office, desk.now())
        desk.passing("message kept")
    desk.passing("message taken in")
    return received


def _known(uow: UnitOfWork, row: InboxRow, raw: bytes) -> Received:
    """Return what a message is whose id came before: the same, or a contradiction."""
    known = uow.queues.in_by_id(row.tenant_id, row.message_id)
    if known is None or known.body == row.body:
        return Received("duplicate", row.message_id, new=False)
    name = f"{row.message_id}:other:{hashlib.sha256(raw).hexdigest()[:16]}"
    other = replace(row, message_id=name, state="fault", error=sentences.SAYS_OTHERWISE)
    new = uow.queues.put_in(other)
    if new and row.case_id is not None:
        uow.cases.count_fault(row.tenant_id, row.case_id, 1)
    return Received("quarantined", name, new=new)


def _quarantine(
    desk: Desk, office: str, raw: bytes, why: str, *, signed: bool = True
) -> Received:
    """Keep what cannot be used for a person to see, up to so many an hour and reason.

    What is beyond is only told of: a flood does not fill the disk. Its sender is told
    that it was not taken, and sends it again. What others forge takes no room from
    what the office itself sent, and is kept with its beginning only.
    """
    digest, now, settings = hashlib.sha256(raw).hexdigest(), desk.now(), desk.settings
    if signed:
        most, kind, longest = settings.quarantine_of_hour, _QUARANTINED, MOST_BYTES
    else:
        most, kind, longest = settings.forged_of_hour, _FORGED, _MOST_FORGED
    row = InboxRow(
        tenant_id=desk.settings.province,
        message_id=f"{office}:{kind}{digest[:32]}",
        source=office,
        case_id=None,
        event=None,
        body=None,
        raw=_beginning(raw, digest, longest),
        received_at=now,
        state="quarantined",
        error=why,
        done_at=None,
    )
    with desk.database.transaction() as uow:
        kept = uow.faults.quarantined(row.tenant_id, office, why, now - _HOUR, most)
        if kept >= most and uow.queues.in_by_id(row.tenant_id, row.message_id) is None:
            name = f"{office}:{_FLOODED}{now:%Y%m%d%H}"
            flood = replace(row, message_id=name, raw=None, error=sentences.FLOOD)
            uow.queues.put_in(flood)
            return Received("full", name, signed)
        new = uow.queues.put_in(row)
        if new:
            _log_in(desk, uow, row, raw, "quarantined")
    note(_log, "a message went to quarantine", office=office)
    return Received("quarantined" if new else "duplicate", row.message_id, signed)


def _readable(raw: bytes) -> str:
    return raw.decode(errors="replace").replace("\x00", "�")


def _beginning(raw: bytes, digest: str, longest: int) -> str:
    if len(raw) <= longest:
        return _readable(raw)
    return f"{_readable(raw[:longest])}\n[{len(raw)} bytes, sha256 {digest}]"


def _log_in(
    desk: Desk, uow: UnitOfWork, row: InboxRow, raw: bytes, outcome: str
) -> None:
    write_heard(
        uow,
        desk.settings.province,
        row.source,
        key=row.message_id.partition(":")[2],
        what=row.event or "",
        case_id=row.case_id,
        at=desk.now(),
        outcome=outcome,
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def process_inbox(desk: Desk, limit: int = 50) -> int:
    """Apply messages that wait, oldest first; return how many were worked on.

    What a case does not take becomes a fault on it that a person sees; it is never
    dropped and never guessed.
    """
    worked = 0
    while worked < limit:
        row: InboxRow | None = None
        try:
            with desk.database.transaction() as uow:
                row = uow.queues.next_in()
                if row is None:
                    break
                _apply(desk, uow, row)
                desk.passing("applied")
                uow.queues.change_in(row, state="done", done_at=desk.now())
            desk.passing("worked off")
        except (WorkflowError, AppError, LookupError, ValueError) as error:
            if row is None:
                raise
            _fault(desk, row, f"{type(error).__name__}: {error}")
        worked += 1
    return worked


def _apply(desk: Desk, uow: UnitOfWork, row: InboxRow) -> None:
    kind = _about_no_case(row)
    if kind is not None:
        kind(desk, uow, row, OfficeMessage.model_validate(row.body))
        return
    if row.case_id is None or row.body is None:
        raise NotFoundError("case", row.message_id)
    file = open_case(desk, uow, uow.cases.locked(row.tenant_id, row.case_id))
    if row.source in {"child", "parent", "ledger"}:
        applied: tuple[Applied, ...] = (_apply_signal(desk, uow, file, row),)
    else:
        applied = _apply_office(desk, uow, file, row)
    delivered = (told for each in applied for told in each.outcome.delivered)
    for number, told in enumerate(delivered):
        if told.handled == "refused":
            uow.queues.put_in(
                replace(
                    row,
                    message_id=f"{row.message_id}-kept-{number}",
                    event=told.event.name,
                    state="fault",
                    error=str(told.refused),
                )
            )
            uow.cases.count_fault(row.tenant_id, row.case_id, 1)


def _about_no_case(
    row: InboxRow,
) -> Callable[[Desk, UnitOfWork, InboxRow, OfficeMessage], None] | None:
    """Return what takes a message that finds its place by something else.

    Raises BadRequestError when it is not for its sender to say that.
    """
    kind = str((row.body or {}).get("kind"))
    if kind not in _TAKEN:
        return None
    sender, take = _TAKEN[kind]
    if row.source != sender:
        raise BadRequestError([Problem("kind", kind, sentences.NOT_ITS_TO_SAY)])
    return take


def _take_receipt(
    desk: Desk, uow: UnitOfWork, row: InboxRow, message: OfficeMessage
) -> None:
    del row
    take_receipt(desk, uow, Receipt.model_validate(message.said))


# Who may say it, and what takes it: no office speaks of what is another's.
_TAKEN = {
    "payment": ("payment", take_voucher),
    "delivery": ("messaging", _take_receipt),
}


def _apply_signal(
    desk: Desk, uow: UnitOfWork, file: CaseFile, row: InboxRow
) -> Applied:
    body = row.body or {}
    actor = Actor("system", row.source, row.tenant_id)
    event = Event(
        row.event or "",
        later(file.row, desk.now()),
        row.source,
        str(body["role"]),
        body["facts"],
        int(body["revision"]),
    )
    return apply(desk, uow, file, Cause(event, actor, message_id=row.message_id))


def _apply_office(
    desk: Desk, uow: UnitOfWork, file: CaseFile, row: InboxRow
) -> tuple[Applied, ...]:
    message = OfficeMessage.model_validate(row.body)
    if message.what:
        return take_word(desk, uow, file, row, message)
    told = Told(message.event, message.facts, message.revision, row.message_id)
    return (raise_for(desk, uow, file, row.source, told),)


def _fault(desk: Desk, row: InboxRow, error: str) -> None:
    with desk.database.transaction() as uow:
        uow.queues.change_in(row, state="fault", error=error[:500])
        if row.case_id is not None:
            uow.cases.count_fault(row.tenant_id, row.case_id, 1)
    note(_log, "a message was not taken", message_id=row.message_id)

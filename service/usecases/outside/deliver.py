"""The outbox: what moves asked for is done here, at least once and safely repeated.

Effects inside the program (open a linked case, a signal, a paper, the money ledger) are
done in one transaction with the mark that they are done. Calls to outside offices are
made before the mark, with the id of the effect as key, so that a repeat is recognised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from forms.errors import PaperTooSlowError, PressStoppedError
from integrations.errors import (
    AdapterNotConfiguredError,
    IntegrationError,
    OfficeUnavailableError,
)
from service.auth.actors import system
from service.metrics import DELIVERED
from service.observability import note, under_request, warn
from service.persistence.database import STORE_FAILURES
from service.persistence.rows import (
    CaseRow,
    InboxRow,
    Json,
    LinkRow,
    NotificationRow,
    OutboxRow,
)
from service.persistence.unit_of_work import UnitOfWork
from service.telemetry import span
from service.usecases.cases import money
from service.usecases.cases.casefile import CITIZEN, CaseFile, open_case
from service.usecases.cases.moving import FILE_FORM
from service.usecases.desk import Desk
from service.usecases.matter.submit_dossier import enter, new_case
from service.usecases.operation.service_days import count_handed
from service.usecases.outside.office_lines import OfficeRestsError, asked_for
from service.usecases.outside.outgoing import LETTERS, hand_over, keep_answer
from service.usecases.outside.paper_out import put_on_paper
from service.usecases.papers.issuing import ISSUE, make_paper, store_paper
from service.usecases.telling.messages import message_text, tell_next_steps
from service.usecases.telling.messaging import purpose_of
from service.usecases.telling.tell_people import Told, queue_message

_log = logging.getLogger(__name__)

_SHORTEST_PAUSE = timedelta(seconds=1)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_PAPERS = frozenset({ISSUE, FILE_FORM})
# Letters leave and papers are printed before the mark is set.
_OUTSIDE = _PAPERS | LETTERS.keys()
# What is well again by itself: the effect is tried once more after a pause.
_FOR_A_WHILE = (OfficeUnavailableError, PaperTooSlowError, PressStoppedError)

Doing = Callable[[Desk, UnitOfWork, OutboxRow, CaseFile], None]
_Went = Literal["done", "put off", "held"]


def deliver_outbox(desk: Desk, limit: int = 50) -> int:
    """Do effects that are due, the oldest first; return how many were done.

    The order within one case is kept. What fails is tried again later with growing
    pauses, and after the horizon it waits for a person. What waits for an office that
    does not answer holds nothing else up.
    """
    done = 0
    while done < limit:
        with desk.database.transaction() as uow:
            rows = uow.queues.due_out(desk.now(), limit - done)
        went = [_watched(desk, row) for row in rows]
        done += went.count("done")
        if went.count("held") == len(went):
            break
    return done


def _watched(desk: Desk, row: OutboxRow) -> _Went:
    """Do one effect as part of the request that asked for it, and say how it went."""
    name = row.request_id or ""
    with under_request(name), span("deliver", kind=row.kind, request=name) as told:
        went = _deliver(desk, row)
        told.tell(outcome=went)
        DELIVERED.add(row.kind, went)
        if went == "done":
            note(_log, "an effect is done", outbox_id=row.id, kind=row.kind)
    return went


def _deliver(desk: Desk, row: OutboxRow) -> _Went:
    """Do one effect; return whether it is done, put off, or another worker's."""
    try:
        return _do(desk, row)
    except _FOR_A_WHILE as error:
        _again(desk, row, error)
    except OfficeRestsError as error:
        _rest(desk, row, error)
    except AdapterNotConfiguredError as error:
        put_on_paper(desk, row, error)
    except IntegrationError as error:
        _needs_person(desk, row, str(error))
    except STORE_FAILURES:
        # The effect stays as it was, and the next pass tries it again.
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, a person must see it
        warn(_log, "an effect failed", {"outbox_id": row.id, "kind": row.kind})
        _needs_person(desk, row, f"{type(error).__name__}: {error}")
    return "put off"


def _do(desk: Desk, row: OutboxRow) -> _Went:
    """Do one effect; what leaves the transaction is for one worker at a time."""
    if row.kind not in _OUTSIDE:
        return _done(desk, row)
    with desk.database.turn(f"outbox {row.tenant_id} {row.id}") as own:
        return _done(desk, row) if own and _waits(desk, row) else "held"


def _waits(desk: Desk, row: OutboxRow) -> bool:
    """Return whether nobody did the effect since it was looked up."""
    with desk.database.reading() as uow:
        now = uow.queues.out_by_id(row.tenant_id, row.id)
    return now is not None and now.done_at is None and now.failed_at is None


def _done(desk: Desk, row: OutboxRow) -> _Went:
    paper = make_paper(desk, row) if row.kind in _PAPERS else None
    answer = None
    if row.kind in LETTERS:
        answer = hand_over(desk, row)
        desk.passing("sent")
    with desk.database.transaction() as uow:
        held = uow.queues.hold_out(row)
        if held is None:
            return "held"
        file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
        if paper is not None:
            store_paper(desk, uow, file, paper, row)
        if row.kind in _INSIDE:
            _INSIDE[row.kind](desk, uow, row, file)
        uow.queues.change_out(row, done_at=desk.now(), error=None)
        if answer is not None:
            keep_answer(desk, uow, row, answer)
            count_handed(desk, uow, row)
        desk.passing("delivered")
    desk.passing("marked")
    return "done"


def _horizon(desk: Desk) -> timedelta:
    return timedelta(hours=desk.settings.outbox_horizon_hours)


def _again(desk: Desk, row: OutboxRow, error: Exception) -> None:
    now = desk.now()
    if now - row.created_at >= _horizon(desk):
        _needs_person(desk, row, str(error))
        return
    pause = min(_FIRST_PAUSE * 2 ** min(row.tries, 20), _LONGEST_PAUSE)
    # Full jitter: offices that come back are not overrun by all cases at once.
    wait = max(pause * desk.ids.fraction(), _SHORTEST_PAUSE)
    if isinstance(error, OfficeUnavailableError):
        wait = max(wait, asked_for(error.after))
    with desk.database.transaction() as uow:
        uow.queues.change_out(
            row, tries=row.tries + 1, due_at=now + wait, error=str(error)
        )
    note(_log, "an effect is tried again later", outbox_id=row.id, tries=row.tries + 1)


def _rest(desk: Desk, row: OutboxRow, error: OfficeRestsError) -> None:
    """Put everything for a silent office off; no try was made, and none is counted.

    What the office did not answer when it was last tried, beyond the horizon of the
    effect, waits for a person.
    """
    beyond = error.tried_at - _horizon(desk)
    if row.created_at <= beyond:
        _needs_person(desk, row, str(error))
        return
    with desk.database.transaction() as uow:
        uow.exchanges.put_off(
            row.tenant_id, error.office, created_after=beyond, until=error.until
        )


def _needs_person(desk: Desk, row: OutboxRow, error: str) -> None:
    with desk.database.transaction() as uow:
        if uow.queues.hold_out(row) is None:
            return
        uow.queues.change_out(row, failed_at=desk.now(), error=error[:500])
        uow.cases.count_fault(row.tenant_id, row.case_id, 1)
    note(_log, "an effect needs a person", outbox_id=row.id, kind=row.kind)


# --- inside the program ---------------------------------------------------------------


def _start(desk: Desk, uow: UnitOfWork, row: OutboxRow, file: CaseFile) -> None:
    """Open the linked case, once for this effect."""
    if uow.cases.link_by_outbox(row.tenant_id, row.id) is not None:
        return
    actor = system(row.tenant_id)
    body = row.body
    child = new_case(
        desk,
        uow,
        actor,
        file.matter,
        file.edition,
        body["procedure"],
        asked=(body["office"],),
    )
    now = desk.now()
    uow.cases.add_link(
        LinkRow(
            row.tenant_id, row.case_id, child.row.id, body["as"], row.id, 0, now, None
        )
    )
    linked = open_case(desk, uow, uow.cases.by_id(row.tenant_id, child.row.id))
    opened = enter(desk, uow, actor, linked)
    uow.queues.put_out([_sending(opened.row, now, 0)])


def _sending(row: CaseRow, now: datetime, revision: int) -> OutboxRow:
    """Return the effect that hands the sheet of a linked case to its office."""
    name = f"{row.id}-send-{revision:02d}"
    body: Json = {"revision": revision}
    return OutboxRow(
        row.tenant_id, name, row.id, "sync", row.version, 90, "send", body, now, now,
        0, None, None, None,
    )  # fmt: skip


def _signal(desk: Desk, uow: UnitOfWork, row: OutboxRow, file: CaseFile) -> None:
    """Put the signal into the inbox of the other case."""
    body = row.body
    name = str(body["name"])
    if body["to"] == "parent":
        link = file.parent
        if link is None:
            return
        carried = file.procedure.signals.get(name)
        facts = {
            key: file.own_facts[key].value
            for key in (carried.carries if carried else ())
            if key in file.own_facts
        }
        event, target, role = f"child.{link.name}.{name}", link.parent_id, "child"
    else:
        links = [link for link in file.children if link.name == body["to"]]
        if not links:
            raise LookupError(f"no linked case {body['to']!r}")
        link, facts = links[-1], {}
        event, target, role = f"parent.{name}", link.child_id, "parent"
    revision = int(body.get("revision", 0))
    _tell(desk, uow, row, _Word(target, event, role, facts, revision))


def _end(desk: Desk, uow: UnitOfWork, row: OutboxRow, file: CaseFile) -> None:
    """Tell open linked cases that their parent ended; tell people what is next."""
    open_children = [link for link in file.children if link.closed_at is None]
    for number, link in enumerate(open_children):
        word = _Word(link.child_id, "parent.ended", "parent", {}, link.revision)
        _tell(desk, uow, row, word, f"-{number}")
    if file.parent is None:
        tell_next_steps(desk, uow, file, row.id)


@dataclass(frozen=True, slots=True)
class _Word:
    """What one case tells another."""

    target: str
    event: str
    role: str
    facts: Json = field(default_factory=dict)
    revision: int = 0


def _tell(
    desk: Desk, uow: UnitOfWork, row: OutboxRow, word: _Word, suffix: str = ""
) -> None:
    """Put a word into the inbox of another case, once by the id of the effect."""
    uow.queues.put_in(
        InboxRow(
            tenant_id=row.tenant_id,
            message_id=row.id + suffix,
            source=word.role,
            case_id=word.target,
            event=word.event,
            body={"role": word.role, "facts": word.facts, "revision": word.revision},
            raw=None,
            received_at=desk.now(),
            state="open",
            error=None,
            done_at=None,
        )
    )


def _oblige(desk: Desk, uow: UnitOfWork, row: OutboxRow, file: CaseFile) -> None:
    money.order(desk, uow, file, row.body, row.id)


def _notified(desk: Desk, uow: UnitOfWork, row: OutboxRow, file: CaseFile) -> None:
    """Show the message on the page, and queue it for those who agreed to get it."""
    who, template = row.body["who"], row.body["template"]
    text = message_text(uow, file, template)
    uow.records.put_notification(
        row.tenant_id,
        NotificationRow(row.id, row.case_id, who, template, text, desk.now(), "shown"),
    )
    if who == CITIZEN:
        told = Told(purpose_of(template), template, text, row.id, row.case_id)
        queue_message(desk, uow, file.matter, told)


_INSIDE: dict[str, Doing] = {
    "start": _start,
    "signal": _signal,
    "end": _end,
    "obligation": _oblige,
    "notify": _notified,
}

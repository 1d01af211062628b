"""Bugs that the harness must find: the test of the test.

Each is a small change of the real service, as somebody could make it by mistake,
planted in the processes of a drill. ``checks`` are those that must find it.
"""

from __future__ import annotations

import dataclasses
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from integrations import webhooks
from integrations.errors import IntegrationError
from integrations.messages import (
    Acknowledgement,
    OfficeMessage,
    PortalRecord,
    Record,
    Voucher,
)
from service.auth.actors import Actor
from service.faults.seeding import (
    MOVE_KEY,
    Spoil,
    break_in_two,
    nothing,
    put,
    put_everywhere,
)
from service.persistence import cases, queues
from service.persistence.audit import chained, digest
from service.persistence.database import Database
from service.persistence.exchanges import OutgoingRow
from service.persistence.queues import Queues
from service.persistence.rows import InboxRow, MoveRow, OutboxRow, TimerRow
from service.persistence.tables.queues import outbox
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import decide, moving, sweep_timers, vouchers
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import Desk
from service.usecases.outside import deliver, outgoing, receive
from service.usecases.outside.receive import Received
from workflows import statechart

KEPT = "every acknowledged command is kept"
ASKED = "every move was asked for once"
ONE_WINS = "of two at once one wins"
STORED = "every effect of a move is stored with it"
DELIVERED = "every effect reached its office"
IN_ORDER = "the order within a case is kept"
ONE_BODY = "a repeat to an office is the same message"
COMMITTED = "nothing uncommitted was told outside"
HEARD = "every message of an office is kept"
ONCE = "every message is applied once"
UNREADABLE = "what cannot be read lies before a person"
NONSENSE = "what is garbled or forged moves nothing"
CHAIN = "chain whole"
COUNTED = "counters equal a recount"
CREDITED = "money is credited by vouchers that were paid"
NEWEST = "the newest sheet wins"
UNDONE = "what was taken back never left"
RAISED = "every timer that ran out raised its event"

_LATER = 0.3


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake by its name, in a sentence, how it is made, and what must find it."""

    name: str
    told: str
    spoil: Spoil
    checks: tuple[str, ...]


# --- a move ---------------------------------------------------------------------------


def _effects_apart(desk: Desk) -> Desk:
    keep = Queues.put_out

    def apart(self: Queues, rows: Sequence[OutboxRow]) -> None:
        if rows:
            break_in_two(self.connection)
            desk.passing("effects")
        keep(self, rows)

    put(Queues, "put_out", apart)
    return desk


def _no_key_kept(desk: Desk) -> Desk:
    put_everywhere(decide.keep_answer, nothing)
    return desk


def _key_before_move(desk: Desk) -> Desk:
    ask, keep = decide.repeated, decide._keep  # noqa: SLF001  the bug is in there
    early: set[str] = set()

    def asked(uow: UnitOfWork, actor: Actor, key: str | None, request: Any) -> object:  # noqa: ANN401  any request
        known = ask(uow, actor, key, request)
        if known is not None or key is None or not isinstance(request[-1], int):
            return known
        answer = {
            "case_code": request[0],
            "version": request[-1] + 1,
            "labels": [],
            "handled": "moved",
            "is_over": False,
            "proposal": None,
        }
        name = f"{actor.key}:{key}"[:200]
        uow.records.keep_answer(actor.tenant, name, digest(request), answer, desk.now())
        break_in_two(uow.queues.connection)
        early.add(key)
        desk.passing("opened")
        return None

    def kept(
        desk: Desk,
        uow: UnitOfWork,
        actor: Actor,
        key: str | None,
        request: object,
        result: decide.MoveResult,
    ) -> None:
        if key not in early:
            keep(desk, uow, actor, key, request, result)

    put_everywhere(ask, asked)
    put_everywhere(keep, kept)
    return desk


def _no_version_check(desk: Desk) -> Desk:
    real = decide.raise_event

    def unchecked(*given: Any, **named: Any) -> decide.MoveResult:  # noqa: ANN401  as the real one
        return real(*given, **(named | {"expected_version": None}))

    put_everywhere(real, unchecked)
    return desk


def _chain_without_actor(desk: Desk) -> Desk:
    def without(prev: str, case: str, seq: int, body: Mapping[str, object]) -> str:
        rest = {name: value for name, value in body.items() if name != "actor"}
        return chained(prev, case, seq, rest)

    put(moving, "chained", without)
    return desk


def _counters_stand(desk: Desk) -> Desk:
    put(cases, "recount", nothing)
    return desk


class _LostError(Exception):
    """A commit that does not come about."""


def _commit_swallowed(desk: Desk) -> Desk:
    real, keep = Database.transaction, decide.keep_answer
    lost: list[bool] = []

    def noted(*given: Any) -> None:  # noqa: ANN401  as the real one
        keep(*given)
        # Moves are lost, and what is handed in is not: else nothing could be moved.
        lost.append(str(given[3]).startswith(MOVE_KEY))

    @contextmanager
    def swallowing(self: Database) -> Iterator[UnitOfWork]:
        with suppress(_LostError), real(self) as uow:
            yield uow
            if lost and lost.pop():
                raise _LostError

    put_everywhere(keep, noted)
    put(Database, "transaction", swallowing)
    return desk


# --- what goes to offices -------------------------------------------------------------


def _marked_before_sent(desk: Desk) -> Desk:
    real = deliver._do  # noqa: SLF001  the bug is in there

    def early(desk: Desk, row: OutboxRow) -> str:
        if row.kind not in outgoing.LETTERS:
            return real(desk, row)
        with desk.database.transaction() as uow:
            if uow.queues.hold_out(row) is None:
                return "held"
            uow.queues.change_out(row, done_at=desk.now(), error=None)
        desk.passing("marked")
        outgoing.hand_over(desk, row)
        return "done"

    put(deliver, "_do", early)
    return desk


def _gives_up(desk: Desk) -> Desk:
    def done(desk: Desk, row: OutboxRow, error: Exception) -> None:
        with desk.database.transaction() as uow:
            uow.queues.change_out(row, done_at=desk.now(), error=str(error))

    put(deliver, "_again", done)
    return desk


def _order_ignored(desk: Desk) -> Desk:
    waits = outbox.c.done_at.is_(None) & outbox.c.failed_at.is_(None)
    anyhow = (
        select(outbox)
        .where(waits, outbox.c.due_at <= bindparam("now"))
        .order_by(outbox.c.seq.desc(), outbox.c.n.desc())
        .limit(bindparam("batch"))
        .with_for_update(skip_locked=True)
    )
    put(queues, "_CLAIM", anyhow)
    return desk


def _body_anew(desk: Desk) -> Desk:
    def anew(desk: Desk, row: OutboxRow) -> OutgoingRow | None:
        with desk.database.transaction() as uow:
            letter = outgoing.LETTERS[row.kind](desk, uow, row)
            if letter is None:
                return None
            fixed = outgoing.fix(desk, uow, letter, key=row.id, case_id=row.case_id)
        message = letter.message
        if isinstance(message, Record):
            message = message.model_copy(update={"at": desk.now()})
        elif isinstance(message, PortalRecord):
            progress = message.progress | {"at": desk.now().isoformat()}
            message = message.model_copy(update={"progress": progress})
        return dataclasses.replace(fixed, body=message.model_dump_json())

    put(outgoing, "_fixed", anew)
    return desk


def _key_of_its_own(desk: Desk) -> Desk:
    real = outgoing.post

    def under_another(desk: Desk, fixed: OutgoingRow) -> Acknowledgement:
        key = f"{fixed.id}-{secrets.token_hex(4)}"
        return real(desk, dataclasses.replace(fixed, id=key))

    put_everywhere(real, under_another)
    return desk


def _told_before_commit(desk: Desk) -> Desk:
    keep = Queues.put_out

    def and_tell(self: Queues, rows: Sequence[OutboxRow]) -> None:
        keep(self, rows)
        for row in rows:
            if row.kind == "sync":
                _tell_now(desk, UnitOfWork.over(self.connection), row)
        desk.passing("effects")

    put(Queues, "put_out", and_tell)
    return desk


def _tell_now(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> None:
    letter = outgoing.LETTERS[row.kind](desk, uow, row)
    if letter is None:
        return
    said = OutgoingRow(
        row.tenant_id, row.id, letter.office, letter.kind, row.case_id,
        letter.message.model_dump_json(), "", desk.now(),
    )  # fmt: skip
    with suppress(IntegrationError):
        outgoing.post(desk, said)


# --- what comes from offices ----------------------------------------------------------


def _said_again_is_new(desk: Desk) -> Desk:
    real = Queues.put_in

    def always(self: Queues, row: InboxRow) -> bool:
        if not real(self, row):
            self.change_in(row, state=row.state, done_at=None)
        return True

    put(Queues, "put_in", always)
    return desk


def _applied_apart(desk: Desk) -> Desk:
    real = receive._apply  # noqa: SLF001  the bug is in there

    def apart(desk: Desk, uow: UnitOfWork, row: InboxRow) -> None:
        real(desk, uow, row)
        break_in_two(uow.queues.connection)
        desk.passing("applied")

    put(receive, "_apply", apart)
    return desk


def _thanks_before_kept(desk: Desk) -> Desk:
    real = receive._keep  # noqa: SLF001  the bug is in there

    def later(desk: Desk, office: str, raw: bytes, message: OfficeMessage) -> Received:
        keeping = threading.Timer(_LATER, real, (desk, office, raw, message))
        keeping.daemon = True
        keeping.start()
        return Received("accepted", f"{office}:{message.id}")

    put(receive, "_keep", later)
    return desk


def _unreadable_dropped(desk: Desk) -> Desk:
    def dropped(desk: Desk, office: str, raw: bytes, why: str) -> Received:
        del desk, why
        return Received("quarantined", f"{office}:{len(raw)}")

    put(receive, "_quarantine", dropped)
    return desk


def _signature_not_checked(desk: Desk) -> Desk:
    put_everywhere(webhooks.check, nothing)
    return desk


def _voucher_taken_on_trust(desk: Desk) -> Desk:
    real = vouchers.voucher_of

    def as_paid(message: OfficeMessage) -> Voucher:
        return real(message).model_copy(update={"status": vouchers.PAID})

    put_everywhere(real, as_paid)
    return desk


def _older_sheet_wins(desk: Desk) -> Desk:
    put(statechart, "_is_stale", nothing)
    return desk


# --- time -----------------------------------------------------------------------------


def _undo_too_late(desk: Desk) -> Desk:
    real = moving._may_take_back  # noqa: SLF001  the bug is in there

    def whenever(file: CaseFile, last: MoveRow, effects: object) -> bool:
        del effects
        return real(file, last, ())

    put(moving, "_may_take_back", whenever)
    return desk


def _timer_passes(desk: Desk) -> Desk:
    def dropped(desk: Desk, timer: TimerRow) -> bool:
        with desk.database.transaction() as uow:
            return uow.queues.drop_timer(timer)

    put(sweep_timers, "_fire", dropped)
    return desk


BUGS: tuple[Bug, ...] = (
    Bug(
        "effects-apart",
        "a move and its effects in two transactions",
        _effects_apart,
        (STORED,),
    ),
    Bug("no-key-kept", "the key of a command is not kept", _no_key_kept, (KEPT, ASKED)),
    Bug(
        "key-before-move",
        "the key is kept before the move is made",
        _key_before_move,
        (KEPT,),
    ),
    Bug(
        "no-version-check",
        "nobody looks whether the case has moved on",
        _no_version_check,
        (ONE_WINS, KEPT),
    ),
    Bug(
        "chain-without-actor",
        "the hash of a move leaves out who made it",
        _chain_without_actor,
        (CHAIN,),
    ),
    Bug(
        "counters-stand",
        "the counters of a desk do not follow the cases",
        _counters_stand,
        (COUNTED,),
    ),
    Bug(
        "commit-swallowed",
        "a commit that failed is taken for one",
        _commit_swallowed,
        (KEPT, HEARD, DELIVERED),
    ),
    Bug(
        "marked-before-sent",
        "an effect is marked as done before it is sent",
        _marked_before_sent,
        (DELIVERED,),
    ),
    Bug(
        "gives-up",
        "after the first failure an effect counts as done",
        _gives_up,
        (DELIVERED,),
    ),
    Bug(
        "order-ignored",
        "effects of one case go in any order",
        _order_ignored,
        (IN_ORDER,),
    ),
    Bug(
        "body-anew",
        "what is sent is written anew for every try",
        _body_anew,
        (ONE_BODY,),
    ),
    Bug(
        "key-of-its-own",
        "every try to an office has a key of its own",
        _key_of_its_own,
        (COMMITTED, DELIVERED),
    ),
    Bug(
        "told-before-commit",
        "an office is told before the move is committed",
        _told_before_commit,
        (COMMITTED,),
    ),
    Bug(
        "said-again-is-new",
        "a message that came before is applied again",
        _said_again_is_new,
        (ONCE,),
    ),
    Bug(
        "applied-apart",
        "a message is applied in one transaction and marked in another",
        _applied_apart,
        (ONCE,),
    ),
    Bug(
        "thanks-before-kept",
        "an office is thanked before its message is kept",
        _thanks_before_kept,
        (HEARD,),
    ),
    Bug(
        "unreadable-dropped",
        "what cannot be read is thrown away",
        _unreadable_dropped,
        (UNREADABLE,),
    ),
    Bug(
        "signature-not-checked",
        "nobody looks at the signature of an office",
        _signature_not_checked,
        (NONSENSE,),
    ),
    Bug(
        "voucher-on-trust",
        "a payment is credited without looking at what its voucher says",
        _voucher_taken_on_trust,
        (CREDITED,),
    ),
    Bug(
        "older-sheet-wins",
        "a notice on an older sheet counts although a newer sheet was sent",
        _older_sheet_wins,
        (NEWEST,),
    ),
    Bug(
        "undo-too-late",
        "a move is taken back after its effects went out",
        _undo_too_late,
        (UNDONE,),
    ),
    Bug(
        "timer-passes",
        "a timer runs out and its event is not raised",
        _timer_passes,
        (RAISED,),
    ),
)

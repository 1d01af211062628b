"""The book of an office is compared with ours, and what differs is mended.

The office tells what it had from us and what it said to us since some days ago. What it
said and never came is taken in as if it came at the door; what it never had is sent
again under its key, as it was fixed; what it has although its answer never came is done
after all. What cannot both be true is shown to a person, once. A second comparison of
the same books changes nothing more.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from integrations.errors import IntegrationError
from integrations.messages import Kept, OfficeMessage, Said, Statement, Voucher
from integrations.ports import Comparable
from service.auth.actors import Actor
from service.auth.office_keys import OFFICES
from service.errors import NotFoundError
from service.observability import note
from service.persistence.exchanges import ComparisonRow, OutgoingRow
from service.persistence.rows import InboxRow, PaymentRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration.administering import only_administrator
from service.usecases.cases.vouchers import (
    PAID,
    PAYMENT,
    RETURNED,
    VoucherDifferences,
    compare_vouchers,
    voucher_of,
)
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.outside.fault_sentences import DIFFERENCES
from service.usecases.outside.office_lines import ask, port_of
from service.usecases.outside.receive import DIFFERENCE, take_in

_log = logging.getLogger(__name__)

WORKER = "worker"
# The clocks of two offices differ; at the edge of the period both are left alone.
_EDGE = timedelta(hours=1)
_AGAIN = timedelta(hours=1)
_LONGEST_ERROR = 200

# What a comparison counts.
SENT_AGAIN, TAKEN_IN = "sent_again", "taken_in"
SETTLED, DIFFERENT = "settled", "different"
SAME_VOUCHERS = "same_vouchers"


@dataclass(frozen=True, slots=True)
class _Books:
    """Both books of one period, and what was found so far."""

    office: str
    since: datetime
    asked_at: datetime
    theirs: Statement
    found: Counter[str] = field(default_factory=Counter)

    def counts(self, at: datetime) -> bool:
        """Return whether what happened here then must stand in their book."""
        return self.since + _EDGE <= at < self.asked_at


def comparable(desk: Desk) -> dict[str, Comparable]:
    """Return the offices whose book can be compared with ours, by name."""
    ports: dict[str, object] = {name: port_of(desk, name) for name in OFFICES}
    return {name: port for name, port in ports.items() if isinstance(port, Comparable)}


def compare_due(desk: Desk) -> bool:
    """Compare the books of connected offices once a day; return whether any was due.

    A comparison that could not be made, or did not come to its end because the process
    was killed, is made again after an hour.
    """
    due = [name for name in comparable(desk) if name in desk.settings.gateways]
    with desk.database.reading() as uow:
        lines = {each.office: each for each in uow.exchanges.lines(_tenant(desk))}
    now, compared = desk.now(), False
    for office in due:
        line = lines.get(office)
        if line is not None and line.compare_at is not None and line.compare_at > now:
            continue
        if _claim(desk, office):
            compared = True
            if compare(desk, office, WORKER).error is None:
                _done_for_today(desk, office)
    return compared


def compare_now(desk: Desk, actor: Actor, office: str) -> ComparisonRow:
    """Compare the book of an office because an administrator asks for it.

    Raises NotFoundError for an office that has none.
    """
    only_administrator(actor)
    if office not in comparable(desk):
        raise NotFoundError("office", office)
    return compare(desk, office, actor.name)


def compare(desk: Desk, office: str, by: str) -> ComparisonRow:
    """Compare the book of one office with ours and mend; return what was found."""
    began = desk.now()
    since = began - timedelta(days=desk.settings.compare_days)
    row = ComparisonRow(
        _tenant(desk), desk.ids.new_id(), office, by, since, began, None, {}, None
    )
    with desk.database.transaction() as uow:
        uow.exchanges.begin_comparison(row)
    port = comparable(desk)[office]
    try:
        theirs: Statement = ask(desk, office, lambda: port.statement(since))
    except IntegrationError as error:
        return _end(desk, replace(row, error=error.reason[:_LONGEST_ERROR]))
    books = _Books(office, since, began, theirs)
    _compare_sent(desk, books)
    _compare_said(desk, books)
    _compare_credited(desk, books)
    if office == PAYMENT:
        try:
            _compare_days(desk, books)
        except IntegrationError as error:
            row = replace(row, error=error.reason[:_LONGEST_ERROR])
    return _end(desk, replace(row, counts=dict(books.found)))


def _end(desk: Desk, row: ComparisonRow) -> ComparisonRow:
    ended = replace(row, ended_at=desk.now())
    with desk.database.transaction() as uow:
        uow.exchanges.end_comparison(ended)
    note(_log, "books were compared", office=row.office, count=sum(row.counts.values()))
    return ended


# --- once a day -----------------------------------------------------------------------


def _claim(desk: Desk, office: str) -> bool:
    """Take the comparison that is due; False when another process did, or none is.

    It is due again after an hour unless it is said to be done.
    """
    now = desk.now()
    with desk.database.transaction() as uow:
        line = uow.exchanges.line(_tenant(desk), office, held=True)
        if line.compare_at is not None and line.compare_at > now:
            return False
        at = _next_hour(desk) if line.compare_at is None else now + _AGAIN
        uow.exchanges.keep_line(replace(line, compare_at=at))
        return line.compare_at is not None


def _done_for_today(desk: Desk, office: str) -> None:
    with desk.database.transaction() as uow:
        line = uow.exchanges.line(_tenant(desk), office, held=True)
        uow.exchanges.keep_line(replace(line, compare_at=_next_hour(desk)))


def _next_hour(desk: Desk) -> datetime:
    here = desk.now().astimezone(VIETNAM)
    at = here.replace(
        hour=desk.settings.compare_hour, minute=0, second=0, microsecond=0
    )
    return at if at > here else at + timedelta(days=1)


# --- what we sent ---------------------------------------------------------------------


def _compare_sent(desk: Desk, books: _Books) -> None:
    kept = {each.key: each for each in books.theirs.received}
    with desk.database.transaction() as uow:
        ours = uow.exchanges.sent_since(_tenant(desk), books.office, books.since)
        for row in ours:
            _compare_one(desk, uow, books, row, kept.get(row.id))
        for theirs in kept.values():
            if uow.exchanges.outgoing(_tenant(desk), theirs.key) is None:
                _differs(desk, uow, books, "never_sent", theirs.key)


def _compare_one(
    desk: Desk, uow: UnitOfWork, books: _Books, row: OutgoingRow, theirs: Kept | None
) -> None:
    effect = uow.queues.out_by_id(row.tenant_id, row.id)
    if theirs is not None and theirs.sha256 != row.sha256:
        _differs(desk, uow, books, "sent_otherwise", row.id, row.case_id)
    elif effect is None:
        return
    elif theirs is None and effect.done_at is not None and books.counts(effect.done_at):
        if uow.words.paper_out(row.tenant_id, row.id) is not None:
            return  # it goes on paper, which no book of the line knows
        uow.queues.change_out(effect, done_at=None, due_at=desk.now(), tries=0)
        books.found[SENT_AGAIN] += 1
    elif theirs is not None and uow.faults.settle_effect(
        effect, failed_at=None, done_at=desk.now(), error=None
    ):
        uow.cases.count_fault(row.tenant_id, effect.case_id, -1)
        books.found[SETTLED] += 1


# --- what they said -------------------------------------------------------------------


def _compare_said(desk: Desk, books: _Books) -> None:
    with desk.database.reading() as uow:
        came = uow.queues.came_since(_tenant(desk), books.office, books.since)
    sums = {each.message_id: _sum(each.raw or "") for each in came}
    for each in books.theirs.said:
        if sums.get(f"{books.office}:{each.id}") != each.sha256:
            _take_in(desk, books, each)
    said = {each.id for each in books.theirs.said}
    with desk.database.transaction() as uow:
        for row in came:
            if _must_be_known(books, row) and str((row.body or {})["id"]) not in said:
                _differs(desk, uow, books, "never_said", row.message_id, row.case_id)


def _take_in(desk: Desk, books: _Books, said: Said) -> None:
    """Take in what never came; what came and says something else a person sees."""
    raw = said.raw.encode()
    if _sum(said.raw) != said.sha256:
        with desk.database.transaction() as uow:
            _differs(desk, uow, books, "said_otherwise", said.id)
        return
    became = take_in(desk, books.office, raw)
    if became.outcome == "accepted":
        books.found[TAKEN_IN] += 1
    elif became.outcome == "quarantined" and became.new:
        books.found[DIFFERENT] += 1


def _must_be_known(books: _Books, row: InboxRow) -> bool:
    """Return whether the office must know a message; not what was typed here."""
    told = row.body or {}
    return "id" in told and not told.get("entered") and books.counts(row.received_at)


# --- vouchers -------------------------------------------------------------------------


def _compare_credited(desk: Desk, books: _Books) -> None:
    """Compare the money: what a page says was paid must be credited, and nothing else.

    A payment comes as a message, so both were compared before; here it is looked at
    what came of it.
    """
    said = _vouchers(books.theirs.said)
    told = {each.number.strip(): id_ for each, id_ in said if each.status == PAID}
    with desk.database.transaction() as uow:
        for voucher, message_id in told.items():
            row = uow.queues.in_by_id(_tenant(desk), f"{books.office}:{message_id}")
            applied = row is not None and row.state == "done"
            if applied and uow.records.payment(_tenant(desk), voucher) is None:
                _differs(desk, uow, books, "not_credited", voucher)
        for paid in uow.records.paid_since(_tenant(desk), books.office, books.since):
            if paid.voucher not in told and books.counts(paid.at):
                _differs(desk, uow, books, "not_paid", paid.voucher, paid.case_id)


def _vouchers(said: Iterable[Said]) -> Iterator[tuple[Voucher, str]]:
    """Yield each voucher of which the office spoke, and the message that says so."""
    for each in said:
        try:
            message = OfficeMessage.model_validate_json(each.raw)
            if message.kind != PAYMENT:
                continue
            voucher = voucher_of(message)
        except ValidationError:
            continue
        yield voucher, message.id


def _compare_days(desk: Desk, books: _Books) -> None:
    """Compare the vouchers of each whole day of the period, both ways.

    A voucher that the office told of is looked after as a message, so only money of
    which it never spoke is told here.
    """
    said = _vouchers(books.theirs.said)
    told = {(each.number.strip(), each.status) for each, _ in said}
    day, last = legal_day(books.since), legal_day(books.asked_at)
    while day < last:
        day += timedelta(days=1)
        found = compare_vouchers(desk, day)
        if found.same:
            books.found[SAME_VOUCHERS] += found.same
        with desk.database.transaction() as uow:
            for voucher in found.missing:
                late = voucher.paid_at < books.asked_at - _EDGE
                if late and (voucher.number.strip(), voucher.status) not in told:
                    _differs(desk, uow, books, "never_told", voucher.number)
            for how, row in _wrong(found, told):
                if books.counts(row.at):
                    _differs(desk, uow, books, how, row.voucher, row.case_id)


def _wrong(
    found: VoucherDifferences, told: Collection[tuple[str, str]]
) -> Iterator[tuple[str, PaymentRow]]:
    """Yield what we credited and the office sees otherwise, and how it differs."""
    yield from (("not_paid", row) for row in found.unknown)
    yield from (("other_sum", row) for row, _ in found.differ)
    for row in found.returned:
        if (row.voucher, RETURNED) not in told:
            yield "given_back", row


# --- what a person must look at -------------------------------------------------------


def _differs(
    desk: Desk,
    uow: UnitOfWork,
    books: _Books,
    how: str,
    what: str,
    case_id: str | None = None,
) -> None:
    """Show a difference to a person, once."""
    told = json.dumps({"difference": how, "of": what})
    row = InboxRow(
        tenant_id=_tenant(desk),
        message_id=f"{books.office}:{DIFFERENCE}{_sum(told)[:32]}",
        source=books.office,
        case_id=case_id,
        event="difference",
        body=None,
        raw=told,
        received_at=desk.now(),
        state="fault",
        error=DIFFERENCES[how],
        done_at=None,
    )
    if uow.queues.put_in(row):
        books.found[DIFFERENT] += 1
        if case_id is not None:
            uow.cases.count_fault(row.tenant_id, case_id, 1)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _tenant(desk: Desk) -> str:
    return desk.settings.province

"""Messages leave: by the first way that takes them, once, and never without consent.

A message is sent before it is written down as sent, under a key of its id and its way,
so that after a crash the messenger recognises it. A way that refuses, or reports that
nothing arrived, gives room to the next one. One that is not set up, or whose provider
is silent and left alone, lets the others go first. While no answer came nothing is
known: then the same way is tried again, and no other, or she would be told twice.

Before it does anything with a message a worker takes it for a while, so that no two
send the same one. What a worker that died had taken is due again after that.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from integrations.errors import (
    AdapterNotConfiguredError,
    IntegrationError,
    OfficeUnavailableError,
)
from integrations.messages import Receipt, TextMessage
from service.errors import NotFoundError
from service.observability import note, under_request, warn
from service.persistence.contacts import ContactRow, MessageRow, tracking_of
from service.persistence.database import STORE_FAILURES
from service.persistence.unit_of_work import UnitOfWork
from service.telemetry import span
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.outside.office_lines import OfficeRestsError, ask, lacks
from service.usecases.telling.contacts import CODE, Address, digits_of
from service.usecases.telling.messaging import after_quiet_hours, messaging

_log = logging.getLogger(__name__)

QUEUED, SENT, DELIVERED = "queued", "sent", "delivered"
FAILED, UNKNOWN, SHOWN = "failed", "unknown", "shown"
ENOUGH = "enough texts to this address today"
TOO_LATE = "no provider took it in time"

_OFFICE = "messaging"
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)
# So long a worker that took a message has it alone: more than any sending takes.
_TAKEN = timedelta(minutes=3)
_ASKED_FOR = timedelta(days=1)  # so long the messenger is asked whether it arrived


def deliver_messages(desk: Desk, batch: int = 50) -> int:
    """Do what is due with messages to people; return how many went on."""
    with desk.database.reading() as uow:
        rows = uow.contacts.due_messages(desk.now(), batch)
    done = 0
    for each in rows:
        row = _take(desk, each)
        if row is None:
            continue
        done += 1
        name = row.request_id or ""
        with under_request(name), span("text", request=name):
            _try(desk, row)
    return done


def _try(desk: Desk, row: MessageRow) -> None:
    """Do what is due with one message; what goes wrong with it holds up no other."""
    try:
        _go_on(desk, row)
    except STORE_FAILURES:
        # The message is due again when it was taken long enough.
        raise
    except Exception as error:  # noqa: BLE001  it must not hold up the others
        warn(_log, "a message was not done", {"message_id": row.id})
        pause = _pause(row)
        _write(
            desk, row, tries=row.tries + 1, due_at=desk.now() + pause,
            error=type(error).__name__,
        )  # fmt: skip


def _take(desk: Desk, due: MessageRow) -> MessageRow | None:
    """Take a message that was due, as it is now; None when another worker has it."""
    now = desk.now()
    with desk.database.transaction() as uow:
        row = uow.contacts.message(due.tenant_id, due.id)
        if row is None or row.due_at is None or row.due_at > now:
            return None
        uow.contacts.change_message(row, due_at=now + _TAKEN)
    return replace(row, due_at=now + _TAKEN)


def _pause(row: MessageRow) -> timedelta:
    """Return how long to wait before the next try: longer after each."""
    pause: timedelta = _FIRST_PAUSE * 2 ** min(row.tries, 20)
    return min(pause, _LONGEST_PAUSE)


def _go_on(desk: Desk, row: MessageRow) -> None:
    if row.state == SENT:
        _ask(desk, row)
        return
    horizon = timedelta(hours=desk.settings.outbox_horizon_hours)
    if desk.now() - row.created_at >= horizon:
        # What was never taken has failed; of what may have been taken nothing is known.
        state = FAILED if row.state == QUEUED else row.state
        _write(desk, row, state=state, due_at=None, error=row.error or TOO_LATE)
        return
    with desk.database.reading() as uow:
        way = _next_way(desk, uow, row)
        text = _text(desk, uow, row)
    if way is None or text is None:
        state = FAILED if row.purpose == CODE or row.way else SHOWN
        _write(desk, row, state=state, due_at=None)
        return
    number, due_at = way
    if due_at > desk.now():
        _write(desk, row, way=number, due_at=due_at)
        return
    _send(desk, row, number, text)


def _send(desk: Desk, row: MessageRow, way: int, text: str) -> None:
    channel, address = row.ways[way]
    message = TextMessage(
        channel=channel, address=address, template=row.template, text=text
    )
    now = desk.now()
    if row.state == QUEUED and _had_enough(desk, row, address):
        _write(desk, row, way=way, due_at=_tomorrow(now), error=ENOUGH)
        return
    try:
        _hand_over(desk, message, _key(row, way))
    except OfficeUnavailableError as error:
        pause = _pause(row)
        _count(desk, row, address)
        _write(
            desk, row, way=way, state=UNKNOWN, tries=row.tries + 1,
            due_at=now + pause, error=error.reason,
        )  # fmt: skip
    except AdapterNotConfiguredError as error:
        lacks(desk, _OFFICE, error.reason)
        _write(desk, row, **_later(desk, row, way, error.reason, now + _pause(row)))
    except OfficeRestsError as error:
        _write(desk, row, **_later(desk, row, way, error.reason, error.until))
    except IntegrationError as error:
        _next(desk, row, way, error.reason)
    else:
        desk.passing("message sent")
        note(_log, "a text was handed over", message_id=row.id, kind=channel)
        _count(desk, row, address)
        _write(
            desk, row, way=way, state=SENT, sent_at=now, tries=0,
            due_at=now + _FIRST_PAUSE, error=None,
        )  # fmt: skip
        desk.passing("message marked")


def _hand_over(desk: Desk, message: TextMessage, key: str) -> None:
    """Send a text, unless the provider of its way does not answer and is left alone."""
    line = f"{_OFFICE}-{message.channel}"
    ask(desk, line, lambda: desk.ports.messenger.send(message, key=key))


def _ask(desk: Desk, row: MessageRow) -> None:
    """Ask whether a message arrived; one that did not goes another way."""
    now, since = desk.now(), row.sent_at or row.created_at
    try:
        became: str = desk.ports.messenger.outcome(
            row.ways[row.way][0], _key(row, row.way)
        )
    except IntegrationError as error:
        became = UNKNOWN
        note(
            _log,
            "nothing is known of a message",
            message_id=row.id,
            error=type(error).__name__,
        )
    if became == DELIVERED:
        _write(desk, row, state=DELIVERED, due_at=None)
    elif became == FAILED:
        _next(desk, row, row.way, "not delivered")
    else:
        pause = _pause(row)
        due_at = now + pause if now - since < _ASKED_FOR else None
        _write(desk, row, tries=row.tries + 1, due_at=due_at)


def take_receipt(desk: Desk, uow: UnitOfWork, receipt: Receipt) -> None:
    """Take down what a provider says of a text; raise NotFoundError for one not ours.

    A text that is known to have arrived stays so, whatever comes later or late; a no to
    a way that was left already changes nothing.
    """
    tracking, _, way = receipt.key.rpartition(".")
    row = uow.contacts.tracked(tracking)
    if row is None:
        raise NotFoundError("message", receipt.key)
    if row.state == DELIVERED or receipt.delivery not in {DELIVERED, FAILED}:
        return
    changes: dict[str, object] | None = None
    if receipt.delivery == DELIVERED:
        changes = {"state": DELIVERED, "due_at": None}
    elif way == str(row.way):
        changes = _after_no(desk, row, row.way, "not delivered")
    if changes is not None:
        uow.contacts.change_message(row, **_closed(row, changes))


def _next(desk: Desk, row: MessageRow, way: int, error: str) -> None:
    _write(desk, row, **_after_no(desk, row, way, error))


def _after_no(desk: Desk, row: MessageRow, way: int, error: str) -> dict[str, object]:
    """Try the next way at once; without one the message has failed."""
    # What is over keeps no whole address, so there is nothing left to try.
    if row.due_at is not None and way + 1 < len(row.ways):
        return {
            "way": way + 1,
            "state": QUEUED,
            "tries": 0,
            "due_at": desk.now(),
            "error": error,
        }
    return {"way": way, "state": FAILED, "due_at": None, "error": error}


def _later(
    desk: Desk, row: MessageRow, way: int, why: str, at: datetime
) -> dict[str, object]:
    """Let the other ways go before this one, which comes again after them.

    The address of the person is not at fault, and nothing was sent. Only when all ways
    were tried does the message wait until ``at``; and while it is unknown whether this
    way took it before, there is no other.
    """
    tries = row.tries + 1
    changes: dict[str, object] = {"way": way, "tries": tries, "error": why}
    if row.state != QUEUED:
        return changes | {"due_at": at}
    left = row.ways[way:]
    return changes | {
        "ways": [*row.ways[:way], *left[1:], left[0]],
        "due_at": desk.now() if tries % len(left) else at,
    }


def _next_way(
    desk: Desk, uow: UnitOfWork, row: MessageRow
) -> tuple[int, datetime] | None:
    """Return the first way from here on that is allowed, and when it may be gone."""
    if row.purpose == CODE:
        return row.way, desk.now()
    allowed = dict(_allowed(uow, row))
    for number in range(row.way, len(row.ways)):
        channel, address = row.ways[number]
        found = allowed.get((channel, address))
        if found is not None:
            return number, _not_before(desk, row.purpose, found)
    return None


def _allowed(
    uow: UnitOfWork, row: MessageRow
) -> Iterator[tuple[tuple[str, str], ContactRow]]:
    consents = uow.contacts.allowed(row.tenant_id, row.matter_id)
    agreed = {
        each.contact_id
        for each in consents
        if each.ended_at is None and each.purpose == row.purpose
    }
    for contact in uow.contacts.of_matter(row.tenant_id, row.matter_id):
        if contact.id in agreed and contact.confirmed_at is not None:
            yield (contact.channel, contact.address), contact


def _not_before(desk: Desk, purpose: str, contact: ContactRow) -> datetime:
    rules = messaging()
    if rules.purposes[purpose].quiet_hours == "ignored":
        return desk.now()
    return after_quiet_hours(
        desk.now(),
        contact.quiet_from or rules.quiet_hours.starts,
        contact.quiet_to or rules.quiet_hours.ends,
    )


def _text(desk: Desk, uow: UnitOfWork, row: MessageRow) -> str | None:
    """Return what is sent; None when the code in it no longer holds."""
    if row.purpose != CODE:
        return row.text
    code = uow.contacts.code(row.tenant_id, row.matter_id, row.template)
    if code is None or f"{CODE}-{code.nonce}" != row.id or desk.now() >= code.ends_at:
        return None
    return row.text.format(code=digits_of(desk, code))


def _key(row: MessageRow, way: int) -> str:
    return f"{tracking_of(row.id)}.{way}"


def _had_enough(desk: Desk, row: MessageRow, address: str) -> bool:
    """Return whether an address had its texts of today; a code always goes.

    The person sits there waiting for it, and codes have limits of their own.
    """
    if row.purpose == CODE:
        return False
    with desk.database.reading() as uow:
        sent = uow.texts.sent(counted_as(desk, address), legal_day(desk.now()))
    return sent >= messaging().texts_a_day


def _count(desk: Desk, row: MessageRow, address: str) -> None:
    """Count a text that a provider took, or may have taken, once."""
    if row.state == QUEUED:
        with desk.database.transaction() as uow:
            uow.texts.count(counted_as(desk, address), legal_day(desk.now()))


def counted_as(desk: Desk, address: str) -> str:
    """Return the name under which texts to an address are counted; it hides it."""
    return hmac.digest(desk.secret, f"texts:{address}".encode(), "sha256").hex()


def _tomorrow(now: datetime) -> datetime:
    day = legal_day(now) + timedelta(days=1)
    return datetime.combine(day, time(), VIETNAM).astimezone(now.tzinfo)


def _write(desk: Desk, row: MessageRow, **changes: object) -> None:
    """Write down what became of a message, unless it is no longer ours to say.

    A provider may have told of it before us, and who took too long has lost it.
    """
    with desk.database.transaction() as uow:
        held = uow.contacts.message(row.tenant_id, row.id)
        if held is not None and held.due_at == row.due_at:
            uow.contacts.change_message(row, **_closed(row, changes))


def _closed(row: MessageRow, changes: dict[str, object]) -> dict[str, object]:
    """Return the changes; what is over keeps no whole address."""
    if changes.get("due_at", row.due_at) is not None:
        return changes
    masked = [[each, Address(each, at).masked] for each, at in row.ways]
    return changes | {"ways": masked}

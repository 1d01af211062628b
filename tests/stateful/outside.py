"""What comes from outside: messages of offices, offices that are down, and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from integrations.kinds import OFFICES
from integrations.messages import OfficeMessage
from service.usecases.cases.sweep_timers import sweep_timers
from service.usecases.outside.deliver import deliver_outbox
from service.usecases.outside.receive import (
    Received,
    hear,
    process_inbox,
    receive_message,
)
from service.usecases.outside.working import collect, run_once, run_until_idle
from tests.stateful.turns import (
    PEOPLE,
    Choices,
    fitting,
    ledger_of,
    turns,
    unfitting,
)
from tests.stateful.world import FoundError, World, twins

TET = datetime(2027, 2, 5, 3, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
_FOR_LONG = 10**6


# --- messages -------------------------------------------------------------------------


def says(world: World, office: str, raw: bytes, *, signed: bool = True) -> Received:
    """Let an office say something at the door, signed by its key or not."""
    world.changed()
    if signed:
        return hear(world.desk, office, raw)
    received = receive_message(world.desk, office, raw, {})
    if not signed and received.outcome == "accepted":
        raise FoundError("a message with a wrong signature was accepted")
    return received


def tells(world: World, draw: Choices) -> None:
    """An office tells an event: one that fits, an old one, one that nobody expects."""
    kinds = {office.id: office.kind for office in world.offices()}
    could = [turn for turn in turns(world) if turn.role not in PEOPLE]
    if not could:
        return
    turn = draw.pick(could)
    facts = fitting(world, draw, turn.file, turn.offer)
    if draw.chance(25):
        facts = unfitting(draw, facts)
    source = kinds.get(turn.actor.office_id or "", "")
    if source not in OFFICES or draw.chance(10):
        source = draw.pick(OFFICES)
    message = OfficeMessage.model_construct(
        id=f"told-{world.number():06d}", kind="event", case=turn.code,
        event=turn.offer.event if draw.chance(85) else "nothing.like.it",
        facts=facts, revision=draw.pick((0, 0, 0, 1, 9)), line="", amount=0,
        voucher="", sent_at=world.desk.now(),
    )  # fmt: skip
    raw = message.model_dump_json().encode()
    first = says(world, source, raw)
    if draw.chance(40):
        before = world.picture()
        again = says(world, source, raw)
        if first.outcome == "accepted" and again.outcome != "duplicate":
            raise FoundError(f"the same message again is {again.outcome}")
        if world.picture() != before:
            raise FoundError("the same message again changed something")
    if draw.chance(60):
        works(world, draw)


def says_nonsense(world: World, draw: Choices) -> None:
    """Something that is no message, is not signed, or is about no case of ours."""
    now = world.desk.now().isoformat()
    stray = OfficeMessage(
        id=f"stray-{world.number():06d}", case="HS-NOBODY", event="accept", sent_at=now
    )
    raw = draw.pick(
        (
            b"",
            b"\xff\xfe\x00",
            b"{}",
            b"[1,2",
            b'{"id": "x"}',
            stray.model_dump_json().encode(),
        )
    )
    says(world, draw.pick(("tax", "notary", "payment")), raw, signed=draw.chance(70))


def confirms_a_payment(world: World, draw: Choices) -> None:
    """The payment page says that money came: the sum, a part of it, or too much."""
    for row in world.rows():
        ledger = ledger_of(world, row.id)
        if ledger is None or not ledger.lines:
            continue
        line = draw.pick(ledger.lines)
        amount = draw.pick((line.left, line.left, line.left // 2, line.left + 1, 0))
        number = draw.number(max(world.numbers - 2, 0), world.number())
        message = OfficeMessage(
            id=f"money-{world.number():06d}", kind="payment", case=row.code,
            line=draw.pick((line.id, "", "no such line")), amount=amount,
            voucher=draw.pick((f"GNT-{number}", f" GNT-{number} ", "")),
            sent_at=world.desk.now(),
        )  # fmt: skip
        says(world, "payment", message.model_dump_json().encode())


# --- offices that are down ------------------------------------------------------------


def goes_down(world: World, draw: Choices) -> None:
    """An office does not answer: for a while, for long; or loses what it answers."""
    faults = draw.pick(twins(world)).faults
    faults.fail = draw.pick((1, 3, _FOR_LONG))
    faults.lose_answer = draw.pick((0, 1, 2))
    faults.twice = draw.chance(50)


def comes_back(world: World) -> None:
    """Every office answers again."""
    for twin in twins(world):
        twin.faults.fail = twin.faults.lose_answer = 0


# --- the worker and time --------------------------------------------------------------


def works(world: World, draw: Choices) -> None:
    """The worker does a part of its work, in any order, and is stopped in between."""
    world.changed()
    for _ in range(draw.number(1, 4)):
        match draw.number(0, 5):
            case 0:
                deliver_outbox(world.desk, limit=draw.number(1, 3))
            case 1:
                process_inbox(world.desk, limit=draw.number(1, 3))
            case 2:
                sweep_timers(world.desk, limit=draw.number(1, 3))
            case 3:
                collect(world.desk)
            case 4:
                run_once(world.desk)
            case _:
                run_until_idle(world.desk)


def passes(world: World, draw: Choices) -> None:
    """Time passes: hours, days, the year's end, Tết; the worker may have slept."""
    match draw.number(0, 5):
        case 0:
            world.hour.later(hours=draw.number(1, 12))
        case 1:
            world.hour.later(days=draw.number(1, 5), hours=draw.number(0, 9))
        case 2 | 3:
            world.hour.later(days=draw.number(5, 40))
        case 4:
            world.hour.now = max(world.hour.now + timedelta(hours=1), NEW_YEAR)
        case _:
            world.hour.now = max(world.hour.now + timedelta(hours=1), TET)
    world.changed()
    if draw.chance(70):
        run_until_idle(world.desk)


def settles(world: World, rounds: int = 40) -> None:
    """Let the offices answer and time run until nothing happens by itself any more."""
    comes_back(world)
    for _ in range(rounds):
        world.changed()
        run_until_idle(world.desk)
        with world.desk.database.reading() as uow:
            coming = [uow.queues.next_timer_at(), uow.queues.next_out_at()]
        known = [moment for moment in coming if moment is not None]
        if not known:
            break
        world.hour.now = max(world.hour.now, min(known)) + timedelta(minutes=1)
    world.hour.later(days=400)
    run_until_idle(world.desk)
    world.changed()

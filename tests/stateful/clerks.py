"""What the clerks do: those whose turn it is, and those who only try."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from service.auth.sessions import citizen_of
from service.errors import StaleVersionError
from service.usecases.cases.approvals import confirm, send_back, take_back
from service.usecases.cases.claiming import assign, put_back, take_up
from service.usecases.cases.decide import raise_event, undo
from service.usecases.cases.filing_elsewhere import take_elsewhere
from service.usecases.cases.pay import record_payment
from service.usecases.outside.faults import dismiss, list_faults, retry
from tests.stateful.turns import (
    PEOPLE,
    Choices,
    Turn,
    fitting,
    ledger_of,
    papers_of,
    turns,
    unfitting,
)
from tests.stateful.world import (
    FAR_COUNTER,
    KNOWN,
    PROVINCE,
    FoundError,
    World,
)

# Events after which a matter goes no further: tried seldom, or most would end at once.
SELDOM = frozenset({"abandon", "withdraw", "decline", "give_up"})


def goes_on(world: World, draw: Choices, most: int = 9) -> None:
    """Let whoever can do something do it, some moves in a row."""
    for _ in range(draw.number(3, most)):
        could = turns(world)
        if not could:
            return
        turn = draw.pick(could)
        if turn.offer.event in SELDOM and draw.chance(80):
            turn = draw.pick(could)
        does(world, draw, turn)
        if draw.chance(50):
            decides_on_proposals(world, draw)


def does(world: World, draw: Choices, turn: Turn) -> object:
    """Raise the event of a turn with facts that could fit; two taps are one move."""
    facts = fitting(world, draw, turn.file, turn.offer)
    papers = papers_of(turn.file) if draw.chance(90) else frozenset()
    key = f"key-{world.number()}"
    version = turn.file.row.version

    def act() -> object:
        return raise_event(
            world.desk,
            turn.actor,
            turn.code,
            turn.offer.event,
            facts=facts,
            papers=papers,
            expected_version=version,
            idempotency_key=key,
        )

    done = world.attempt(act)
    world.story.append(f"  {turn} -> {getattr(done, 'handled', repr(done)[:120])}")
    if isinstance(done, KNOWN) or not draw.chance(10):
        return done
    before = world.picture()
    again = world.attempt(act)
    if world.picture() != before:
        raise FoundError(f"a second tap on {turn} changed something")
    if isinstance(again, KNOWN):
        raise FoundError(f"a second tap on {turn} was refused: {again!r}")
    if (again.version, again.labels, again.proposal, again.repeated) != (
        done.version,
        done.labels,
        done.proposal,
        True,
    ):
        raise FoundError(f"{turn} was answered {done!r}, then {again!r}")
    return done


def enters_what_does_not_fit(world: World, draw: Choices) -> None:
    """Somebody enters nonsense, forgets a fact, or ticks no paper."""
    could = turns(world, ready=False)
    if not could:
        return
    turn = draw.pick(could)
    facts = unfitting(draw, fitting(world, draw, turn.file, turn.offer))
    world.attempt(
        raise_event,
        world.desk,
        turn.actor,
        turn.code,
        turn.offer.event,
        facts=facts,
        papers=papers_of(turn.file) if draw.chance(50) else (),
    )


def raises_anything(world: World, draw: Choices) -> None:
    """Somebody with a role raises any event that the chart knows, here or not."""
    files = world.files(ended=True)
    if not files:
        return
    file = draw.pick(files)
    event = draw.pick((*sorted(file.chart.events), "undo", "nothing.like.it"))
    who = [
        world.citizen,
        *(world.clerk(each) for each in sorted(set(file.offices.values()))),
    ]
    actor = draw.pick(who)
    result = world.attempt(raise_event, world.desk, actor, file.row.code, event)
    ended = file.row.ended_at is not None
    if ended and not isinstance(result, KNOWN) and result.handled == "moved":
        raise FoundError(f"{event} moved {file.row.procedure}, which had ended")


def who_may_not_tries(world: World, draw: Choices) -> None:
    """A stranger, a clerk of another office, a wrong duty, an old version: refused."""
    could = [turn for turn in turns(world) if turn.role not in PEOPLE]
    if not could:
        return
    turn = draw.pick(could)
    mine = set(turn.file.offices.values())
    others = [each.id for each in world.offices() if each.id not in mine]
    nobody = replace(turn.actor, duties=frozenset({"lead"}))
    strangers = [
        citizen_of(PROVINCE, "another matter"),
        world.administrator,
        replace(turn.actor, tenant="15"),
        *([world.clerk(draw.pick(others))] if others else []),
        *([nobody] if turn.actor.kind == "clerk" else []),
    ]
    who = draw.pick(strangers)
    world.must_refuse(
        f"{turn} by {who.kind} {who.name}",
        raise_event,
        world.desk,
        who,
        turn.code,
        turn.offer.event,
        facts=fitting(world, draw, turn.file, turn.offer),
        papers=papers_of(turn.file),
    )


def comes_too_late(world: World, draw: Choices) -> None:
    """A clerk acts on a version that is no more, or not yet."""
    could = turns(world)
    if not could:
        return
    turn = draw.pick(could)
    old = turn.file.row.version + draw.pick((-1, 1))
    refused = world.attempt(
        raise_event,
        world.desk,
        turn.actor,
        turn.code,
        turn.offer.event,
        facts=fitting(world, draw, turn.file, turn.offer),
        papers=papers_of(turn.file),
        expected_version=old,
    )
    if not isinstance(refused, KNOWN):
        raise FoundError(f"{turn} on version {old} of {turn.file.row.version}")
    if isinstance(refused, StaleVersionError) and refused.version == old:
        raise FoundError("the refusal of an old version names that version")


def takes_back(world: World, draw: Choices) -> None:
    """Whoever made the last move, or somebody else, takes it back."""
    for file in world.files(ended=True):
        with world.desk.database.reading() as uow:
            last = uow.cases.last_move(PROVINCE, file.row.id)
        if last is None:
            continue
        office = last.body["office"]
        mine = world.clerk(office) if office else world.citizen
        others = [world.clerk(each) for each in sorted(set(file.offices.values()))]
        actor = draw.pick([mine, mine, *others])
        world.attempt(undo, world.desk, actor, file.row.code)


def decides_on_proposals(world: World, draw: Choices) -> None:
    """A superior confirms, twice, or sends back; who proposed may not confirm."""
    for office in sorted({o for file in world.files() for o in file.offices.values()}):
        with world.desk.database.reading() as uow:
            waiting = [each.row for each in uow.approvals.waiting(PROVINCE, office)]
        superior, desk = world.superior(office), world.desk
        for row in waiting:
            clerk = world.clerk(office)
            way = draw.number(0, 9)
            if way < 6 and superior is not None:
                first = world.attempt(confirm, desk, superior, row.id)
                if way == 0 and not isinstance(first, KNOWN):
                    before = world.picture()
                    world.attempt(confirm, desk, superior, row.id)
                    if world.picture() != before:
                        raise FoundError("confirmed twice, moved twice")
            elif way == 6 and superior is not None:
                reason = draw.pick(("Chưa đủ căn cứ", ""))
                world.attempt(send_back, desk, superior, row.id, reason)
            elif way == 7:
                world.attempt(take_back, desk, clerk, row.id)
            elif row.proposed_by == clerk.account_id:
                world.must_refuse("one person as two", confirm, desk, clerk, row.id)


def shares_the_work(world: World, draw: Choices) -> None:
    """Clerks take cases up and put them back; a lead gives them to somebody."""
    offices = [each.id for each in world.offices()]
    rows = [row for row in world.rows() if row.office_id]
    if not rows:
        return
    row = draw.pick(rows)
    office = row.office_id if draw.chance(80) else draw.pick(offices)
    clerk, superior = world.clerk(office), world.superior(office)
    world.attempt(take_up, world.desk, clerk, [row.code], anyway=draw.chance(30))
    if draw.chance(40):
        world.attempt(put_back, world.desk, clerk, [row.code])
    if superior is not None and draw.chance(40):
        to = draw.pick((clerk.account_id, None, "nobody"))
        world.attempt(assign, world.desk, superior, [row.code], to)


def takes_for_elsewhere(world: World, draw: Choices) -> None:
    """The counter of another place takes the dossier, where it may."""
    files = world.files()
    if files:
        code = draw.pick(files).row.code
        far = world.clerk(FAR_COUNTER)
        world.attempt(take_elsewhere, world.desk, far, code)


def records_a_payment(world: World, draw: Choices) -> None:
    """A clerk records a voucher: a part, the whole, too much, or one again."""
    for file in world.files(ended=True):
        ledger = ledger_of(world, file.row.id)
        if ledger is None or not ledger.lines:
            continue
        line = draw.pick(ledger.lines)
        amount = draw.pick(
            (line.left, line.left, max(line.left // 2, 1), line.left + 7, 0)
        )
        voucher = f"CT-{draw.number(max(world.numbers - 2, 0), world.number())}"
        day = world.desk.today() + timedelta(days=draw.number(-3, 1))
        clerk = world.clerk(draw.pick(sorted(set(file.offices.values()))))
        surplus = draw.chance(30)
        world.attempt(
            record_payment,
            world.desk,
            clerk,
            file.row.code,
            line=draw.pick((line.id, line.kind)),
            amount=amount,
            voucher=voucher,
            paid_on=day,
            surplus=surplus,
        )


def settles_faults(world: World, draw: Choices) -> None:
    """An administrator tries once more what failed, or lays it aside with a reason."""
    for fault in list_faults(world.desk, world.administrator):
        if draw.chance(50):
            world.attempt(retry, world.desk, world.administrator, fault.id)
        else:
            reason = draw.pick(("Đã gọi điện cho cơ quan", ""))
            world.attempt(dismiss, world.desk, world.administrator, fault.id, reason)

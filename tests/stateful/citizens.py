"""What the citizen does, and who helps her with her consent or without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service.auth.sessions import citizen_of
from service.errors import NotAllowedError
from service.usecases.cases.decide import raise_event
from service.usecases.cases.pay import order_payment
from service.usecases.following.rate_service import rate
from service.usecases.helpers.give_consent import end_consent
from service.usecases.matter.answer_question import answer, record_facts
from service.usecases.matter.submit_dossier import mark_paper, open_step, submit
from service.usecases.matter.withdraw import withdraw, withdrawal
from tests.stateful.law import edition
from tests.stateful.turns import (
    NONSENSE,
    Choices,
    fitting,
    ledger_of,
    papers_of,
    turns_on,
)
from tests.stateful.world import KNOWN, PROVINCE, STEP, FoundError, World, let_help


def prepares(world: World, draw: Choices) -> None:
    """She opens the draft, ticks a paper, or says something anew."""
    world.attempt(open_step, world.desk, world.citizen, world.matter.code, STEP)
    for file in world.files():
        required = sorted(paper.id for paper in file.required())
        if required and draw.chance(50):
            paper, present = draw.pick(required), draw.chance(70)
            world.attempt(
                mark_paper,
                world.desk,
                world.citizen,
                file.row.code,
                paper,
                present=present,
            )


def says(world: World, draw: Choices) -> None:
    """She answers a question of the law, in words that fit or do not fit."""
    key = draw.pick(sorted(edition().questions))
    raw = str(draw.pick(("true", "false", "12", "01/11/2026", *NONSENSE[:3])))
    world.attempt(answer, world.desk, world.citizen, world.matter.code, key, raw)


def hands_in(world: World, draw: Choices) -> None:
    """She hands the dossier in: whole or not, at this counter or another, twice."""
    papers = None if draw.chance(80) else ()
    counter = draw.pick(("", "", "far-66", "notary-66"))
    key = f"submit-{world.number()}"

    def hand_in() -> str:
        return submit(
            world.desk,
            world.citizen,
            world.matter.code,
            STEP,
            idempotency_key=key,
            papers=papers,
            counter=counter,
        )

    _twice(world, hand_in)


def withdraws(world: World, draw: Choices) -> None:
    """She looks at what it means to withdraw, and does it, once for two taps."""
    files = world.files()
    if not files:
        return
    code, key = draw.pick(files).row.code, f"withdraw-{world.number()}"
    world.attempt(withdrawal, world.desk, world.citizen, code)
    _twice(world, withdraw, world.desk, world.citizen, code, reason="Thôi", key=key)


def _twice(world: World, act: Callable[..., Any], *args: Any, **more: Any) -> None:
    """Do the same request twice: it is done once, and answered the same."""
    first = world.attempt(act, *args, **more)
    before = world.picture()
    again = world.attempt(act, *args, **more)
    if isinstance(first, KNOWN):
        return
    if world.picture() != before:
        raise FoundError("the same request a second time changed something")
    same = getattr(first, "version", first) == getattr(again, "version", again)
    if not same:
        raise FoundError(f"the same request was answered {first!r}, then {again!r}")


def rates(world: World, draw: Choices) -> None:
    """She says how it was: only of a case that has ended, and never somebody else."""
    code = _some_case(world, draw)
    if code is None:
        return
    score = draw.pick(("1", "5", "0", "tốt"))
    stranger = citizen_of(PROVINCE, "another matter")
    world.attempt(rate, world.desk, world.citizen, code, score=score, words="")
    world.must_refuse(
        "a rating by a stranger", rate, world.desk, stranger, code, score="1", words=""
    )


def pays(world: World, draw: Choices) -> None:
    """She orders a payment at the payment page: of a line that is owed, or of none."""
    code = _some_case(world, draw)
    if code is None:
        return
    line = draw.pick(("", "registration_fee-1", *_lines(world)))
    world.attempt(order_payment, world.desk, world.citizen, code, line)


def lets_help(world: World, draw: Choices) -> None:
    """She lets the helper do some things for some time, or ends that."""
    if draw.chance(70):
        scopes = draw.pick(
            (["fill"], ["fill", "submit", "follow"], ["follow"], ["all"])
        )
        let_help(world, scopes, draw.pick((60, 24 * 60, 10**6)))
        return
    with world.desk.database.reading() as uow:
        consents = uow.people.consents(PROVINCE, matter_id=world.matter.matter_id)
    for row in consents:
        world.attempt(end_consent, world.desk, world.citizen, row.id)


def is_helped(world: World, draw: Choices) -> None:
    """The helper does for her what her consent says, and nothing without one."""
    with world.desk.database.reading() as uow:
        now = world.desk.now()
        consents = [
            row
            for row in uow.people.consents(PROVINCE, matter_id=world.matter.matter_id)
            if row.ended_at is None and row.ends_at > now
        ]
    told = world.attempt(
        record_facts,
        world.desk,
        world.helper,
        world.matter.code,
        {"land.address": f"Thôn {world.number()}"},
        "helper",
    )
    if not consents and not isinstance(told, NotAllowedError):
        raise FoundError("a helper without consent wrote into the matter")
    for file in world.files():
        hers = [turn for turn in turns_on(world, file) if turn.role == "helper"]
        if not hers:
            continue
        turn = draw.pick(hers)
        papers = papers_of(file) | ({"mandate"} if draw.chance(60) else set())
        result = world.attempt(
            raise_event,
            world.desk,
            world.helper,
            turn.code,
            turn.offer.event,
            facts=fitting(world, draw, file, turn.offer),
            papers=papers,
        )
        if not consents and not isinstance(result, KNOWN):
            raise FoundError("a helper without consent moved a case")


def _lines(world: World) -> list[str]:
    ledgers = [ledger_of(world, row.id) for row in world.rows()]
    return [line.id for ledger in ledgers if ledger for line in ledger.lines]


def _some_case(world: World, draw: Choices) -> str | None:
    rows = world.rows()
    return draw.pick(rows).code if rows else None

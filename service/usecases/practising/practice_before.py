"""What has happened already when an exercise begins; nobody's day passes for it."""

from __future__ import annotations

from collections.abc import Callable

from service.auth.actors import Actor
from service.persistence.rows import CaseRow
from service.usecases.cases import money
from service.usecases.cases.casefile import ORIGINALS, CaseFile, open_case
from service.usecases.cases.sweep_timers import sweep_timers
from service.usecases.desk import Desk
from service.usecases.helpers.give_consent import give_consent
from service.usecases.matter.answer_question import record_facts
from service.usecases.matter.situations import situation_from
from service.usecases.matter.submit_dossier import plan_of, submit
from service.usecases.outside.deliver import deliver_outbox
from service.usecases.outside.receive import process_inbox
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import (
    both_decide,
    clerk_of,
    next_move,
    practice_account,
)
from service.usecases.practising.practice_book import Before

_MOST_MOVES = 60
_MINUTES = 240


def bring_about(desk: Desk, citizen: Actor, code: str, thing: Before) -> None:
    """Let one thing have happened to a matter of the room."""
    _DOING[thing.do](desk, citizen, code, thing)
    run_until_idle(desk)


def _facts(desk: Desk, citizen: Actor, code: str, thing: Before) -> None:
    given = thing.given
    record_facts(desk, citizen, code, given["facts"], given["source"])


def _submit(desk: Desk, citizen: Actor, code: str, _: Before) -> None:
    submit(desk, citizen, code, _steps(desk, citizen)[0], idempotency_key=None)


def _raise(desk: Desk, citizen: Actor, _: str, thing: Before) -> None:
    file = _newest(desk, citizen)
    given = thing.given
    office = file.offices[given["by"]]
    both_decide(
        desk,
        clerk_of(desk, citizen.tenant, office),
        file.row.code,
        given["event"],
        facts=given["facts"],
        papers={paper.id for paper in file.required()} | {ORIGINALS},
    )


def _until_owed(desk: Desk, citizen: Actor, code: str, _: Before) -> None:
    """Hand in step after step, and stop when an office has asked for money."""
    for step in _steps(desk, citizen):
        case = submit(desk, citizen, code, step, idempotency_key=None)
        for _move in range(_MOST_MOVES):
            run_until_idle(desk)
            if _owes(desk, citizen):
                return
            if not next_move(desk, citizen, case):
                break


def _until(desk: Desk, citizen: Actor, code: str, thing: Before) -> None:
    """Hand in step after step, and stop when an office may do the named thing.

    The simulated tax office says nothing meanwhile, nor later: its clerk works.
    """
    event = thing.given["event"]
    for step in _steps(desk, citizen):
        submit(desk, citizen, code, step, idempotency_key=None)
        for _move in range(_MOST_MOVES):
            _hear(desk)
            if case_offering(desk, citizen, event) is not None:
                _hush(desk)
                return
            running = [row for row in _cases(desk, citizen) if row.ended_at is None]
            if not any(next_move(desk, citizen, row.code) for row in running):
                break
    raise LookupError(f"no office comes to {event!r}")


def _hear(desk: Desk) -> None:
    """Do what waits inside the program, without what outside offices say."""
    while deliver_outbox(desk) + process_inbox(desk) + sweep_timers(desk):
        _hush(desk)


def _hush(desk: Desk) -> None:
    for office in desk.ports.speaking().values():
        office.collect()


def case_offering(desk: Desk, citizen: Actor, event: str) -> CaseRow | None:
    """Return the open case of the matter in which an office may do a thing now."""
    for row in _cases(desk, citizen):
        if row.ended_at is not None:
            continue
        with desk.database.reading() as uow:
            file = open_case(desk, uow, row)
        papers = {paper.id for paper in file.required()} | {ORIGINALS}
        offers = file.chart.offers(
            file.instance,
            set(file.offices),
            lookup=file.lookup,
            papers=file.papers(papers),
        )
        if any(each.event == event and each.available for each in offers):
            return row
    return None


def _consent(desk: Desk, citizen: Actor, code: str, thing: Before) -> None:
    give_consent(
        desk,
        citizen,
        code,
        helper_name=practice_account(),
        scope=thing.given["scope"],
        minutes=_MINUTES,
    )


_DOING: dict[str, Callable[[Desk, Actor, str, Before], None]] = {
    "facts": _facts,
    "submit": _submit,
    "raise": _raise,
    "until_owed": _until_owed,
    "until": _until,
    "consent": _consent,
}


def _steps(desk: Desk, citizen: Actor) -> tuple[str, ...]:
    with desk.database.reading() as uow:
        matter = uow.matters.by_id(citizen.tenant, citizen.matter_id or "")
        facts = uow.matters.facts(matter.tenant_id, matter.id)
    plan = plan_of(desk, matter, situation_from(desk, matter, facts))
    return tuple(step.id for step in plan.main_steps)


def _cases(desk: Desk, citizen: Actor) -> tuple[CaseRow, ...]:
    with desk.database.reading() as uow:
        return uow.cases.of_matter(citizen.tenant, citizen.matter_id or "")


def _newest(desk: Desk, citizen: Actor) -> CaseFile:
    row = _cases(desk, citizen)[-1]
    with desk.database.reading() as uow:
        return open_case(desk, uow, row)


def _owes(desk: Desk, citizen: Actor) -> bool:
    return bool(open_money(desk, _cases(desk, citizen)))


def open_money(desk: Desk, cases: tuple[CaseRow, ...]) -> tuple[money.MoneyRow, ...]:
    """Return what is still to be paid in these cases."""
    with desk.database.reading() as uow:
        rows = [
            line
            for row in cases
            if row.step_id is not None
            for line in money.rows_of(desk, uow, open_case(desk, uow, row))
        ]
    return tuple(line for line in rows if line.left > 0)

"""Offices that do not answer for days: nothing is dropped and the order is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from integrations.errors import OfficeUnavailableError
from integrations.messages import Acknowledgement, Message
from service.faults.apart import SetClock, accept, apart, filed, row_of
from service.faults.chance import Chance
from service.faults.drill import CALLS
from service.faults.trials import Trial
from service.faults.world import World
from service.usecases.desk import Desk
from service.usecases.outside.faults import list_faults, retry
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import clerk_of

NAME = "offices away for days get everything, in order"
_CASES = 3
_STEP = timedelta(hours=3)
_WITHIN, _BEYOND = timedelta(days=6, hours=18), timedelta(days=9)


@dataclass(slots=True)
class _Post:
    """What all offices have in common here: away until they are back."""

    away: bool = True
    heard: list[str] = field(default_factory=list)
    tries: int = 0


@dataclass(slots=True)
class _Away:
    """An office that is away, or writes down under which key it heard something."""

    office: Any
    name: str
    post: _Post

    def __getattr__(self, call: str) -> Any:  # noqa: ANN401  as the office
        asked = getattr(self.office, call)
        if call not in CALLS[self.name]:
            return asked

        def heard(message: Message, *, key: str) -> Acknowledgement:
            self.post.tries += 1
            if self.post.away:
                raise OfficeUnavailableError(self.name, "away")
            self.post.heard.append(key)
            answer: Acknowledgement = asked(message, key=key)
            return answer

        return heard


def offices_away(world: World, chance: Chance) -> Trial:
    """Let an office be away for almost seven days, and another time for longer."""
    del chance
    wrong, looked, tries = [], 0, 0
    for length in (_WITHIN, _BEYOND):
        clock = SetClock()
        with apart(world.ground, clock) as home:
            office = _Post()
            away = {n: _Away(getattr(home.ports, n), n, office) for n in CALLS}
            desk = replace(home, ports=replace(home.ports, **away))
            cases = [filed(desk).case for _ in range(_CASES)]
            for case in cases:
                accept(desk, case, case)
            _wait(desk, clock, length)
            office.away = False
            before = _at_clerks(desk, cases)
            if length == _BEYOND:
                _retry_all(desk, cases)
            _wait(desk, clock, timedelta(hours=6))
            wrong += _told(desk, cases, office, before, length)
            looked += len(office.heard)
            tries += office.tries
    return Trial(NAME, 0, tries, looked, tuple(wrong))


def _wait(desk: Desk, clock: SetClock, length: timedelta) -> None:
    until = clock.now + length
    while clock.now < until:
        run_until_idle(desk)
        clock.step(_STEP)
    run_until_idle(desk)


def _at_clerks(desk: Desk, cases: list[str]) -> int:
    """Return how much stands on the lists of the clerks who have the cases."""
    offices = {row_of(desk, case).office_id or "" for case in cases}
    return sum(len(list_faults(desk, _clerk(desk, office))) for office in offices)


def _retry_all(desk: Desk, cases: list[str]) -> None:
    for office in {row_of(desk, case).office_id or "" for case in cases}:
        clerk = _clerk(desk, office)
        for fault in list_faults(desk, clerk):
            retry(desk, clerk, fault.id)


def _clerk(desk: Desk, office: str) -> Any:  # noqa: ANN401  an actor
    return clerk_of(desk, desk.settings.province, office)


def _told(
    desk: Desk, cases: list[str], office: _Post, before: int, length: timedelta
) -> list[str]:
    """Return what is wrong: what never came, what came out of order, who was asked."""
    wrong = []
    for case in cases:
        row = row_of(desk, case)
        with desk.database.reading() as uow:
            asked = [
                each
                for seq in range(1, row.version + 1)
                for each in sorted(
                    uow.queues.out_of_move(row.tenant_id, row.id, seq),
                    key=lambda each: each.n,
                )
                if each.kind == "sync"
            ]
        for lane in {each.lane for each in asked}:
            keys = [each.id for each in asked if each.lane == lane]
            heard = [key for key in office.heard if key in set(keys)]
            if heard != keys:
                wrong.append(f"{case} after {length}: heard {heard} of {keys}")
    asked_people = length == _BEYOND
    if bool(before) != asked_people:
        wrong.append(f"after {length} {before} stood before a person")
    return wrong

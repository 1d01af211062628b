"""A clock that is set back and forth: history never runs backwards, days stay right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.faults.apart import SetClock, accept, apart, filed, row_of
from service.faults.chance import Chance
from service.faults.trials import Trial
from service.faults.world import World
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.desk import Desk
from service.usecases.outside.working import run_until_idle

NAME = "history never runs backwards, whatever the clock does"
_DAY = timedelta(days=1)
# When a case is filed: on a plain day, before the new year, and before Tết.
_STARTS = (
    datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 16, 59, tzinfo=UTC),
    datetime(2027, 2, 4, 9, 0, tzinfo=UTC),
)
_STEPS = (-_DAY, _DAY, timedelta(minutes=-1), 5 * _DAY)


def clock_steps(world: World, chance: Chance) -> Trial:
    """Set the clock between the moves of cases that begin on days that matter."""
    choose, wrong, looked, steps = chance.of("clock"), [], 0, 0
    for start in _STARTS:
        clock = SetClock(start)
        with apart(world.ground, clock) as desk:
            case = filed(desk).case
            for move in (lambda: None, lambda: accept(desk, case, case)):  # noqa: B023  done at once
                clock.step(choose.choice(_STEPS))
                steps += 1
                move()
                run_until_idle(desk)
            looked += row_of(desk, case).version
            wrong += _told(desk, case)
    return Trial(NAME, 0, steps, looked, tuple(wrong))


def _told(desk: Desk, case: str) -> list[str]:
    row = row_of(desk, case)
    with desk.database.reading() as uow:
        times = [move.at for move in uow.cases.moves(row.tenant_id, row.id)]
    wrong = [] if times == sorted(times) else [f"{case}: {times}"]
    day = row.appointment
    if day is not None and not desk.calendar.is_working(day):
        wrong.append(f"{case}: promised for {day}, when nobody works")
    if not verify_audit(desk).ok:
        wrong.append(f"{case}: the history does not hold")
    return wrong

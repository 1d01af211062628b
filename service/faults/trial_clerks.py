"""Clerks who act on one version of a case at the same moment: one of them wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from service.errors import StaleVersionError
from service.faults.apart import accept, apart, filed, row_of
from service.faults.chance import Chance
from service.faults.trials import Trial
from service.faults.world import World
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.desk import Desk

NAME = "of clerks at once one wins"
_CASES, _CLERKS = 6, 4


def clerks_at_once(world: World, chance: Chance) -> Trial:
    """Let four clerks accept the same case at once, round after round."""
    del chance
    with apart(world.ground) as desk:
        cases = [filed(desk).case for _ in range(_CASES)]
        wrong = [told for case in cases for told in _round(desk, case)]
        if not verify_audit(desk).ok:
            wrong.append("the histories do not hold")
    return Trial(NAME, 0, _CASES * (_CLERKS - 1), _CASES, tuple(wrong))


def _round(desk: Desk, case: str) -> list[str]:
    ready = Barrier(_CLERKS)

    def one(number: int) -> bool:
        ready.wait()
        try:
            accept(desk, case, f"{case}-{number}")
        except StaleVersionError:
            return False
        return True

    with ThreadPoolExecutor(_CLERKS) as threads:
        won = sum(threads.map(one, range(_CLERKS)))
    version = row_of(desk, case).version
    ok = (won, version) == (1, 3)
    return [] if ok else [f"{case}: {won} were told that it was done, at {version}"]

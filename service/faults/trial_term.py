"""A service that is told to stop in the middle of requests, again and again."""

from __future__ import annotations

import mmap
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

from service.faults.apart import apart
from service.faults.chance import Chance
from service.faults.children import MOVE_POINTS
from service.faults.counter import FILED, Counter, counter
from service.faults.nursery import Plan, passing
from service.faults.trials import Trial
from service.faults.world import World
from service.usecases.desk import Desk

NAME = "told to stop under load, it answers or is asked again, and ends in time"
_ROUNDS, _A_ROUND = 4, 4


def told_to_stop(world: World, chance: Chance) -> Trial:
    """Send SIGTERM to the web child in the middle of a move, round after round."""
    choice = chance.of("term")
    told, wrong = 0, []
    with (
        mmap.mmap(-1, 1) as reached,
        apart(world.ground) as desk,
        counter(desk, _ROUNDS * _A_ROUND) as clerks,
    ):
        for number in range(1, _ROUNDS + 1):
            plan = Plan(choice.choice(MOVE_POINTS), choice.randrange(1, 4))
            reached[:1] = b"\0"
            clerks.begin(_stops(plan, reached))
            wrong += _round(clerks, number * _A_ROUND, reached)
            told += reached[0]
        clerks.begin()
        wrong += clerks.settled()
        wrong += _ended(clerks)
    if told < _ROUNDS:
        wrong.append(f"only {told} of {_ROUNDS} were told to stop under way")
    return Trial(NAME, 0, told, told and len(clerks.posts), tuple(wrong))


def _stops(plan: Plan, reached: mmap.mmap) -> Callable[[Desk], Desk]:
    """Return what lets a child get the signal at a point of its work."""

    def stop(_point: str) -> None:
        reached[:1] = b"\1"
        os.kill(os.getpid(), signal.SIGTERM)

    return lambda desk: replace(desk, passing=passing(plan, stop))


def _round(clerks: Counter, until: int, reached: mmap.mmap) -> list[str]:
    """Send what is not done yet; the child ends meanwhile, and what it told is so."""
    open_posts = [each for each in clerks.posts[:until] if not each.done]
    clerks.at_once(open_posts, lambda: reached[0] == 1)
    wrong = _ended(clerks, told=reached[0] == 1)
    versions = clerks.versions()
    return wrong + [
        f"{each.case}: acknowledged, and lost"
        for each in clerks.posts
        if each.done and versions[each.case] == FILED
    ]


def _ended(clerks: Counter, *, told: bool = False) -> list[str]:
    begun = time.monotonic()
    status = clerks.end(told=told)
    if status == 0:
        return []
    return [f"ended with {status} after {time.monotonic() - begun:.1f} s"]

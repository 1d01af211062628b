"""How quickly a stored case takes an event, next to the known engines.

``python -m bench.engine`` prints it. The engines take turns in short rounds of one run,
each figure is the median of its rounds, and only ratios are held to a limit: rates say
more about the machine than about the engine.
"""

from __future__ import annotations

import json
from statistics import median
from time import perf_counter
from typing import Any

from bench.life_cycle import EVENTS, Driver, drivers

# How many times as quick ours has to be at the least. With one shared model that all
# cases borrow `transitions` is no server; it is shown without a limit.
LIMITS = {"xstate-statemachine": 5.0, "transitions": 12.0, "python-statemachine": 25.0}
ROW_LIMIT = 2048

_ROUNDS = 15
_LIVES_A_ROUND = 8


def trace(driver: Driver) -> list[frozenset[str]]:
    """Return the active leaves after each event of one life."""
    stored = driver.begin()
    leaves = [driver.leaves(stored)]
    for event, facts in EVENTS:
        stored = driver.fire(stored, event, facts)
        leaves.append(driver.leaves(stored))
    return leaves


def _events_a_second(driver: Driver) -> float:
    start = perf_counter()
    for _ in range(_LIVES_A_ROUND):
        stored = driver.begin()
        for event, facts in EVENTS:
            stored = driver.fire(stored, event, facts)
    return _LIVES_A_ROUND * len(EVENTS) / (perf_counter() - start)


def _largest_row(driver: Driver) -> int:
    stored = driver.begin()
    largest = len(stored.encode())
    for event, facts in EVENTS:
        stored = driver.fire(stored, event, facts)
        largest = max(largest, len(stored.encode()))
    return largest


def run(rounds: int = _ROUNDS) -> dict[str, Any]:
    """Return rates, ratios, their limits, the largest row, and whether all is held.

    ``per_second`` counts restore + fire + save. ``disagree`` names the engines whose
    states after each event are not ours.
    """
    ours, *others = drivers()
    expected = trace(ours)
    disagree = [other.name for other in others if trace(other) != expected]
    measured: dict[str, list[float]] = {each.name: [] for each in (ours, *others)}
    for _ in range(rounds):
        for each in (ours, *others):
            measured[each.name].append(_events_a_second(each))
    # A ratio within one round: what else the machine does then weighs on both.
    ratios = {
        other.name: median(
            mine / theirs
            for mine, theirs in zip(
                measured[ours.name], measured[other.name], strict=True
            )
        )
        for other in others
    }
    row = _largest_row(ours)
    held = all(ratios[name] >= limit for name, limit in LIMITS.items())
    return {
        "events": len(EVENTS),
        "rounds": rounds,
        "per_second": {name: round(median(rates)) for name, rates in measured.items()},
        "ratios": {name: round(ratio, 1) for name, ratio in ratios.items()},
        "limits": LIMITS,
        "row_bytes": row,
        "row_limit": ROW_LIMIT,
        "disagree": disagree,
        "held": held and row <= ROW_LIMIT and not disagree,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2, ensure_ascii=False))

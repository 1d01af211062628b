"""How quickly a stored case takes an event, next to the known engines.

The engines take turns in short rounds; every event is restore, fire and save. Their
states after each event of the life cycle are compared with ours first.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from service.bench.life_cycle import EVENTS, Driver, Ours
from service.bench.measures import Bar, Effort, Measure
from service.bench.peer_statemachine import PythonStateMachine
from service.bench.peer_transitions import Transitions, TransitionsReused
from service.bench.peer_xstate import XState

# How many times as quick ours has to be at the least. With one shared model that all
# cases borrow `transitions` is no server; it is shown without a limit.
LIMITS = {"xstate-statemachine": 5.0, "transitions": 12.0, "python-statemachine": 25.0}
ROW_LIMIT = 2048

_LIVES_A_ROUND = 8


def drivers() -> tuple[Driver, ...]:
    """Return ours first, then the others."""
    return Ours(), XState(), Transitions(), TransitionsReused(), PythonStateMachine()


def measure(effort: Effort) -> Iterator[Measure]:
    """Compare the states, then the rates; the row of ours must stay small."""
    ours, *others = drivers()
    expected = trace(ours)
    for other in others:
        yield _alike(other, expected)
    rates: dict[str, list[float]] = {each.name: [] for each in (ours, *others)}
    for _ in range(effort.rounds):
        for each in (ours, *others):
            rates[each.name].append(_events_a_second(each))
    mine = rates[ours.name]
    for other in others:
        theirs = rates[other.name]
        limit = LIMITS.get(other.name)
        yield Measure(
            f"engine.{other.name}",
            median(mine),
            median(theirs),
            other.name,
            "events/s",
            median(a / b for a, b in zip(mine, theirs, strict=True)),
            Bar(limit, "least") if limit else None,
        )
    yield _row(ours)


def trace(driver: Driver) -> list[frozenset[str]]:
    """Return the active leaves at the start and after each event of one life."""
    return [driver.leaves(stored) for stored in _life(driver)]


def _life(driver: Driver) -> Iterator[str]:
    stored = driver.begin()
    yield stored
    for event, facts in EVENTS:
        stored = driver.fire(stored, event, facts)
        yield stored


def _alike(other: Driver, expected: list[frozenset[str]]) -> Measure:
    found = trace(other)
    same = sum(a == b for a, b in zip(found, expected, strict=True))
    return Measure(
        f"engine.same_states.{other.name}",
        same,
        len(expected),
        other.name,
        "states",
        same / len(expected),
        Bar(1, "least"),
    )


def _events_a_second(driver: Driver) -> float:
    start = perf_counter()
    for _ in range(_LIVES_A_ROUND):
        for _stored in _life(driver):
            pass
    return _LIVES_A_ROUND * len(EVENTS) / (perf_counter() - start)


def _row(ours: Driver) -> Measure:
    rows = [len(stored.encode()) for stored in _life(ours)]
    return Measure(
        "engine.row",
        max(rows),
        rows[0],
        "row at the start",
        "bytes",
        max(rows) / rows[0],
        Bar(ROW_LIMIT, "most", of="value"),
    )

"""What a desk and a look-up cost in a province with many cases, next to one with few.

Both crowds stand in databases of their own and are asked in turns, by the use cases of
the pages; what the database alone took of that is told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from service.bench.crowd import Crowd, gather
from service.bench.matters import desk_in
from service.bench.measures import Bar, Effort, Measure
from service.bench.moves import seconds
from service.bench.postgres import postgres
from service.usecases.following.follow_case import follow
from service.usecases.worklist.find_cases import find_cases
from service.usecases.worklist.list_work import OFFICE, Wish, worklist

# How much longer everything may take in a large crowd than in a small one.
LIMITS = {"lookup": 2.0, "worklist": 6.0, "later_page": 6.0, "find": 6.0}
# So many times everything is asked in a round, of other cases each time.
_ASKED = 10

Ask = Callable[[int], object]


def measure(effort: Effort) -> Iterator[Measure]:
    """Measure both databases with both crowds."""
    with TemporaryDirectory(prefix="dat-bench-") as name, ExitStack() as opened:
        crowds = [
            opened.enter_context(_crowd(Path(name) / str(size), size))
            for size in effort.crowds
        ]
        yield from _compared("sqlite", crowds, effort.rounds)
    with TemporaryDirectory(prefix="dat-bench-") as name, ExitStack() as opened:
        folder = Path(name)
        folder.chmod(0o755)  # the server may run as another user
        server = opened.enter_context(postgres(folder))
        crowds = [
            opened.enter_context(
                _crowd(folder / str(size), size, server.new_database(f"crowd_{size}"))
            )
            for size in effort.crowds
        ]
        yield from _compared("postgresql", crowds, effort.rounds)


@contextmanager
def _crowd(folder: Path, size: int, address: str | None = None) -> Iterator[Crowd]:
    folder.mkdir()
    desk = desk_in(folder, address)
    try:
        yield gather(desk, size)
    finally:
        desk.database.dispose()


def _questions(crowd: Crowd) -> Mapping[str, Ask]:
    """Return what people ask, each of the case with a number."""
    desk, clerk = crowd.desk, crowd.clerk
    first = worklist(desk, clerk, Wish(whose=OFFICE))
    return {
        "lookup": lambda n: follow(desk, crowd.codes[n % len(crowd.codes)]),
        "worklist": lambda _: worklist(desk, clerk, Wish(whose=OFFICE)),
        "later_page": lambda _: worklist(
            desk, clerk, Wish(whose=OFFICE), cursor=first.next_cursor
        ),
        "find": lambda n: find_cases(desk, clerk, crowd.ends[n % len(crowd.ends)]),
    }


def _compared(dialect: str, crowds: Sequence[Crowd], rounds: int) -> Iterator[Measure]:
    small, large = crowds
    for name, limit in LIMITS.items():
        few, many = _Taken(small, name), _Taken(large, name)
        for number in range(rounds * _ASKED):
            few.ask(number)
            many.ask(number)
        for part in ("", ".database"):
            value, baseline = many.middle(part), few.middle(part)
            yield Measure(
                f"scale.{dialect}.{name}{part}",
                value * 1000,
                baseline * 1000,
                f"{large.size:,} cases next to {small.size:,}",
                "ms",
                value / baseline,
                Bar(limit, "most"),
                "P6",
            )


class _Taken:
    """How long a question took each time: all of it, and its database alone."""

    def __init__(self, crowd: Crowd, name: str) -> None:
        self.engine = crowd.desk.database.engine
        self.question = _questions(crowd)[name]
        self.question(0)
        self.whole: list[float] = []
        self.database: list[float] = []

    def ask(self, number: int) -> None:
        with _counting(self.engine) as spent:
            self.whole.append(seconds(lambda: self.question(number)))
        self.database.append(sum(spent))

    def middle(self, part: str) -> float:
        return median(self.database if part else self.whole)


@contextmanager
def _counting(engine: Engine) -> Iterator[list[float]]:
    """Count the seconds from each statement to its answer, its first row at least."""
    begun: list[float] = []
    spent: list[float] = []

    def before(*_told: Any) -> None:  # noqa: ANN401  what SQLAlchemy passes
        begun.append(perf_counter())

    def after(*_told: Any) -> None:  # noqa: ANN401  what SQLAlchemy passes
        spent.append(perf_counter() - begun.pop())

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield spent
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)

"""What a stored move costs, next to the bare driver doing the same statements.

Real moves of made-up cases are raised on SQLite with full durability. Their statements
and commits are written down, and the bare driver repeats them on a copy of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from service.auth.actors import Actor
from service.bench.matters import Opened, database_in, desk_in, handed_in
from service.bench.measures import Effort, Measure
from service.usecases.casefile import ORIGINALS, CaseFile, open_case
from service.usecases.decide import raise_event
from service.usecases.demo import clerk_of
from service.usecases.desk import Desk
from service.usecases.rehearsal_moves import Turn, way_to_end

# A case is moved so many times, as long as it is a person's turn.
_MOVES = 3
_COMMIT = "COMMIT"


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement as the driver was given it."""

    sql: str
    parameters: Any
    many: bool


def measure(effort: Effort) -> Iterator[Measure]:
    """Move every case once, let the driver repeat it, and so on: rounds in turns."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        desk = desk_in(folder)
        cases = [handed_in(desk) for _ in range(effort.cases)]
        copy = _copy(database_in(folder), folder / "copy.sqlite")
        ours: list[float] = []
        bare: list[float] = []
        statements = 0
        with closing(copy):
            for _ in range(_MOVES):
                for case in cases:
                    move = _next_move(desk, case)
                    if move is None:
                        continue
                    with _written_down(desk.database.engine) as written:
                        ours.append(_seconds(move))
                    bare.append(_seconds(lambda: _repeat(copy, written)))
                    statements += len(written)
        desk.database.dispose()
    yield Measure(
        "store.move",
        median(ours) * 1000,
        median(bare) * 1000,
        f"sqlite3, the same {statements / len(ours):.0f} statements",
        "ms",
        median(a / b for a, b in zip(ours, bare, strict=True)),
    )


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


# --- moves ----------------------------------------------------------------------------


def _next_move(desk: Desk, opened: Opened) -> Callable[[], object] | None:
    """Return the next move of a case, ready to be made by whoever may."""
    with desk.database.reading() as uow:
        row = uow.cases.by_code(opened.case)
        if row is None:
            raise LookupError(opened.case)
        file = open_case(desk, uow, row)
        way = way_to_end(file, desk.now())
        papers = {paper.id for paper in file.required()} | {ORIGINALS}
    if not way or way[0].is_signal or way[0].role == "timer":
        return None
    turn = way[0]
    actor = _actor(desk, opened, file, turn)
    return lambda: raise_event(
        desk, actor, opened.case, turn.event, facts=turn.facts, papers=papers
    )


def _actor(desk: Desk, opened: Opened, file: CaseFile, turn: Turn) -> Actor:
    if turn.role == "citizen":
        return opened.citizen
    return clerk_of(desk, file.row.tenant_id, file.offices[turn.role])


# --- the bare driver ------------------------------------------------------------------


@contextmanager
def _written_down(engine: Engine) -> Iterator[list[_Statement]]:
    """Write down every statement and commit until the block ends."""
    written: list[_Statement] = []

    def statement(*told: Any) -> None:  # noqa: ANN401  what SQLAlchemy passes
        _, _, sql, parameters, _, many = told
        written.append(_Statement(sql, parameters, many))

    def commit(_connection: object) -> None:
        written.append(_Statement(_COMMIT, (), many=False))

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield written
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def _copy(source: Path, target: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(target, isolation_level=None)
    with closing(sqlite3.connect(source)) as original:
        original.backup(copy)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        copy.execute(f"PRAGMA {pragma}")
    return copy


def _repeat(copy: sqlite3.Connection, written: list[_Statement]) -> None:
    for each in written:
        if each.many:
            copy.executemany(each.sql, each.parameters)
        else:
            copy.execute(each.sql, each.parameters).fetchall()

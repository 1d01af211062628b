"""What a stored move costs, next to others who do the same statements.

Real moves of made-up cases are raised with full durability, as a page raises them: with
a version and a key. Their statements and commits are written down; on SQLite the bare
driver repeats them on a copy of the file, on PostgreSQL pgbench on a copy of the
database, both on one connection.

On PostgreSQL it is one server with the durability that it comes with, and both sides
begin and commit once a move. What differs: pgbench connects once a round and sends the
values in the text, by the simple protocol and one row at a time, so that every
statement is parsed anew. Our driver prepares what it sends often and sends the rows of
one statement together; before each move it asks whether its connection still lives.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from service.bench.matters import Opened, database_in, desk_in, handed_in
from service.bench.measures import Bar, Effort, Measure
from service.bench.moves import MOVES, Statement, next_move, seconds, written_down
from service.bench.postgres import postgres, script_of
from service.composition import settle
from service.usecases.desk import Desk

# At least 0.4 of the moves that pgbench makes in the same time.
LIMIT = 0.4
# Cases moved before those that are measured: a driver prepares what it sends often.
_BEFORE = 6


def measure(effort: Effort) -> Iterator[Measure]:
    """Measure both databases."""
    yield _beside_driver(effort)
    yield _beside_pgbench(effort)


# --- SQLite ---------------------------------------------------------------------------


def _beside_driver(effort: Effort) -> Measure:
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
            for _ in range(MOVES):
                for case in cases:
                    move = next_move(desk, case)
                    if move is None:
                        continue
                    with written_down(desk.database.engine) as written:
                        ours.append(seconds(move))
                    bare.append(seconds(lambda: _repeat(copy, written)))
                    statements += len(written)
        desk.database.dispose()
    return Measure(
        "store.move",
        median(ours) * 1000,
        median(bare) * 1000,
        f"sqlite3, the same {statements / len(ours):.0f} statements",
        "ms",
        median(a / b for a, b in zip(ours, bare, strict=True)),
    )


def _copy(source: Path, target: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(target, isolation_level=None)
    with closing(sqlite3.connect(source)) as original:
        original.backup(copy)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        copy.execute(f"PRAGMA {pragma}")
    return copy


def _repeat(copy: sqlite3.Connection, written: list[Statement]) -> None:
    for each in written:
        if each.many:
            copy.executemany(each.sql, each.parameters)
        else:
            copy.execute(each.sql, each.parameters).fetchall()


def _run_in(desk: Desk, cases: Sequence[Opened]) -> None:
    """Move cases that are not measured: connections open, caches fill, all settles.

    A service that runs pays for it once, not in every move.
    """
    for _ in range(MOVES):
        for case in cases:
            move = next_move(desk, case)
            if move is not None:
                move()
    settle()


# --- PostgreSQL -----------------------------------------------------------------------


def _beside_pgbench(effort: Effort) -> Measure:
    """Move every case once, let pgbench repeat all of that, and so on."""
    ours: list[float] = []
    theirs: list[float] = []
    statements = 0
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server may run as another user
        with postgres(folder) as server:
            desk = desk_in(folder, server.new_database("ours"))
            cases = [handed_in(desk) for _ in range(effort.cases)]
            others = [handed_in(desk) for _ in range(_BEFORE)]
            desk.database.dispose()
            copy = server.new_database("copy", "ours")
            script = folder / "moves.sql"
            _run_in(desk, others)
            for _ in range(MOVES):
                moves = [each for case in cases if (each := next_move(desk, case))]
                taken, all_written = [], []
                for move in moves:
                    with written_down(desk.database.engine) as written:
                        taken.append(seconds(move))
                    all_written += written
                script.write_text(script_of(copy, all_written), "utf-8")
                ours.append(sum(taken) / len(taken))
                theirs.append(server.seconds(copy, script) / len(taken))
                statements = len(all_written) // len(taken)
            desk.database.dispose()
    return Measure(
        "store.move.postgresql",
        1 / median(ours),
        1 / median(theirs),
        f"pgbench, the same {statements} statements",
        "moves/s",
        median(b / a for a, b in zip(ours, theirs, strict=True)),
        Bar(LIMIT, "least"),
        "P3",
    )

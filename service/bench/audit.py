"""What it costs to check that no move was changed, next to summing the same bytes.

Histories of one real case, chained and sealed anew for each of its copies, are checked
as ``dat verify-audit`` checks them, links and counters among it. The processes that it
lends run already: an installation with a million moves waits for them a second or two.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from service.bench.crowd import tidy
from service.bench.matters import desk_in, handed_in
from service.bench.measures import Bar, Effort, Measure
from service.bench.moves import MOVES, next_move, seconds
from service.bench.postgres import postgres
from service.composition import own_database
from service.persistence.audit import FIRST, canonical, chained
from service.persistence.desk_counts import count_anew
from service.persistence.rows import CaseRow, MoveRow, columns_of
from service.persistence.sealing import placed
from service.persistence.tables.cases import case, case_move
from service.usecases.custody.share_checks import shared
from service.usecases.custody.verify_audit import Share, verify_audit
from service.usecases.desk import Desk

# Seconds for a million moves, on an ordinary machine.
GOAL = 10.0
_MILLION = 1_000_000
_AT_ONCE = 100
_ROUNDS = 3


def measure(effort: Effort) -> Iterator[Measure]:
    """Measure both databases."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        yield _checked(desk_in(Path(name)), effort)
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server may run as another user
        with postgres(folder) as server:
            yield _checked(desk_in(folder, server.new_database("audit")), effort)


def _checked(desk: Desk, effort: Effort) -> Measure:
    with _filled(desk, effort.lines) as bodies:
        texts = [canonical(body).encode() for body in bodies]
        count = min(effort.processes, os.cpu_count() or 1)
        with shared(desk, partial(own_database, desk.settings), count) as share:
            moves = _check(desk, share)
            ours, bare = [], []
            for _ in range(min(effort.rounds, _ROUNDS)):
                ours.append(seconds(lambda: _check(desk, share)))
                bare.append(seconds(lambda: _summed(texts, moves)))
    return Measure(
        f"audit.{desk.database.dialect}",
        median(ours) / moves * _MILLION,
        median(bare) / moves * _MILLION,
        f"sha256 alone; {moves:,} moves by {count} processes",
        "s/million",
        median(a / b for a, b in zip(ours, bare, strict=True)),
        Bar(GOAL, "most", of="value", firm=False),
    )


def _check(desk: Desk, share: Share | None) -> int:
    """Check all that there is, and return how many moves that was."""
    report = verify_audit(desk, replay=False, share=share)
    if not report.ok:
        raise RuntimeError(f"the copies do not hold: {report.findings[:3]}")
    return report.moves


def _summed(texts: Sequence[bytes], moves: int) -> None:
    for number in range(moves):
        hashlib.sha256(texts[number % len(texts)]).hexdigest()


@contextmanager
def _filled(desk: Desk, lines: int) -> Iterator[Sequence[dict[str, Any]]]:
    """Copy a case until there are so many moves; yield the bodies of its history."""
    opened = handed_in(desk)
    for _ in range(MOVES):
        move = next_move(desk, opened)
        if move is not None:
            move()
    with desk.database.reading() as uow:
        row = uow.cases.by_code(opened.case)
        if row is None:
            raise LookupError(opened.case)
        history = uow.cases.moves(row.tenant_id, row.id)
    for first in range(0, lines // len(history), _AT_ONCE):
        copies = [
            _copy(row, history, number) for number in range(first, first + _AT_ONCE)
        ]
        with desk.database.transaction() as uow:
            connection = uow.cases.connection
            connection.execute(insert(case), [columns_of(each) for each, _ in copies])
            connection.execute(
                insert(case_move), [line for _, made in copies for line in made]
            )
        if first == 0:
            tidy(desk, "ANALYZE")
    with desk.database.transaction() as uow:
        count_anew(uow.cases.connection)
    try:
        yield [move.body for move in history]
    finally:
        desk.database.dispose()


def _copy(
    model: CaseRow, history: Sequence[MoveRow], number: int
) -> tuple[CaseRow, list[dict[str, Any]]]:
    id_, head = f"{model.id[:20]}-{number:09d}", FIRST
    lines = []
    for move in history:
        after = chained(head, id_, move.seq, move.body)
        line = replace(move, case_id=id_, prev_hash=head, hash=after)
        lines.append(placed(case_move, columns_of(line)))
        head = after
    return replace(model, id=id_, code=f"HS-{number:09d}", head_hash=head), lines

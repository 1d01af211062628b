"""Moves of made-up cases, and the statements they sent, so that others repeat them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from service.auth.actors import Actor
from service.bench.matters import Opened
from service.usecases.cases.casefile import ORIGINALS, CaseFile, open_case
from service.usecases.cases.decide import raise_event
from service.usecases.desk import Desk
from service.usecases.playing.demo import clerk_of
from service.usecases.playing.rehearsal_moves import Turn, way_to_end

# A case is moved so many times, as long as it is a person's turn.
MOVES = 3
COMMIT = "COMMIT"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the driver was given it."""

    sql: str
    parameters: Any
    many: bool


@dataclass(frozen=True, slots=True)
class Move:
    """The next move of a case, and who may make it; called, it is made."""

    desk: Desk
    actor: Actor
    case: str
    turn: Turn
    papers: frozenset[str]
    version: int

    @property
    def key(self) -> str:
        """Return the key under which the move is made once."""
        return f"{self.case}-{self.version}"

    def __call__(self) -> None:
        """Make the move."""
        raise_event(
            self.desk,
            self.actor,
            self.case,
            self.turn.event,
            facts=self.turn.facts,
            papers=self.papers,
            expected_version=self.version,
            idempotency_key=self.key,
        )


def next_move(desk: Desk, opened: Opened) -> Move | None:
    """Return the next move of a case, ready to be made by whoever may.

    None when it is nobody's turn: the case is over, or waits for another one.
    """
    with desk.database.reading() as uow:
        row = uow.cases.by_code(opened.case)
        if row is None:
            raise LookupError(opened.case)
        file = open_case(desk, uow, row)
        way = way_to_end(file, desk.now())
        papers = frozenset(paper.id for paper in file.required()) | {ORIGINALS}
    if not way or way[0].is_signal or way[0].role == "timer":
        return None
    actor = _actor(desk, opened, file, way[0])
    return Move(desk, actor, opened.case, way[0], papers, row.version)


def _actor(desk: Desk, opened: Opened, file: CaseFile, turn: Turn) -> Actor:
    if turn.role == "citizen":
        return opened.citizen
    return clerk_of(desk, file.row.tenant_id, file.offices[turn.role])


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def written_down(engine: Engine) -> Iterator[list[Statement]]:
    """Write down every statement and commit until the block ends.

    What begins a transaction stands among them; on PostgreSQL it says for whom too.
    """
    written: list[Statement] = []

    def statement(*told: Any) -> None:  # noqa: ANN401  what SQLAlchemy passes
        _, _, sql, parameters, _, many = told
        # Rows that go in one statement are one set of parameters.
        written.append(
            Statement(sql, parameters, many and isinstance(parameters, list))
        )

    def commit(_connection: object) -> None:
        written.append(Statement(COMMIT, (), many=False))

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield written
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)

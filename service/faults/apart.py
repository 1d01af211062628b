"""An installation of its own for a single trial, with a clock that the trial sets."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.auth.actors import Actor
from service.auth.sessions import citizen_of
from service.faults.children import open_matter
from service.faults.databases import whole
from service.faults.people import people
from service.faults.world import Ground
from service.persistence.database import connect, upgrade
from service.persistence.rows import CaseRow
from service.usecases.cases.casefile import ORIGINALS, open_case
from service.usecases.cases.decide import MoveResult, raise_event
from service.usecases.desk import Desk
from service.usecases.matter.submit_dossier import open_step, submit
from service.usecases.playing.demo import clerk_of

_START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # 9:00 in Vietnam, a working day


@dataclass(slots=True)
class SetClock:
    """A clock that stands where it was set."""

    now: datetime = _START

    def __call__(self) -> datetime:
        """Return the instant, in UTC."""
        return self.now

    def step(self, length: timedelta) -> None:
        """Set it forward, or back."""
        self.now += length


@dataclass(frozen=True, slots=True)
class Filed:
    """A case that a citizen of a trial handed in."""

    citizen: Actor
    case: str


@contextmanager
def apart(
    ground: Ground, clock: SetClock | None = None, *, alone: bool = False
) -> Iterator[Desk]:
    """Yield the desk of a new installation with its offices and clerks.

    ``alone`` gives it a whole database, not only a schema.
    """
    place = whole(ground.server, ground.folder) if alone else ground.database()
    with place as address:
        database = connect(address, ground.desk.ring)
        desk = replace(ground.desk, database=database, clock=clock or SetClock())
        try:
            upgrade(desk.database)
            people(desk)
            yield desk
        finally:
            desk.database.dispose()


def filed(desk: Desk) -> Filed:
    """Let a citizen tell everything and hand the first step in."""
    opened = open_matter(desk)
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(opened.code)
    if matter is None:
        raise LookupError(opened.code)
    citizen = citizen_of(matter.tenant_id, matter.id)
    step = opened.steps[0]
    open_step(desk, citizen, opened.code, step)
    case = submit(desk, citizen, opened.code, step, idempotency_key=opened.code)
    return Filed(citizen, case)


def row_of(desk: Desk, case: str) -> CaseRow:
    """Return the row of a case."""
    with desk.database.reading() as uow:
        row = uow.cases.by_code(case)
    if row is None:
        raise LookupError(case)
    return row


def accept(desk: Desk, case: str, key: str) -> MoveResult:
    """Let a clerk of the office that has a new case accept it, papers and all."""
    row = row_of(desk, case)
    with desk.database.reading() as uow:
        papers = {paper.id for paper in open_case(desk, uow, row).required()}
    clerk = clerk_of(desk, row.tenant_id, row.office_id or "")
    return raise_event(
        desk, clerk, case, "accept",
        papers=papers | {ORIGINALS}, expected_version=2, idempotency_key=key,
    )  # fmt: skip


def in_a_child(work: Callable[[], None]) -> bool:
    """Do something in a forked process; return whether it was killed in the middle."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

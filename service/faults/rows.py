"""The whole store of a run at once, as the checks look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select

from service.persistence.database import Database
from service.persistence.rows import CaseRow, Json, LinkRow, MoveRow, OutboxRow
from service.persistence.tables.cases import case_link, payment
from service.persistence.tables.messages import message, notification
from service.persistence.tables.people import idempotency
from service.persistence.tables.queues import inbox, outbox
from service.persistence.unit_of_work import UnitOfWork


@dataclass(slots=True)
class Store:
    """Cases with their history, what waits and what came, and what was answered.

    ``shown`` are the effects that people see on their pages.
    """

    cases: dict[str, CaseRow] = field(default_factory=dict)
    moves: dict[str, tuple[MoveRow, ...]] = field(default_factory=dict)
    outbox: dict[str, OutboxRow] = field(default_factory=dict)
    inbox: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    links: list[LinkRow] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    payments: list[Json] = field(default_factory=list)
    shown: frozenset[str] = frozenset()

    @classmethod
    def of(cls, uow: UnitOfWork) -> Store:
        """Read everything in one transaction."""
        cases = {row.id: row for row in uow.cases.everyone()}
        return cls(
            cases,
            {row.id: uow.cases.moves(row.tenant_id, row.id) for row in cases.values()},
            {row["id"]: OutboxRow(**row) for row in _all(uow, outbox)},
            {row["message_id"]: row for row in _all(uow, inbox)},
            {row["key"]: row["answer"] for row in _all(uow, idempotency)},
            [LinkRow(**row) for row in _all(uow, case_link)],
            {row["id"]: row for row in _all(uow, message)},
            list(_all(uow, payment)),
            frozenset(row["outbox_id"] for row in _all(uow, notification)),
        )

    def by_code(self) -> dict[str, CaseRow]:
        """Return the cases by their code."""
        return {row.code: row for row in self.cases.values()}

    def move(self, case: CaseRow, seq: int) -> MoveRow | None:
        """Return one line of the history of a case."""
        moves = self.moves[case.id]
        return moves[seq - 1] if 0 < seq <= len(moves) else None

    def effects_of(self) -> dict[tuple[str, int], list[OutboxRow]]:
        """Return the effects of every move, by case and number of the move."""
        found: dict[tuple[str, int], list[OutboxRow]] = defaultdict(list)
        for row in self.outbox.values():
            found[row.case_id, row.seq].append(row)
        return found


def known(database: Database) -> frozenset[str]:
    """Return what there is: moves, as case and number, and effects that are done."""
    with database.reading() as uow:
        store = Store.of(uow)
    moves = (
        f"{row.id}~{n + 1}" for row in store.cases.values() for n in range(row.version)
    )
    done = (row.id for row in store.outbox.values() if row.done_at is not None)
    return frozenset({*moves, *done})


def waiting(database: Database) -> int:
    """Return how many effects and messages wait to be done."""
    with database.reading() as uow:
        connection = uow.queues.connection
        return sum(
            connection.scalar(select(func.count()).where(condition)) or 0
            for condition in (
                outbox.c.done_at.is_(None) & outbox.c.failed_at.is_(None),
                inbox.c.state == "open",
                message.c.due_at.is_not(None) & (message.c.state != "sent"),
            )
        )


def _all(uow: UnitOfWork, table: Table) -> Iterator[dict[str, Any]]:
    for row in uow.queues.connection.execute(select(table)).mappings():
        yield dict(row)

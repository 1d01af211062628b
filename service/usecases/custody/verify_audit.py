"""Proof that no stored move was changed, added, taken away or put elsewhere.

Two checks for each case: every line of history carries the right hash over the one
before it, up to the head that the row of the case knows; and folding the history
through the chart of the pinned edition gives the row. Besides, the counters of every
desk say how many cases there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.persistence.audit import FIRST, chained, summed
from service.persistence.rows import CaseRow, MoveRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import edition_of
from service.usecases.cases.moving import MIGRATE, RECOUNT, UNDO
from service.usecases.custody.audit_heads import Head, wrong_in_links, wrong_with_head
from service.usecases.desk import Desk
from service.usecases.outside.exchange_log import wrong_in_logs
from workflows.chart.values import Outcome
from workflows.errors import WorkflowError
from workflows.migration import Carry, carried
from workflows.statechart import Event, Instance, Papers


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """The first line of a case that does not hold, and what is wrong with it."""

    case_code: str
    seq: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How much was checked and what was found; ``head`` sums all heads up.

    A head that was printed or sent away earlier proves that nothing before it was
    taken away whole.
    """

    moves: int
    cases: int
    head: str
    findings: tuple[AuditFinding, ...]

    @property
    def ok(self) -> bool:
        """Return whether nothing was found."""
        return not self.findings


def verify_audit(
    desk: Desk, heads: Sequence[Head] = (), key: str | None = None
) -> AuditReport:
    """Check every case of the installation, and what heads from outside say of it.

    ``key`` is the public key that must have signed them, else that of the ring.
    """
    findings: list[AuditFinding] = []
    moves = cases = 0
    head = FIRST
    with desk.database.reading() as uow:
        for row in uow.cases.everyone():
            history = uow.cases.history(row.tenant_id, row.id)
            cases += 1
            moves += len(history)
            head = summed(head, row.code, row.head_hash)
            found = next(_wrong(desk, uow, row, history), None)
            if found is not None:
                findings.append(found)
        findings += [
            AuditFinding(name, 0, "deleted", "the row of the case is gone")
            for name in uow.cases.orphan_moves()
        ]
        findings += [
            AuditFinding(
                drift.key.office_id,
                0,
                "count",
                f"the desk counts {drift.says} of {drift.key.kind}"
                f" {drift.key.name or 'cases'}, there are {drift.are}",
            )
            for drift in uow.worklist.drifts()
        ]
        findings += [
            AuditFinding(f"exchange/{each.office}", each.seq, each.kind, each.text)
            for each in wrong_in_logs(uow)
        ]
        told = [*wrong_in_links(uow, desk.settings.province)]
        for head_outside in heads:
            told += wrong_with_head(desk, uow, head_outside, key)
        findings += [
            AuditFinding(each.chain, each.seq, each.kind, each.text) for each in told
        ]
    return AuditReport(moves, cases, head, tuple(findings))


def _wrong(
    desk: Desk, uow: UnitOfWork, row: CaseRow, history: tuple[MoveRow, ...]
) -> Iterator[AuditFinding]:
    yield from _chain(row, history)
    yield from _fold(desk, uow, row, history)


def _chain(row: CaseRow, history: tuple[MoveRow, ...]) -> Iterator[AuditFinding]:
    before = FIRST
    for place, move in enumerate(history, start=1):
        if move.seq != place:
            text = f"line {place} is missing, {move.seq} stands there"
            yield AuditFinding(row.code, place, "missing", text)
        if move.prev_hash != before:
            text = "the line does not follow the one before it"
            yield AuditFinding(row.code, move.seq, "order", text)
        if move.hash != chained(before, row.id, move.seq, move.body):
            text = "the line is not what was written"
            yield AuditFinding(row.code, move.seq, "changed", text)
        before = move.hash
    if before != row.head_hash or len(history) != row.version:
        text = f"the case knows {row.version} lines, the history has {len(history)}"
        yield AuditFinding(row.code, len(history), "cut", text)


def _fold(
    desk: Desk, uow: UnitOfWork, row: CaseRow, history: tuple[MoveRow, ...]
) -> Iterator[AuditFinding]:
    instance = before = Instance()
    for move in history:
        try:
            if move.body["kind"] == UNDO:
                instance, before = before, instance
            else:
                before, instance = instance, fold(desk, uow, instance, move)
        except (WorkflowError, ValueError) as error:
            text = f"the move cannot be made again: {error}"
            yield AuditFinding(row.code, move.seq, "fold", text)
            return
        if instance.to_json() != Instance.from_json(move.body["after"]).to_json():
            text = "the move leads elsewhere than it says"
            yield AuditFinding(row.code, move.seq, "fold", text)
            return
    # As JSON: a database may give flags back in another order.
    if instance.to_json() != Instance.from_json(row.instance).to_json():
        text = "the row of the case is not where its history leads"
        yield AuditFinding(row.code, row.version, "row", text)


def fold(desk: Desk, uow: UnitOfWork, instance: Instance, move: MoveRow) -> Instance:
    """Return where a line of history leads, from what the line itself says."""
    body = move.body
    if body["kind"] == RECOUNT:
        return instance
    if body["kind"] == MIGRATE:
        chart = edition_of(desk, uow, body["edition"]).chart(body["procedure"])
        return carried(instance, Carry.from_json(body["migration"]["carry"]), chart)
    outcome = outcome_of(desk, uow, instance, move)
    return outcome.after if outcome is not None else instance


def outcome_of(
    desk: Desk, uow: UnitOfWork, instance: Instance, move: MoveRow
) -> Outcome | None:
    """Return what the chart says of a line of history, from what the line itself says.

    None for a line that no event made: a migration, a recount, a move taken back.
    """
    body = move.body
    if body["kind"] in {MIGRATE, RECOUNT, UNDO}:
        return None
    chart = edition_of(desk, uow, body["edition"]).chart(body["procedure"])
    known = body["known"]
    at = datetime.fromisoformat(body["at"])
    if body["kind"] == "start":
        entry = None if body["event"] == "start" else body["event"]
        return chart.start(entry, lookup=known.get, at=at)
    papers = body["papers"]
    event = Event(
        body["event"],
        at,
        body["actor"],
        body["role"],
        body["facts"],
        body["revision"],
        body.get("second"),
    )
    return chart.step(
        instance,
        event,
        lookup=known.get,
        papers=Papers(
            frozenset(papers["present"]),
            frozenset(papers["required"]),
            papers["originals"],
        ),
    )

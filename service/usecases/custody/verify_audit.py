"""Proof that no stored move was changed, added, taken away or put elsewhere.

Two checks for each case: every line of history carries the right hash over the one
before it, up to the head and the place that the row of the case knows
(``check_chains``); and each move, made again through the chart of the pinned edition,
leads where its line says. Besides, the counters of every desk say how many cases there
are.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain

from service.persistence.audit import FIRST, summed
from service.persistence.chains import Span
from service.persistence.rows import MoveRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import edition_of
from service.usecases.cases.moving import MIGRATE, RECOUNT, UNDO
from service.usecases.custody.audit_heads import Head, wrong_in_links, wrong_with_head
from service.usecases.custody.check_chains import AuditFinding, Checked, check_span
from service.usecases.desk import Desk
from service.usecases.outside.exchange_log import wrong_in_logs
from workflows.chart.values import Outcome
from workflows.errors import WorkflowError
from workflows.migration import Carry, carried
from workflows.statechart import Event, Instance, Papers

# Begins to check all histories elsewhere; what it returns waits for them.
Share = Callable[[], Iterable[Checked]]


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
    desk: Desk,
    heads: Sequence[Head] = (),
    key: str | None = None,
    *,
    replay: bool = True,
    share: Share | None = None,
) -> AuditReport:
    """Check every case of the installation, and what heads from outside say of it.

    ``key`` is the public key that must have signed them, else that of the ring.
    ``replay`` also makes every move again, which takes far longer than the sums.
    ``share`` lets others check the histories meanwhile.
    """
    database = desk.database
    checked = share() if share else map(partial(check_span, database), [Span()])
    with database.snapshot() as uow:
        head = FIRST
        for code, own in uow.chains.heads():
            head = summed(head, code, own)
        told = [*_beside(desk, uow, heads, key)]
        parts = tuple(checked)
        findings = [found for part in parts for found in part.findings]
        if replay:
            known = {found.case_code for found in findings}
            findings += _replayed(desk, uow, known)
    moves, cases = sum(each.moves for each in parts), sum(each.cases for each in parts)
    return AuditReport(moves, cases, head, (*findings, *told))


def _beside(
    desk: Desk, uow: UnitOfWork, heads: Sequence[Head], key: str | None
) -> Iterator[AuditFinding]:
    """Yield what does not hold beside the histories: counters, logs, links, heads."""
    for drift in uow.worklist.drifts():
        what = f"{drift.key.kind} {drift.key.name or 'cases'}"
        text = f"the desk counts {drift.says} of {what}, there are {drift.are}"
        yield AuditFinding(drift.key.office_id, 0, "count", text)
    for each in wrong_in_logs(uow):
        yield AuditFinding(f"exchange/{each.office}", each.seq, each.kind, each.text)
    told = [wrong_in_links(uow, desk.settings.province)]
    told += [wrong_with_head(desk, uow, head, key) for head in heads]
    for found in chain.from_iterable(told):
        yield AuditFinding(found.chain, found.seq, found.kind, found.text)


# --- every move made again ------------------------------------------------------------


def _replayed(
    desk: Desk, uow: UnitOfWork, known: Container[str]
) -> Iterator[AuditFinding]:
    """Yield the first move of each case that does not lead where it says.

    Of cases with another fault nothing more is asked.
    """
    for row in uow.cases.everyone():
        if row.code not in known:
            found = _misled(desk, uow, uow.cases.moves(row.tenant_id, row.id))
            if found is not None:
                yield AuditFinding(row.code, found[0], "fold", found[1])


def _misled(
    desk: Desk, uow: UnitOfWork, history: Sequence[MoveRow]
) -> tuple[int, str] | None:
    instance = before = Instance()
    for move in history:
        try:
            if move.body["kind"] == UNDO:
                instance, before = before, instance
            else:
                before, instance = instance, fold(desk, uow, instance, move)
        except (WorkflowError, ValueError) as error:
            return move.seq, f"the move cannot be made again: {error}"
        if instance.to_json() != Instance.from_json(move.body["after"]).to_json():
            return move.seq, "the move leads elsewhere than it says"
    return None


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

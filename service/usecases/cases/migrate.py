"""Running cases carried over to another edition of the law: judged first, then moved.

Nothing is carried over unless somebody says so by name and by the transitional clause.
Cases that are linked go together or not at all. The move stands in the history of the
case like any other: hash-chained, with its source, and folding gives the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from service.auth.actors import Actor
from service.auth.sessions import actor_of
from service.errors import InputError
from service.persistence.rows import CaseRow, Json, TimerRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile, edition_of, open_case, pin_edition
from service.usecases.cases.moving import Carried, carry_over, later
from service.usecases.desk import Desk, legal_day
from workflows.deadlines import expiry
from workflows.definition import ClockOrder, Migration
from workflows.migration import (
    Carry,
    Gap,
    Standing,
    carried,
    clause,
    gaps,
    judge,
    recorded,
    rules_for,
    stays,
)
from workflows.packages import Edition

Verdict: TypeAlias = Literal["moves", "stays", "refused", "moved"]
LINKED = "hồ sơ liên thông {code} không chuyển được"
TERM_UNKNOWN = "bản mới không cho biết độ dài của thời hạn {name}"
BY_CLAUSE = "điều khoản chuyển tiếp để hồ sơ ở bước này lại bản cũ"


@dataclass(frozen=True, slots=True)
class CaseJudged:
    """One live case: whether it moves, and why not."""

    code: str
    procedure: str
    edition: str
    states: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    to_states: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the case as ``dat packs migrate --json`` prints it."""
        return {
            "code": self.code,
            "procedure": self.procedure,
            "edition": self.edition,
            "states": list(self.states),
            "to_states": list(self.to_states),
            "verdict": self.verdict,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What the editions lack, and each live case with its verdict."""

    target: Edition
    source: Migration | None
    lacking: tuple[Gap, ...]
    cases: tuple[CaseJudged, ...]
    applied: bool

    def count(self, verdict: Verdict) -> int:
        """Return how many cases have the verdict."""
        return sum(case.verdict == verdict for case in self.cases)

    def to_json(self) -> dict[str, object]:
        """Return the answer of ``dat packs migrate --json``."""
        return {
            "to": {"package": self.target.id, "digest": self.target.digest},
            "clause": None
            if self.source is None
            else self.source.model_dump(mode="json", by_alias=True),
            "lacking": [gap.to_json() for gap in self.lacking],
            "cases": [case.to_json() for case in self.cases],
            "applied": self.applied,
        }


@dataclass(frozen=True, slots=True)
class _Judged:
    """A case with everything that carrying it over needs."""

    file: CaseFile
    rules_from: Migration | None
    carry: Carry
    timers: tuple[TimerRow, ...]
    orders: tuple[ClockOrder, ...]
    staying: bool
    reasons: tuple[str, ...]


def migrate(
    desk: Desk,
    source: str,
    target: Edition,
    *,
    codes: Collection[str] = (),
    by: Actor | None = None,
    basis: str = "",
) -> MigrationReport:
    """Judge the live cases of a package; with ``by`` carry over those that may go.

    ``source`` is the id of the package, or the digest of one edition, that the cases
    pin. Nothing is applied while the editions themselves lack something for a procedure
    of these cases. Raises InputError for codes or a source that nobody knows.
    """
    with desk.database.reading() as uow:
        rows = _selected(uow, source, target, codes)
        lacking = tuple(dict.fromkeys(_lacking(desk, uow, rows, source, target)))
        judged = {row.id: _judge(desk, uow, row, target) for row in rows}
        groups = list(_groups(judged))
    clauses = [each.rules_from for each in judged.values() if each.rules_from]
    verdicts = [_verdict_of(group, each, target) for group in groups for each in group]
    apply = by is not None and not lacking
    if apply and by is not None:
        done = {
            code for group in groups for code in _apply(desk, group, target, by, basis)
        }
        verdicts = [
            replace(each, verdict="moved") if each.code in done else each
            for each in verdicts
        ]
    verdicts.sort(key=lambda case: case.code)
    return MigrationReport(
        target, clauses[0] if clauses else None, lacking, tuple(verdicts), apply
    )


def administrator(desk: Desk, name: str) -> Actor:
    """Return who orders the migration; raise InputError when he may not."""
    with desk.database.reading() as uow:
        account = uow.people.account_by_name(name)
        if account is None or account.disabled_at is not None:
            raise InputError(f"--by: không có tài khoản {name!r}.")
        if account.kind != "administrator":
            raise InputError(f"--by: tài khoản {name!r} không phải quản trị.")
        return actor_of(uow, account)


def _selected(
    uow: UnitOfWork, source: str, target: Edition, codes: Collection[str]
) -> list[CaseRow]:
    digests = uow.matters.editions_of(source)
    rows = uow.cases.live_under(digests - {target.digest})
    unknown = sorted(set(codes) - {row.code for row in rows})
    if unknown:
        raise InputError(
            f"--case: {', '.join(unknown)} không phải hồ sơ đang làm theo {source}."
        )
    return [row for row in rows if not codes or row.code in codes]


def _lacking(
    desk: Desk, uow: UnitOfWork, rows: Collection[CaseRow], source: str, target: Edition
) -> Iterator[Gap]:
    """Yield what is lacking for the procedures of the cases; without any, for all."""
    pinned = {(row.edition_digest, row.procedure) for row in rows}
    for digest, procedure in sorted(pinned):
        yield from gaps(edition_of(desk, uow, digest), target, procedure)
    if not rows and source in desk.law.packages:
        one = desk.law.package_edition(source, desk.today())
        for procedure in one.procedures:
            yield from gaps(one, target, procedure)
    elif not rows and not uow.matters.editions_of(source):
        raise InputError(
            f"--from: không có gói nào tên {source!r}, "
            "cũng không có hồ sơ nào theo bản đó."
        )


# --- judging --------------------------------------------------------------------------


def _judge(desk: Desk, uow: UnitOfWork, row: CaseRow, target: Edition) -> _Judged:
    file = open_case(desk, uow, row)
    source = clause(file.edition, target)
    rules = rules_for(source, row.procedure)
    history = uow.cases.moves(row.tenant_id, row.id)
    begun = {
        name
        for move in clocks.moves_of(row.clock)
        for order in move.orders
        for name in (order.start, *(order.replace or {}).values())
        if name is not None
    }
    children = {
        link.name: uow.cases.by_id(row.tenant_id, link.child_id).procedure
        for link in file.children
        if link.closed_at is None
    }
    standing = Standing(
        row.procedure,
        file.instance,
        recorded(file.procedure) & file.own_facts.keys(),
        begun,
        [move.body["event"] for move in history if move.body["kind"] == "event"],
        children,
    )
    staying = stays(rules, file.chart, file.instance)
    carry, lacking = judge(standing, rules, target)
    if lacking or staying:
        reasons = () if staying else tuple(map(str, lacking))
        return _Judged(file, source, carry, (), (), staying, reasons)
    moved = _under(file, target, carry, rules.procedure)
    at = later(row, desk.now())
    armed = {
        rules.states.get(timer.state, timer.state): history[timer.armed_seq - 1].at
        for timer in uow.queues.timers_of(row.tenant_id, row.id)
    }
    timers, late = _timers(desk, moved, armed, at)
    orders, unknown = _terms(moved, source, begun, at)
    return _Judged(file, source, carry, timers, orders, False, (*late, *unknown))


def _under(
    file: CaseFile, target: Edition, carry: Carry, procedure: str | None
) -> CaseFile:
    """Return the case as the newer edition sees it, where it would stand."""
    row = replace(
        file.row,
        edition_digest=target.digest,
        procedure=procedure or file.row.procedure,
    )
    there = carried(file.instance, carry, target.chart(row.procedure))
    return replace(file, row=replace(row, instance=there.to_json()), edition=target)


def _timers(
    desk: Desk, moved: CaseFile, armed: Mapping[str, datetime], at: datetime
) -> tuple[tuple[TimerRow, ...], tuple[str, ...]]:
    """Return the timers of the states, each counted from when it was armed."""
    row, found, late = moved.row, [], []
    calendar = desk.calendar.in_place(row.tenant_id, moved.matter.commune)
    for state in moved.chart.active(moved.instance):
        after = moved.chart.state(state).after
        if after is None:
            continue
        since = armed.get(state, row.since)
        length = clocks.resolved(moved, after.length, legal_day(since))
        if length is None:
            continue
        day = clocks.counted_from(moved, after.since, since)
        due_at = expiry(day, length, calendar)
        if due_at <= at:
            late.append(str(Gap(row.procedure, "timer", state)))
        found.append(
            TimerRow(row.tenant_id, row.id, state, after.event, due_at, row.version + 1)
        )
    return tuple(found), tuple(late)


def _terms(
    moved: CaseFile, source: Migration | None, begun: Iterable[str], at: datetime
) -> tuple[tuple[ClockOrder, ...], tuple[str, ...]]:
    """Return the orders that reckon running terms anew, where the clause says so."""
    if source is None or source.terms == "keep":
        return (), ()
    orders, unknown = [], []
    for name in sorted(set(begun)):
        deadline = moved.procedure.deadlines[name]
        if clocks.term_of(moved, deadline, legal_day(at)) is None:
            unknown.append(TERM_UNKNOWN.format(name=name))
        orders.append(ClockOrder(replace={name: name}))
    return tuple(orders), tuple(unknown)


def _groups(judged: Mapping[str, _Judged]) -> Iterable[list[_Judged]]:
    """Yield cases that are joined by open links, together."""
    left = dict(judged)
    while left:
        _, first = left.popitem()
        group, waiting = [first], [first]
        while waiting:
            for other in _open_links(waiting.pop().file):
                if other in left:
                    found = left.pop(other)
                    group.append(found)
                    waiting.append(found)
        yield group


def _open_links(file: CaseFile) -> set[str]:
    return {
        end
        for link in file.links
        if link.closed_at is None
        for end in (link.parent_id, link.child_id)
        if end != file.row.id
    }


def _verdict_of(group: list[_Judged], judged: _Judged, target: Edition) -> CaseJudged:
    row = judged.file.row
    edition = judged.file.edition.id
    states = judged.file.instance.configuration
    if judged.staying:
        return CaseJudged(
            row.code, row.procedure, edition, states, "stays", (BY_CLAUSE,)
        )
    reasons = list(judged.reasons)
    reasons += [
        LINKED.format(code=other.file.row.code)
        for other in group
        if other is not judged and (other.reasons or other.staying)
    ]
    if reasons:
        return CaseJudged(
            row.code, row.procedure, edition, states, "refused", tuple(reasons)
        )
    procedure = rules_for(judged.rules_from, row.procedure).procedure
    there = _under(judged.file, target, judged.carry, procedure)
    return CaseJudged(
        row.code,
        row.procedure,
        edition,
        states,
        "moves",
        (),
        there.instance.configuration,
    )


# --- applying -------------------------------------------------------------------------


def _apply(
    desk: Desk, group: list[_Judged], target: Edition, by: Actor, basis: str
) -> list[str]:
    """Carry a group of linked cases over in one transaction; judge them again there."""
    ids = [each.file.row.id for each in group]
    with desk.database.transaction() as uow:
        again = [
            _judge(desk, uow, uow.cases.locked(row.tenant_id, row.id), target)
            for row in (each.file.row for each in group)
            if row.id in ids
        ]
        if any(each.reasons or each.staying for each in again):
            return []
        for tenant in {each.file.row.tenant_id for each in again}:
            pin_edition(desk, uow, tenant, target)
        for each in again:
            _carry_one(desk, uow, each, target, by, basis)
    return [each.file.row.code for each in again]


def _carry_one(
    desk: Desk,
    uow: UnitOfWork,
    judged: _Judged,
    target: Edition,
    by: Actor,
    basis: str,
) -> None:
    source = judged.rules_from
    rules = rules_for(source, judged.file.row.procedure)
    moved = _under(judged.file, target, judged.carry, rules.procedure)
    own = judged.file.own_facts
    facts = {new: own[old].value for old, new in rules.facts.items() if old in own}
    said: Json = {
        "from": judged.file.edition.digest,
        "from_procedure": judged.file.row.procedure,
        "carry": judged.carry.to_json(),
        "basis": basis,
        "clause": source and source.model_dump(mode="json", by_alias=True),
    }
    carry_over(
        desk,
        uow,
        Carried(judged.file, moved, judged.orders, facts, said, judged.timers),
        by,
    )

"""A notice of the tax office beside what our rules had reckoned, line by line.

The notice is what is owed; the estimate only prepared for it. Where the two differ, it
is said what our figure rested on, and what base the sum of the notice would stand for
at the rate of the law: that last is our reading, not the word of the tax office.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.cases.money import NUMBER
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter
from service.usecases.outside import notice_sentences as say
from workflows.liabilities import estimate_of
from workflows.money_ledger import Ledger, Line
from workflows.rules.law import Basis
from workflows.rules.money import LineStatus, MoneyLine


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One kind of money, in đồng: of the notice, of our estimate, and why they differ.

    ``notice`` is None when the notice has no such line, ``ours`` when nobody could
    reckon it or no rule has it. ``difference`` is None unless both are known.
    """

    kind: str
    notice: int | None
    ours: int | None
    difference: int | None
    why: tuple[str, ...]
    basis: tuple[Basis, ...]

    @property
    def same(self) -> bool:
        """Return whether both say the same sum."""
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class NoticeDifference:
    """A notice that holds, and its lines beside ours; the notice goes before."""

    case_code: str
    number: str
    rows: tuple[DifferenceRow, ...]

    @property
    def differs(self) -> bool:
        """Return whether anything is otherwise than was reckoned."""
        return not all(row.same for row in self.rows)


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """What a clerk sees: the case, and each notice of it and of its linked cases."""

    code: str
    title: str
    notices: tuple[NoticeDifference, ...]
    instruments: dict[str, str]


def difference_page(desk: Desk, actor: Actor, code: str) -> DifferencePage:
    """Return the notices of a case beside our estimate, for whoever may read it."""
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.READ_CASE, target)
        return DifferencePage(
            file.row.code,
            file.procedure.title.clerk,
            differences(desk, uow, file),
            {key: row.title for key, row in file.edition.instruments.items()},
        )


def noticed(desk: Desk, actor: Actor, matter_code: str) -> tuple[NoticeDifference, ...]:
    """Return every notice in a matter beside our estimate, for its citizen's plan.

    Most matters have none: then no case is opened.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.READ_MATTER, matter_target(desk, uow, matter))
        rows = uow.cases.of_matter(matter.tenant_id, matter.id)
        owing = [
            row
            for row in rows
            if uow.records.peek_ledger(row.tenant_id, row.id) is not None
        ]
        found = (_of_case(uow, open_case(desk, uow, row)) for row in owing)
        return tuple(each for each in found if each is not None)


def differences(
    desk: Desk, uow: UnitOfWork, file: CaseFile
) -> tuple[NoticeDifference, ...]:
    """Return each notice of a case and of its linked cases, beside our estimate."""
    ids = [link.child_id for link in file.children]
    linked = uow.cases.with_codes(file.row.tenant_id, ids).values()
    files = (file, *(open_case(desk, uow, row) for row in linked))
    found = (_of_case(uow, each) for each in files)
    return tuple(each for each in found if each is not None)


def _of_case(uow: UnitOfWork, file: CaseFile) -> NoticeDifference | None:
    number = file.own_facts.get(NUMBER)
    stored = uow.records.peek_ledger(file.row.tenant_id, file.row.id)
    if number is None or stored is None:
        return None
    lines = [line for line in Ledger.from_json(stored.ledger).lines if line.live]
    if not lines:
        return None
    kinds = tuple(file.procedure.obligations)
    ours = [
        line
        for line in estimate_of(file.graph, file.edition).lines
        if line.kind in kinds
    ]
    rows = compare(lines, ours, kinds)
    return NoticeDifference(file.row.code, str(number.value), rows)


def compare(
    notice: Iterable[Line], ours: Iterable[MoneyLine], kinds: Iterable[str]
) -> tuple[DifferenceRow, ...]:
    """Return the lines of a notice and of an estimate side by side, kind by kind.

    A kind that neither has is left out. Sums of one kind are added up, for the payers
    of a notice and of an estimate may be told apart differently.
    """
    asked, reckoned = list(notice), list(ours)
    rows = (
        _row(
            kind,
            [line for line in asked if line.kind == kind],
            [line for line in reckoned if line.kind == kind],
        )
        for kind in kinds
    )
    return tuple(row for row in rows if row is not None)


def _row(kind: str, notice: list[Line], ours: list[MoneyLine]) -> DifferenceRow | None:
    if not notice and not ours:
        return None
    told = sum(line.amount for line in notice) if notice else None
    known = [line.amount for line in ours if line.amount is not None]
    sum_of_ours = sum(known) if ours and len(known) == len(ours) else None
    apart = None if sum_of_ours is None else (told or 0) - sum_of_ours
    if told is None and sum_of_ours == 0:
        return None
    basis = dict.fromkeys(place for line in ours for place in line.basis)
    return DifferenceRow(
        kind, told, sum_of_ours, apart, _why(told, ours, apart), tuple(basis)
    )


def _why(told: int | None, ours: list[MoneyLine], apart: int | None) -> tuple[str, ...]:
    if apart == 0:
        return (say.SAME,)
    if not ours:
        return (say.NOT_RECKONED,)
    reasons = tuple(dict.fromkeys(line.reason for line in ours if line.reason))
    if told is None:
        return (say.NOT_ON_NOTICE, *reasons)
    if apart is None:
        return (say.NOT_KNOWN, *reasons)
    if all(line.status is LineStatus.EXEMPT for line in ours):
        return (say.TAKEN_AS_EXEMPT, *reasons)
    return (*_by_rate(told, ours), *reasons, say.OTHER_FIGURES)


def _by_rate(told: int, ours: list[MoneyLine]) -> tuple[str, ...]:
    """Say from what base our sum came, and what base the notice would stand for."""
    based = [line for line in ours if line.base is not None and line.rate]
    if len(based) != len(ours) or len({line.rate for line in based}) != 1:
        return ()
    rate = based[0].rate or Decimal(1)
    base = sum(line.base or 0 for line in based)
    implied = int((Decimal(told) / rate).to_integral_value())
    return (say.our_base(base, rate), say.implied_base(implied, rate))

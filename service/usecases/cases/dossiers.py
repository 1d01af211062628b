"""A case as a dossier seen from outside: read from its history, for lists and figures.

Nothing is taken from what the program only remembers of a case: each status is that of
the chart after a move, as the edition that was pinned then has it.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.persistence.rows import MoveRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile, edition_of
from service.usecases.cases.moving import UNDO
from service.usecases.desk import Desk
from workflows.dossiers import Dossier, StatusChange, read_history
from workflows.loader_indicators import load_counting
from workflows.money_ledger import Ledger
from workflows.statechart import Instance

# The source under which the payment page tells what was paid.
_PAYMENT_PAGE = "payment"


def dossier_of(desk: Desk, uow: UnitOfWork, file: CaseFile) -> Dossier:
    """Return a case as the export and the figures count it."""
    row = file.row
    moves = uow.cases.moves(row.tenant_id, row.id)
    history = read_history(load_counting(), _changes(desk, uow, moves), row.received_at)
    return Dossier(
        code=row.code,
        procedure=row.procedure,
        office=office_in_charge(file),
        received=row.received_at,
        appointment=row.appointment,
        ended=history.ended,
        end_status=history.end_status,
        supplements=history.supplements,
        status=row.status,
        channel=row.channel,
        digitised=_digitised(uow, file),
        paid_online=_paid_online(uow, file),
        returns=history.returns,
    )


def office_in_charge(file: CaseFile) -> str | None:
    """Return the office whose clock it is: the owner of the first term of the case.

    Where nobody plays that role, it is the office on whose list the case stands.
    """
    owners = (
        file.offices.get(file.procedure.deadlines[name].owner or "")
        for name in clocks.promised(file)
    )
    return next((office for office in owners if office), file.row.office_id)


def _changes(
    desk: Desk, uow: UnitOfWork, moves: Sequence[MoveRow]
) -> list[StatusChange]:
    """Return the statuses of a history; a move that was taken back never happened."""
    changes: list[StatusChange] = []
    for move in moves:
        if move.body["kind"] == UNDO:
            del changes[-1:]
            continue
        edition = edition_of(desk, uow, move.body["edition"])
        chart = edition.chart(move.body["procedure"])
        after = Instance.from_json(move.body["after"])
        final = chart.outcome(after)
        changes.append(
            StatusChange(move.at, chart.status(after), final.name if final else None)
        )
    return changes


def _digitised(uow: UnitOfWork, file: CaseFile) -> bool | None:
    """Return whether every paper of the dossier is there as a photo or a scan."""
    required = {paper.id for paper in file.required()}
    if file.row.step_id is None or not required:
        return None
    pages = uow.paper_checks.pages(file.row.tenant_id, file.row.matter_id)
    seen = {page.paper_id for page in pages if page.step_id == file.row.step_id}
    return required <= seen


def _paid_online(uow: UnitOfWork, file: CaseFile) -> bool | None:
    """Return whether all that was paid on the case came through the payment page."""
    stored = uow.records.peek_ledger(file.row.tenant_id, file.row.id)
    lines = Ledger.from_json(stored.ledger).lines if stored else ()
    vouchers = {credit.voucher for line in lines for credit in line.credits}
    if not vouchers:
        return None
    payments = [uow.records.payment(file.row.tenant_id, each) for each in vouchers]
    return all(each is not None and each.by == _PAYMENT_PAGE for each in payments)

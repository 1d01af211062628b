"""A payment is recorded by a clerk from a voucher, or ordered by a citizen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from integrations.messages import PaymentOrder
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError
from service.persistence.rows import CaseRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases import money
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.cases.money import MoneyRow
from service.usecases.desk import Desk
from workflows.errors import Problem

ORDER = "order"
OWED = frozenset({"open", "late"})


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """What is owed on a case and on its linked cases, and the vouchers so far."""

    code: str
    title: str
    rows: tuple[MoneyRow, ...]
    vouchers: tuple[money.VoucherRow, ...]


def payment_page(desk: Desk, actor: Actor, case_code: str) -> PaymentPage:
    """Return what a payment may be recorded for, to whoever may record it."""
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.PAY, target)
        return PaymentPage(
            file.row.code,
            file.procedure.title.clerk,
            money.rows_of(desk, uow, file),
            money.vouchers_of(uow, file),
        )


def record_payment(  # noqa: PLR0913  what a voucher says
    desk: Desk,
    actor: Actor,
    case_code: str,
    *,
    line: str,
    amount: int,
    voucher: str,
    paid_on: date | None = None,
    surplus: bool = False,
) -> MoneyRow:
    """Credit a voucher to a line of the case or of a case linked to it.

    The voucher number makes a repeat harmless. ``paid_on`` is the day that the voucher
    tells; ``surplus`` says that a person saw that it brings more than is owed. Raises
    BadRequestError, BadInputError.
    """
    if paid_on is not None and paid_on > desk.today():
        text = sentences.paid_ahead(paid_on, desk.today())
        raise BadRequestError([Problem("paid_on", paid_on, text)])
    with desk.database.transaction() as uow:
        file = _holder(desk, uow, find_case(uow, case_code), line)
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.PAY, target)
        money.pay(
            desk, uow, file, line=line, amount=amount, voucher=voucher, by=actor.name,
            paid_on=paid_on, surplus=surplus,
        )  # fmt: skip
        rows = money.rows_of(desk, uow, file)
    return next(row for row in rows if not line or line in {row.line, row.kind})


def order_payment(
    desk: Desk, actor: Actor, case_code: str, line: str, *, key: str = ""
) -> str:
    """Order the part of a line that is due next; return the reference of the order.

    Only the citizen may, not who helps. The order goes to the payment page by the
    outbox, once for each sum that is owed, and nothing is credited until the page says
    that the money came. ``key`` is the reference that the form showed: a sum that has
    changed since is not ordered. Raises BadRequestError.
    """
    with desk.database.transaction() as uow:
        file = _holder(desk, uow, find_case(uow, case_code), line)
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.CHOOSE, target)
        row = _owed(desk, uow, file, line)
        if row is None:
            raise BadRequestError([Problem("line", line, sentences.NO_LINE)])
        reference = order_key(row)
        if key and key != reference:
            raise BadRequestError([Problem("line", line, sentences.SUM_CHANGED)])
        if uow.queues.out_by_id(desk.settings.province, reference) is None:
            uow.queues.put_out([_order(desk, file, row)])
    return reference


def order_key(row: MoneyRow) -> str:
    """Return under which reference the part of a line that is due next is ordered.

    What was paid before is part of it: a later rest is another order.
    """
    told = f"{row.line}:{row.notice}:{row.paid}:{row.next_part or row.left}"
    return f"{row.case_code}-{hashlib.sha256(told.encode()).hexdigest()[:8].upper()}"


def still_owed(desk: Desk, uow: UnitOfWork, file: CaseFile, row: OutboxRow) -> bool:
    """Return whether the sum of an order is still to be paid, to the đồng."""
    owed = _owed(desk, uow, file, row.body["line"])
    return owed is not None and order_key(owed) == row.id


def _owed(desk: Desk, uow: UnitOfWork, file: CaseFile, line: str) -> MoneyRow | None:
    rows = (each for each in money.rows_of(desk, uow, file) if each.line == line)
    return next((e for e in rows if e.status in OWED and e.left > 0), None)


def _order(desk: Desk, file: CaseFile, row: MoneyRow) -> OutboxRow:
    """Return the effect that announces a sum; a lane of its own holds nothing up."""
    wanted = PaymentOrder(
        case_code=row.case_code,
        notice_number=row.notice,
        line=row.line,
        payer=row.payer,
        amount=row.next_part or row.left,
    )
    now, version = desk.now(), file.row.version
    body = wanted.model_dump(mode="json")
    return OutboxRow(
        file.row.tenant_id, order_key(row), file.row.id, ORDER, version, 95, ORDER,
        body, now, now, 0, None, None, None,
    )  # fmt: skip


def _holder(desk: Desk, uow: UnitOfWork, row: CaseRow, line: str) -> CaseFile:
    """Return the case whose ledger has the line: this one, or one linked to it."""
    file = open_case(desk, uow, row)
    for each in money.rows_of(desk, uow, file):
        if line in {each.line, each.kind} and each.case_code != row.code:
            return open_case(desk, uow, find_case(uow, each.case_code))
    return file

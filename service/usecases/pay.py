"""A payment is recorded by a clerk from a voucher, or ordered by a citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from integrations.messages import PaymentOrder
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import money, sentences
from service.usecases.casefile import CaseFile, find_case, matter_target, open_case
from service.usecases.desk import Desk
from service.usecases.money import MoneyRow
from service.usecases.office_lines import ask
from service.usecases.outgoing import Letter, fix, post
from workflows.errors import Problem


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
    desk: Desk, actor: Actor, case_code: str, line: str, *, next_part: bool = False
) -> str:
    """Announce at the payment page that a line is to be paid; return its reference.

    Only the citizen may, not who helps.

    ``next_part`` pays the instalment that is due next, not all that is left. Nothing
    is credited until the page confirms it by a message.
    """
    with desk.database.reading() as uow:
        file = _holder(desk, uow, find_case(uow, case_code), line)
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.CHOOSE, target)
        rows = money.rows_of(desk, uow, file)
    row = next((each for each in rows if each.line == line and each.left > 0), None)
    if row is None:
        raise BadRequestError([Problem("line", line, sentences.NO_LINE)])
    wanted = PaymentOrder(
        case_code=row.case_code,
        notice_number=row.notice,
        line=row.line,
        payer=row.payer,
        amount=row.next_part if next_part else row.left,
    )
    # What was paid before is part of the key: a later rest is another order.
    key = f"{row.case_code}-{row.line}-{row.paid}-{wanted.amount}"
    with desk.database.transaction() as uow:
        letter = Letter("payment", "order", wanted)
        fixed = fix(desk, uow, letter, key=key, case_id=file.row.id)
    return ask(desk, fixed.office, lambda: post(desk, fixed)).reference


def _holder(desk: Desk, uow: UnitOfWork, row: CaseRow, line: str) -> CaseFile:
    """Return the case whose ledger has the line: this one, or one linked to it."""
    file = open_case(desk, uow, row)
    for each in money.rows_of(desk, uow, file):
        if line in {each.line, each.kind} and each.case_code != row.code:
            return open_case(desk, uow, find_case(uow, each.case_code))
    return file

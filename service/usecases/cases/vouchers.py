"""Money that came in: a voucher is credited once and to one case, or a person sees it.

A voucher of the payment page or of the treasury names the notice it pays, or a payable
id, and no case of ours. It may come before its notice does; then it waits, and is tried
anew when a notice of that number is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from integrations.messages import OfficeMessage, Voucher
from service.errors import BadRequestError
from service.persistence.payables import PayableRow
from service.persistence.rows import InboxRow, PaymentRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import money
from service.usecases.cases import voucher_sentences as say
from service.usecases.cases.casefile import open_case
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.outside.office_lines import ask
from workflows.errors import Problem
from workflows.money_ledger import Ledger

PAYMENT = "payment"
PAID, RETURNED = "paid", "returned"


def take_voucher(
    desk: Desk, uow: UnitOfWork, row: InboxRow, message: OfficeMessage
) -> None:
    """Credit what a voucher brings.

    Raises BadRequestError, which a person sees, when the notice is not known or leads
    to several cases, when it is of another case than the one that is named, when the
    sum is more than is owed, and when the money was given back.
    """
    voucher = voucher_of(message)
    if voucher.status == RETURNED:
        raise _problem(voucher, say.returned(voucher.number, voucher.amount))
    if voucher.status != PAID:
        return
    case_id, line = _target(uow, row, message, voucher)
    file = open_case(desk, uow, uow.cases.locked(row.tenant_id, case_id))
    money.pay(
        desk,
        uow,
        file,
        line=line,
        amount=voucher.amount,
        voucher=voucher.number,
        by=row.source,
        paid_on=min(legal_day(voucher.paid_at), desk.today()),
    )


def voucher_of(message: OfficeMessage) -> Voucher:
    """Return the voucher; one told in short was paid when it was told.

    Raises pydantic's ValidationError for one that cannot be read.
    """
    if message.said:
        return Voucher.model_validate(message.said)
    return Voucher(
        number=message.voucher, amount=message.amount, paid_at=message.sent_at
    )


def _target(
    uow: UnitOfWork, row: InboxRow, message: OfficeMessage, voucher: Voucher
) -> tuple[str, str]:
    """Return the case and the line that a voucher is for."""
    found = list(_named(uow, row.tenant_id, voucher))
    if row.case_id is not None:
        mine = [each for each in found if each.case_id == row.case_id]
        if found and not mine:
            raise _problem(voucher, say.other_case(voucher.notice_number))
        return row.case_id, message.line
    if not found:
        name = voucher.notice_number or voucher.payable_id
        raise _problem(voucher, say.no_notice(name))
    if len({each.case_id for each in found}) > 1:
        raise _problem(voucher, say.several_cases(voucher.notice_number))
    return found[0].case_id, found[0].line


def _named(uow: UnitOfWork, tenant: str, voucher: Voucher) -> Iterator[PayableRow]:
    """Yield where a voucher leads: by the payable id, else by the notice."""
    by_id = uow.payables.by_name(tenant, money.by_id(voucher.payable_id))
    yield from by_id or uow.payables.by_name(
        tenant, money.by_notice(voucher.notice_number)
    )


def _problem(voucher: Voucher, text: str) -> BadRequestError:
    return BadRequestError([Problem("voucher", voucher.number, text)])


# --- the vouchers of a day, theirs beside ours ----------------------------------------


@dataclass(frozen=True, slots=True)
class VoucherDifferences:
    """What one day has here and there.

    ``missing`` are theirs that we have not credited: they are on their way, wait for
    their notice, or are among the faults. ``unknown`` are ours that the office does
    not have, ``differ`` those that it has with another sum, ``returned`` those whose
    money it gave back: a person must see all three.
    """

    day: date
    same: int
    missing: tuple[Voucher, ...]
    unknown: tuple[PaymentRow, ...]
    differ: tuple[tuple[PaymentRow, Voucher], ...]
    returned: tuple[PaymentRow, ...] = ()


def compare_vouchers(desk: Desk, day: date) -> VoucherDifferences:
    """Compare the vouchers of a day in Vietnam with those of the payment office.

    Nothing is credited here: what the office never told us is found when its book is
    compared with ours, and comes in as a message. Raises an IntegrationError.
    """
    theirs = _theirs(desk, day)
    begin = datetime.combine(day, time(), VIETNAM)
    tenant = desk.settings.province
    with desk.database.reading() as uow:
        lately = uow.payables.paid(tenant, PAYMENT, begin, begin + timedelta(days=1))
        ours = {name: uow.records.payment(tenant, name) for name in theirs}
        strange = {
            row: _paid_on(uow, row) for row in lately if row.voucher not in theirs
        }
    # What was paid before midnight may be told after it: it is in the book of that day.
    elsewhere = {
        name for other in {*strange.values()} - {day} for name in _theirs(desk, other)
    }
    credited = [(ours[name], each) for name, each in theirs.items()]
    both = [(row, each) for row, each in credited if row is not None]
    differ = tuple((row, each) for row, each in both if row.amount != each.amount)
    back = tuple(row for row, each in both if each.status == RETURNED)
    return VoucherDifferences(
        day,
        sum(row.amount == each.amount for row, each in both if each.status == PAID),
        tuple(e for row, e in credited if row is None and e.status == PAID),
        tuple(row for row in strange if row.voucher not in elsewhere),
        differ,
        back,
    )


def _theirs(desk: Desk, day: date) -> dict[str, Voucher]:
    """Return the vouchers of a day that brought money, as they stand there now."""
    told = ask(desk, PAYMENT, lambda: desk.ports.payment.vouchers(day)).vouchers
    return {e.number.strip(): e for e in told if e.status in {PAID, RETURNED}}


def _paid_on(uow: UnitOfWork, row: PaymentRow) -> date:
    """Return the day that a voucher tells; of one told late it is an earlier one."""
    stored = uow.records.peek_ledger(row.tenant_id, row.case_id)
    ledger = Ledger.from_json(stored.ledger) if stored is not None else Ledger()
    days = (each.on for each in ledger.vouchers if each.number == row.voucher)
    return next(days, legal_day(row.at))

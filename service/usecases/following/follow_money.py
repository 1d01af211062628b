"""Money as somebody who follows sees it: the office's own notice, and being late.

Where to pay is said by the notice of the office and by nobody else: a QR is shown only
when the notice that holds now carried one and it says just what the notice says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from service.persistence.rows import OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import money
from service.usecases.cases.casefile import CaseFile, lines_of, open_case
from service.usecases.cases.pay import OWED, order_key
from service.usecases.cases.vouchers import PAYMENT
from service.usecases.desk import Desk, legal_day
from service.usecases.following.follow_access import Level
from service.usecases.outside.connections import mode_of
from service.usecases.outside.notice_difference import NoticeDifference, differences
from service.usecases.outside.notice_qr import NoticeQr, QrRefused, qr_of_notice
from workflows.definition import ParamRef, Source, Status
from workflows.errors import WorkflowError
from workflows.money_ledger import Ledger

PAYEE = "notice.payee"


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with something left to pay; ``total`` in đồng, as the notice says it.

    ``qr`` is the QR that the notice itself carries, None without a right one; ``no_qr``
    says why one that it carries is of no use any more.
    """

    number: str
    day: date
    total: int
    payee: str | None
    qr: NoticeQr | None
    no_qr: str | None = None


@dataclass(frozen=True, slots=True)
class LateView:
    """What is added for each day of delay: a share of what is not paid, in percent."""

    percent: str
    source: Source
    verified: bool


@dataclass(frozen=True, slots=True)
class OrderView:
    """A sum that may be ordered at the payment page, or was.

    ``state`` is None before; then ``waits``, ``silent`` while the page does not answer,
    ``taken``, or ``refused``. ``page`` is where the provider takes the payment.
    """

    line: str
    kind: str
    case_code: str
    amount: int
    key: str
    state: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class FollowMoney:
    """The lines of a case and of its linked cases, their notices, and being late.

    ``orders`` are empty where no payment page is connected.
    """

    rows: tuple[money.MoneyRow, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    late: LateView | None = None
    apart: tuple[NoticeDifference, ...] = ()
    orders: tuple[OrderView, ...] = ()


def money_view(
    desk: Desk, uow: UnitOfWork, file: CaseFile, level: Level
) -> FollowMoney:
    """Return the money for whoever may see it; nothing for the code alone.

    Who knows only the last digits of a number sees initials instead of names.
    """
    if level is Level.CODE:
        return FollowMoney()
    rows = money.rows_of(desk, uow, file)
    if level is Level.DIGITS:
        rows = tuple(replace(row, payer_name=_short(file, row)) for row in rows)
    files = {each.row.code: each for each in _with_children(desk, uow, file)}
    owed = [row for row in rows if row.status in OWED and row.left > 0]
    notices = [
        _notice(desk, uow, files[code])
        for code in dict.fromkeys(row.case_code for row in owed)
    ]
    late = (_late(each, desk.today()) for each in files.values())
    return FollowMoney(
        rows,
        tuple(filter(None, notices)),
        next(filter(None, late), None) if owed else None,
        differences(desk, uow, file) if level is Level.PIN else (),
        tuple(_orders(desk, uow, owed)) if level is Level.PIN else (),
    )


def initials(name: str) -> str:
    """Cut a name to the first letter of each word: Phan Thị Lan is P. T. L."""
    return " ".join(f"{word[0]}." for word in name.split())


def _short(file: CaseFile, row: money.MoneyRow) -> str:
    is_person = row.payer in {each for each, _ in file.people}
    return initials(row.payer_name) if is_person else row.payer_name


def _with_children(desk: Desk, uow: UnitOfWork, file: CaseFile) -> tuple[CaseFile, ...]:
    ids = [link.child_id for link in file.children]
    found = uow.cases.with_codes(file.row.tenant_id, ids)
    return (file, *(open_case(desk, uow, row) for row in found.values()))


def _notice(desk: Desk, uow: UnitOfWork, file: CaseFile) -> NoticeView | None:
    """Return the notice that holds now, while something of it is left to pay."""
    number = file.own_facts.get(money.NUMBER)
    stored = uow.records.peek_ledger(file.row.tenant_id, file.row.id)
    if number is None or stored is None:
        return None
    lines = Ledger.from_json(stored.ledger).lines
    asked = [line for line in lines if line.notice == str(number.value)]
    if not any(line.left > 0 for line in asked):
        return None
    payee, qr = file.own_facts.get(PAYEE), qr_of_notice(desk, file, lines)
    return NoticeView(
        str(number.value),
        legal_day(number.at),
        sum(line.amount for line in asked),
        str(payee.value) if payee is not None and payee.at == number.at else None,
        qr if isinstance(qr, NoticeQr) else None,
        qr.why if isinstance(qr, QrRefused) and not qr.fault else None,
    )


# --- ordering at the payment page -----------------------------------------------------


def _orders(
    desk: Desk, uow: UnitOfWork, owed: Iterable[money.MoneyRow]
) -> Iterator[OrderView]:
    """Yield what may be ordered, with what became of an order of just this sum."""
    if mode_of(desk, PAYMENT) == "paper":
        return
    silent = uow.exchanges.line(desk.settings.province, PAYMENT).silent_since
    for row in owed:
        if not row.notice:
            continue
        key = order_key(row)
        sent = uow.queues.out_by_id(desk.settings.province, key)
        yield OrderView(
            row.line, row.kind, row.case_code, row.next_part or row.left, key,
            _state(sent, is_silent=silent is not None), _page(desk, uow, key),
        )  # fmt: skip


def _state(sent: OutboxRow | None, *, is_silent: bool) -> str | None:
    if sent is None:
        return None
    if sent.failed_at is not None:
        return "refused"
    if sent.done_at is not None:
        return "taken"
    return "silent" if is_silent else "waits"


def _page(desk: Desk, uow: UnitOfWork, key: str) -> str | None:
    """Return the page of an order, if it is one of the provider that we know."""
    sent = uow.exchanges.outgoing(desk.settings.province, key)
    if sent is None or sent.page is None:
        return None
    gateway = urlsplit(desk.settings.gateways.get(PAYMENT, ""))
    page = urlsplit(sent.page)
    known = {gateway.hostname, *desk.settings.payment_page_hosts} - {None}
    safe = page.scheme in {"https", gateway.scheme} and page.hostname in known
    return sent.page if safe else None


# --- being late -----------------------------------------------------------------------


def _late(file: CaseFile, day: date) -> LateView | None:
    """Return what the chart orders for a term that ended, as a figure of the law."""
    ref = next(_rates(file), None)
    if ref is None:
        return None
    try:
        figure = file.edition.parameter(ref.param).at(day)
    except WorkflowError:
        return None
    if not isinstance(figure.value, Decimal):
        return None
    percent = f"{(figure.value * 100).normalize():f}".replace(".", ",")
    return LateView(percent, figure.source, figure.status is Status.VERIFIED)


def _rates(file: CaseFile) -> Iterator[ParamRef]:
    for _, line in lines_of(file.procedure.chart.states.values()):
        for effect in line.do:
            if effect.obligation is not None and effect.obligation.rate is not None:
                yield effect.obligation.rate

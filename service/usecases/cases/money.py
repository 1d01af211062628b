"""The money ledger of a case: orders of the chart, payments, and terms that end.

The ledger tells its case ``ledger.*`` events through the inbox, each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from service.errors import BadRequestError
from service.persistence.payables import PayableRow
from service.persistence.rows import InboxRow, Json, ObligationRow, PaymentRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.desk import Desk, legal_day
from service.usecases.matter.submit_dossier import succeeded
from workflows import obligations
from workflows.definition import ObligationOrder, ObligationSpec, ParamRef
from workflows.errors import Problem, WorkflowError
from workflows.money_ledger import Ledger, Line, LineState

NUMBER = "notice.number"
LINES = "notice.lines"
# The parts of a payment that may be refused.
AMOUNT, VOUCHER = "amount", "voucher"


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher as it was taken; ``over`` is what found nothing left to pay."""

    number: str
    on: date
    amount: int
    over: int


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A line of the ledger for a page; amounts in đồng, ``interest`` as of today.

    ``next_part`` is what is left of the instalment that is due next.
    """

    line: str
    kind: str
    payer: str
    payer_name: str
    amount: int
    paid: int
    left: int
    due: date | None
    status: str
    notice: str
    interest: int
    case_code: str
    next_part: int = 0


def order(
    desk: Desk, uow: UnitOfWork, file: CaseFile, body: Json, outbox_id: str
) -> None:
    """Carry out what a move ordered on the ledger, and tell the case what follows."""
    known = ObligationOrder.model_fields
    wanted = ObligationOrder.model_validate(
        {key: value for key, value in body.items() if key in known}
    )
    at = datetime.fromisoformat(str(body["at"]))
    ledger, version = _ledger(uow, file)
    events: tuple[str, ...] = ()
    for each in _spelled_out(file, wanted):
        ledger, told = obligations.perform(
            ledger,
            each,
            notice=_notice(desk, file, each, at),
            rate=_rate(file, each.rate, legal_day(at)),
            parent_done=_parent_done(desk, uow, file),
        )
        events = (*events, *told)
    _store(uow, file, ledger, version)
    _name_sums(uow, file, ledger)
    tell(desk, uow, file, outbox_id, events)


def by_notice(number: str) -> str:
    """Return the name under which what a notice asks is looked up."""
    return f"notice:{number.strip()}"[:160]


def by_id(payable_id: str) -> str:
    """Return the name under which one payable item is looked up."""
    return f"id:{payable_id.strip()}"[:160]


def _name_sums(uow: UnitOfWork, file: CaseFile, ledger: Ledger) -> None:
    """Let vouchers find this case; those that came before their notice go on now."""
    tenant, case_id = file.row.tenant_id, file.row.id
    names = {by_notice(line.notice): "" for line in ledger.lines}
    said = file.own_facts.get(LINES)
    for item in said.value if said is not None and isinstance(said.value, list) else ():
        if not isinstance(item, dict) or not item.get("payable_id"):
            continue
        kind = item.get("kind")
        spec = file.procedure.obligations.get(str(kind))
        payer = item.get("payer") or (spec.payer if spec is not None else "")
        line = next(
            (
                e.id
                for e in reversed(ledger.lines)
                if (e.kind, e.payer) == (kind, payer)
            ),
            "",
        )
        names[by_id(str(item["payable_id"]))] = line
    rows = [PayableRow(tenant, name, case_id, line) for name, line in names.items()]
    if sum(uow.payables.name(row) for row in rows):
        for waiting in uow.payables.waiting(tenant):
            uow.faults.settle_message(waiting, state="open", error=None)


def pay(  # noqa: PLR0913  what a voucher says
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    *,
    line: str,
    amount: int,
    voucher: str,
    by: str,
    paid_on: date | None = None,
    surplus: bool = False,
) -> Ledger:
    """Credit a voucher to a line (or to what is due first, without one).

    A voucher that was taken before changes nothing. ``paid_on`` is the day on the
    voucher, today without one. Only with ``surplus`` may it bring more than is owed,
    late interest included. Raises BadInputError for an amount or a voucher that cannot
    be; BadRequestError for a line that is not owed, a sum that does not match, and a
    voucher that was taken for something else.
    """
    ledger, version = _ledger(uow, file)
    now = desk.now()
    day = paid_on or legal_day(now)
    if line and not any(line in {each.id, each.kind} for each in ledger.lines):
        raise BadRequestError([Problem("line", line, sentences.NO_LINE)])
    known = uow.records.payment(file.row.tenant_id, voucher.strip())
    if known is not None:
        _same(file, known, line, amount)
        return ledger
    left = _left(ledger, line, day)
    if amount > left and not surplus:
        text = sentences.more_than_owed(amount, left)
        raise BadRequestError([Problem(AMOUNT, amount, text)])
    payment = obligations.Payment(voucher, amount, day, line or None)
    after, events = obligations.pay(ledger, payment)
    row = PaymentRow(
        file.row.tenant_id, voucher.strip(), file.row.id, line, amount, by, now
    )
    if not uow.records.add_payment(row):
        return ledger
    _store(uow, file, after, version)
    tell(desk, uow, file, f"pay-{file.row.id}-{voucher.strip()}"[:120], events)
    return after


def _same(file: CaseFile, known: PaymentRow, line: str, amount: int) -> None:
    """Return when a voucher that was taken says the same again; refuse it else."""
    # A bank names the notice, the payment page the line: it is the same money.
    one_line = not line or not known.line or line == known.line
    if (known.case_id, known.amount) != (file.row.id, amount) or not one_line:
        here = known.case_id == file.row.id
        text = sentences.voucher_taken(
            known.voucher, legal_day(known.at), known.amount, here=here
        )
        raise BadRequestError([Problem(VOUCHER, known.voucher, text)])


def _left(ledger: Ledger, line: str, day: date) -> int:
    """Return what may be paid on the day: what is left, with its late interest."""
    lines = [each for each in ledger.lines if not line or line in {each.id, each.kind}]
    rate = ledger.rate
    late = sum(each.interest(day, rate) for each in lines) if rate else 0
    return sum(each.left for each in lines) + late


def tick(desk: Desk, now: datetime) -> int:
    """Tell cases of terms that ended before today, each once; return how many."""
    day = legal_day(now)
    with desk.database.reading() as uow:
        late = [
            row
            for row in uow.records.open_ledgers()
            if (due := Ledger.from_json(row.ledger).next_tick) and due < day
        ]
    told = 0
    for row in late:
        with desk.database.transaction() as uow:
            case = uow.cases.locked(row.tenant_id, row.case_id)
            file = open_case(desk, uow, case)
            ledger, version = _ledger(uow, file)
            after, events = obligations.tick(ledger, day)
            if events:
                _store(uow, file, after, version)
                tell(desk, uow, file, f"tick-{row.case_id}-{day}", events)
                told += 1
    return told


def rows_of(desk: Desk, uow: UnitOfWork, file: CaseFile) -> tuple[MoneyRow, ...]:
    """Return the lines of the ledgers of a case and of the cases linked to it."""
    today = desk.today()
    found: list[MoneyRow] = []
    ids = [file.row.id, *(link.child_id for link in file.children)]
    cases = uow.cases.with_codes(file.row.tenant_id, ids)
    for case_id in ids:
        stored = uow.records.peek_ledger(file.row.tenant_id, case_id)
        if stored is None:
            continue
        ledger = Ledger.from_json(stored.ledger)
        found += [
            _row(file, line, ledger, today, cases[case_id].code)
            for line in ledger.lines
        ]
    return tuple(found)


def vouchers_of(uow: UnitOfWork, file: CaseFile) -> tuple[VoucherRow, ...]:
    """Return the vouchers of a case and of the cases linked to it, as they came."""
    ids = [file.row.id, *(link.child_id for link in file.children)]
    stored = (uow.records.peek_ledger(file.row.tenant_id, each) for each in ids)
    return tuple(
        VoucherRow(each.number, each.on, each.amount, each.unplaced)
        for row in stored
        if row is not None
        for each in Ledger.from_json(row.ledger).vouchers
    )


def _row(
    file: CaseFile, line: Line, ledger: Ledger, today: date, case_code: str
) -> MoneyRow:
    if line.state is not LineState.OPEN:
        status = line.state.value
    elif line.left == 0:
        status = "paid"
    else:
        status = "late" if line.late(today) else "open"
    return MoneyRow(
        line.id,
        line.kind,
        line.payer,
        sentences.PAYERS.get(line.payer) or file.person(line.payer),
        line.amount,
        line.paid,
        line.left,
        line.due,
        status,
        line.notice,
        line.interest(today, ledger.rate) if ledger.rate else 0,
        case_code,
        next((left for _, left in line.unpaid() if left), 0),
    )


def tell(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    message_id: str,
    events: Sequence[str],
) -> None:
    """Put what the ledger says into the inbox of the case."""
    for number, event in enumerate(events):
        uow.queues.put_in(
            InboxRow(
                tenant_id=file.row.tenant_id,
                message_id=f"{message_id}-ledger-{number}",
                source="ledger",
                case_id=file.row.id,
                event=event,
                body={"role": "ledger", "facts": {}, "revision": 0},
                raw=None,
                received_at=desk.now(),
                state="open",
                error=None,
                done_at=None,
            )
        )


def _ledger(uow: UnitOfWork, file: CaseFile) -> tuple[Ledger, int]:
    stored = uow.records.ledger(file.row.tenant_id, file.row.id)
    if stored is None:
        return Ledger(), 0
    return Ledger.from_json(stored.ledger), stored.version


def _store(uow: UnitOfWork, file: CaseFile, ledger: Ledger, version: int) -> None:
    raw: Json = {**ledger.to_json()}
    uow.records.put_ledger(
        ObligationRow(file.row.tenant_id, file.row.id, version + 1, raw, ledger.is_open)
    )


def _spelled_out(file: CaseFile, wanted: ObligationOrder) -> list[ObligationOrder]:
    """Return the order, once for each kind when it names a fact that lists kinds."""
    for name in ("defer", "cancel"):
        which = getattr(wanted, name)
        said = file.own_facts.get(which or "")
        if said is None:
            continue
        kinds = [
            str(each["kind"]) if isinstance(each, dict) else str(each)
            for each in (said.value if isinstance(said.value, list) else [said.value])
        ]
        return [wanted.model_copy(update={name: kind}) for kind in kinds]
    return [wanted]


def _notice(
    desk: Desk, file: CaseFile, wanted: ObligationOrder, at: datetime
) -> obligations.Notice | None:
    key = wanted.open or wanted.adjust
    if key is None:
        return None
    specs = file.procedure.obligations
    said = file.own_facts.get(key)
    number = file.own_facts.get(NUMBER)
    day = legal_day(at)
    return obligations.Notice(
        str(number.value if number else at.isoformat()),
        day,
        obligations.read_lines(said.value if said else None, specs, key),
        {kind: _terms(file, spec, day) for kind, spec in specs.items()},
        desk.calendar.in_place(file.row.tenant_id, file.matter.commune),
    )


def _terms(
    file: CaseFile, spec: ObligationSpec, day: date
) -> tuple[obligations.Instalment, ...]:
    ref = spec.instalments or spec.term
    if ref is None:
        return obligations.instalments(None)
    try:
        figure = file.edition.parameter(ref.param).at(day, commune=file.matter.commune)
        return obligations.instalments(figure.value)
    except (WorkflowError, ValueError):
        return obligations.instalments(None)


def _rate(file: CaseFile, ref: ParamRef | None, day: date) -> Decimal | None:
    if ref is None:
        return None
    value = file.edition.parameter(ref.param).at(day).value
    return value if isinstance(value, Decimal) else None


def _parent_done(desk: Desk, uow: UnitOfWork, file: CaseFile) -> bool:
    if file.parent is None:
        return False
    parent = uow.cases.by_id(file.row.tenant_id, file.parent.parent_id)
    return succeeded(desk, uow, parent)

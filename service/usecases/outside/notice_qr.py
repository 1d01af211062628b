"""The QR of a notice: shown only when it says what the notice itself says.

A code on a screen is paid without a second look. So the program makes none: it takes
the one that the office put on its own notice, reads it, and holds it against the sum of
the notice. Where they differ nobody is shown a code, and a clerk is told why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms import words
from forms.filled import FilledForm
from forms.marks import PayMark
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import money
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import Desk
from service.usecases.outside import notice_sentences as say
from workflows.money_ledger import Ledger, Line
from workflows.vietqr import BadQrError, VietQr, parse

QR = "notice.payment_qr"


@dataclass(frozen=True, slots=True)
class NoticeQr:
    """A code as the notice carries it, and what it says."""

    text: str
    code: VietQr


@dataclass(frozen=True, slots=True)
class QrRefused:
    """Why the code of a notice is shown to nobody; ``fault`` when it is a wrong one."""

    why: str
    fault: bool


def qr_of_notice(
    desk: Desk, file: CaseFile, lines: Sequence[Line]
) -> NoticeQr | QrRefused | None:
    """Return the code of the notice that holds now, None when it carried none.

    ``lines`` are those of the ledger of the case. A code of an earlier notice does not
    count: an adjusted one has to bring its own.
    """
    number, said = file.own_facts.get(money.NUMBER), file.own_facts.get(QR)
    if number is None or said is None or said.at != number.at:
        return None
    asked = [line for line in lines if line.live and line.notice == str(number.value)]
    text = str(said.value)
    try:
        code = checked(desk, text, sum(line.amount for line in asked))
    except BadQrError as error:
        return QrRefused(say.wrong_qr(str(number.value), str(error)), fault=True)
    if any(line.paid for line in asked):
        return QrRefused(say.PAID_IN_PART, fault=False)
    return NoticeQr(text, code)


def checked(desk: Desk, text: str, amount: int) -> VietQr:
    """Return what a code says; raise BadQrError unless it asks just this amount.

    A trial takes only codes that no bank would, and everybody else never those.
    """
    code = parse(text)
    if code.amount != amount:
        raise BadQrError(say.other_sum(code.amount, amount))
    if code.is_trial != (desk.settings.environment == "demo"):
        raise BadQrError(say.TRIAL_CODE if code.is_trial else say.REAL_CODE)
    return code


def pay_mark(desk: Desk, file: CaseFile, filled: FilledForm) -> PayMark | None:
    """Return the code to print on a notice: one that asks just the sum printed there.

    A notice of several sums has one code for all; it is printed on none of its papers.
    """
    number, said = file.own_facts.get(money.NUMBER), file.own_facts.get(QR)
    shown = filled.by_id.get(filled.edition.pays)
    if shown is None or number is None or said is None or said.at != number.at:
        return None
    text = str(said.value)
    try:
        amount = parse(text).amount or 0
        code = checked(desk, text, amount)
    except BadQrError:
        return None
    if shown.value != words.number(amount):
        return None
    return PayMark(text, str(number.value), code)


def qr_trouble(desk: Desk, uow: UnitOfWork, file: CaseFile) -> str | None:
    """Return what a clerk must know of the code of a notice of this case."""
    stored = uow.records.peek_ledger(file.row.tenant_id, file.row.id)
    if stored is None or QR not in file.own_facts:
        return None
    found = qr_of_notice(desk, file, Ledger.from_json(stored.ledger).lines)
    return found.why if isinstance(found, QrRefused) and found.fault else None

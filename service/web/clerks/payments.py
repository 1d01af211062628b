"""Money at the clerk's desk: a voucher is recorded, a notice is put beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.auth.actors import Actor
from service.errors import BadRequestError
from service.usecases.cases.pay import payment_page, record_payment
from service.usecases.desk import Desk
from service.usecases.outside.notice_difference import difference_page
from service.usecases.sentences import LINE_STATES, MONEY_KINDS
from service.web.clerks.case import to_case
from service.web.dependencies import ClerkDep, DeskDep, Posted, PostedDep
from service.web.rendering import page
from service.web.sentences import NOT_A_DAY
from workflows.answers import Expected, parse
from workflows.errors import Problem
from workflows.writing import whole

router = APIRouter(prefix="/can-bo/ho-so/{code}")

LINE, SUM, NUMBER, DAY, SURPLUS = "khoan", "so-tien", "chung-tu", "ngay-nop", "thua"
# The part of a payment that the use case refuses, and the field it is typed in.
FIELDS = {"line": LINE, "amount": SUM, "voucher": NUMBER, "paid_on": DAY}


@router.get("/nop-tien", name="payment")
def show_payment(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str
) -> Response:
    """Ask which voucher was brought for what."""
    return _page(request, desk, clerk, code, {}, {})


@router.post("/nop-tien", name="post_payment")
def post_payment(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep, code: str
) -> Response:
    """Record a payment by its voucher; the same voucher twice changes nothing."""
    amount, day, problems = _read(posted)
    if not problems:
        try:
            record_payment(
                desk,
                clerk,
                code,
                line=posted.text(LINE),
                amount=amount,
                voucher=posted.text(NUMBER),
                paid_on=day,
                surplus=bool(posted.text(SURPLUS)),
            )
        except BadRequestError as refusal:
            problems = {FIELDS[each.key]: each.text for each in refusal.problems}
        else:
            return to_case(code)
    return _page(request, desk, clerk, code, posted.fields(), problems)


@router.get("/doi-chieu", name="notice_beside_estimate")
def show_difference(
    request: Request, desk: DeskDep, clerk: ClerkDep, code: str
) -> Response:
    """Show the notices of a case beside what our rules had reckoned."""
    context = {
        "found": difference_page(desk, clerk, code),
        "money_labels": MONEY_KINDS,
    }
    return page(request, "clerk/difference.html", context)


def _read(posted: Posted) -> tuple[int, date | None, dict[str, str]]:
    """Return the sum and the day of a voucher as typed, and what is wrong."""
    problems: dict[str, str] = {}
    amount = whole(posted.text(SUM).replace(".", "").replace(" ", ""))
    if not amount:
        problems[SUM] = (
            f"Số tiền “{posted.text(SUM)}” phải là số đồng nguyên, lớn hơn 0."
        )
    if not posted.text(NUMBER):
        problems[NUMBER] = "Cần số chứng từ nộp tiền."
    day = None
    if posted.text(DAY):
        read = parse(DAY, posted.text(DAY), Expected("date"))
        if isinstance(read, date):
            day = read
        else:
            told = NOT_A_DAY.format(typed=posted.text(DAY))
            problems[DAY] = read.text if isinstance(read, Problem) else told
    return amount or 0, day, problems


def _page(
    request: Request,
    desk: Desk,
    clerk: Actor,
    code: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    context = {
        "found": payment_page(desk, clerk, code),
        "money_labels": MONEY_KINDS,
        "line_states": LINE_STATES,
        "typed": typed,
        "problems": problems,
        "today": desk.today(),
    }
    return page(request, "clerk/payment.html", context)

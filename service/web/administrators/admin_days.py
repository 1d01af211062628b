"""The administrator's pages of holidays, and of running cases counted anew."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import BadRequestError, NotFoundError
from service.usecases.administration import admin_sentences
from service.usecases.administration.holidays import (
    WantedDays,
    add_holiday,
    holidays,
    odd_days,
    withdraw_holiday,
)
from service.usecases.cases import recounting
from service.web.dependencies import AdministratorDep, DeskDep, Posted, PostedDep
from service.web.rendering import go_to, page

router = APIRouter(prefix="/quan-tri/ngay-nghi")

DAYS = "/quan-tri/ngay-nghi"
AFFECTED = f"{DAYS}/ho-so"
_FIELDS = {
    "kind": "loai",
    "first": "tu",
    "last": "den",
    "exchanged": "lam-bu",
    "communes": "xa",
    "why": "dip",
    "notice": "van-ban",
}


@router.get("", name="holidays")
def show_holidays(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show the odd days of the coming year, what was written down, and the form."""
    return _days_page(request, desk, actor, None, {})


@router.post("", name="post_holiday")
def post_holiday(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Write down what a notice says, then show which running cases it concerns."""
    typed = {name: posted.text(id_) for name, id_ in _FIELDS.items()}
    try:
        add_holiday(desk, actor, WantedDays(**typed), posted.text("khoa"))
    except BadRequestError as refusal:
        problems = {_FIELDS[each.key]: each.text for each in refusal.problems}
        return _days_page(request, desk, actor, posted, problems)
    return go_to(f"{AFFECTED}?xong=1")


@router.get("/{id_}/bo", name="back_to_holidays")
def show_withdraw(actor: AdministratorDep, id_: str) -> Response:
    """Go back to the list, for whoever reads the address of a refused form again."""
    del actor, id_
    return go_to(DAYS)


@router.post("/{id_}/bo", name="withdraw_holiday")
def post_withdraw(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Take back what was written down."""
    try:
        withdraw_holiday(desk, actor, id_, posted.text("vi-sao"))
    except BadRequestError as refusal:
        problems = {f"vi-sao-{id_}": refusal.problems[0].text}
        return _days_page(request, desk, actor, None, problems)
    return go_to(f"{AFFECTED}?xong=1")


@router.get("/ho-so", name="affected_cases")
def show_affected(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show the running cases whose day would change, with the old and the new one."""
    return _affected_page(request, desk, actor, None, {})


@router.post("/ho-so", name="post_recount")
def post_recount(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Order that they are counted anew."""
    try:
        number = recounting.order_recount(
            desk, actor, posted.text("ly-do"), posted.text("lich")
        )
    except BadRequestError as refusal:
        names = {"reason": "ly-do", "number": "danh-sach"}
        problems = {names[each.key]: each.text for each in refusal.problems}
        return _affected_page(request, desk, actor, posted, problems)
    return go_to(f"{DAYS}/tinh-lai/{number}")


@router.get("/tinh-lai/{number}", name="recount")
def show_recount(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    number: int,
    tiep: str = "",
) -> Response:
    """Show how far an order was carried out, and what became of each case."""
    orders = {row.number: row for row in recounting.recounts(desk, actor)}
    if number not in orders:
        raise NotFoundError("recount", str(number))
    lines = recounting.recounted(desk, actor, number, tiep)
    context = {
        "order": orders[number],
        "lines": lines,
        "after": lines[-1].case_id if len(lines) == recounting.PAGE else None,
    }
    return page(request, "administrator/recount.html", context)


def _days_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    context = {
        "rows": holidays(desk, actor),
        "days": odd_days(desk, actor),
        "orders": recounting.recounts(desk, actor),
        "kinds": admin_sentences.HOLIDAY_KINDS,
        "typed": posted.fields() if posted else {},
        "key": (posted.text("khoa") if posted else "") or secrets.token_hex(16),
        "problems": problems,
    }
    return page(request, "administrator/holidays.html", context)


def _affected_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    after = request.query_params.get("tiep", "")
    orders = recounting.recounts(desk, actor)
    context = {
        "found": recounting.shifts(desk, actor, after),
        "ordered": [row for row in orders if row.number == desk.counted_with],
        "further": bool(after),
        "typed": posted.fields() if posted else {},
        "done": "xong" in request.query_params,
        "problems": problems,
    }
    return page(request, "administrator/affected.html", context)

"""The follow-up book of a clerk's office: choose the days, print it."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import BadRequestError
from service.usecases.papers.issuing import PDF
from service.usecases.worklist.follow_up_book import (
    FIRST,
    FORM,
    LAST,
    book_offer,
    follow_up_book,
)
from service.web.dependencies import ClerkDep, DeskDep, OfficerDep
from service.web.formats import pdf_named
from service.web.limits import FEW_PRINTS
from service.web.rendering import page
from service.web.sentences import NOT_A_DAY

router = APIRouter(prefix="/can-bo/so-theo-doi")


@router.get("", name="book")
def show_book(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    tu: str | None = None,
    den: str | None = None,
) -> Response:
    """Ask for the days, and say how many cases the office received in them."""
    typed = {FIRST: tu or "", LAST: den or ""}
    days, problems = _days(typed)
    offer = None
    if not problems:
        try:
            offer = book_offer(desk, clerk, days[FIRST], days[LAST])
        except BadRequestError as refusal:
            problems = {each.key: each.text for each in refusal.problems}
    if offer is not None:
        typed = {FIRST: offer.first.isoformat(), LAST: offer.last.isoformat()}
    context = {"offer": offer, "typed": typed, "problems": problems}
    return page(request, "clerk/book.html", context)


@router.get("/in.pdf", name="book_pdf", dependencies=[FEW_PRINTS])
def print_book(desk: DeskDep, clerk: OfficerDep, tu: date, den: date) -> Response:
    """Return the book of the days as a paper; it is not stored."""
    made = follow_up_book(desk, clerk, tu, den)
    return Response(made.pdf, media_type=PDF, headers=pdf_named(FORM))


def _days(typed: dict[str, str]) -> tuple[dict[str, date | None], dict[str, str]]:
    days: dict[str, date | None] = {}
    problems: dict[str, str] = {}
    for name, text in typed.items():
        try:
            days[name] = date.fromisoformat(text) if text else None
        except ValueError:
            problems[name] = NOT_A_DAY.format(typed=text)
    return days, problems

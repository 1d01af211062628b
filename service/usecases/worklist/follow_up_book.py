"""The follow-up book of an office: the cases it received between two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from forms.bindings import Facts, Known
from forms.definition import Column, FormEdition, Table
from forms.errors import UnknownFormError
from forms.prefill import fill
from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import open_case
from service.usecases.custody.lists_seen import note_taken
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.papers.case_facts import case_facts
from service.usecases.papers.fill_forms import FilledPaper
from service.usecases.papers.issuing import form_edition, rendered
from workflows.errors import Problem

FORM = "ONESTOP-07"
FIRST, LAST = "tu", "den"
# A book of a year is printed by the month: so many rows are some thirty pages.
MOST = 400
_ENTRIES, _OFFICE = "book.entries", "case.counter"
_RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class BookOffer:
    """The days that the book may be printed for, and how many cases it would have."""

    first: date
    last: date
    cases: int


def book_offer(
    desk: Desk, actor: Actor, first: date | None, last: date | None
) -> BookOffer:
    """Say how many cases the office received; without days those of this month.

    Raises BadRequestError for days in the wrong order, or too many cases for one print.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    last = last or desk.today()
    first = first or last.replace(day=1)
    with desk.database.reading() as uow:
        rows = _received(uow, actor, first, last)
    return BookOffer(first, last, len(rows))


def follow_up_book(desk: Desk, actor: Actor, first: date, last: date) -> FilledPaper:
    """Return the book as a paper, one row a case in the order of receipt.

    What the office writes by hand (volume, signatures, notes) stays blank.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    law = desk.law.edition(actor.tenant, desk.today())
    form = form_edition(desk, FORM, law.chain, desk.today())
    if form is None:
        raise UnknownFormError(FORM, desk.catalog.ids())
    with desk.database.reading() as uow:
        rows = _received(uow, actor, first, last)
        entries = [_entry(desk, uow, form, row) for row in rows]
        offices = {each.id: each.name for each in uow.people.offices(actor.tenant)}
    facts = {_ENTRIES: entries, _OFFICE: offices.get(actor.office_id or "")}
    where = dict.fromkeys(facts, sentences.OF_THE_BOOK)
    filled = fill(form, facts, where)
    content, _ = rendered(desk, actor.tenant, filled)
    note_taken(desk, actor, "book", f"{first} – {last}", [row.id for row in rows])
    return FilledPaper(content, filled, form)


def _received(
    uow: UnitOfWork, actor: Actor, first: date, last: date
) -> tuple[CaseRow, ...]:
    if first > last:
        raise BadRequestError([Problem(FIRST, first, sentences.BOOK_DAYS_TURNED)])
    since, until = (
        datetime.combine(day, time(), VIETNAM)
        for day in (first, last + timedelta(days=1))
    )
    office = actor.office_id or ""
    rows = uow.cases.received_at_office(actor.tenant, office, since, until, MOST + 1)
    if len(rows) > MOST:
        raise BadRequestError([Problem(LAST, last, sentences.book_too_long(MOST))])
    return rows


def _entry(
    desk: Desk, uow: UnitOfWork, form: FormEdition, row: CaseRow
) -> dict[str, object]:
    """Return what each column of the book says of a case, where it is known."""
    file = open_case(desk, uow, row)
    told = case_facts(desk, uow, file, form)
    facts = Facts(told.values, told.where, form.people)
    entry: dict[str, object] = {}
    for column in _columns(form):
        for owner in facts.persons("owner")[:1] or ("",):
            found = column.or_bind and facts.resolve_for(column.or_bind, owner)
            if isinstance(found, Known):
                entry[str(column.bind)] = found.value
    entry.setdefault("owner", row.applicant)
    if row.ended_at is not None:
        entry[_RETURNED] = legal_day(row.ended_at)
    return entry


def _columns(form: FormEdition) -> tuple[Column, ...]:
    tables = (block for block in form.body if isinstance(block, Table))
    return next(table.columns for table in tables if table.items == _ENTRIES)

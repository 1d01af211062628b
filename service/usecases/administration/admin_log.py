"""What administrators changed, in words, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service.auth.actors import DUTIES, Actor
from service.persistence.administration import AdminLogRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences
from service.usecases.administration.administering import only_administrator
from service.usecases.desk import Desk

PAGE = 50
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of a change: its name, how it stood, how it stands."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change in words; ``subject`` names what was changed."""

    at: datetime
    who: str
    what: str
    subject: str
    fields: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of the log; ``before`` opens the next one, None at the end."""

    rows: tuple[ChangeView, ...]
    before: int | None


def changes(desk: Desk, actor: Actor, *, before: int | None = None) -> ChangesPage:
    """Return a page of the log; only administrators read it."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        rows = uow.administration.log(actor.tenant, before, PAGE + 1)
        views = tuple(_view(uow, row) for row in rows[:PAGE])
    return ChangesPage(views, rows[PAGE - 1].id if len(rows) > PAGE else None)


def _view(uow: UnitOfWork, row: AdminLogRow) -> ChangeView:
    old, new = row.before or {}, row.after or {}
    fields = tuple(
        Changed(
            admin_sentences.FIELDS.get(name, name),
            _told(uow, row.tenant_id, name, old.get(name)),
            _told(uow, row.tenant_id, name, new.get(name)),
        )
        for name in dict.fromkeys((*old, *new))
    )
    what = admin_sentences.CHANGES.get(row.what, row.what)
    return ChangeView(row.at, row.who, what, row.subject, fields)


def _told(uow: UnitOfWork, tenant: str, name: str, value: object) -> str:
    if value is None or value == []:
        return _NOTHING
    if isinstance(value, list):
        return ", ".join(_word(str(each)) for each in value)
    if name in {"office", "office_id"}:
        office = uow.people.office(tenant, str(value))
        return office.name if office else str(value)
    return _word(str(value))


def _word(text: str) -> str:
    """Return a value as people say it: a duty or a kind by its name, a day as a day."""
    if text in DUTIES:
        return admin_sentences.DUTIES[text]
    if text in admin_sentences.ACCOUNT_KINDS:
        return admin_sentences.ACCOUNT_KINDS[text]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day}/{day.month}/{day.year}"

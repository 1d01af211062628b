"""An administrator writes down who signs for whom, on which paper, and ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.auth.actors import Actor
from service.errors import BadRequestError, NotFoundError
from service.persistence.administration import DelegationRow
from service.persistence.rows import AccountRow, Json, OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences
from service.usecases.administration.administering import (
    Entered,
    id_of_form,
    noted,
    only_administrator,
)
from service.usecases.administration.office_kinds import office_kinds
from service.usecases.cases.delegation import delegable
from service.usecases.desk import Desk

_MOST_OF_OFFICE = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delegation as it was typed; accounts by their ids, days as 2026-11-30."""

    giver: str
    taker: str
    from_day: str
    until_day: str
    paper_number: str
    paper_day: str


@dataclass(frozen=True, slots=True)
class DelegationView:
    """One delegation with the names on it; ``running`` says whether it holds today."""

    row: DelegationRow
    giver: str
    taker: str
    office: str
    running: bool


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who may stand on a delegation; ``gives`` says on which side of it."""

    id: str
    name: str
    gives: bool


def delegate(desk: Desk, actor: Actor, wanted: Wanted, key: str = "") -> str:
    """Store a delegation and return its id; BadRequestError names every bad field.

    Both are clerks of one office, and the giver may sign himself. ``key`` is what the
    form carries: sent twice, it stores one delegation.
    """
    only_administrator(actor)
    id_ = id_of_form(desk, key)
    with desk.database.transaction() as uow:
        known = uow.administration.delegation(actor.tenant, id_)
        if known is not None:
            return known.id
        row, people = _checked(desk, uow, actor, wanted, id_)
        uow.administration.add_delegation(row)
        subject = f"{people[0].display_name} → {people[1].display_name}"
        after = _told(row, *people)
        noted(desk, uow, actor, "delegation.added", subject, after=after)
    return id_


def end_delegation(desk: Desk, actor: Actor, id_: str) -> None:
    """End a delegation from now on; one that is over stays as it is.

    Raises NotFoundError for an unknown one. Acts that were signed on it stay.
    """
    only_administrator(actor)
    with desk.database.transaction() as uow:
        row = uow.administration.delegation(actor.tenant, id_)
        if row is None:
            raise NotFoundError("delegation", id_)
        if uow.administration.end_delegation(actor.tenant, id_, desk.now()):
            subject = f"{_name(uow, row.giver_id)} → {_name(uow, row.taker_id)}"
            noted(desk, uow, actor, "delegation.ended", subject)


def delegations(desk: Desk, actor: Actor) -> tuple[DelegationView, ...]:
    """Return the delegations that are not over yet, the next to end first."""
    only_administrator(actor)
    today = desk.today()
    with desk.database.reading() as uow:
        rows = uow.administration.delegations(actor.tenant, today)
        return tuple(
            DelegationView(
                row,
                _name(uow, row.giver_id),
                _name(uow, row.taker_id),
                _office(uow, actor.tenant, row.office_id),
                row.holds(today),
            )
            for row in rows
            if row.ended_at is None
        )


def signers(desk: Desk, actor: Actor, office_id: str) -> tuple[Signer, ...]:
    """Return the clerks of an office who may be named on a delegation, by name."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        rows = uow.people.accounts_after(actor.tenant, "", office_id, _MOST_OF_OFFICE)
        office = uow.people.office(actor.tenant, office_id)
    alone = _signs_himself(office) is not None
    found = (
        Signer(row.id, row.display_name, not alone and bool(delegable(row)))
        for row in rows
        if row.kind == "clerk" and row.disabled_at is None
    )
    return tuple(sorted(found, key=lambda each: each.name))


def _name(uow: UnitOfWork, account_id: str) -> str:
    row = uow.people.account(account_id)
    return row.display_name if row else account_id


def _office(uow: UnitOfWork, tenant: str, office_id: str) -> str:
    row = uow.people.office(tenant, office_id)
    return row.name if row else office_id


def _checked(
    desk: Desk, uow: UnitOfWork, actor: Actor, wanted: Wanted, id_: str
) -> tuple[DelegationRow, tuple[AccountRow, AccountRow]]:
    entered = Entered()
    giver = _clerk(uow, actor, wanted.giver)
    taker = _clerk(uow, actor, wanted.taker)
    if giver is None or not delegable(giver):
        entered.refuse("giver", wanted.giver, admin_sentences.GIVER)
    elif why := _signs_himself(uow.people.office(actor.tenant, giver.office_id or "")):
        entered.refuse("giver", wanted.giver, why)
    if taker is None or (
        giver is not None
        and (taker.id == giver.id or taker.office_id != giver.office_id)
    ):
        entered.refuse("taker", wanted.taker, admin_sentences.TAKER)
    first = entered.day("from_day", wanted.from_day)
    last = entered.day("until_day", wanted.until_day)
    number = entered.line("paper_number", wanted.paper_number, admin_sentences.PAPER)
    paper_day = entered.day("paper_day", wanted.paper_day)
    if last is not None and last < max(first or last, desk.today()):
        entered.refuse("until_day", wanted.until_day, admin_sentences.UNTIL)
    if paper_day is not None and first is not None and paper_day > first:
        entered.refuse("paper_day", wanted.paper_day, admin_sentences.PAPER_DAY)
    if giver and taker and first and last and not entered.problems:
        same = _overlapping(uow, giver, taker, first, last)
        if same is not None:
            sentence = admin_sentences.delegated_already(same.until_day)
            entered.refuse("taker", wanted.taker, sentence)
    if entered.problems or not (giver and taker and first and last and paper_day):
        raise BadRequestError(entered.problems)
    row = DelegationRow(
        actor.tenant, id_, giver.office_id or "", giver.id, taker.id,
        first, last, number, paper_day,
    )  # fmt: skip
    return row, (giver, taker)


def _clerk(uow: UnitOfWork, actor: Actor, account_id: str) -> AccountRow | None:
    row = uow.people.account(account_id)
    usable = row is not None and row.disabled_at is None and row.kind == "clerk"
    return row if row and usable and row.tenant_id == actor.tenant else None


def _signs_himself(office: OfficeRow | None) -> str | None:
    """Return why nobody at such an office signs for another, None where one may."""
    kind = office_kinds().get(office.kind) if office else None
    return kind.signs_himself.reason if kind and kind.signs_himself else None


def _overlapping(
    uow: UnitOfWork, giver: AccountRow, taker: AccountRow, first: date, last: date
) -> DelegationRow | None:
    rows = uow.administration.delegations_to(taker.tenant_id, taker.id, first)
    return next(
        (
            row
            for row in rows
            if row.giver_id == giver.id
            and row.ended_at is None
            and row.from_day <= last
        ),
        None,
    )


def _told(row: DelegationRow, giver: AccountRow, taker: AccountRow) -> Json:
    days: Mapping[str, date] = {
        "from_day": row.from_day,
        "until_day": row.until_day,
        "paper_day": row.paper_day,
    }
    return {
        "giver": giver.display_name,
        "taker": taker.display_name,
        "paper_number": row.paper_number,
        **{key: day.isoformat() for key, day in days.items()},
    }

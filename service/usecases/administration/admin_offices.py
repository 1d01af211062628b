"""Offices as a deployment fills them in: their kind, their name, whom they serve."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.auth.actors import Actor
from service.errors import BadRequestError, NotFoundError
from service.persistence.rows import Json, OfficeRow
from service.usecases.administration import admin_sentences
from service.usecases.administration.administering import (
    Entered,
    id_of_form,
    noted,
    only_administrator,
)
from service.usecases.administration.holidays import OddDay, odd_days
from service.usecases.administration.office_kinds import office_kinds
from service.usecases.desk import Desk
from workflows.errors import BadInputError
from workflows.sentences import A_COMMUNE
from workflows.writing import tidy

_BETWEEN = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class WantedOffice:
    """An office as it was typed; ``communes`` are names or codes, empty for all."""

    kind: str
    name: str
    communes: str


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office with the names of the communes that it serves, None for all of them."""

    row: OfficeRow
    kind: str
    communes: tuple[str, ...] | None

    @property
    def open(self) -> bool:
        """Return whether new cases go there."""
        return self.row.closed_at is None


@dataclass(frozen=True, slots=True)
class OfficePage:
    """One office, and the odd days of its calendar in the coming year."""

    office: OfficeView
    days: tuple[OddDay, ...]


def offices(desk: Desk, actor: Actor) -> tuple[OfficeView, ...]:
    """Return the offices of the province, by kind and name, closed ones last."""
    only_administrator(actor)
    order = list(office_kinds())
    with desk.database.reading() as uow:
        rows = uow.people.offices(actor.tenant)
    views = [_view(desk, row) for row in rows]
    return tuple(
        sorted(
            views,
            key=lambda each: (
                not each.open,
                order.index(each.row.kind) if each.row.kind in order else len(order),
                each.row.name,
            ),
        )
    )


def office_page(desk: Desk, actor: Actor, id_: str) -> OfficePage:
    """Return one office with its calendar; NotFoundError for an unknown one."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        row = uow.people.office(actor.tenant, id_)
    if row is None:
        raise NotFoundError("office", id_)
    communes = tuple(row.communes) if row.communes else None
    return OfficePage(_view(desk, row), odd_days(desk, actor, communes))


def save_office(
    desk: Desk, actor: Actor, wanted: WantedOffice, *, id_: str = "", key: str = ""
) -> str:
    """Store a new office, or change the one with the id; return its id.

    Raises BadRequestError for every bad field, NotFoundError for an unknown id. Running
    cases stay with the offices that they have.
    """
    only_administrator(actor)
    entered = Entered()
    name = entered.line("name", wanted.name, admin_sentences.OFFICE_NAME)
    kind = office_kinds().get(wanted.kind)
    if kind is None:
        entered.refuse("kind", wanted.kind, admin_sentences.OFFICE_KIND)
    communes = _communes(desk, actor, wanted.communes, entered)
    with desk.database.transaction() as uow:
        known = uow.people.office(actor.tenant, id_) if id_ else None
        if id_ and known is None:
            raise NotFoundError("office", id_)
        id_ = id_ or id_of_form(desk, key)
        same = [row for row in uow.people.offices(actor.tenant) if row.name == name]
        if any(row.id != id_ for row in same):
            entered.refuse("name", wanted.name, admin_sentences.OFFICE_KNOWN)
        if entered.problems or kind is None:
            raise BadRequestError(entered.problems)
        row = OfficeRow(
            actor.tenant, id_, wanted.kind, list(kind.plays), name, communes or None,
            known.closed_at if known else None,
        )  # fmt: skip
        if row != known:
            uow.people.put_office(row)
            before = _told(known) if known else None
            what = "office.changed" if known else "office.added"
            noted(desk, uow, actor, what, name, before=before, after=_told(row))
    return id_


def open_or_close_office(desk: Desk, actor: Actor, id_: str, *, close: bool) -> None:
    """Let no new case go to an office any more, or again; running ones stay there."""
    only_administrator(actor)
    with desk.database.transaction() as uow:
        row = uow.people.office(actor.tenant, id_)
        if row is None:
            raise NotFoundError("office", id_)
        if close == (row.closed_at is not None):
            return
        uow.people.put_office(replace(row, closed_at=desk.now() if close else None))
        what = "office.closed" if close else "office.opened"
        noted(desk, uow, actor, what, row.name)


def seed_communes(desk: Desk, actor: Actor, kind_id: str) -> int:
    """Store an office of a kind for every commune of the list that has none of its own.

    Return how many are new. Raises BadRequestError when communes have no such office,
    or the list of the province's communes is not known.
    """
    only_administrator(actor)
    kind = office_kinds().get(kind_id)
    table = desk.territory.tables.get(actor.tenant)
    if kind is None or kind.seed is None or table is None:
        entered = Entered()
        entered.refuse("kind", kind_id, admin_sentences.NO_SEED)
        raise BadRequestError(entered.problems)
    new = 0
    with desk.database.transaction() as uow:
        served = {
            code
            for row in uow.people.offices(actor.tenant)
            if row.kind == kind_id
            for code in row.communes or ()
        }
        for code, commune in sorted(table.communes.items()):
            if code in served:
                continue
            row = OfficeRow(
                actor.tenant, f"{kind_id}-{code}", kind_id, list(kind.plays),
                kind.seed.format(commune=commune.name), [code],
            )  # fmt: skip
            uow.people.put_office(row)
            new += 1
        if new:
            after = {"kind": kind.name, "count": new}
            noted(desk, uow, actor, "office.seeded", kind.name, after=after)
    return new


def _communes(desk: Desk, actor: Actor, typed: str, entered: Entered) -> list[str]:
    found = set()
    for name in filter(None, map(tidy, _BETWEEN.split(typed))):
        try:
            found.add(desk.territory.resolve(actor.tenant, name, A_COMMUNE))
        except BadInputError as error:
            for problem in error.problems:
                entered.refuse("communes", typed, problem.text)
    return sorted(found)


def _view(desk: Desk, row: OfficeRow) -> OfficeView:
    kind = office_kinds().get(row.kind)
    communes = None
    if row.communes is not None:
        communes = _names(desk, row.tenant_id, row.communes)
    return OfficeView(row, kind.name if kind else row.kind, communes)


def _names(desk: Desk, tenant: str, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(desk.territory.commune_name(tenant, code) or code for code in codes)


def _told(row: OfficeRow) -> Json:
    return {"kind": row.kind, "name": row.name, "communes": row.communes}

"""Forwarding a paper dossier: given by one office, taken by the next, both by name.

A dossier is forwarded on the working day of its receipt; what comes after the cut-off
hour, or on a day off, on the next working day (NĐ 118/2025 Điều 18 khoản 2, as amended
by NĐ 309/2026). The hour stands in the law's data.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.persistence.hand_overs import HandOverRow, OnTheWay, Side
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile
from service.usecases.custody.lists_seen import note_shown
from service.usecases.desk import Desk
from service.usecases.outside.national_codes import ONE_STOP
from workflows.deadlines import receive
from workflows.definition import Source
from workflows.journey.desk import RECEIVING
from workflows.writing import whole

SIDES: dict[str, Side] = {"giao": "from_office", "nhan": "to_office"}


@dataclass(frozen=True, slots=True)
class WayRow:
    """A dossier on the list; ``late`` when the day for forwarding it has passed."""

    key: str
    case_code: str
    applicant: str
    other_office: str
    at: datetime
    due_on: date
    late: bool
    given_by: str | None


@dataclass(frozen=True, slots=True)
class ForwardingRule:
    """After which hour forwarding waits for the next working day, and where it stands.

    ``hour`` is None when nobody has found it yet; ``unknown`` then says whom to ask.
    """

    hour: str | None
    unknown: str | None
    source: Source
    instruments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OnTheWayView:
    """What the clerk's office has still to give, what to take, and by which rule."""

    to_give: tuple[WayRow, ...]
    to_take: tuple[WayRow, ...]
    rule: ForwardingRule


def expect(uow: UnitOfWork, file: CaseFile, after: CaseRow, at: datetime) -> None:
    """Note that a move sends the dossier to the office that now works on it.

    Nothing is noted while the citizen has the ball, or when it stays where it was.
    """
    before = file.row.office_id
    works = file.offices.get(after.owner_role or "")
    if before is None or works is None or works != after.office_id or works == before:
        return
    calendar = file.desk.calendar.in_place(file.row.tenant_id, file.matter.commune)
    due_on = receive(at, clocks.cutoff_on(file.edition, at), calendar)
    uow.hand_overs.expect(
        HandOverRow(after.tenant_id, after.id, after.version, before, works, at, due_on)
    )


def arrived(uow: UnitOfWork, file: CaseFile, actor: Actor, at: datetime) -> None:
    """Write that a dossier came: whoever starts its days at the next office took it."""
    row = file.row
    if actor.office_id is None or actor.office_id == file.offices.get(RECEIVING):
        return
    uow.hand_overs.sign(
        row.tenant_id, "to_office", actor.office_id, (row.id, row.version), actor.name,
        at,
    )  # fmt: skip


def on_the_way(desk: Desk, actor: Actor) -> OnTheWayView:
    """Return the dossiers that the clerk's office gives on, and those that come."""
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    office = actor.office_id or ""
    with desk.database.reading() as uow:
        names = {each.id: each.name for each in uow.people.offices(actor.tenant)}
        give = uow.hand_overs.open(actor.tenant, "from_office", office)
        take = uow.hand_overs.open(actor.tenant, "to_office", office)
    note_shown(desk, actor, [each.row.case_id for each in (*give, *take)])
    today = desk.today()
    return OnTheWayView(
        tuple(_row(each, names.get(each.row.to_office, ""), today) for each in give),
        tuple(_row(each, names.get(each.row.from_office, ""), today) for each in take),
        _rule(desk, today),
    )


def sign_for(desk: Desk, actor: Actor, side: str, keys: Collection[str]) -> int:
    """Write that the clerk gave ("giao") or took ("nhan") dossiers; return how many.

    Each is signed once: the same again, or one of another office, changes nothing.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    office = actor.office_id or ""
    with desk.database.transaction() as uow:
        return sum(
            uow.hand_overs.sign(
                actor.tenant, SIDES[side], office, key, actor.name, desk.now()
            )
            for key in sorted(filter(None, map(_key, keys)))
        )


def _rule(desk: Desk, today: date) -> ForwardingRule:
    law = desk.law.package_edition(ONE_STOP, today)
    figure = law.parameter(clocks.CUTOFF).at(today)
    titles = {key: row.title for key, row in law.instruments.items()}
    hour = figure.value if isinstance(figure.value, str) else None
    return ForwardingRule(hour, figure.unknown, figure.source, titles)


def _row(each: OnTheWay, other: str, today: date) -> WayRow:
    row = each.row
    return WayRow(
        f"{row.case_id}.{row.version}",
        each.case_code,
        each.applicant,
        other,
        row.at,
        row.due_on,
        row.given_at is None and today > row.due_on,
        row.given_by,
    )


def _key(text: str) -> tuple[str, int] | None:
    case_id, _, typed = text.rpartition(".")
    version = whole(typed)
    return (case_id, version) if case_id and version is not None else None

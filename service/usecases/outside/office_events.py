"""An outside office raises an event on a case, in the role that it plays there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from integrations.messages import Entered
from service.auth.actors import Actor
from service.errors import NotFoundError
from service.persistence.rows import OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile
from service.usecases.cases.entering import read_facts
from service.usecases.cases.moving import Applied, Cause, apply, later
from service.usecases.desk import Desk
from workflows.chart.values import Offer
from workflows.statechart import Event


@dataclass(frozen=True, slots=True)
class Told:
    """What an office tells: an event, its facts, and who typed it if it was paper."""

    event: str
    facts: Mapping[str, object]
    revision: int
    message_id: str
    papers: Collection[str] = ()
    entered: Entered | None = None


def office_of(
    uow: UnitOfWork, file: CaseFile, source: str
) -> tuple[OfficeRow, frozenset[str]]:
    """Return the office of a kind that takes part in the case, and its roles.

    Raises NotFoundError when no such office does.
    """
    offices = {
        office.id: office
        for office in uow.people.offices(file.row.tenant_id)
        if office.kind == source
    }
    roles = {role: name for role, name in file.offices.items() if name in offices}
    if not roles:
        raise NotFoundError("role", source)
    return offices[next(iter(roles.values()))], frozenset(roles)


def offers_for(
    file: CaseFile, roles: frozenset[str], event: str, papers: Collection[str] = ()
) -> tuple[Offer, ...]:
    """Return the lines of an event that the chart has for the roles just now."""
    found = file.chart.offers(
        file.instance, roles, lookup=file.lookup, papers=file.papers(papers)
    )
    return tuple(offer for offer in found if offer.event == event)


def raise_for(
    desk: Desk, uow: UnitOfWork, file: CaseFile, source: str, told: Told
) -> Applied:
    """Raise what an office tells; a leaf of MoveRefusedError leaves all as it was.

    What an office says was decided there, by as many as it takes; a paper that a
    person typed here carries his name beside that of the office.
    """
    office, roles = office_of(uow, file, source)
    offers = offers_for(file, roles, told.event, told.papers)
    # An office may say more than the event asks; the rest stays in the raw message.
    asked = {record.fact for offer in offers for record in offer.records}
    said = {key: value for key, value in told.facts.items() if key in asked}
    allowed = {role for offer in offers for role in offer.by}
    typed = told.entered
    event = Event(
        told.event,
        later(file.row, desk.now()),
        typed.by if typed else office.name,
        min(roles & allowed or roles),
        read_facts(file, offers, said),
        told.revision,
        second=office.name,
    )
    actor = Actor(
        "office",
        typed.by if typed else office.name,
        file.row.tenant_id,
        account_id=typed.account if typed else None,
        on_behalf_of=office.name if typed else None,
        office_id=office.id,
        office_name=office.name,
    )
    cause = Cause(event, actor, told.papers, message_id=told.message_id)
    return apply(desk, uow, file, cause)

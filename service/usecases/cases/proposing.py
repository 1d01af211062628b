"""A move that one person of an office raises and may not make alone is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from service.errors import AlreadyProposedError
from service.persistence.approvals import ProposalRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile
from service.usecases.cases.moving import Cause
from service.usecases.desk import Desk
from workflows.definition import Label, Source, Warn


def propose(
    desk: Desk, uow: UnitOfWork, file: CaseFile, cause: Cause, papers: Collection[str]
) -> ProposalRow:
    """Keep a move that takes two people until the second one decides.

    The case is held by the transaction and nothing on it changes. Raises
    AlreadyProposedError when something waits on this version of the case already.
    """
    row, event, actor = file.row, cause.event, cause.actor
    waiting = uow.approvals.of_case(row.tenant_id, row.id, row.version)
    if waiting is not None:
        raise AlreadyProposedError(waiting.label, waiting.proposed_name)
    label = line_of(file, event.name, event.facts).label
    proposal = ProposalRow(
        row.tenant_id,
        desk.ids.new_id(),
        row.id,
        row.version,
        event.name,
        label.clerk,
        dict(event.facts),
        sorted(papers),
        actor.office_id or "",
        actor.account_id or "",
        actor.name,
        actor.on_behalf_of,
        desk.now(),
    )
    uow.approvals.add(proposal)
    return proposal


@dataclass(frozen=True, slots=True)
class Line:
    """What a proposed event is called, what it warns of and rests on."""

    label: Label
    warn: Warn | None = None
    source: Source | None = None


def line_of(file: CaseFile, event: str, facts: Mapping[str, object]) -> Line:
    """Return the line of the chart that a proposed event would take."""
    seen = dict(facts)
    offers = file.chart.offers(
        file.instance,
        file.procedure.competence.keys(),
        lookup=lambda key: seen[key] if key in seen else file.lookup(key),
        papers=file.papers(),
    )
    mine = [offer for offer in offers if offer.event == event]
    fitting = [
        offer
        for offer in mine
        if {record.fact for record in offer.records} >= set(seen)
    ]
    for offer in (*fitting, *mine):
        if offer.label is not None:
            source = offer.source[0] if offer.source else None
            return Line(offer.label, offer.warn, source)
    return Line(Label(citizen=event, clerk=event))

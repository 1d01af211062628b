"""A case opened on the desk: its row, its law, its facts and its papers.

What a guard of the chart sees, in this order: facts that this case recorded, conditions
that cases of the matter established, what people said and the rules derive from it, and
the conditions that follow from facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from service.auth.actors import Actor
from service.auth.policies import CaseTarget, MatterTarget
from service.errors import NotFoundError
from service.persistence.rows import FAR, CaseRow, FactRow, LinkRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from service.usecases.matter.situations import PARTIES, PARTY, situation_from
from workflows.definition import (
    PaperIn,
    PaperOut,
    Procedure,
    StateSpec,
    Transition,
)
from workflows.factgraph import FactGraph
from workflows.guards import Guard, evaluate
from workflows.packages import Edition
from workflows.statechart import Chart, Instance, Papers

ORIGINALS = "originals"
# Told by the offices of the case, not by its people.
ELSEWHERE = "filing.elsewhere"

CITIZEN = "citizen"  # the role that owns a state which waits for the citizen


@dataclass(frozen=True)
class CaseFile:
    """Everything about one case that a move or a page needs, read once."""

    desk: Desk
    row: CaseRow
    matter: MatterRow
    edition: Edition
    facts: tuple[FactRow, ...]
    conditions: Mapping[str, bool]
    ticked: frozenset[str]
    offices: Mapping[str, str]
    links: tuple[LinkRow, ...]
    parcel: str | None = None
    _open: set[str] = field(default_factory=set)

    @cached_property
    def procedure(self) -> Procedure:
        """Return the procedure as the pinned edition has it."""
        return self.edition.procedure(self.row.procedure)

    @cached_property
    def chart(self) -> Chart:
        """Return the compiled chart."""
        return self.edition.chart(self.row.procedure)

    @cached_property
    def instance(self) -> Instance:
        """Return where the case is."""
        return Instance.from_json(self.row.instance)

    @cached_property
    def graph(self) -> FactGraph:
        """Return the facts of the matter with all that follows from them.

        A case of one resulting parcel sees the people, the area and the price of its
        own.
        """
        situation = situation_from(self.desk, self.matter, self.facts)
        if self.parcel in {parcel.id for parcel in situation.parcels}:
            situation = situation.of_parcel(str(self.parcel))
        return FactGraph(situation.facts(), self.edition, self.matter.on_day)

    @cached_property
    def own_facts(self) -> Mapping[str, FactRow]:
        """Return the newest statement of each fact that this case recorded."""
        return {row.key: row for row in self.facts if row.case_id == self.row.id}

    @cached_property
    def desks(self) -> Mapping[str, str]:
        """Return the offices on whose list the case may stand: those that can act.

        A role that the chart only names (whom it waits for) acts in a linked case.
        """
        lines = lines_of(self.procedure.chart.states.values())
        acting = {role for _, line in lines for role in line.by}
        return {role: name for role, name in self.offices.items() if role in acting}

    def person(self, party_id: str) -> str:
        """Return the name of somebody who takes part, or the id when none is told."""
        key = f"{PARTY}{party_id}].full_name"
        names = [row.value for row in self.facts if row.key == key and row.value]
        return str(names[-1]) if names else party_id

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        """Return everybody who takes part: id and name."""
        told = [row.value for row in self.facts if row.key == PARTIES]
        parties = told[-1] if told and isinstance(told[-1], list) else []
        ids = [str(each["id"]) for each in parties]
        return tuple((id_, self.person(id_)) for id_ in ids)

    @property
    def parent(self) -> LinkRow | None:
        """Return the link to the case that opened this one."""
        return next((row for row in self.links if row.child_id == self.row.id), None)

    @property
    def children(self) -> tuple[LinkRow, ...]:
        """Return the links to the cases that this one opened."""
        return tuple(row for row in self.links if row.parent_id == self.row.id)

    def lookup(self, key: str) -> object:
        """Answer a guard: the value of a fact or a condition, or None."""
        derived = self.procedure.facts.get(key)
        if derived is not None and derived.from_clock is not None:
            return self.promise_over
        if derived is not None and derived.from_offices is not None:
            return self.filed_elsewhere
        own = self.own_facts.get(key)
        if own is not None:
            return own.value
        if key in self.conditions:
            return self.conditions[key]
        value = self.graph.value(key)
        return self._condition(key) if value is None else value

    @property
    def promised(self) -> date | None:
        """Return the day of return as it was promised, moved by every pause since."""
        row = self.row
        days = [row.appointment, None if row.due_on == FAR else row.due_on]
        return max((day for day in days if day is not None), default=None)

    @property
    def promise_over(self) -> bool:
        """Return whether the promised day has passed; it lasts until its end."""
        return self.promised is not None and self.desk.today() > self.promised

    @property
    def filed_elsewhere(self) -> bool:
        """Return whether the counter that took it serves another place than the land's.

        It is noted when somebody files there, so that a later change of the places
        that an office serves does not move a running case.
        """
        noted = self.own_facts.get(ELSEWHERE)
        return noted is not None and noted.value is True

    def _condition(self, key: str) -> object:
        condition = self.edition.conditions.get(key)
        if condition is None or condition.holds_if is None or key in self._open:
            return None
        # A condition may be named like one of the facts it rests on.
        self._open.add(key)
        try:
            return evaluate(condition.holds_if, self.lookup)
        finally:
            self._open.discard(key)

    def required(self) -> tuple[PaperIn, ...]:
        """Return the papers that this dossier needs, as far as the facts decide."""
        return tuple(
            paper for paper in self.procedure.papers_in if self._holds(paper.when)
        )

    def results(self) -> tuple[PaperOut, ...]:
        """Return the papers that the citizen gets, as far as the outcome is known."""
        return tuple(
            paper
            for paper in self.procedure.papers_out
            if paper.outcome in {None, self.row.outcome} and self._holds(paper.when)
        )

    def _holds(self, guard: Guard | None) -> bool:
        """Return whether a guard is known to hold by facts and flags of the chart."""
        flags = dict(self.instance.flags)

        def seen(key: str) -> object:
            return flags[key] if key in flags else self.lookup(key)

        return guard is None or evaluate(guard, seen) is True

    def papers(self, also: Collection[str] = ()) -> Papers:
        """Return the papers against which an event is checked."""
        present = self.ticked | frozenset(also)
        required = frozenset(paper.id for paper in self.required())
        return Papers(present, required, originals_in=ORIGINALS in present)

    def target(self, matter: MatterTarget) -> CaseTarget:
        """Return the case as far as a decision on rights needs it."""
        return CaseTarget(matter, frozenset(self.offices.values()))

    def roles_of(self, actor: Actor) -> frozenset[str]:
        """Return the roles of the chart that the actor may play in this case."""
        if actor.kind in {"citizen", "helper"}:
            return frozenset({actor.kind})
        if actor.kind == "system":
            return frozenset({"system"})
        own = {
            role for role, office in self.offices.items() if office == actor.office_id
        }
        return frozenset(own)


def lines_of(states: Iterable[StateSpec]) -> Iterator[tuple[str, Transition]]:
    """Yield every event of the states and of those within, with each of its lines."""
    for state in states:
        for event, lines in state.events.items():
            for line in lines:
                yield event, line
        yield from lines_of(state.states.values())


def open_case(
    desk: Desk, uow: UnitOfWork, row: CaseRow, matter: MatterRow | None = None
) -> CaseFile:
    """Read everything about a case in the transaction, but its matter if it is given.

    A matter is a large row: whoever has read it in this transaction hands it on.
    """
    matter = matter or uow.matters.by_id(row.tenant_id, row.matter_id)
    links = uow.cases.links(row.tenant_id, row.id)
    parents = (link.parent_id for link in links if link.child_id == row.id)
    around = uow.cases.around(row, next(parents, None))
    parcel = _parcel_of(uow, row, matter, links)
    facts = uow.matters.facts(row.tenant_id, row.matter_id)
    if parcel is not None:
        facts = _without_others(uow, matter, facts, parcel)
    return CaseFile(
        desk,
        row,
        matter,
        edition_of(desk, uow, row.edition_digest),
        facts,
        around.conditions,
        around.papers,
        around.offices,
        links,
        parcel,
    )


def open_cases(
    desk: Desk, uow: UnitOfWork, rows: Sequence[CaseRow]
) -> tuple[CaseFile, ...]:
    """Read everything about several cases of one province, in the order of the rows.

    Each table is read once for all of them; a case that is for one parcel of several
    is read by itself.
    """
    if not rows:
        return ()
    tenant, ids = rows[0].tenant_id, [row.id for row in rows]
    matter_ids = {row.matter_id for row in rows}
    matters = uow.together.matters(tenant, matter_ids)
    facts = uow.together.facts(tenant, matter_ids)
    conditions = uow.together.conditions(tenant, matter_ids)
    links = uow.together.links(tenant, ids)
    parents = {
        row.id: [link.parent_id for link in links[row.id] if link.child_id == row.id]
        for row in rows
    }
    inherited = [each for found in parents.values() for each in found]
    papers = uow.together.papers(tenant, {*ids, *inherited})
    offices = uow.together.offices(tenant, ids)
    return tuple(
        open_case(desk, uow, row)
        if parcels_of(matters[row.matter_id])
        else CaseFile(
            desk,
            row,
            matters[row.matter_id],
            edition_of(desk, uow, row.edition_digest),
            tuple(facts[row.matter_id]),
            conditions[row.matter_id],
            papers[row.id].union(*(papers[each] for each in parents[row.id])),
            offices[row.id],
            tuple(links[row.id]),
        )
        for row in rows
    )


def _parcel_of(
    uow: UnitOfWork, row: CaseRow, matter: MatterRow, links: Iterable[LinkRow]
) -> str | None:
    """Return the parcel that a case is for: its own step's, or that of its parent."""
    parcels = parcels_of(matter)
    if not parcels:
        return None
    step_id = row.step_id
    for link in links:
        if link.child_id == row.id:
            step_id = uow.cases.by_id(row.tenant_id, link.parent_id).step_id
    return parcels.get(step_id or "")


def parcels_of(matter: MatterRow) -> dict[str, str]:
    """Return the parcel of each pinned step that is for one resulting parcel."""
    steps = (matter.plan or {}).get("steps", [])
    return {step["id"]: step["for"]["parcel"] for step in steps if "for" in step}


def _without_others(
    uow: UnitOfWork, matter: MatterRow, facts: tuple[FactRow, ...], parcel: str
) -> tuple[FactRow, ...]:
    """Leave out what the cases of other parcels found out, such as their contract."""
    parcels = parcels_of(matter)
    others = {
        row.code
        for row in uow.cases.of_matter(matter.tenant_id, matter.id)
        if parcels.get(row.step_id or "", parcel) != parcel
    }
    return tuple(fact for fact in facts if fact.detail not in others)


def find_case(uow: UnitOfWork, code: str) -> CaseRow:
    """Return the case with the code, or raise NotFoundError."""
    row = uow.cases.by_code(code)
    if row is None:
        uow.refuse_others(code)
        raise NotFoundError("case", code)
    return row


def matter_target(
    desk: Desk, uow: UnitOfWork, matter: MatterRow, actor: Actor | None = None
) -> MatterTarget:
    """Return the matter as far as a decision on rights needs it.

    What a resident allows helpers says nothing about others: where it is known that the
    ``actor`` is no helper, the consents are not read.
    """
    consents = (
        uow.people.consents(matter.tenant_id, matter_id=matter.id)
        if actor is None or actor.kind == "helper"
        else ()
    )
    return MatterTarget(matter.tenant_id, matter.id, consents, desk.now())


def edition_of(desk: Desk, uow: UnitOfWork, digest: str) -> Edition:
    """Return a pinned edition: from memory, or from the text that was stored."""
    if digest not in desk.editions:
        body = uow.matters.edition_body(digest)
        if body is None:
            raise NotFoundError("edition", digest)
        desk.editions[digest] = Edition.from_json(body)
    return desk.editions[digest]


def pin_edition(desk: Desk, uow: UnitOfWork, tenant: str, edition: Edition) -> str:
    """Store an edition with the case that pins it, once; return its digest."""
    if not uow.matters.has_edition(tenant, edition.digest):
        uow.matters.keep_edition(
            tenant, edition.digest, edition.id, edition.canonical_json(), desk.now()
        )
    desk.editions.setdefault(edition.digest, edition)
    return edition.digest


def offices_for(
    desk: Desk,
    uow: UnitOfWork,
    procedure: Procedure,
    matter: MatterRow,
    asked: Iterable[str] = (),
) -> dict[str, str]:
    """Return the office of each role of the chart, as far as one is known.

    ``asked`` are kinds of office that a parent case named when it opened this one.
    An office that names the commune goes before one for the whole province; one that
    is closed for good gets no new case.
    """
    del desk
    offices = uow.people.offices(matter.tenant_id)
    found: dict[str, str] = {}
    for role, competence in procedure.competence.items():
        kinds = [competence.office] if isinstance(competence.office, str) else []
        for kind in (*kinds, *asked):
            fitting = [
                office
                for office in offices
                if kind in office.kinds
                and office.closed_at is None
                and (office.communes is None or matter.commune in office.communes)
            ]
            if fitting:
                nearest = min(fitting, key=lambda office: office.communes is None)
                found[role] = nearest.id
                break
    return found

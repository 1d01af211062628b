"""A journey planned before it starts: the chain of procedures, dated and explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from workflows import liabilities
from workflows.calendar import Calendar
from workflows.deadlines import due
from workflows.definition import Label, Length, Procedure, Start, Status
from workflows.errors import PackageInvalidError, UnknownNameError
from workflows.factgraph import FactGraph
from workflows.journey import sentences
from workflows.journey.beliefs import Beliefs
from workflows.journey.books import Book, Books, Editions
from workflows.journey.cautions import bases, cautions
from workflows.journey.chain import Chain, Draft, Way, direct, faults, in_order
from workflows.journey.figures import Term, main_deadlines
from workflows.journey.gaps import Gaps
from workflows.journey.model import (
    Duration,
    ForParcel,
    Need,
    Period,
    Plan,
    Preparation,
    Step,
)
from workflows.journey.repeated import repeated
from workflows.journey.route import Map, Visit, Walk
from workflows.journey.timing import Dated, Measure, dated, stretches
from workflows.law.edition import Edition
from workflows.parcels import Parcel
from workflows.parties import PartyRole
from workflows.sentences import ROLE_NAMES
from workflows.situation import Situation
from workflows.territory import BranchHint

SPLIT_FROM = "commune.split_from"


class Branches(Protocol):
    """What knows of a commune the branch of the land office, and whence it came."""

    def branch_of(self, province: str, code: str) -> BranchHint | None:
        """Return the branch or its candidates, or None when nothing is known."""

    def split_units(self, province: str, code: str) -> tuple[str, ...]:
        """Return the old units of which the commune got only a part."""


def plan(
    situation: Situation,
    edition: Edition,
    calendar: Calendar,
    *,
    start: date | None = None,
    branches: Branches | None = None,
    editions: Editions | None = None,
) -> Plan:
    """Return the plan of a matter under one edition of the law.

    ``start`` is the day on which the first dossier is handed in; without it, the first
    working day after the day of the situation. ``branches`` (a ``Territory``) names the
    branch that decides; with ``editions`` (a ``Law``) each step is read from the law of
    the day on which it is filed. Raises UnknownNameError for a goal that
    the edition does not have, and PackageInvalidError when its procedures contradict
    one another, so that the plan would fail on the way.
    """
    if situation.goal not in edition.goals:
        raise UnknownNameError("goal", situation.goal, edition.goals)
    first = calendar.next_working(situation.on) if start is None else start
    branch = None
    facts = situation.facts()
    if branches is not None and situation.commune is not None:
        place = situation.province, situation.commune
        branch = branches.branch_of(*place)
        facts |= {SPLIT_FROM: ", ".join(branches.split_units(*place)) or None}
    graph = FactGraph(facts, edition, situation.on)
    ordinary = {fact: case.value for fact, case in edition.ordinary.items()}
    beliefs = Beliefs(graph.lookup, ordinary)
    books = Books(situation, edition, graph, beliefs, branch, editions)
    gaps = Gaps(edition, graph, beliefs)
    planner = _Planner(situation, edition, calendar, graph, books, books.first, gaps)
    return planner.plan(calendar.roll(first))


@dataclass(slots=True)
class _Planner:
    situation: Situation
    edition: Edition
    calendar: Calendar
    graph: FactGraph
    books: Books
    book: Book
    gaps: Gaps
    steps: dict[str, Step] = field(default_factory=dict)

    def plan(self, filed: date) -> Plan:
        """Chain backwards, check forwards, lay the steps on the calendar."""
        goal = self.edition.goals[self.situation.goal]
        chain = Chain(
            self.edition.procedures,
            self.edition.conditions,
            self.book.beliefs,
            self._days,
        )
        draft = chain.reach(goal.reach)
        if found := faults(draft, in_order(draft), chain.established):
            raise PackageInvalidError(found)
        draft = repeated(draft, self.situation.passing)
        order = in_order(draft)
        after = direct(draft)
        for step in order:
            starts = self._starts(after[step], filed)
            self._lay(draft, chain, step, after[step], starts)
        steps = tuple(self.steps.values())
        path = critical_path(steps)
        preparations = tuple(self._preparations(draft))
        self.gaps.add_assumptions()
        self.gaps.add_missing_ways(draft)
        waits = any(link.how == "gap" for link in draft.links) or any(
            not each.ready for each in preparations
        )
        duration = self._duration(steps, path, filed, waits=waits)
        return Plan(
            goal=self.situation.goal,
            title=goal.title,
            on=self.situation.on,
            edition=self.edition.id,
            digest=self.edition.digest,
            steps=steps,
            preparations=preparations,
            critical_path=path,
            duration=duration,
            costs=liabilities.estimate(
                self.situation, self.edition, self.calendar
            ).to_json(),
            assumptions=self.gaps.assumptions(),
            warnings=(
                *cautions(
                    self.edition,
                    self.situation.goal,
                    steps,
                    self.graph.lookup,
                    self.book.figures.told,
                ),
                *self.gaps.warnings,
            ),
            unknown=self.gaps.unknown(),
            notes=(
                *(sentences.NOTES if steps else self._already(goal.reach)),
                *self.calendar.notes(filed, duration.earliest_finish),
            ),
        )

    def _already(self, wanted: Sequence[str]) -> tuple[str, ...]:
        known = self.edition.conditions
        return tuple(
            sentences.already_so(known[name].label)
            for name in wanted
            if name in known and self.book.beliefs.value(known[name].holds_if)
        )

    def _days(self, procedure_id: str) -> int:
        """Return the days of a procedure's terms, to compare ways by."""
        procedure = self.edition.procedures[procedure_id]
        lengths = (
            self.book.figures.measure(deadline.length, self.situation.on).length
            for deadline in main_deadlines(procedure).values()
        )
        return sum(0 if length is None else length.n for length in lengths)

    def _starts(self, after: Sequence[str], filed: date) -> date:
        """Return the day of filing: the working day after all that must come first."""
        if not after:
            return filed
        return self.calendar.next_working(max(self.steps[step].ends for step in after))

    # --- one step ---------------------------------------------------------------------

    def _lay(
        self,
        draft: Draft,
        chain: Chain,
        step_id: str,
        after: tuple[str, ...],
        starts: date,
    ) -> None:
        way = draft.ways[step_id]
        book = self.books.of_step(way.parcel, starts)
        way = _under(way, book.edition)
        procedure = way.procedure
        beliefs = book.beliefs.expecting(procedure.expects)
        walk = Map(procedure, beliefs).route(way.state)
        walk = walk or Walk(next(iter(procedure.chart.entries)), ())
        terms = {
            name: book.figures.term(deadline, starts)
            for name, deadline in main_deadlines(procedure).items()
        }
        parts = stretches(
            walk.visits,
            {name: term.measures for name, term in terms.items()},
            lambda opened: _child_term(book, opened, starts),
            lambda length: book.figures.measure(length, starts),
        )
        laid = dated(parts, starts, self.calendar)
        ends = laid[-1].ends if laid else starts
        earlier = [
            other
            for other_id, other in draft.ways.items()
            if draft.precedes(other_id, step_id)
        ]
        earlier.sort(key=lambda other: (self.steps[other.id].ends, other.id))
        papers, forms = book.desk.papers(way, walk.entry, earlier[::-1])
        office = book.desk.office(procedure)
        working = self._working(laid, terms)
        self.gaps.about_step(procedure, office, terms, laid)
        self.steps[step_id] = Step(
            id=step_id,
            procedure=procedure.procedure,
            name=self._name(way),
            office=office,
            after=after,
            requires=self._needs(draft, step_id),
            establishes=chain.established(way),
            takes_away=procedure.ends,
            papers=papers,
            forms=forms,
            working_days=working,
            longest_working_days=_longest(book, procedure, working, terms, starts),
            calendar_days=sum(
                (part.ends - part.starts).days
                for part in laid
                if not part.stretch.counting
            ),
            term=next((t.measures[0].length for t in terms.values()), None),
            starts=starts,
            ends=ends,
            periods=tuple(_periods(book, procedure, step_id, laid)),
            basis=bases(procedure.basis),
            package=procedure.package,
            status=_status(book.edition, procedure),
            serves=_for(way.parcel),
        )
        self._lay_beside(self.steps[step_id], way, book, walk.visits, laid)

    def _name(self, way: Way) -> Label:
        """Return the title; of a step that other parcels have too, with whose it is."""
        title = way.procedure.title
        if way.parcel is None or way.alone:
            return title
        people = [
            str(party.facts.get("full_name") or party.id)
            for party in self.situation.parties
            if party.id in way.parcel.holders
        ]
        return Label(
            citizen=sentences.for_parcel(title.citizen, people),
            clerk=sentences.for_parcel(title.clerk, people),
        )

    def _needs(self, draft: Draft, step_id: str) -> tuple[Need, ...]:
        known = self.edition.conditions
        return tuple(
            Need(
                link.condition,
                known[link.condition].label if link.condition in known else "",
                link.how,
                link.met_by,
            )
            for link in draft.links
            if link.needed_by == step_id
        )

    def _working(self, laid: Sequence[Dated], terms: dict[str, Term]) -> int | None:
        """Return the working days of the office's term; None when it is not known."""
        if not terms or any(t.measures[0].length is None for t in terms.values()):
            return None
        total = 0
        for part in laid:
            length = part.stretch.measure.length
            if not part.stretch.counting or length is None:
                continue
            if length.unit == "working_day":
                total += length.n
            else:
                total += len(self.calendar.working_days(part.starts, part.ends))
        return total

    # --- linked cases -----------------------------------------------------------------

    def _lay_beside(
        self,
        parent: Step,
        way: Way,
        book: Book,
        visits: Sequence[Visit],
        laid: Sequence[Dated],
    ) -> None:
        """Put the linked cases of a step beside it; they start and end within it."""
        for opened in (start for visit in visits for start in visit.all_opened):
            child = book.edition.procedures.get(opened.procedure)
            if child is None:
                continue
            linked = _linked(child, way)
            step_id = linked.id
            if step_id in self.steps:
                step_id = f"{child.procedure}.{parent.id}.{opened.as_}"
            part = next((p for p in laid if p.stretch.opened == opened), None)
            starts = parent.starts if part is None else part.starts
            length = _child_term(book, opened, starts).length
            ends = due(starts, length, self.calendar).due if length else starts
            entry = next(iter(child.chart.entries))
            papers, forms = book.desk.papers(linked, entry, ())
            terms = {
                name: Term((book.figures.measure(deadline.length, starts),))
                for name, deadline in main_deadlines(child).items()
            }
            office = book.desk.office(child)
            self.gaps.about_step(child, office, terms, ())
            working = _working_days(length, starts, ends, self.calendar)
            self.steps[step_id] = Step(
                id=step_id,
                procedure=child.procedure,
                name=self._name(linked),
                office=office,
                after=parent.after,
                requires=(),
                establishes=(),
                takes_away=(),
                papers=papers,
                forms=forms,
                working_days=working,
                longest_working_days=working,
                calendar_days=0,
                term=length,
                starts=starts,
                ends=ends if part is None else part.ends,
                periods=(),
                basis=bases(child.basis),
                package=child.package,
                status=_status(book.edition, child),
                within=parent.id,
                serves=parent.serves,
            )

    # --- the whole --------------------------------------------------------------------

    def _preparations(self, draft: Draft) -> Iterator[Preparation]:
        """Yield what persons outside the offices must bring, each once."""
        seen: dict[str, list[str]] = {}
        for link in draft.links:
            if link.how == "person":
                seen.setdefault(link.condition, []).append(link.needed_by)
        for name, before in seen.items():
            spec = self.edition.conditions[name]
            if spec.by_person is None:
                continue
            paper = self.edition.papers.get(spec.by_person.paper)
            named = spec.by_person.paper if paper is None else paper.name
            ready = spec.holds_if is not None and bool(
                self.book.beliefs.value(spec.holds_if)
            )
            who = _who(spec.by_person.who)
            if not ready:
                self.gaps.about_person(who, named)
            yield Preparation(
                condition=name,
                text=spec.label,
                who=spec.by_person.who,
                who_name=who,
                paper=spec.by_person.paper,
                name=named,
                ready=ready,
                before=tuple(dict.fromkeys(before)),
                get_it=None if paper is None else paper.get_it,
            )

    def _duration(
        self, steps: Sequence[Step], path: Sequence[str], filed: date, *, waits: bool
    ) -> Duration:
        on_path = [step for step in steps if step.id in path]
        finish = max((step.ends for step in steps), default=filed)
        return Duration(
            working_days=sum(step.working_days or 0 for step in on_path),
            longest_working_days=sum(
                step.longest_working_days or 0 for step in on_path
            ),
            calendar_days=(finish - filed).days,
            earliest_start=filed,
            earliest_finish=finish,
            partial=waits or any(step.working_days is None for step in on_path),
        )


# --- one step, read from its book -----------------------------------------------------


def _under(way: Way, edition: Edition) -> Way:
    """Return the way as the edition of the day has it, where it still has it."""
    procedure = edition.procedures.get(way.procedure.procedure)
    state = None if procedure is None else procedure.chart.states.get(way.state)
    if procedure is None or state is None or state.final is None:
        return way
    return replace(way, procedure=procedure, final=state.final)


def _linked(child: Procedure, way: Way) -> Way:
    """Return a linked case as a way of its own, for the parcel of its parent."""
    name, final = next(
        (name, state.final)
        for name, state in child.chart.states.items()
        if state.final is not None
    )
    return Way(child, name, final, way.parcel, way.alone)


def _for(parcel: Parcel | None) -> ForParcel | None:
    if parcel is None:
        return None
    area = None if parcel.area_m2 is None else str(parcel.area_m2)
    return ForParcel(parcel.id, parcel.holders, area)


def _status(edition: Edition, procedure: Procedure) -> str:
    """Return whether the step may be shown without a mark.

    What a verified package of the place itself changed was held against its text,
    whatever became of the package that it was taken from.
    """
    own = (o.reached for o in edition.overrides if o.package == edition.id)
    if edition.status is Status.VERIFIED and any(
        procedure.procedure in reached for reached in own
    ):
        return Status.VERIFIED.value
    return edition.statuses.get(procedure.package, edition.status).value


def _child_term(book: Book, opened: Start, day: date) -> Measure:
    """Return how long the linked case takes for its answer."""
    child = book.edition.procedures.get(opened.procedure)
    main = None if child is None else next(iter(main_deadlines(child)), None)
    if child is None or main is None:
        return Measure(None)
    expected = (
        deadline
        for deadline in child.deadlines.values()
        if deadline.replaces == main
        and deadline.expected_if is not None
        and book.beliefs.value(deadline.expected_if)
    )
    taken = next(expected, child.deadlines[main])
    return book.figures.measure(taken.length, day)


def _longest(
    book: Book,
    procedure: Procedure,
    working: int | None,
    terms: dict[str, Term],
    day: date,
) -> int | None:
    """Return the working days if the area adds days and the term is extended."""
    if working is None:
        return None
    longest = working
    for term in terms.values():
        if term.open is not None and term.open.length is not None:
            longest += term.open.length.n
    for deadline in procedure.deadlines.values():
        if deadline.per != "case" or deadline.replaces not in terms:
            continue
        extended = book.figures.measure(deadline.length, day).length
        replaced = terms[deadline.replaces].measures[0].length
        if extended is not None and replaced is not None:
            longest += max(0, extended.n - replaced.n)
    return longest


def _periods(
    book: Book, procedure: Procedure, step_id: str, laid: Sequence[Dated]
) -> Iterator[Period]:
    for part in laid:
        stretch = part.stretch
        length = stretch.measure.length
        if length is None or (length.n == 0 and not stretch.counting):
            continue
        kind, lane = book.desk.lane(procedure, stretch.owner)
        if stretch.opened is not None:
            child = book.edition.procedures.get(stretch.opened.procedure)
            if child is not None:
                kind, lane = book.desk.lane(child, next(iter(child.competence)))
        yield Period(
            step=step_id,
            office=kind or "",
            lane=lane,
            label="" if stretch.label is None else stretch.label.citizen,
            counting=stretch.counting,
            starts=part.starts,
            ends=part.ends,
            length=length,
            reason=stretch.reason,
        )


def _who(role: str) -> str:
    return ROLE_NAMES[PartyRole(role)] if role in set(PartyRole) else role


def _working_days(
    length: Length | None, starts: date, ends: date, calendar: Calendar
) -> int | None:
    if length is None:
        return None
    if length.unit == "working_day":
        return length.n
    return len(calendar.working_days(starts, ends))


def critical_path(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the steps of which each day of delay delays the end.

    The steps are walked back from the one that ends last; a linked case belongs to it
    when the step that opened it waits for its answer.
    """
    main = {step.id: step for step in steps if step.within is None}
    if not main:
        return ()
    path: list[str] = []
    step = max(main.values(), key=lambda each: (each.ends, each.id))
    while True:
        beside = [each for each in steps if each.within == step.id]
        path[:0] = [step.id, *(each.id for each in beside if _waited_for(each, step))]
        if not step.after:
            return tuple(path)
        before = [main[name] for name in step.after]
        step = max(before, key=lambda each: (each.ends, each.id))


def _waited_for(linked: Step, parent: Step) -> bool:
    return any(
        not period.counting and period.starts == linked.starts
        for period in parent.periods
    )

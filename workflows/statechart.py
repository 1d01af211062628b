"""The interpreter of procedures: pure, without a clock, and it explains its refusals.

``Chart.step(instance, event)`` returns an ``Outcome``: the instance after the event,
the arrows that were followed, and what is to be done about it, as data. Nothing is
changed in place. When the event cannot be taken a ``MoveRefusedError`` says why, and
the case stays where it was.

**How an event is taken.** Each active leaf looks for an answer from itself outwards. In
every state on the way:

1. the lines of the event are tried in order. A line counts when the actor's role may
   raise it and its guard holds; the first that counts is taken. A guard that is still
   open stops everything (FactsMissingError names the facts), because a later line may
   not be taken while an earlier one might hold;
2. else, if the state defers or records the signal, that is the leaf's answer.

So the nearest word decides. Parallel regions answer each for itself, and arrows that
exit a state in common conflict. One arrow makes the event *moved*; else one leaf that
defers it keeps it; else it is *recorded*; else it is refused.

**Before anything moves** the actor must have entered the facts that the arrow
``records``, and the facts and papers that it ``needs`` must be there. What asks for a
``second_person`` needs the name of who confirmed it; timers and signals ask nobody.

**After an arrow** the chart settles: choices (``always``) are followed first, then
``done.<state>`` events in the order in which they arose, until nothing more happens.
When the chart has moved, signals that were kept are given to it again, oldest first.

**Facts.** A guard sees, in this order: what the chart derives (from its history, from a
closed list), its flags, the facts entered with the event, and then ``lookup``.

**Linked cases.** A signal that ``revises`` raises the revision of its link. An answer
(``child.<link>.*``) to an older revision is *stale*: it is noted and moves nothing.
What comes after the end is *late* when the chart allows it.

The parts: ``chart.values`` (what goes in and out), ``chart.structure`` (the tree),
``chart.rules`` (what states answer, remembered), ``chart.run`` (one event), and
``chart.walk`` (every configuration, for lint).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from workflows.chart.rules import Lists, Rules, matches
from workflows.chart.run import ENGINE_ROLES, Run, may_raise
from workflows.chart.structure import Arrow, ChartBrokenError
from workflows.chart.values import (
    Analysis,
    Delivered,
    Event,
    Instance,
    Offer,
    Outcome,
    Papers,
    Taken,
    TimerOrder,
)
from workflows.chart.walk import MOST_POINTS, analyse
from workflows.definition import Final, Label, Procedure, StateSpec, Stop
from workflows.errors import (
    EventNotExpectedError,
    MoveRefusedError,
    UnknownNameError,
)
from workflows.guards import Lookup

__all__ = [
    "ENGINE_ROLES",
    "Analysis",
    "Chart",
    "ChartBrokenError",
    "Delivered",
    "Event",
    "Instance",
    "Offer",
    "Outcome",
    "Papers",
    "Taken",
    "TimerOrder",
]

_Read = TypeVar("_Read")
_NO_PAPERS = Papers()


class Chart:
    """The statechart of one procedure, compiled; all its cases may share it.

    ``lists`` are the closed lists of the edition. Raises PackageInvalidError when the
    chart does not hold together or names a list that does not exist.
    """

    def __init__(self, procedure: Procedure, lists: Lists) -> None:
        self.procedure = procedure
        self._rules = Rules(procedure, lists)
        self._structure = self._rules.structure

    # --- moving ----------------------------------------------------------------------

    def start(
        self, entry: str | None = None, *, lookup: Lookup, at: datetime
    ) -> Outcome:
        """Enter the chart by the door ``entry``, or by the first whose guard holds.

        Raises UnknownNameError for a door that is not there, and FactsMissingError or
        ConditionNotMetError when its guard keeps it shut.
        """
        entries = self._rules.entries
        if entry is not None and entry not in entries:
            raise UnknownNameError("entry", entry, entries)
        doors = tuple(entries.values()) if entry is None else (entries[entry],)
        opened = Event(doors[0].event, at, "", "system")
        closed = Instance(flags=tuple(self.procedure.flags.items()))
        run = Run(self._rules, closed, opened.name, opened.facts, lookup)
        arrow = run.first_that_counts(doors, None)
        if arrow is None:
            raise run.refusal(doors, None)
        run.follow((arrow,))
        run.settle()
        return run.outcome("moved")

    def step(
        self,
        instance: Instance,
        event: Event,
        *,
        lookup: Lookup,
        papers: Papers = _NO_PAPERS,
    ) -> Outcome:
        """Return what the event does to the instance, or raise why it does nothing.

        Raises a leaf of MoveRefusedError. A signal has nobody who could try something
        else, so its caller makes a visible fault of the refusal.
        """
        outcome = self._fire(instance, event, lookup, papers)
        if outcome.handled == "moved" and outcome.after.deferred:
            return self._deliver(outcome, event, lookup, papers)
        return outcome

    def _fire(
        self, instance: Instance, event: Event, lookup: Lookup, papers: Papers
    ) -> Outcome:
        over = self._rules.place(instance.configuration).over
        if over and matches(event.name, self.procedure.chart.late.record):
            return Outcome("late", instance, instance)
        if instance.revisions and _is_stale(event, instance):
            return Outcome("stale", instance, instance)
        if over:
            raise EventNotExpectedError(event.name, instance.configuration)
        run = Run(self._rules, instance, event.name, event.facts, lookup)
        answer = run.choose(event.name, event.role)
        if answer is None:
            raise run.refusal(self._lines(instance, event.name), event.role)
        if answer == "deferred":
            kept = (*instance.deferred, event)
            return Outcome("deferred", instance, replace(instance, deferred=kept))
        if answer == "recorded":
            run.happened(event.name)
            return run.outcome("recorded")
        alone = event.second is None and event.role not in ENGINE_ROLES
        run.check(answer, papers, event.at.date(), alone=alone)
        run.happened(event.name)
        run.follow(answer)
        run.settle()
        return run.outcome("moved")

    def _lines(self, instance: Instance, event: str) -> tuple[Arrow, ...]:
        ways = self._rules.ways(instance.configuration, event)
        return tuple(dict.fromkeys(line for way in ways for line in way.lines))

    def _deliver(
        self, outcome: Outcome, event: Event, lookup: Lookup, papers: Papers
    ) -> Outcome:
        """Give the signals that were kept to the chart again, oldest first.

        What the chart still defers stays in the row. A move may set an earlier one
        free, so after each the row is looked through from its beginning.
        """
        position = 0
        while position < len(outcome.after.deferred):
            waiting = outcome.after.deferred
            signal = waiting[position]
            before = replace(
                outcome.after, deferred=waiting[:position] + waiting[position + 1 :]
            )
            # What was entered with the event is not in the ledger yet.
            known = replace(signal, facts={**event.facts, **signal.facts})
            try:
                result = self._fire(before, known, lookup, papers)
            except MoveRefusedError as refused:
                result = Outcome("recorded", before, before)
                told = Delivered(signal, "refused", refused)
            else:
                told = Delivered(signal, result.handled)
            if result.handled == "deferred":
                position += 1
                continue
            outcome = _joined(outcome, result, told)
            if result.handled == "moved":
                position = 0
        return outcome

    # --- what a screen asks ----------------------------------------------------------

    def state(self, name: str) -> StateSpec:
        """Return the definition of a state; UnknownNameError when there is none."""
        if name not in self._rules.states:
            raise UnknownNameError("state", name, self._rules.states)
        return self._rules.states[name]

    def active(self, instance: Instance) -> tuple[str, ...]:
        """Return every active state in document order, so outermost first."""
        return self._structure.active(instance.configuration)

    def knows(self, instance: Instance) -> bool:
        """Return whether the instance can be one of this chart: its states are here."""
        return self._structure.fault_of(instance.configuration) is None

    def fault_of(self, configuration: tuple[str, ...]) -> str | None:
        """Say what makes a configuration illegal here; None when it is legal."""
        return self._structure.fault_of(configuration)

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return states of this chart in document order."""
        nodes = self._structure.nodes
        return tuple(sorted(names, key=lambda name: nodes[name].index))

    def kind_of(self, name: str) -> str | None:
        """Return what kind of state the name is, or None when there is none."""
        node = self._structure.nodes.get(name)
        return None if node is None else node.kind

    @property
    def asked_of_history(self) -> frozenset[str]:
        """Return the events of which some guard asks whether they happened."""
        return self._rules.asked_of_history

    @property
    def events(self) -> frozenset[str]:
        """Return every event that some state answers, defers or records by name."""
        answered = {arrow.event for arrow in self._structure.arrows}
        kept = (
            name
            for state in self._rules.states.values()
            for name in (*state.record, *state.defer)
        )
        return frozenset({*answered, *kept})

    def is_over(self, instance: Instance) -> bool:
        """Return whether the case has ended."""
        return self._rules.place(instance.configuration).over

    def outcome(self, instance: Instance) -> Final | None:
        """Return the outcome of an ended case, or None while it runs."""
        if not self.is_over(instance):
            return None
        return self._rules.states[instance.configuration[0]].final

    def owners(self, instance: Instance) -> tuple[str, ...]:
        """Return everybody who has the ball: one for each region still at work."""
        return self._nearest(instance, lambda state: state.owner)

    def owner(self, instance: Instance) -> str | None:
        """Return who has the ball; of several regions the first still at work."""
        return next(iter(self.owners(instance)), None)

    def status(self, instance: Instance) -> int | None:
        """Return the national status code, 1 to 10, or None before it has one."""
        return next(iter(self._nearest(instance, lambda state: state.status)), None)

    def labels(self, instance: Instance) -> tuple[Label, ...]:
        """Return the words for where the case is: one for each region at work."""
        return self._nearest(instance, lambda state: state.label)

    def stops(self, instance: Instance) -> tuple[Stop, ...]:
        """Return what makes a clock stand still now; without any, the clocks run."""
        states = [self._rules.states[name] for name in self.active(instance)]
        return tuple(state.stops for state in states if state.stops is not None)

    def _nearest(
        self, instance: Instance, read: Callable[[StateSpec], _Read | None]
    ) -> tuple[_Read, ...]:
        """Read from each leaf still at work outwards, until something is said."""
        leaves = instance.configuration
        nodes = self._structure.nodes
        at_work = [leaf for leaf in leaves if nodes[leaf].kind != "final"] or leaves
        said: list[_Read] = []
        for leaf in at_work:
            chain = self._structure.chain(leaf)
            values = (read(self._rules.states[name]) for name in chain)
            nearest = next((value for value in values if value is not None), None)
            if nearest is not None and nearest not in said:
                said.append(nearest)
        return tuple(said)

    def offers(
        self,
        instance: Instance,
        roles: Collection[str],
        *,
        lookup: Lookup,
        papers: Papers = _NO_PAPERS,
    ) -> tuple[Offer, ...]:
        """Return what the roles may do now, and what they may not do yet and why.

        The actions of inner states come first. A guard that hangs on facts which its
        own event records is no obstacle: each line that may come of it is offered.
        """
        found: dict[Arrow, Offer] = {}
        for name in self._events_here(instance):
            ways = [
                [line for line in way.lines if _is_for(line, roles)]
                for way in self._rules.ways(instance.configuration, name)
            ]
            if not any(ways):
                continue
            # What will be entered with the event is open, whatever was known before.
            will_enter = dict.fromkeys(
                record.fact
                for lines in ways
                for line in lines
                for record in line.transition.records
            )
            run = Run(self._rules, instance, name, will_enter, lookup)
            for lines in ways:
                for arrow, why_not in run.offered(lines, papers):
                    found.setdefault(arrow, _offer(arrow, why_not))
        return tuple(found.values())

    def _events_here(self, instance: Instance) -> list[str]:
        innermost_first = reversed(self.active(instance))
        states = (self._rules.states[name] for name in innermost_first)
        return list(dict.fromkeys(event for state in states for event in state.events))

    def analyse(self, most: int = MOST_POINTS) -> Analysis:
        """Walk every configuration, whatever the guards; see ``chart.walk``.

        Raises ChartBrokenError for more than ``most`` points (configuration, history).
        """
        return analyse(self._rules, most)


def _is_stale(event: Event, instance: Instance) -> bool:
    source, _, rest = event.name.partition(".")
    if source != "child":
        return False
    link = rest.partition(".")[0]
    return event.revision < dict(instance.revisions).get(link, 0)


def _joined(first: Outcome, second: Outcome, told: Delivered) -> Outcome:
    return Outcome(
        first.handled,
        first.before,
        second.after,
        first.taken + second.taken,
        first.effects + second.effects,
        first.clock + second.clock,
        first.timers + second.timers,
        (*first.delivered, told),
    )


def _is_for(arrow: Arrow, roles: Collection[str]) -> bool:
    by = arrow.transition.by
    return bool(by) and any(may_raise(role, arrow.transition) for role in roles)


def _offer(arrow: Arrow, why_not: MoveRefusedError | None) -> Offer:
    transition = arrow.transition
    return Offer(
        event=arrow.event,
        state=arrow.source,
        target=transition.to,
        label=transition.label,
        by=transition.by,
        records=transition.records,
        needs=transition.needs,
        warn=transition.warn,
        second_person=transition.second_person,
        undo=transition.undo,
        source=transition.source,
        issues=tuple(effect.issue for effect in transition.do if effect.issue),
        why_not=why_not,
    )

"""One event on its way through a chart: choose, check, follow, settle.

A run is the only thing here that changes while it works. It begins from an instance,
gathers what the event does, and ends as a frozen ``Outcome``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TypeVar

from workflows.chart.rules import Note, Rules, Step, Way
from workflows.chart.structure import Arrow, ChartBrokenError
from workflows.chart.values import Handled, Instance, Outcome, Papers
from workflows.definition import Transition
from workflows.errors import (
    ConditionNotMetError,
    EventNotExpectedError,
    FactsMissingError,
    MoveRefusedError,
    PapersMissingError,
    RoleNotAllowedError,
    SecondPersonMissingError,
)
from workflows.guards import Guard, Lookup, describe, evaluate, open_facts

ENGINE_ROLES = frozenset({"parent", "child", "ledger", "timer", "system"})
ANYONE = "anyone"

_MOST_STEPS = 100

_Item = TypeVar("_Item")


class Run:
    """The work of one event on one instance."""

    __slots__ = (
        "_before",
        "_configuration",
        "_done",
        "_entered",
        "_event",
        "_flags",
        "_history",
        "_lookup",
        "_revisions",
        "_rules",
        "_seen",
        "_steps",
    )

    def __init__(
        self,
        rules: Rules,
        instance: Instance,
        event: str,
        entered: Mapping[str, object],
        lookup: Lookup,
    ) -> None:
        self._rules = rules
        self._event = event
        self._entered = entered
        self._lookup = lookup
        self._before = instance
        self._configuration = instance.configuration
        self._history = instance.history
        self._flags = dict(instance.flags)
        self._seen = instance.seen
        self._revisions = instance.revisions
        self._done: list[str] = []
        self._steps: list[Step] = []

    # --- facts -----------------------------------------------------------------------

    def value(self, name: str) -> object:
        """Return a fact, or None: derived, then a flag, then entered, then known."""
        fact = self._rules.derived.get(name)
        if fact is not None:
            if fact.from_history is not None:
                return fact.from_history in self._seen
            if fact.from_clock or fact.from_offices:
                return self._lookup(name)
            item = None if fact.item is None else self.value(fact.item)
            return None if item is None else self._rules.attribute(fact, item)
        if name in self._flags:
            return self._flags[name]
        if name in self._entered:
            return self._entered[name]
        return self._lookup(name)

    def _still_open(self, guard: Guard) -> frozenset[str]:
        """Return the facts to find out; for a fact from a list that is the item."""
        derived = self._rules.derived
        return frozenset(
            derived[name].item or name if name in derived else name
            for name in open_facts(guard, self.value)
        )

    # --- choosing --------------------------------------------------------------------

    def choose(self, event: str, role: str | None) -> tuple[Arrow, ...] | Note | None:
        """Return the arrows to follow, or what is noted instead, or None.

        ``role`` is None for what the chart raises itself: nobody is asked then.
        """
        ways = self._rules.ways(self._configuration, event)
        return self._choose_among(ways, role)

    def _choose_among(
        self, ways: Sequence[Way], role: str | None
    ) -> tuple[Arrow, ...] | Note | None:
        chosen: list[Arrow] = []
        notes: set[Note] = set()
        for way in ways:
            arrow = self.first_that_counts(way.lines, role)
            if arrow is None:
                if way.note is not None:
                    notes.add(way.note)
            elif arrow not in chosen:
                chosen.append(arrow)
        if chosen:
            return tuple(chosen)
        if "deferred" in notes:
            return "deferred"
        return "recorded" if notes else None

    def first_that_counts(
        self, lines: Sequence[Arrow], role: str | None
    ) -> Arrow | None:
        """Return the first line that the role may raise and whose guard holds.

        Raises FactsMissingError when a guard is open before one holds.
        """
        for arrow in lines:
            transition = arrow.transition
            if role is not None and not may_raise(role, transition):
                continue
            guard = transition.if_
            if guard is None:
                return arrow
            verdict = evaluate(guard, self.value)
            if verdict is None:
                raise FactsMissingError(self._event, self._still_open(guard))
            if verdict:
                return arrow
        return None

    def refusal(self, lines: Sequence[Arrow], role: str | None) -> MoveRefusedError:
        """Explain why none of the lines counts."""
        if not lines:
            return EventNotExpectedError(self._event, self._configuration)
        mine = [a for a in lines if role is None or may_raise(role, a.transition)]
        if role is not None and not mine:
            allowed = dict.fromkeys(r for a in lines for r in _allowed(a.transition))
            return RoleNotAllowedError(self._event, role, tuple(allowed))
        guards = [a.transition.if_ for a in mine if a.transition.if_ is not None]
        return ConditionNotMetError(self._event, [describe(guard) for guard in guards])

    # --- checking --------------------------------------------------------------------

    def check(
        self, arrows: Sequence[Arrow], papers: Papers, day: date, *, alone: bool
    ) -> None:
        """Raise FactsMissingError or PapersMissingError naming all that is missing.

        When nothing is, SecondPersonMissingError where one may not do it ``alone``.
        """
        asking = self._rules.asking
        transitions = [arrow.transition for arrow in arrows if arrow in asking]
        if not transitions:
            return
        missing = {
            record.fact
            for transition in transitions
            for record in transition.records
            if not record.optional
            and not self._rules.is_entered(record, self._entered, day)
        }
        missing.update(f for t in transitions for f in self._facts_needed(t))
        if missing:
            raise FactsMissingError(self._event, missing)
        without = {p for t in transitions for p in _papers_needed(t, papers)}
        if without:
            raise PapersMissingError(self._event, without)
        if alone and any(transition.second_person for transition in transitions):
            raise SecondPersonMissingError(self._event)

    def _facts_needed(self, transition: Transition) -> list[str]:
        return [name for name in transition.needs.facts if self.value(name) is None]

    # --- following -------------------------------------------------------------------

    def happened(self, event: str) -> None:
        """Remember the event when some fact asks whether it ever happened."""
        if event in self._rules.asked_of_history and event not in self._seen:
            self._seen = (*self._seen, event)

    def follow(self, arrows: tuple[Arrow, ...]) -> None:
        """Follow the arrows, as far as they do not conflict, in one small step."""
        step = self._rules.step(self._configuration, self._history, arrows)
        self._configuration = step.move.configuration
        self._history = step.move.history
        self._done.extend(step.move.done)
        self._steps.append(step)
        if step.sets:
            self._flags.update(step.sets)
        if step.revised:
            revisions = dict(self._revisions)
            for link in step.revised:
                revisions[link] = revisions.get(link, 0) + 1
            self._revisions = tuple(revisions.items())

    def settle(self) -> None:
        """Follow choices, then what is done, until nothing more happens.

        Raises ChartBrokenError when that has no end.
        """
        for _ in range(_MOST_STEPS):
            place = self._rules.place(self._configuration)
            if place.over:
                return
            arrows = self._choose_among(place.choices, None) if place.choices else None
            while not isinstance(arrows, tuple) and self._done:
                done = f"done.{self._done.pop(0)}"
                arrows = self.choose(done, None)
                if isinstance(arrows, tuple):
                    self.happened(done)
            if not isinstance(arrows, tuple):
                return
            self.follow(arrows)
        raise ChartBrokenError(f"choices without end in {self._configuration}")

    def outcome(self, handled: Handled) -> Outcome:
        """Return what the run came to."""
        before = self._before
        after = Instance(
            self._configuration,
            self._history,
            tuple(self._flags.items()),
            self._seen,
            before.deferred,
            self._revisions,
        )
        steps = self._steps
        return Outcome(
            handled,
            before,
            after,
            _joined([step.taken for step in steps]),
            _joined([step.effects for step in steps]),
            _joined([step.clock for step in steps]),
            _joined([step.timers for step in steps]),
        )

    # --- offering --------------------------------------------------------------------

    def offered(
        self, lines: Sequence[Arrow], papers: Papers
    ) -> Iterator[tuple[Arrow, MoveRefusedError | None]]:
        """Yield the lines that may come of an event, each with what stands against it.

        The facts that would be entered stand in the run as open. A guard that hangs on
        them alone is no obstacle; after one that holds, or hangs on something else, no
        later line can come.
        """
        all_false = True
        for arrow in lines:
            guard = arrow.transition.if_
            verdict = True if guard is None else evaluate(guard, self.value)
            if verdict is False:
                continue
            all_false = False
            missing = set() if guard is None else set(self._still_open(guard))
            missing -= self._entered.keys()
            yield arrow, self._obstacle(arrow, missing, papers)
            if verdict or missing:
                return
        if all_false and lines:
            yield lines[0], self.refusal(lines, None)

    def _obstacle(
        self, arrow: Arrow, missing: Collection[str], papers: Papers
    ) -> MoveRefusedError | None:
        facts = {*missing, *self._facts_needed(arrow.transition)}
        if facts:
            return FactsMissingError(self._event, facts)
        without = _papers_needed(arrow.transition, papers)
        return PapersMissingError(self._event, without) if without else None


def _joined(rows: Sequence[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    # Nearly always there is one step, and its row can be handed on as it is.
    return rows[0] if len(rows) == 1 else tuple(chain.from_iterable(rows))


def may_raise(role: str, transition: Transition) -> bool:
    """Return whether the role may raise it; without ``by`` only the engine may."""
    by = transition.by
    return (role in by or ANYONE in by) if by else role in ENGINE_ROLES


def _allowed(transition: Transition) -> Collection[str]:
    return transition.by or sorted(ENGINE_ROLES)


def _papers_needed(transition: Transition, papers: Papers) -> Collection[str]:
    match transition.needs.papers:
        case "all_in":
            return papers.required - papers.present
        case "originals":
            return () if papers.originals_in else ("originals",)
        case names:
            return [name for name in names if name not in papers.present]

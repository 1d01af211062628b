"""Backward chaining: from what a citizen wants to the procedures that bring it about.

Conditions are the words in which procedures fit together. Each wanted condition is met
by the facts, by a procedure with an outcome that establishes it, or by a person outside
the offices who brings a paper. What a procedure requires is wanted in turn. A procedure
that takes a condition away (``ends``) is put after everybody who still needs it. The
result is checked forwards before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from workflows.definition import (
    Condition,
    Final,
    Procedure,
    Requirement,
)
from workflows.guards import Guard
from workflows.journey.beliefs import Beliefs
from workflows.parcels import Parcel

GOAL = "goal"


@dataclass(frozen=True, slots=True)
class Way:
    """A procedure with the final state that is aimed at, perhaps for one parcel.

    ``alone`` says that no other parcel goes the same way.
    """

    procedure: Procedure
    state: str
    final: Final
    parcel: Parcel | None = None
    alone: bool = True

    @property
    def id(self) -> str:
        """Return the id of the step: a plan runs a procedure once for each parcel."""
        if self.parcel is None or self.alone:
            return self.procedure.procedure
        return f"{self.procedure.procedure}[{self.parcel.id}]"


@dataclass(frozen=True, slots=True)
class Link:
    """How one condition comes to hold for one step (or for the goal).

    ``met_by`` is a procedure id; or None, when the facts say so (``how`` is "facts"),
    when it was assumed ("assumed"), when a person brings it ("person"), or when no
    package knows a way ("gap").
    """

    condition: str
    needed_by: str
    how: str
    met_by: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan in the making; every addition makes a new one."""

    ways: Mapping[str, Way] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    before: frozenset[tuple[str, str]] = frozenset()

    def with_link(self, link: Link) -> Draft:
        """Return the draft with one more condition met, and the order it asks for."""
        before = self.before
        if link.met_by is not None:
            before |= {(link.met_by, link.needed_by)}
        return replace(self, links=(*self.links, link), before=before)

    def precedes(self, first: str, then: str) -> bool:
        """Return whether ``first`` must be over before ``then`` starts."""
        ahead = [b for a, b in self.before if a == first]
        seen: set[str] = set()
        while ahead:
            step = ahead.pop()
            if step == then:
                return True
            if step not in seen:
                seen.add(step)
                ahead.extend(b for a, b in self.before if a == step)
        return False


@dataclass(frozen=True, slots=True)
class Option:
    """One way to a condition, and what speaks against it, the weightiest first.

    ``unwilling`` counts what the facts speak against or no package knows; ``guesses``
    the unusual facts that it supposes; ``added`` are the procedures it brings in.
    """

    draft: Draft
    name: str
    unwilling: int = 0
    guesses: int = 0
    added: tuple[str, ...] = ()


class Chain:
    """Chains backwards over the procedures of one edition."""

    def __init__(
        self,
        procedures: Mapping[str, Procedure],
        conditions: Mapping[str, Condition],
        beliefs: Beliefs,
        days: Callable[[str], int],
    ) -> None:
        self._conditions = conditions
        self._beliefs = beliefs
        self._days = days
        self._makers: dict[str, list[Way]] = {}
        for procedure in procedures.values():
            if not procedure.linked_only:
                self._index(procedure)

    def _index(self, procedure: Procedure) -> None:
        # Ends stand at the top of a chart, never inside another state.
        for name, spec in procedure.chart.states.items():
            if spec.final is None:
                continue
            way = Way(procedure, name, spec.final)
            for result in spec.final.establishes:
                self._makers.setdefault(result.condition, []).append(way)

    def reach(self, wanted: tuple[str, ...]) -> Draft:
        """Return the draft that brings every wanted condition about.

        Wanting a condition means that it does not hold yet, unless the facts say that
        it does.
        """
        for condition in wanted:
            spec = self._conditions.get(condition)
            if spec is not None:
                self._beliefs.want(spec.holds_if, is_=False)
        draft = Draft()
        for condition in wanted:
            draft = self._meet((condition,), GOAL, draft, ())
        self._own_up(draft)
        return _keep_until_used(draft)

    def _own_up(self, draft: Draft) -> None:
        """Remember every open fact that the finished draft rests on."""
        for way in draft.ways.values():
            for guard in _guards(way, draft):
                if self._beliefs.value(guard) is None:
                    self._beliefs.want(guard, is_=True)
                    self._beliefs.holds(guard)
            for requirement in way.procedure.requires:
                self._beliefs.holds(requirement.when)
        for link in draft.links:
            self._own_up_to_choice(link, draft)

    def _own_up_to_choice(self, link: Link, draft: Draft) -> None:
        """Remember the open facts that would have led another way to a condition."""
        if link.how == "facts":
            return
        met = link.how == "assumed"
        for name in (link.condition,) if met else self._alternatives(link, draft):
            spec = self._conditions.get(name)
            if spec is not None:
                self._beliefs.holds(spec.holds_if)
            for way in self._makers.get(name, ()):
                guard = way.procedure.applies_if
                if link.how == "step" and guard is not None:
                    self._beliefs.holds(guard)

    def _alternatives(self, link: Link, draft: Draft) -> tuple[str, ...]:
        way = draft.ways.get(link.needed_by)
        for requirement in way.procedure.requires if way else ():
            if link.condition in requirement.alternatives:
                return requirement.alternatives
        return (link.condition,)

    # --- one requirement ----------------------------------------------------------

    def _meet(
        self,
        any_of: tuple[str, ...],
        needed_by: str,
        draft: Draft,
        path: tuple[str, ...],
    ) -> Draft:
        """Return the draft in which one of the conditions holds for ``needed_by``."""
        for condition in any_of:
            if self._holds(condition) is True:
                return draft.with_link(self._held(condition, needed_by, "facts"))
        for condition in any_of:
            way = _made(draft, condition)
            if way is not None and not draft.precedes(needed_by, way):
                return draft.with_link(Link(condition, needed_by, "step", way))
        for condition in any_of:
            if self._supposed(condition):
                return draft.with_link(self._held(condition, needed_by, "assumed"))
        options = [
            option
            for condition in any_of
            for option in self._options(condition, needed_by, draft, path)
        ]
        if not options:
            return draft.with_link(Link(any_of[0], needed_by, "gap"))
        if len(options) == 1:
            return options[0].draft
        return min(options, key=self._preference).draft

    def _preference(self, option: Option) -> tuple[int, int, int, int, str]:
        """Prefer what the facts suggest, then the ordinary, then the shortest."""
        days = sum(self._days(step) for step in option.added)
        return (
            option.unwilling,
            option.guesses,
            days,
            len(option.added),
            option.name,
        )

    def _held(self, condition: str, needed_by: str, how: str) -> Link:
        spec = self._conditions[condition]
        if spec.by_person is not None and how == "facts":
            return Link(condition, needed_by, "person")
        return Link(condition, needed_by, how)

    def _holds(self, condition: str) -> bool | None:
        """Return what the facts say of a condition; only a step can make the others."""
        spec = self._conditions.get(condition)
        if spec is None or spec.holds_if is None:
            return False
        return self._beliefs.value(spec.holds_if)

    def _supposed(self, condition: str) -> bool:
        spec = self._conditions.get(condition)
        if spec is None or spec.holds_if is None or self._holds(condition) is not None:
            return False
        return self._beliefs.supposed(spec.holds_if)

    def _options(
        self, condition: str, needed_by: str, draft: Draft, path: tuple[str, ...]
    ) -> Iterator[Option]:
        spec = self._conditions.get(condition)
        if spec is not None and spec.by_person is not None:
            link = Link(condition, needed_by, "person")
            yield Option(
                draft.with_link(link),
                condition,
                unwilling=int(not self._beliefs.supposed(spec.holds_if)),
            )
        for way in self._makers.get(condition, ()):
            if way.id in path or way.id == needed_by:
                continue
            if way.id in draft.ways and draft.ways[way.id].state != way.state:
                continue
            guesses = self._guesses(way, condition)
            if guesses is None:
                continue
            reached = self._through(way, condition, needed_by, draft, path)
            if reached is None:
                continue
            yield Option(
                reached,
                way.id,
                unwilling=_gaps(reached) - _gaps(draft),
                guesses=guesses,
                added=tuple(sorted(reached.ways.keys() - draft.ways.keys())),
            )

    def _guesses(self, way: Way, condition: str) -> int | None:
        """Return how many unusual facts the way supposes; None when it cannot be."""
        result = next(r for r in way.final.establishes if r.condition == condition)
        guards = (way.procedure.applies_if, way.final.expected_if, result.when)
        values = [self._beliefs.value(guard) for guard in guards]
        if False in values:
            return None
        return sum(
            value is None and not self._beliefs.supposed(guard)
            for guard, value in zip(guards, values, strict=True)
        )

    def _through(
        self,
        way: Way,
        condition: str,
        needed_by: str,
        draft: Draft,
        path: tuple[str, ...],
    ) -> Draft | None:
        """Return the draft with the way in it, and all that the way requires."""
        grown = replace(draft, ways={**draft.ways, way.id: way})
        for requirement in way.procedure.requires:
            if not self._asked(requirement):
                continue
            grown = self._meet(requirement.alternatives, way.id, grown, (*path, way.id))
        grown = grown.with_link(Link(condition, needed_by, "step", way.id))
        return None if grown.precedes(way.id, way.id) else grown

    def established(self, way: Way) -> tuple[str, ...]:
        """Return the conditions that the way is expected to bring about."""
        return tuple(
            result.condition
            for result in way.final.establishes
            if self._beliefs.supposed(result.when)
        )

    def _asked(self, requirement: Requirement) -> bool:
        if requirement.from_ == "parent":
            return False
        if any(
            spec.from_parent
            for name in requirement.alternatives
            if (spec := self._conditions.get(name)) is not None
        ):
            return False
        return self._beliefs.supposed(requirement.when)


def _guards(way: Way, draft: Draft) -> Iterator[Guard | None]:
    """Yield what must be so for the way to be taken and to give what is wanted."""
    yield way.procedure.applies_if
    yield way.final.expected_if
    wanted = {link.condition for link in draft.links if link.met_by == way.id}
    for result in way.final.establishes:
        if result.condition in wanted:
            yield result.when


def _gaps(draft: Draft) -> int:
    return sum(link.how == "gap" for link in draft.links)


def _made(draft: Draft, condition: str) -> str | None:
    """Return the step already in the draft that was chosen to make the condition."""
    return next(
        (
            link.met_by
            for link in draft.links
            if link.condition == condition and link.met_by is not None
        ),
        None,
    )


def _keep_until_used(draft: Draft) -> Draft:
    """Order every step that takes a condition away after those who still need it."""
    for ender in sorted(draft.ways.values(), key=lambda way: way.id):
        for link in draft.links:
            if link.condition not in ender.procedure.ends:
                continue
            if ender.id in {link.needed_by, link.met_by}:
                continue
            draft = _ordered(draft, ender.id, link)
    return draft


def _ordered(draft: Draft, ender: str, link: Link) -> Draft:
    restored = link.met_by is not None and draft.precedes(ender, link.met_by)
    if restored or draft.precedes(link.needed_by, ender):
        return draft
    if link.needed_by != GOAL and not draft.precedes(ender, link.needed_by):
        return replace(draft, before=draft.before | {(link.needed_by, ender)})
    if link.met_by is not None and not draft.precedes(link.met_by, ender):
        return replace(draft, before=draft.before | {(ender, link.met_by)})
    return draft


def in_order(draft: Draft) -> tuple[str, ...]:
    """Return the steps so that each stands after all it waits for; ties by id."""
    left = set(draft.ways)
    done: list[str] = []
    while left:
        ready = sorted(
            step
            for step in left
            if not any(a in left for a, b in draft.before if b == step and a != step)
        )
        if not ready:
            return ()
        done.append(ready[0])
        left.remove(ready[0])
    return tuple(done)


def direct(draft: Draft) -> dict[str, tuple[str, ...]]:
    """Return for each step those it directly follows, without what follows from it."""
    ahead = {
        step: {a for a, b in draft.before if b == step and a in draft.ways}
        for step in draft.ways
    }
    return {
        step: tuple(
            sorted(
                a
                for a in before
                if not any(draft.precedes(a, other) for other in before - {a})
            )
        )
        for step, before in ahead.items()
    }


def faults(
    draft: Draft,
    order: tuple[str, ...],
    established: Callable[[Way], tuple[str, ...]],
) -> tuple[str, ...]:
    """Run the draft forwards; return what does not hold when a step starts.

    Every condition that facts, assumptions or persons answer for counts as true at the
    start; a gap counts too, for the plan names it as unknown. Steps without an order
    between them must not disturb each other, so each link is checked against every step
    that takes its condition away.
    """
    if len(order) != len(draft.ways):
        return ("the steps wait for one another in a circle",)
    found: list[str] = []
    held = {link.condition for link in draft.links if link.met_by is None}
    for step in order:
        found.extend(
            f"{step} starts without {link.condition}"
            for link in draft.links
            if link.needed_by == step and link.condition not in held
        )
        way = draft.ways[step]
        held -= set(way.procedure.ends)
        held |= set(established(way))
    found.extend(
        f"nothing leaves {link.condition} at the end"
        for link in draft.links
        if link.needed_by == GOAL and link.condition not in held
    )
    found.extend(_disturbed(draft))
    return tuple(found)


def _disturbed(draft: Draft) -> Iterator[str]:
    for ender in draft.ways.values():
        for link in draft.links:
            if link.condition not in ender.procedure.ends:
                continue
            if ender.id in {link.needed_by, link.met_by}:
                continue
            after_use = draft.precedes(link.needed_by, ender.id)
            restored = link.met_by and draft.precedes(ender.id, link.met_by)
            if not after_use and not restored:
                yield f"{ender.id} may take {link.condition} from {link.needed_by}"

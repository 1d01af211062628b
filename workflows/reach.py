"""Which procedures a goal may lead through, by what is known: no order, no dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from workflows.definition import Procedure, Result, StateSpec
from workflows.guards import Guard, Lookup, evaluate
from workflows.packages import Edition


class Reach:
    """Goes backwards from a goal over the conditions that are not met.

    ``open_counts`` tells what to do where a condition is neither known to hold nor
    known not to: follow the procedures that would bring it about (what might still be
    asked), or take it as held (what money is certain).
    """

    def __init__(self, edition: Edition, lookup: Lookup, *, open_counts: bool) -> None:
        self._edition = edition
        self._lookup = lookup
        self._open_counts = open_counts
        self._makers = _makers(edition)
        self._found: dict[str, Procedure] = {}
        self._seen: set[str] = set()

    def procedures(self, goal: str) -> tuple[Procedure, ...]:
        """Return the procedures that may have to be gone through, each once."""
        for condition in self._edition.goals[goal].reach:
            if self._holds(condition) is not True:
                self._follow(condition)
                if not self._makers_found(condition):
                    self._follow_likely(condition)
        return tuple(self._found.values())

    def conditions(self) -> frozenset[str]:
        """Return the conditions that were looked at on the way."""
        return frozenset(self._seen)

    def _follow(self, condition: str) -> None:
        self._seen.add(condition)
        for procedure, when in self._makers.get(condition, ()):
            if procedure.procedure in self._found or not self._may(
                procedure.applies_if
            ):
                continue
            if not any(self._may(guard) for guard in when):
                continue
            self._take(procedure)

    def _take(self, procedure: Procedure) -> None:
        self._found[procedure.procedure] = procedure
        for requirement in procedure.requires:
            if requirement.from_ is None and self._may(requirement.when):
                self._want(requirement.alternatives)

    def _makers_found(self, condition: str) -> bool:
        makers = self._makers.get(condition, ())
        return any(maker.procedure in self._found for maker, _ in makers)

    def _follow_likely(self, condition: str) -> None:
        """Take the only way to the goal, or the ordinary one, where facts are open.

        What somebody came for is gone through, even before he has told enough to say
        by which of several procedures.
        """
        ways = [
            maker
            for maker, _ in self._makers.get(condition, ())
            if maker.applies_if is None
            or evaluate(maker.applies_if, self._lookup) is not False
        ]
        ordinary = [
            way
            for way in ways
            if way.applies_if is None or evaluate(way.applies_if, self._supposed)
        ]
        for likely in (ways, ordinary):
            if len(likely) == 1:
                self._take(likely[0])
                return

    def _supposed(self, fact: str) -> object:
        value = self._lookup(fact)
        case = self._edition.ordinary.get(fact)
        return case.value if value is None and case is not None else value

    def _want(self, alternatives: Iterable[str]) -> None:
        names = tuple(alternatives)
        self._seen.update(names)
        if any(self._holds(name) is True for name in names):
            return
        for name in names:
            if self._holds(name) is False or self._open_counts:
                self._follow(name)

    def _holds(self, condition: str) -> bool | None:
        spec = self._edition.conditions.get(condition)
        if spec is None or spec.holds_if is None:
            return False
        return evaluate(spec.holds_if, self._lookup)

    def _may(self, guard: Guard | None) -> bool:
        if guard is None:
            return True
        value = evaluate(guard, self._lookup)
        return value is True or (value is None and self._open_counts)


@lru_cache(maxsize=16)
def _makers(
    edition: Edition,
) -> Mapping[str, list[tuple[Procedure, tuple[Guard | None, ...]]]]:
    """Return who brings each condition about, and when; an edition is final."""
    makers: dict[str, list[tuple[Procedure, tuple[Guard | None, ...]]]] = {}
    for procedure in edition.procedures.values():
        if procedure.linked_only:
            continue
        results = list(_established(procedure.chart.states))
        for condition in sorted({result.condition for result in results}):
            when = tuple(r.when for r in results if r.condition == condition)
            makers.setdefault(condition, []).append((procedure, when))
    return makers


def _established(states: Mapping[str, StateSpec]) -> Iterator[Result]:
    for state in states.values():
        if state.final is not None:
            yield from state.final.establishes
        yield from _established(state.states)

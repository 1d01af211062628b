"""What a plan takes to be so: known facts first, then the ordinary case, recorded.

A guard that known facts decide is decided by them. One that they leave open is decided
with the ordinary value of each open fact, and every fact used that way is remembered,
for the plan must say what it assumed. The order in which guards are asked never changes
an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workflows.definition import Expected
from workflows.guards import Guard, Lookup, Named, Not, evaluate, open_facts


@dataclass(slots=True)
class Beliefs:
    """Facts, then the ordinary case. ``ordinary`` holds what a plan assumes.

    ``goal`` holds what follows from wanting the goal: who asks for a first certificate
    has none, whatever is ordinary otherwise.
    """

    known: Lookup
    ordinary: Mapping[str, bool] = field(default_factory=dict)
    goal: dict[str, bool] = field(default_factory=dict)
    used: dict[str, bool] = field(default_factory=dict)

    def value(self, guard: Guard | None) -> bool | None:
        """Return what the facts alone say; an absent guard always holds."""
        return True if guard is None else evaluate(guard, self.known)

    def holds(self, guard: Guard | None) -> bool:
        """Decide the guard, and remember each fact that had to be assumed for it."""
        if guard is None:
            return True
        if (value := self.value(guard)) is not None:
            return value
        for fact in open_facts(guard, self.known):
            self.used[fact] = self.guess(fact)
        return self.supposed(guard)

    def supposed(self, guard: Guard | None) -> bool:
        """Decide the guard with the ordinary values, without remembering anything."""
        return guard is None or bool(evaluate(guard, self._supposed_fact))

    def guess(self, fact: str) -> bool:
        """Return the value that stands in for a fact nobody has told."""
        return self.goal.get(fact, self.ordinary.get(fact, False))

    def assumes(self, fact: str) -> bool:
        """Return whether a plan has an ordinary value for the fact."""
        return fact in self.ordinary or fact in self.goal

    def want(self, guard: Guard | None, *, is_: bool) -> None:
        """Let the goal decide the facts that keep this guard open, where one does."""
        if guard is None or self.value(guard) is not None:
            return
        self.goal.update(forced(guard, is_=is_))

    def within(self, first: Callable[[str], object]) -> Beliefs:
        """Return beliefs that ask ``first`` first; what is used is shared."""

        def lookup(fact: str) -> object:
            value = first(fact)
            return self.known(fact) if value is None else value

        return Beliefs(lookup, self.ordinary, self.goal, self.used)

    def expecting(self, facts: Mapping[str, Expected]) -> Beliefs:
        """Return beliefs that know what is to be expected, unless it is told."""
        expected = {
            fact: each.value
            for fact, each in facts.items()
            if self.value(each.when) is not False
        }

        def lookup(fact: str) -> object:
            value = self.known(fact)
            return expected.get(fact) if value is None else value

        return Beliefs(lookup, self.ordinary, self.goal, self.used)

    def _supposed_fact(self, fact: str) -> object:
        value = self.known(fact)
        return self.guess(fact) if value is None else value


def forced(guard: Guard, *, is_: bool) -> dict[str, bool]:
    """Return the fact values that a guard of one fact needs to come out as ``is_``.

    A guard of several facts forces nothing: there is more than one way.
    """
    match guard:
        case Named(fact):
            return {fact: is_}
        case Not(part):
            return forced(part, is_=not is_)
        case _:
            return {}

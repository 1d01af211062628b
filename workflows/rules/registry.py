"""The register of derived facts: each rule with its legal reference and its dates.

A rule is a small pure function whose parameter names are the facts it needs, with
``__`` for the dot: ``land__area_m2`` is the fact ``land.area_m2``. A parameter named
``law`` is given the dated figures. Each fact arrives as its value, or as None when it
is not known; the rule answers with a value, or None when it cannot decide.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import ParamSpec, TypeVar

from workflows.definition import Mark

LAW = "law"

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a legal instrument that a rule rests on, and how it is known."""

    instrument: str
    at: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to derive a fact, in force from ``since`` to ``until`` (inclusive).

    ``given`` is each parameter of the function after the fact that it stands for.
    """

    fact: str
    inputs: tuple[str, ...]
    given: tuple[tuple[str, str], ...]
    basis: tuple[Place, ...]
    since: date
    until: date
    derive: Callable[..., object]

    def holds_on(self, day: date) -> bool:
        """Return whether the rule is in force on the day."""
        return self.since <= day <= self.until


class Registry:
    """Rules by the fact they derive; several rules of one fact never share a day."""

    def __init__(self) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._checked = False

    def rule(
        self,
        fact: str,
        *,
        basis: Sequence[Place] = (),
        since: date = date.min,
        until: date = date.max,
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register the decorated function as the rule of ``fact``.

        Raises ValueError when another rule of the fact holds on a day of this one.
        """

        def register(function: Callable[P, R]) -> Callable[P, R]:
            names = tuple(inspect.signature(function).parameters)
            rule = Rule(
                fact=fact,
                inputs=tuple(fact_name(name) for name in names if name != LAW),
                given=tuple((fact_name(name), name) for name in names),
                basis=tuple(basis),
                since=since,
                until=until,
                derive=function,
            )
            self._add(rule)
            return function

        return register

    def _add(self, rule: Rule) -> None:
        others = self._rules.setdefault(rule.fact, [])
        for other in others:
            if rule.since <= other.until and other.since <= rule.until:
                raise ValueError(f"two rules of {rule.fact!r} hold on the same day")
        others.append(rule)
        self._checked = False

    def of(self, fact: str, day: date) -> Rule | None:
        """Return the rule of the fact that holds on the day, if there is one."""
        self._refuse_cycles()
        for rule in self._rules.get(fact, ()):
            if rule.since <= day <= rule.until:
                return rule
        return None

    def on(self, day: date) -> Iterator[Rule]:
        """Go over the rules that hold on the day."""
        self._refuse_cycles()
        for rules in self._rules.values():
            yield from (rule for rule in rules if rule.holds_on(day))

    def _refuse_cycles(self) -> None:
        if self._checked:
            return
        graph = {
            fact: {name for rule in rules for name in rule.inputs}
            for fact, rules in self._rules.items()
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            raise ValueError(f"rules in a circle: {error.args[1]}") from error
        self._checked = True


def fact_name(parameter: str) -> str:
    """Return the fact that a parameter of a rule stands for."""
    return parameter.replace("__", ".")


RULES = Registry()
rule = RULES.rule

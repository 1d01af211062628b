"""Facts and the rules that derive further facts, as one graph of a matter.

A fact that a person gave holds; any other is derived by the rule of that name in
force on the day, or is not known. What-if is a new graph with some facts changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from workflows.guards import evaluate
from workflows.packages import Edition
from workflows.parties import Party
from workflows.rules import RULES
from workflows.rules.law import Basis, DatedLaw, basis_of
from workflows.rules.registry import LAW, Registry, Rule

rule = RULES.rule

__all__ = ["Explanation", "FactGraph", "rule"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a fact came about: said by a person, or derived, from what, on what basis."""

    key: str
    value: object
    said: bool
    basis: tuple[Basis, ...]
    inputs: tuple[Explanation, ...]


class FactGraph:
    """The facts of a matter on a day, with everything the rules make of them."""

    def __init__(
        self,
        facts: Mapping[str, object],
        edition: Edition,
        on: date,
        registry: Registry = RULES,
    ) -> None:
        known = {**_told_by_goal(facts, edition), **_known(facts)}
        known["on"] = on
        known["parties"] = _with_attributes(facts)
        self._given = facts
        self._facts: Mapping[str, object] = known
        self._edition = edition
        self._on = on
        self._registry = registry
        commune = known.get("commune")
        self._law = DatedLaw(edition, on, commune if isinstance(commune, str) else None)
        self._derived: dict[str, object] = {}

    def value(self, key: str) -> object:
        """Return the value of a fact, or None when it is not known."""
        if key in self._facts:
            return self._facts[key]
        if key not in self._derived:
            rule = self._rule(key)
            self._derived[key] = None if rule is None else self._derive(rule)
        return self._derived[key]

    @property
    def facts(self) -> Mapping[str, object]:
        """Return the facts that were given, without those that the rules derive."""
        return self._facts

    @property
    def law(self) -> DatedLaw:
        """Return the dated figures that the rules of this graph see."""
        return self._law

    def lookup(self, key: str) -> object:
        """Answer a guard: the value of a fact, or None."""
        return self.value(key)

    def what_if(self, changes: Mapping[str, object]) -> FactGraph:
        """Return the graph with some facts changed; None makes a fact not known."""
        facts = {**self._given, **changes}
        return FactGraph(facts, self._edition, self._on, self._registry)

    def missing(self, key: str) -> frozenset[str]:
        """Return the facts to ask that would decide the fact; empty when it is known.

        A fact that a question asks is asked itself; a derived one leads to those of
        its inputs that are not known and that are asked in a matter like this one.
        """
        value = self.value(key)
        if hasattr(value, "unknown"):
            # A derived value of which some part waits for the facts that it names.
            return self._missing_of(value.unknown)
        if value is not None:
            return frozenset()
        rule = self._rule(key)
        if rule is None or key in self._edition.questions:
            return frozenset({key})
        found = self._missing_of(rule.inputs)
        return frozenset(name for name in found if self._concerns(name)) or found

    def _concerns(self, key: str) -> bool:
        """Return whether the fact is asked of everybody in a matter like this one."""
        question = self._edition.questions.get(key)
        if question is None:
            return True
        if question.optional:
            return False
        return (
            question.ask_when is None
            or evaluate(question.ask_when, self.lookup) is not False
        )

    def _missing_of(self, keys: tuple[str, ...]) -> frozenset[str]:
        return frozenset().union(*(self.missing(key) for key in keys))

    def explain(self, key: str) -> Explanation:
        """Return where the value of a fact comes from, down to what people said."""
        rule = None if key in self._facts else self._rule(key)
        inputs = () if rule is None else rule.inputs
        return Explanation(
            key=key,
            value=self.value(key),
            said=key in self._facts,
            basis=() if rule is None else basis_of(rule.basis),
            inputs=tuple(self.explain(name) for name in inputs),
        )

    def depends_on(self, key: str) -> frozenset[str]:
        """Return every fact, asked or derived, that the fact rests on by its rule."""
        found: set[str] = set()
        waiting = [key]
        while waiting:
            rule = self._rule(waiting.pop())
            fresh = set() if rule is None else set(rule.inputs) - found
            found |= fresh
            waiting.extend(fresh)
        return frozenset(found)

    def affects(self, key: str) -> frozenset[str]:
        """Return every derived fact that may change when the fact changes."""
        start = "parties" if key.startswith("party[") else key
        dependents: dict[str, set[str]] = {}
        for rule in self._registry.on(self._on):
            for name in rule.inputs:
                dependents.setdefault(name, set()).add(rule.fact)
        found: set[str] = set()
        waiting = [start]
        while waiting:
            fresh = dependents.get(waiting.pop(), set()) - found
            found |= fresh
            waiting.extend(fresh)
        return frozenset(found)

    def derivable(self) -> frozenset[str]:
        """Return every fact that a rule in force on the day derives."""
        return frozenset(rule.fact for rule in self._registry.on(self._on))

    def _rule(self, key: str) -> Rule | None:
        return self._registry.of(key, self._on)

    def _derive(self, rule: Rule) -> object:
        return rule.derive(
            **{
                parameter: self._law if name == LAW else self.value(name)
                for name, parameter in rule.given
            }
        )


def _with_attributes(facts: Mapping[str, object]) -> tuple[Party, ...]:
    """Give each party what the flat facts tell of him: ``party[<id>].full_name``.

    A flat fact that is not known takes the attribute away.
    """
    parties = facts.get("parties", ())
    if not isinstance(parties, tuple):
        return ()
    return tuple(
        replace(party, facts=_known({**party.facts, **_attributes(facts, party.id)}))
        for party in parties
        if isinstance(party, Party)
    )


def _attributes(facts: Mapping[str, object], party_id: str) -> dict[str, object]:
    prefix = f"party[{party_id}]."
    return {
        key.removeprefix(prefix): value
        for key, value in facts.items()
        if key.startswith(prefix)
    }


def _told_by_goal(facts: Mapping[str, object], edition: Edition) -> Mapping[str, bool]:
    goal = edition.goals.get(str(facts.get("goal")))
    return {} if goal is None else goal.tells


def _known(facts: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in facts.items() if value is not None}

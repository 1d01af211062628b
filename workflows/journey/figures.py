"""The figures of the law that a plan needs: terms, with what is added to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflows.definition import Deadline, Length, ParamRef, Procedure, Status
from workflows.factgraph import FactGraph
from workflows.guards import evaluate, open_facts
from workflows.journey import sentences
from workflows.journey.timing import Measure
from workflows.law.edition import Edition
from workflows.parameters import length
from workflows.rules.law import cited


@dataclass(frozen=True, slots=True)
class Term:
    """The term of a deadline: the base, and what is added in another unit.

    ``open`` are days that the facts do not decide yet; ``asks`` names the facts to ask.
    """

    measures: tuple[Measure, ...]
    open: Measure | None = None
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Figures:
    """Dated figures of an edition, for a matter in one commune."""

    edition: Edition
    graph: FactGraph
    commune: str | None

    def measure(self, given: ParamRef | Length, day: date) -> Measure:
        """Return a length as it is on the day."""
        if isinstance(given, Length):
            return Measure(given)
        spec = self.edition.parameters[given.param]
        branch = None if spec.by is None else self._branch(spec.by)
        figure = self.edition.parameter(given.param).at(
            day, commune=self.commune, branch=branch
        )
        verified = figure.status is Status.VERIFIED
        if figure.value is None:
            ask = None if branch is not None else self._question(spec.by)
            return Measure(None, ask or figure.unknown, verified=verified)
        return Measure(
            length(figure), figure.unknown, verified=verified, basis=cited(figure)
        )

    def told(self, given: ParamRef, day: date) -> str:
        """Write a figure for a sentence: a length with its unit, a number as it is."""
        figure = self.edition.parameter(given.param).at(day, commune=self.commune)
        if isinstance(figure.value, int | str):
            return str(figure.value)
        found = self.measure(given, day).length
        return (
            sentences.NUMBER_UNKNOWN if found is None else sentences.length_text(found)
        )

    def term(self, deadline: Deadline, day: date) -> Term:
        """Return the term of a deadline on the day, with what the area adds."""
        base = self.measure(deadline.length, day)
        if deadline.addon is None:
            return Term((base,))
        guard, lookup = deadline.addon.if_, self.graph.lookup
        holds = evaluate(guard, lookup)
        if holds is False:
            return Term((base,))
        added = self.measure(deadline.addon.length, day)
        if holds:
            return Term(_sum(base, added))
        missing = (self.graph.missing(fact) for fact in open_facts(guard, lookup))
        return Term((base,), added, frozenset().union(*missing))

    def _question(self, by: Mapping[str, str] | None) -> str | None:
        """Return the question whose answer says which branch of a figure holds."""
        asked = self.edition.questions.get("" if by is None else by.get("fact", ""))
        return None if asked is None else asked.text

    def _branch(self, by: Mapping[str, str]) -> str | None:
        value = self.graph.value(by.get("fact", ""))
        return value if isinstance(value, str) else None


def main_deadlines(procedure: Procedure) -> dict[str, Deadline]:
    """Return the deadlines of the case that do not take another's place."""
    return {
        name: deadline
        for name, deadline in procedure.deadlines.items()
        if deadline.per == "case" and deadline.replaces is None
    }


def _sum(base: Measure, added: Measure) -> tuple[Measure, ...]:
    """Add two lengths of one unit; lengths of two units stay two."""
    if base.length is None or added.length is None:
        return base, added
    if base.length.unit != added.length.unit:
        return base, added
    together = Length(n=base.length.n + added.length.n, unit=base.length.unit)
    return (Measure(together, verified=base.verified and added.verified),)

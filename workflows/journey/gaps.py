"""What a plan does not know, and what it assumed because nobody has said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflows.definition import Procedure
from workflows.factgraph import FactGraph
from workflows.journey import sentences
from workflows.journey.beliefs import Beliefs
from workflows.journey.chain import GOAL, Draft
from workflows.journey.figures import Term
from workflows.journey.model import Assumption, Caution, Office, Open
from workflows.journey.timing import Dated
from workflows.law.edition import Edition

DIFFICULT_AREA = "difficult_area"
NO_WAY = "no_way_known"


@dataclass(slots=True)
class Gaps:
    """Gathers what is open while a plan is made; each thing once."""

    edition: Edition
    graph: FactGraph
    beliefs: Beliefs
    warnings: list[Caution] = field(default_factory=list)
    _open: dict[tuple[str, str], Open] = field(default_factory=dict)

    def unknown(self) -> tuple[Open, ...]:
        """Return what is open, in the order in which the plan came upon it."""
        return tuple(self._open.values())

    # --- facts ------------------------------------------------------------------------

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return what was assumed, by the order of the questions, then by key."""
        found = {}
        for fact, value in self.beliefs.used.items():
            assumption = self._assumption(fact, value=value)
            if assumption is not None:
                found[assumption.key, fact] = assumption
        return tuple(found[key] for key in sorted(found, key=self._asked_first))

    def add_assumptions(self) -> None:
        """Put the question behind each assumption among the open things."""
        for assumption in self.assumptions():
            if assumption.question:
                self._add(assumption.text, assumption.question, assumption.key)

    def _assumption(self, fact: str, *, value: bool) -> Assumption | None:
        """Return the assumption in words; None for a fact that nobody is asked."""
        case = self.edition.ordinary.get(fact)
        key = fact if case is None or case.asks is None else case.asks
        question = self.edition.questions.get(key)
        if case is None and question is None:
            return None
        asked = "" if question is None else question.text
        if case is None:
            return Assumption(key, value, sentences.answered(asked, yes=value), asked)
        answer = case.answers.get("yes" if value else "no", value)
        return Assumption(key, answer, case.yes if value else case.no, asked)

    def _asked_first(self, key: tuple[str, str]) -> tuple[int, str, str]:
        question = self.edition.questions.get(key[0])
        return (0 if question is None else question.order, *key)

    # --- figures and offices ----------------------------------------------------------

    def about_step(
        self,
        procedure: Procedure,
        office: Office,
        terms: Mapping[str, Term],
        laid: Sequence[Dated],
    ) -> None:
        """Note what a step leaves open: its office, its term, days added, waits."""
        name = procedure.title.citizen
        if office.kind is None:
            self._add(sentences.office_unknown(name), office.citizen)
        elif office.handled_kind is None and office.handled_by is not None:
            self._add(sentences.office_unknown(name), office.handled_by)
        if not terms:
            self._add(sentences.term_unknown(name), sentences.ASK_ONE_STOP)
        for term in terms.values():
            self._about_term(name, term)
        for part in laid:
            measure, label = part.stretch.measure, part.stretch.label
            if part.stretch.counting or measure.length is not None or label is None:
                continue
            self._add(
                sentences.wait_unknown(name, label.citizen),
                measure.unknown or sentences.ASK_ONE_STOP,
            )

    def _about_term(self, name: str, term: Term) -> None:
        for measure in term.measures:
            if measure.length is None:
                self._add(
                    sentences.term_unknown(name),
                    measure.unknown or sentences.ASK_ONE_STOP,
                )
        if term.open is None:
            return
        key = min(term.asks, default=None)
        question = self.edition.questions.get(key or "")
        ask = term.open.unknown or sentences.ASK_ONE_STOP
        if question is not None:
            ask = question.text
        if term.open.length is None:
            self._add(sentences.added_days_unknown(name), ask, key)
            return
        text = sentences.difficult_area(term.open.length)
        if self._add(text, ask, key):
            self.warnings.append(Caution(DIFFICULT_AREA, text, term.open.basis))

    def about_person(self, who: str, paper: str) -> None:
        """Note that nobody knows how long a person needs for a paper."""
        self._add(sentences.paper_takes_time(who, paper), sentences.ask_person(who))

    def add_missing_ways(self, draft: Draft) -> None:
        """Note each condition that no procedure brings about."""
        for link in draft.links:
            if link.how == "gap":
                spec = self.edition.conditions.get(link.condition)
                label = link.condition if spec is None else spec.label
                text = sentences.no_way(label)
                ask = (spec.ask if spec else None) or sentences.ASK_ONE_STOP
                if self._add(text, ask):
                    step = None if link.needed_by == GOAL else link.needed_by
                    self.warnings.append(Caution(NO_WAY, f"{text} {ask}", (), step))

    def _add(self, what: str, ask: str, key: str | None = None) -> bool:
        """Add an open thing; return whether it is new."""
        if (what, ask) in self._open:
            return False
        self._open[what, ask] = Open(what, ask, key)
        return True

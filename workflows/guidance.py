"""What to ask next: only what the plan, the money and the papers still need, and why.

Nothing of it is stored: each time it follows from what is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from workflows import sentences
from workflows.definition import Procedure, Question, Source
from workflows.factgraph import FactGraph
from workflows.guards import Guard, evaluate, open_facts
from workflows.liabilities import MONEY_FACTS, person
from workflows.packages import Edition
from workflows.parties import Pair, Party, PartyRole
from workflows.people import RELATIONSHIP
from workflows.reach import Reach
from workflows.rules.law import Basis, basis_of, unique
from workflows.rules.money import Lines, LineStatus
from workflows.rules.registry import Place
from workflows.situation import Situation

PARTY_PLACE = "{party}"
RELATIONSHIP_QUESTION = "relationship"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about this matter, with the names of its people filled in.

    ``key`` is the fact that the answer becomes, ``asked_by`` the key of the question
    in the edition; ``party`` or ``pair`` say whom it is about.
    """

    key: str
    text: str
    question: Question
    asked_by: str
    why: tuple[Basis, ...]
    party: str | None = None
    pair: tuple[str, str] | None = None

    def to_json(self) -> dict[str, object]:
        """Return the question as the command line and the API print it."""
        return {
            "key": self.key,
            "text": self.text,
            "why": [
                {"instrument": place.instrument, "at": place.at} for place in self.why
            ],
            "reason": self.question.why.text,
            "type": self.question.type,
            "choices": [
                {"value": choice.value, "label": choice.label}
                for choice in self.question.choices
            ],
            "help": self.question.help,
            "unknown_help": self.question.unknown_help,
            "party": self.party,
            "pair": None if self.pair is None else list(self.pair),
        }


@dataclass(frozen=True, slots=True)
class Guidance:
    """The next questions; ``remaining`` counts all that are open now, these included.

    An answer may open further questions, so the count can grow again.
    """

    questions: tuple[Asked, ...]
    remaining: int

    def to_json(self) -> dict[str, object]:
        """Return the shape of ``dat next``."""
        return {
            "questions": [asked.to_json() for asked in self.questions],
            "remaining": self.remaining,
        }


def next_questions(
    situation: Situation,
    edition: Edition,
    limit: int = 1,
    *,
    printed: Collection[str] | None = None,
) -> Guidance:
    """Return at most ``limit`` questions to ask now, in their order.

    ``printed`` are the facts that the forms of the matter print, when the caller knows
    them; without it every question marked as on papers counts as printed.
    """
    graph = FactGraph(situation.facts(), edition, situation.on)
    interview = _Interview(situation, edition, graph, printed)
    asked = interview.open_questions()
    return Guidance(tuple(asked[:limit]), len(asked))


def forms_to_file(situation: Situation, edition: Edition) -> frozenset[str]:
    """Return the ids of the forms that the citizen may have to hand in."""
    graph = FactGraph(situation.facts(), edition, situation.on)
    reach = Reach(edition, graph.lookup, open_counts=True)
    return frozenset(
        paper.form
        for procedure in reach.procedures(situation.goal)
        for paper in procedure.papers_in
        if paper.form is not None
    )


def question_about(situation: Situation, edition: Edition, key: str) -> Asked | None:
    """Return the question whose answer is the fact ``key``, answered already or not.

    None when nothing in the edition asks for it, or when it is about a person who takes
    no part in the matter.
    """
    graph = FactGraph(situation.facts(), edition, situation.on)
    return _Interview(situation, edition, graph, None).question_about(key)


def questions_about(
    situation: Situation, edition: Edition, keys: Collection[str]
) -> dict[str, Asked]:
    """Return for each of the facts that has one the question that asks for it."""
    graph = FactGraph(situation.facts(), edition, situation.on)
    every = _Interview(situation, edition, graph, None).every_question()
    return {asked.key: asked for asked in every if asked.key in keys}


class _Interview:
    """Gathers which facts are needed and turns them into questions."""

    def __init__(
        self,
        situation: Situation,
        edition: Edition,
        graph: FactGraph,
        printed: Collection[str] | None,
    ) -> None:
        self._situation = situation
        self._edition = edition
        self._graph = graph
        self._printed = printed

    @cached_property
    def _reached(self) -> tuple[tuple[Procedure, ...], frozenset[str]]:
        """Walk back from the goal: the procedures, and the conditions on the way."""
        reach = Reach(self._edition, self._graph.lookup, open_counts=True)
        return reach.procedures(self._situation.goal), reach.conditions()

    @property
    def _procedures(self) -> tuple[Procedure, ...]:
        return self._reached[0]

    def open_questions(self) -> list[Asked]:
        """Return everything that is open now, in the order of asking."""
        needed = self._needed()
        found: list[tuple[int, int, Asked]] = []
        for place, (name, question) in enumerate(self._edition.questions.items()):
            if question.optional or not self._may_ask(question):
                continue
            found.extend(
                (question.order, place, asked)
                for asked in self._asked(name, question, needed)
            )
        found.sort(key=lambda row: row[:2])
        return [asked for _, _, asked in found]

    def question_about(self, key: str) -> Asked | None:
        """Return the question for this one fact, whether it is open or not."""
        return next((each for each in self.every_question() if each.key == key), None)

    def every_question(self) -> Iterator[Asked]:
        """Yield each question of the edition, about everybody whom it concerns."""
        for name, question in self._edition.questions.items():
            yield from self._all_of(name, question)

    def _all_of(self, name: str, question: Question) -> Iterator[Asked]:
        if question.type == RELATIONSHIP_QUESTION:
            for pair in self._pairs_of_people():
                yield self._about_pair(name, question, pair, [])
        elif PARTY_PLACE in name:
            for party in self._situation.parties:
                if party.role in question.roles:
                    yield self._about_person(name, question, party, [])
        else:
            yield Asked(name, question.text, question, name, _why(question, []))

    def _may_ask(self, question: Question) -> bool:
        if question.ask_when is None:
            return True
        return evaluate(question.ask_when, self._graph.lookup) is True

    def _asked(
        self, name: str, question: Question, needed: dict[str, list[Basis]]
    ) -> Iterator[Asked]:
        if question.type == RELATIONSHIP_QUESTION:
            yield from self._pairs(name, question, needed)
        elif PARTY_PLACE in name:
            yield from self._people(name, question, needed)
        elif self._is_open(name) and self._is_wanted(name, question, needed):
            why = needed.get(name, [])
            yield Asked(name, question.text, question, name, _why(question, why))

    def _is_open(self, key: str) -> bool:
        said = self._graph.value(key)
        return said is None and not self._situation.was_asked(key)

    def _is_wanted(
        self, name: str, question: Question, needed: dict[str, list[Basis]]
    ) -> bool:
        if name in needed or question.type in {"commune", "parties"}:
            return True
        if not question.on_papers or not self._has_papers():
            return False
        return self._printed is None or name in self._printed

    def _has_papers(self) -> bool:
        return any(
            paper.form is not None
            for procedure in self._procedures
            for paper in procedure.papers_in
        )

    # --- questions about people ---

    def _people(
        self, name: str, question: Question, needed: dict[str, list[Basis]]
    ) -> Iterator[Asked]:
        for party in self._situation.parties:
            key = name.replace(PARTY_PLACE, party.id)
            if party.role not in question.roles or not self._is_open(key):
                continue
            if self._is_wanted(name, question, needed):
                used = needed.get(name, [])
                yield self._about_person(name, question, party, used)

    def _about_person(
        self, name: str, question: Question, party: Party, used: Iterable[Basis]
    ) -> Asked:
        key = name.replace(PARTY_PLACE, party.id)
        text = _capital(question.text.replace("{name}", self._called(party)))
        why = _why(question, used)
        return Asked(key, text, question, name, why, party=party.id)

    def _called(self, party: Party) -> str:
        name = person(party.id, self._graph)
        if name != party.id:
            return name
        role = sentences.ROLE_NAMES[PartyRole(party.role)]
        alike = [p.id for p in self._situation.parties if p.role == party.role]
        if len(alike) == 1:
            return role
        return sentences.one_of_role(role, alike.index(party.id) + 1)

    def _pairs(
        self, name: str, question: Question, needed: dict[str, list[Basis]]
    ) -> Iterator[Asked]:
        for pair in self._pairs_of_people():
            key = _key_of(pair)
            if key in needed and self._is_open(key):
                yield self._about_pair(name, question, pair, needed[key])

    def _pairs_of_people(self) -> tuple[Pair, ...]:
        pairs = self._graph.value("kinship.pairs")
        known = pairs if isinstance(pairs, tuple) else ()
        return tuple(pair for pair in known if isinstance(pair, Pair))

    def _about_pair(
        self, name: str, question: Question, pair: Pair, used: Iterable[Basis]
    ) -> Asked:
        text = question.text.replace("{name}", self._called(pair.giver))
        text = _capital(text.replace("{other}", self._called(pair.taker)))
        ids = (pair.giver.id, pair.taker.id)
        return Asked(
            _key_of(pair), text, question, name, _why(question, used), pair=ids
        )

    # --- what is needed, and where ---

    def _needed(self) -> dict[str, list[Basis]]:
        needed: dict[str, list[Basis]] = {}
        for guard, sources in self._guards():
            for fact in open_facts(guard, self._graph.lookup):
                for key in self._graph.missing(fact):
                    needed.setdefault(key, []).extend(_places(sources))
        for key, basis in self._for_money():
            needed.setdefault(key, []).extend(basis)
        return needed

    def _guards(self) -> Iterator[tuple[Guard, tuple[Source, ...]]]:
        """Yield each condition that decides the plan, with the places it stands at."""
        for name in sorted(self._reached[1]):
            spec = self._edition.conditions.get(name)
            if spec is not None and spec.holds_if is not None:
                yield spec.holds_if, self._sources_of(name)
        for procedure in self._procedures:
            yield from _guards_of(procedure)
            yield from self._outcomes_of(procedure)

    def _outcomes_of(
        self, procedure: Procedure
    ) -> Iterator[tuple[Guard, tuple[Source, ...]]]:
        """Yield when an end of the procedure brings about what the plan looks at."""
        for state in procedure.chart.states.values():
            for result in () if state.final is None else state.final.establishes:
                if result.when is not None and result.condition in self._reached[1]:
                    yield result.when, procedure.basis

    def _sources_of(self, condition: str) -> tuple[Source, ...]:
        return tuple(
            requirement.source
            for procedure in self._procedures
            for requirement in procedure.requires
            if condition in requirement.alternatives and requirement.source is not None
        )

    def _for_money(self) -> Iterator[tuple[str, tuple[Basis, ...]]]:
        for fact in MONEY_FACTS:
            derived = self._graph.value(fact)
            if not isinstance(derived, Lines):
                continue
            lines = [x for x in derived.lines if x.status is not LineStatus.EXEMPT]
            for line in lines:
                for need in (*line.needs, *line.assumed, *line.presumed):
                    for key in self._graph.missing(need):
                        yield key, line.basis
            for key in self._graph.depends_on(fact) if lines else ():
                if key in self._edition.questions:
                    yield key, lines[0].basis


def _guards_of(procedure: Procedure) -> Iterator[tuple[Guard, tuple[Source, ...]]]:
    if procedure.applies_if is not None:
        yield procedure.applies_if, procedure.basis
    for requirement in procedure.requires:
        if requirement.when is not None:
            yield requirement.when, _given(requirement.source)
    for paper in procedure.papers_in:
        if paper.when is not None:
            yield paper.when, _given(paper.source)
    for fee in procedure.fees:
        if fee.when is not None:
            yield fee.when, (fee.source,)
    for deadline in procedure.deadlines.values():
        if deadline.addon is not None:
            yield deadline.addon.if_, (deadline.source,)


def _given(source: Source | None) -> tuple[Source, ...]:
    return () if source is None else (source,)


@lru_cache(maxsize=4096)
def _places(sources: tuple[Source, ...]) -> tuple[Basis, ...]:
    return basis_of([Place(s.instrument, s.at, s.mark) for s in sources])


def _why(question: Question, used: Iterable[Basis]) -> tuple[Basis, ...]:
    """Return the place that the question itself names, then where the fact is used."""
    return unique((*_places((question.why.source,)), *used))


def _key_of(pair: Pair) -> str:
    return f"{RELATIONSHIP}{pair.giver.id},{pair.taker.id}]"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

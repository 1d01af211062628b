"""The same matter told otherwise: what a family would like to see planned beside it.

A change is a key and a value, as ``dat plan --compare key=value`` takes them; several
changes make one other situation. Keys are those of a situation file (``goal``, ``on``,
``commune``, an answer), ``party[<id>].<name>``, ``relationship[<id>,<id>]``, and
``relationship`` for every giver with every taker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflows import answers as reading
from workflows import sentences
from workflows.answers import Expected
from workflows.definition import Comparison, Variant
from workflows.errors import BadInputError, Problem
from workflows.factgraph import FactGraph
from workflows.guards import evaluate
from workflows.guidance import Asked, next_questions
from workflows.packages import Edition, Law
from workflows.parties import GIVING, TAKING, PartyRole
from workflows.people import nearest
from workflows.situation import Communes, Situation, read, vocabulary_of

GOAL, ON, RELATIONSHIP, NOT_KNOWN = "goal", "on", "relationship", "null"
NEXT_YEAR = "next_year"
ALL = 1000  # questions at most
PLAIN_KEYS = ("province", "commune", ON, GOAL)
# One giver's side, one taker's side: a role is renamed within its side only.
SIDES = ((*GIVING, PartyRole.APPLICANT), TAKING)


def pairs(changes: Iterable[str]) -> dict[str, str]:
    """Read ``key=value`` texts; raise BadInputError with all that cannot be read."""
    found: dict[str, str] = {}
    problems = []
    for text in changes:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not (key and equals):
            problems.append(Problem(text, text, sentences.no_key_value(text)))
        elif key in found:
            problems.append(Problem(key, value, sentences.changed_twice(key)))
        else:
            found[key] = value
    if problems:
        raise BadInputError(problems)
    return found


def told_otherwise(
    situation: Situation, changes: Mapping[str, object], law: Law, territory: Communes
) -> Situation:
    """Return the situation with the changes; people keep the roles they would have.

    A value is typed or, from a command line, text; ``null`` says that it is not known.
    Raises BadInputError with every change that means nothing, saying what is allowed.
    """
    shape: dict[str, Any] = situation.to_json()
    told = _Telling(shape, situation, _vocabulary(situation, changes, law))
    for key, value in changes.items():
        told.change(key, value)
    if told.problems:
        raise BadInputError(told.problems)
    other = read(shape, law, territory)
    if other.goal == situation.goal:
        return other
    edition = law.edition(other.province, other.on, other.commune)
    _rename_roles(shape, _roles_asked(other, edition))
    return read(shape, law, territory)


def _vocabulary(
    situation: Situation, changes: Mapping[str, object], law: Law
) -> Mapping[str, Expected]:
    """Return what may be told; the law of the new place or day is read later."""
    province = str(changes.get("province", situation.province))
    known = {head.territory.province for head in law.packages.values()}
    place = province if province in known else situation.province
    return vocabulary_of(law.edition(place, situation.on, None))


@dataclass(slots=True)
class _Telling:
    """Writes changes into the JSON shape of a situation."""

    shape: dict[str, Any]
    situation: Situation
    vocabulary: Mapping[str, Expected]
    problems: list[Problem] = field(default_factory=list)

    def change(self, key: str, value: object) -> None:
        """Write one change; what it must be is checked when the shape is read."""
        inside = key.partition("[")[2].partition("]")[0]
        if key in PLAIN_KEYS:
            self.shape[key] = self._plain(key, value)
        elif key == RELATIONSHIP:
            self._kinships(
                [
                    (giver.id, taker.id)
                    for giver in self.situation.parties
                    if giver.role in GIVING
                    for taker in self.situation.parties
                    if taker.role in TAKING
                ],
                value,
            )
        elif key.startswith(f"{RELATIONSHIP}["):
            self._kinships([tuple(inside.split(","))], value)
        elif key.startswith("party["):
            self._person(key, inside, value)
        elif key in self.vocabulary:
            self.shape["answers"][key] = self._typed(key, value, self.vocabulary[key])
        else:
            allowed = (*PLAIN_KEYS, RELATIONSHIP, *self.vocabulary)
            text = sentences.unknown_key(key, nearest(key, allowed))
            self._refuse(key, value, text)

    def _plain(self, key: str, value: object) -> object:
        if key != ON:
            return value
        if value == NEXT_YEAR:
            return date(self.situation.on.year + 1, 1, 1).isoformat()
        day = reading.parse(key, str(value), Expected("date"))
        return day.isoformat() if isinstance(day, date) else value

    def _person(self, key: str, party_id: str, value: object) -> None:
        name = key.partition("].")[2]
        rows = {str(row["id"]): row for row in self.shape["parties"]}
        if party_id not in rows:
            self._refuse(
                key, party_id, sentences.not_allowed("party", party_id, tuple(rows))
            )
            return
        expected = self.vocabulary.get(f"party[{{party}}].{name}")
        rows[party_id][name] = (
            value if expected is None else self._typed(key, value, expected)
        )

    def _kinships(self, between: list[tuple[str, ...]], value: object) -> None:
        told = {
            frozenset(row["between"]): row
            for row in self.shape.get("relationships") or []
        }
        for pair in between:
            kind = None if value == NOT_KNOWN else value
            told[frozenset(pair)] = {"between": list(pair), "kind": kind}
        self.shape["relationships"] = list(told.values())

    def _typed(self, key: str, value: object, expected: Expected) -> object:
        """Return the value as JSON has it; a wrong one stays, to be refused in full."""
        if not isinstance(value, str):
            return value
        if value == NOT_KNOWN:
            return None
        typed = reading.parse(key, value, expected)
        if isinstance(typed, Problem):
            return value
        if isinstance(typed, date):
            return typed.isoformat()
        return typed if isinstance(typed, bool | int | None) else str(typed)

    def _refuse(self, key: str, value: object, text: str) -> None:
        self.problems.append(Problem(key, value, text))


# --- roles ----------------------------------------------------------------------------


def _roles_asked(situation: Situation, edition: Edition) -> frozenset[PartyRole]:
    """Return the roles that the goal asks for, by the questions about people."""
    graph = FactGraph(situation.facts(), edition, situation.on)
    return frozenset(
        PartyRole(role)
        for question in edition.questions.values()
        if question.type == "parties"
        and (
            question.ask_when is None
            or evaluate(question.ask_when, graph.lookup) is True
        )
        for role in question.roles
    )


def _rename_roles(shape: Mapping[str, Any], asked: frozenset[PartyRole]) -> None:
    """Give everybody the role of the same side that the new goal asks for."""
    for row in shape["parties"]:
        for side in SIDES:
            fitting = [role for role in side if role in asked]
            if row["role"] in side and row["role"] not in asked and fitting:
                row["role"] = str(fitting[0])


# --- what is offered ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A comparison that fits the matter; ``now`` is the variant that the plan has."""

    id: str
    comparison: Comparison
    now: Variant | None
    others: tuple[tuple[str, Variant], ...]


def offered(situation: Situation, edition: Edition) -> tuple[Offer, ...]:
    """Return the comparisons that fit the matter, in their order."""
    facts = FactGraph(situation.facts(), edition, situation.on)
    found = [
        _offer(name, comparison, situation)
        for name, comparison in edition.comparisons.items()
        if (not comparison.goals or situation.goal in comparison.goals)
        and (
            comparison.when is None
            or evaluate(comparison.when, facts.lookup) is not False
        )
    ]
    found.sort(key=lambda offer: (offer.comparison.order, offer.id))
    return tuple(offer for offer in found if offer.others)


def _offer(name: str, comparison: Comparison, situation: Situation) -> Offer:
    told = {**situation.answers, GOAL: situation.goal}
    same = {
        key
        for key, variant in comparison.variants.items()
        if all(told.get(fact) == value for fact, value in variant.sets.items())
    }
    return Offer(
        name,
        comparison,
        next((comparison.variants[key] for key in sorted(same)), None),
        tuple(
            (key, variant)
            for key, variant in comparison.variants.items()
            if key not in same
        ),
    )


def newly_asked(
    base: Situation, edition: Edition, other: Situation, other_edition: Edition
) -> tuple[Asked, ...]:
    """Return what the other situation leaves open and the base does not ask."""
    known = {each.key for each in _open(base, edition)}
    return tuple(each for each in _open(other, other_edition) if each.key not in known)


def _open(situation: Situation, edition: Edition) -> tuple[Asked, ...]:
    return next_questions(situation, edition, ALL, printed=()).questions

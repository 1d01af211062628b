"""The goals that can be planned today, in everyday words, and a forgiving search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.usecases.desk import Desk
from workflows.definition import Goal
from workflows.errors import BadInputError, UnknownNameError
from workflows.finding import Finder, Phrase
from workflows.loader_finding import load_spoken_words
from workflows.packages import Edition
from workflows.places_said import PlaceSaid, place_said

# A text in the language of the reader, None where it is not translated.
InWords = Callable[[str], str | None]
# How many names stand in front, before the topics: what most people come for.
IN_FRONT = 8
# The legal term and the sentence of a goal tell less of it than its everyday names.
_LESS = 0.6
_AT_MOST = 8
# What fits less than so much of the best one is not shown beside it.
_NEAR_THE_BEST = 0.4


@dataclass(frozen=True, slots=True)
class GoalChoice:
    """A goal by one of its everyday names: legal term, one sentence.

    ``entry`` tells which name it is, empty for the goal's own title; ``told`` are the
    answers that somebody gives by choosing it.
    """

    id: str
    title: str
    legal: str
    summary: str
    topic: str
    entry: str = ""
    told: Mapping[str, bool | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoalFound:
    """A goal that fits what was typed, with the name of it that fits best."""

    choice: GoalChoice
    because: str


@dataclass(frozen=True, slots=True)
class Search:
    """What a sentence may mean: goals, best first, and the place that it names."""

    goals: tuple[GoalFound, ...]
    place: PlaceSaid | None


def goal_choices(desk: Desk) -> tuple[GoalChoice, ...]:
    """Return every everyday name of the goals of today's law, in their order."""
    return _choices(_edition(desk))


def _choices(edition: Edition) -> tuple[GoalChoice, ...]:
    found = [each for name, goal in edition.goals.items() for each in _of(name, goal)]
    return tuple(choice for _, choice in sorted(found, key=_place_in_order))


def _place_in_order(each: tuple[int, GoalChoice]) -> tuple[int, str, str]:
    order, choice = each
    return order, choice.id, choice.entry


def _of(name: str, goal: Goal) -> Iterator[tuple[int, GoalChoice]]:
    own = GoalChoice(name, goal.title, goal.legal, goal.summary, goal.topic)
    yield goal.order, own
    for key, entry in goal.entries.items():
        yield (
            entry.order,
            GoalChoice(
                name,
                entry.title,
                goal.legal,
                entry.summary or goal.summary,
                goal.topic,
                key,
                entry.told,
            ),
        )


def by_topic(goals: Sequence[GoalChoice]) -> dict[str, list[GoalChoice]]:
    """Return the goals below their topics, topics in the order in which they appear."""
    topics: dict[str, list[GoalChoice]] = {}
    for goal in goals:
        topics.setdefault(goal.topic, []).append(goal)
    return topics


def goal_page(desk: Desk, goal: str, entry: str = "") -> GoalChoice:
    """Return one goal by one of its names; an unknown name gives the goal's own.

    Raises UnknownNameError naming the goals that there are.
    """
    choices = [each for each in goal_choices(desk) if each.id == goal]
    if not choices:
        known = dict.fromkeys(choice.id for choice in goal_choices(desk))
        raise UnknownNameError("việc", goal, known)
    own = next(each for each in choices if not each.entry)
    return next((each for each in choices if each.entry == entry), own)


def _nothing(_: str) -> str | None:
    return None


def search(desk: Desk, words: str, also: InWords = _nothing) -> Search:
    """Return the goals and the place that a sentence may mean.

    Accents, case, one slip in a word and the old names of places do not matter: "so do
    bi mat o Cu Kuin" finds a lost certificate and three communes. A place alone offers
    what stands in front; words that mean nothing find nothing. ``also`` gives a name in
    the language of the reader, who may ask in it too.
    """
    edition = _edition(desk)
    place = place_said(desk.territory, desk.settings.province, words)
    choices = _choices(edition)
    own = tuple(_phrases(edition, choices))
    finder = Finder((*own, *_translated(own, also)), load_spoken_words())
    names = {phrase.text for phrase in own}
    named = {_key(choice): choice for choice in choices}
    hits = finder.find(place.rest if place else words)
    best = hits[0].score if hits else 0.0
    found = tuple(
        GoalFound(named[hit.of], hit.phrase if hit.phrase in names else "")
        for hit in hits[:_AT_MOST]
        if hit.score >= best * _NEAR_THE_BEST
    )
    if place is not None and not found:
        found = tuple(GoalFound(choice, "") for choice in choices[:IN_FRONT])
    return Search(found, place)


def _key(choice: GoalChoice) -> str:
    return f"{choice.id}/{choice.entry}"


def _phrases(edition: Edition, choices: Sequence[GoalChoice]) -> Iterator[Phrase]:
    for choice in choices:
        key, goal = _key(choice), edition.goals[choice.id]
        yield Phrase(key, choice.title)
        yield Phrase(key, choice.summary, _LESS)
        if choice.entry:
            yield from (Phrase(key, each) for each in goal.entries[choice.entry].words)
            continue
        yield Phrase(key, choice.legal, _LESS)
        yield from (Phrase(key, each) for each in goal.words)


def _translated(phrases: Sequence[Phrase], also: InWords) -> Iterator[Phrase]:
    for phrase in phrases:
        found = also(phrase.text)
        if found is not None and found != phrase.text:
            yield replace(phrase, text=found)


def commune_called(desk: Desk, code: str) -> str | None:
    """Return the name of a commune by its code, None when there is no such commune."""
    try:
        return desk.territory.find(desk.settings.province, code).name
    except BadInputError:
        return None


def _edition(desk: Desk) -> Edition:
    return desk.law.edition(desk.settings.province, desk.today())

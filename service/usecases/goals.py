"""The goals that can be planned today, in everyday words, and a forgiving search."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.usecases.desk import Desk
from workflows.definition import Goal
from workflows.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class GoalChoice:
    """A goal as a person reads it: everyday title, legal term, one sentence."""

    id: str
    title: str
    legal: str
    summary: str
    topic: str


# How many goals stand in front, before the topics: what most people come for.
IN_FRONT = 6


def goal_choices(desk: Desk) -> tuple[GoalChoice, ...]:
    """Return the goals of the law in force today, in the order of the package."""
    goals = _edition_goals(desk)
    ordered = sorted(goals.items(), key=lambda item: (item[1].order, item[0]))
    return tuple(
        GoalChoice(id_, goal.title, goal.legal, goal.summary, goal.topic)
        for id_, goal in ordered
    )


def by_topic(goals: Sequence[GoalChoice]) -> dict[str, list[GoalChoice]]:
    """Return the goals below their topics, topics in the order in which they appear."""
    topics: dict[str, list[GoalChoice]] = {}
    for goal in goals:
        topics.setdefault(goal.topic, []).append(goal)
    return topics


def goal_page(desk: Desk, goal: str) -> GoalChoice:
    """Return one goal; raise UnknownNameError naming those there are."""
    for choice in goal_choices(desk):
        if choice.id == goal:
            return choice
    raise UnknownNameError("việc", goal, (c.id for c in goal_choices(desk)))


def search_goals(desk: Desk, words: str) -> tuple[GoalChoice, ...]:
    """Return the goals that share words with what was typed, best first.

    Accents, case and punctuation do not matter: "so do bi mat" finds a lost
    certificate. Nothing typed that means anything finds nothing.
    """
    goals = _edition_goals(desk)
    asked = set(_fold(words).split())
    scored = []
    for choice in goal_choices(desk):
        known = " ".join(
            (choice.title, choice.legal, choice.summary, *goals[choice.id].words)
        )
        shared = asked & set(_fold(known).split())
        if shared:
            scored.append((-len(shared), choice))
    scored.sort(key=lambda pair: pair[0])
    return tuple(choice for _, choice in scored)


def _edition_goals(desk: Desk) -> Mapping[str, Goal]:
    edition = desk.law.edition(desk.settings.province, desk.today())
    return edition.goals


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in letters)

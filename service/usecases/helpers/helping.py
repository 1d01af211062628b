"""What a resident may let a helper do: the words, the limits, and what stays his own.

All of it is data (``helping.yaml``); this module reads it once and puts the words that
somebody agrees to together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from service.usecases.matter.voices import pattern_of
from workflows.loader import load_data

_DATA = Path(__file__).with_name("helping.yaml")
_HOUR, _DAY = 60, 1440


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of what may be allowed, and the actions of the policies it stands for."""

    id: str
    label: str
    words: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of helping; lengths of time are minutes, hours those of Vietnam."""

    version: str
    purposes: Mapping[str, str]
    scopes: Mapping[str, Scope]
    lengths: tuple[int, ...]
    shortest: int
    longest: int
    sign_within: int
    longest_by_slip: int
    answer_within: int
    residents_a_day: int
    night: tuple[int, int]
    smallest_cell: int
    many_a_day: int
    slips_in_a_row: int
    events: frozenset[str]
    mandate_paper: str
    own_questions: frozenset[str]
    keeper_unknown: str
    words: str

    def actions_of(self, scopes: Collection[str]) -> list[str]:
        """Return the actions that these parts allow together, in a fixed order."""
        found = {action for id_ in scopes for action in self.scopes[id_].actions}
        return sorted(found)

    def is_own(self, key: str) -> bool:
        """Return whether only the resident answers the question of this fact."""
        return pattern_of(key) in self.own_questions


@cache
def terms() -> Terms:
    """Return the terms of helping as the data has them."""
    raw: Mapping[str, Any] = load_data(_DATA)
    return Terms(
        version=raw["version"],
        purposes=raw["purposes"],
        scopes={
            id_: Scope(id_, each["label"], each["words"], tuple(each["actions"]))
            for id_, each in raw["scopes"].items()
        },
        lengths=tuple(raw["lengths"]),
        shortest=raw["shortest"],
        longest=raw["longest"],
        sign_within=raw["slip"]["sign_within"],
        longest_by_slip=raw["slip"]["longest"],
        answer_within=raw["answer_within"],
        residents_a_day=raw["residents_a_day"],
        night=(raw["night"]["from"], raw["night"]["to"]),
        smallest_cell=raw["smallest_cell"],
        many_a_day=raw["many_a_day"],
        slips_in_a_row=raw["slips_in_a_row"],
        events=frozenset(raw["events"]),
        mandate_paper=raw["mandate_paper"],
        own_questions=frozenset(raw["own_questions"]),
        keeper_unknown=raw["keeper_unknown"],
        words=raw["words"],
    )


def length_words(minutes: int) -> str:
    """Say a length of time as people do: 30 phút, 4 giờ, 3 ngày."""
    if minutes >= _DAY and minutes % _DAY == 0:
        return f"{minutes // _DAY} ngày"
    if minutes >= _HOUR and minutes % _HOUR == 0:
        return f"{minutes // _HOUR} giờ"
    return f"{minutes} phút"


def length_line(minutes: int) -> str:
    """Return the sentence of the words agreed to that says for how long."""
    line = next(each for each in terms().words.splitlines() if "{length}" in each)
    return line.format(length=length_words(minutes))


def left_words(left: timedelta) -> str:
    """Say how much time is left, in the largest unit that is whole: 42 phút, 3 ngày."""
    minutes = max(0, int(left.total_seconds()) // _HOUR)
    if minutes >= 2 * _DAY:
        return f"{minutes // _DAY} ngày"
    if minutes >= 2 * _HOUR:
        return f"{minutes // _HOUR} giờ"
    return f"{minutes} phút"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a resident: the purpose, the parts, for so many minutes."""

    purpose: str
    scopes: tuple[str, ...]
    minutes: int


def consent_words(
    wish: Wish, *, helper: str, team: str | None, goal: str, code: str, keeper: str
) -> str:
    """Return the whole words that the resident agrees to, one sentence a line.

    ``keeper`` is who keeps the data and answers for them; "" is said to be unknown.
    """
    known = terms()
    return known.words.format(
        helper=helper,
        team=f", {team}," if team else "",
        goal=goal,
        code=code,
        keeper=keeper or known.keeper_unknown,
        purpose=known.purposes[wish.purpose],
        scopes="; ".join(
            scope.words for id_, scope in known.scopes.items() if id_ in wish.scopes
        ),
        length=length_words(wish.minutes),
    ).strip()

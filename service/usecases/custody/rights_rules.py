"""The rights of a person over her data and their terms, as ``rights.yaml`` has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from workflows.calendar import Calendar
from workflows.deadlines import due
from workflows.definition import Length

_DATA = Path(__file__).with_name("rights.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """Where a figure stands; ``mark`` is V when its text was seen, else V2 or R."""

    instrument: str
    at: str
    mark: str

    @property
    def verified(self) -> bool:
        """Return whether somebody saw the text itself."""
        return self.mark == "V"


class Kind(_Part):
    """One thing that may be asked; ``others`` holds when another office must act."""

    title: str
    days: Length
    others: Length


class Kept(_Part):
    """Why something stays, and by which text."""

    text: str
    source: Source


class Rights(_Part):
    """All of it."""

    source: Source
    reply: Length
    kinds: dict[str, Kind]
    through_offices: tuple[str, ...]
    kept: Kept
    outcomes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """By when a request is to be acknowledged, and by when it is to be done."""

    reply_by: date
    due_on: date


@cache
def rights() -> Rights:
    """Return the rules, read once; a wrong file is an error at the first use."""
    return Rights.model_validate(yaml.safe_load(_DATA.read_text("utf-8")))


def term_of(kind: str, received: date, calendar: Calendar, *, filed: bool) -> Term:
    """Return the days of a request that came on this day, which is not counted.

    ``filed``: a dossier was handed in, so that an office may have to act too.
    """
    rules = rights()
    wanted = rules.kinds[kind]
    through = filed and kind in rules.through_offices
    length = wanted.others if through else wanted.days
    return Term(
        due(received, rules.reply, calendar).due, due(received, length, calendar).due
    )

"""The register of processing and the file of the impact assessment, from data.

``processing.yaml`` says what is done with which data of whom, by which text, and in
which tables; a test holds it against the database. Each statement carries its mark, and
what only the office knows is a visible blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from forms.register_sheet import Entry, Part, RegisterSheet
from service.settings import Settings
from service.usecases.custody import processing_sentences as say

_DATA = Path(__file__).with_name("processing.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Statement(_Part):
    """What is said, and where it stands; ``setting`` names a number of days."""

    text: str = ""
    instrument: str = ""
    at: str = ""
    setting: str = ""
    mark: str


class Activity(_Part):
    """One thing that is done with data of persons, and the tables it stands in."""

    purpose: str
    persons: str
    categories: str
    basis: Statement
    receivers: str
    kept: Statement
    protection: str
    tables: tuple[str, ...]


class Processing(_Part):
    """All of it."""

    source: Statement
    unknown: str
    sensitive: Statement
    activities: Mapping[str, Activity]
    without_persons: tuple[str, ...]
    blanks: tuple[str, ...]
    measures: tuple[Statement, ...]


@cache
def processing() -> Processing:
    """Return what the file says, read once; a wrong file is an error at once."""
    return Processing.model_validate(yaml.safe_load(_DATA.read_text("utf-8")))


def register(settings: Settings, day: date) -> RegisterSheet:
    """Return the register of processing of an installation."""
    told = processing()
    parts = [Part(say.WHO, (Entry(say.KEEPER, settings.keeper),))]
    parts += [
        Part(each.purpose, tuple(_entries(each, settings)))
        for each in told.activities.values()
    ]
    return _sheet(say.REGISTER, tuple(parts), day)


def impact_file(settings: Settings, day: date) -> RegisterSheet:
    """Return the file of the impact assessment, filled in as far as a program can."""
    told = processing()
    parts = (
        Part(
            say.WHO,
            (
                Entry(say.KEEPER, settings.keeper),
                *(Entry(each, "") for each in told.blanks),
            ),
        ),
        Part(
            say.WHAT,
            tuple(
                Entry(each.purpose, f"{each.categories}. {_said(each.basis, settings)}",
                      each.basis.mark)
                for each in told.activities.values()
            ),
        ),
        Part(say.SENSITIVE, (_entry(say.SENSITIVE_WHAT, told.sensitive, settings),)),
        Part(
            say.MEASURES,
            tuple(
                _entry(say.measure(n), each, settings)
                for n, each in enumerate(told.measures, start=1)
            ),
        ),
    )  # fmt: skip
    return _sheet(say.IMPACT, parts, day)


def as_json(sheet: RegisterSheet) -> dict[str, object]:
    """Return a file for machines; a blank is an empty text."""
    return {
        "title": sheet.title,
        "lead": sheet.lead,
        "marks": sheet.marks,
        "parts": [
            {
                "title": part.title,
                "entries": [
                    {"caption": each.caption, "text": each.text, "mark": each.mark}
                    for each in part.entries
                ],
            }
            for part in sheet.parts
        ],
    }


def _sheet(title: str, parts: tuple[Part, ...], day: date) -> RegisterSheet:
    told = processing()
    lead = f"{say.based_on(told.source.instrument, told.source.at)} {told.unknown}"
    return RegisterSheet(title, lead, parts, say.MARKS, say.printed(day))


def _entries(each: Activity, settings: Settings) -> Iterator[Entry]:
    yield Entry(say.PERSONS, each.persons)
    yield Entry(say.CATEGORIES, each.categories)
    yield _entry(say.BASIS, each.basis, settings)
    yield Entry(say.RECEIVERS, each.receivers)
    yield _entry(say.KEPT, each.kept, settings)
    yield Entry(say.PROTECTION, each.protection)
    yield Entry(say.TABLES, ", ".join(each.tables))


def _entry(caption: str, told: Statement, settings: Settings) -> Entry:
    return Entry(caption, _said(told, settings), told.mark)


def _said(told: Statement, settings: Settings) -> str:
    """Return a statement with its days as they are set here, and where it stands."""
    text = told.text
    if told.setting:
        days = getattr(settings, told.setting)
        text += f": {say.days(days)}"
    where = ", ".join(each for each in (told.instrument, told.at) if each)
    return f"{text} ({where})." if where else f"{text}."

"""The kinds of message that an office may send, and what follows from each: data.

Which event of a chart a message raises, and which facts it brings, stands in
``data/<office>.yaml``; what the message must hold stands in ``<office>/said.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from integrations.land_registry import said as land_registry
from integrations.notary import said as notary
from integrations.said import Paper
from integrations.tax import said as tax

_DATA = Path(__file__).with_name("data")
_MODELS = {"tax": tax, "notary": notary, "land_registry": land_registry}


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactFrom(_Data):
    """Where a fact comes from: exactly one of these."""

    field: str | None = None
    text: str | None = None
    sheet: str | None = None
    line: str | None = None
    always: bool | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("a fact comes from exactly one place")
        return self


class Shown(_Data):
    """How a field is asked for and shown; ``asked``: on paper it must be there."""

    label: str
    example: str | None = None
    choices: dict[str, str] = Field(default_factory=dict)
    asked: bool = False


class Kind(_Data):
    """One kind of message of an office; the comments of ``tax.yaml`` say it in full.

    ``warns``: people must read it, whatever the chart makes of it.
    """

    office: str
    name: str
    model: str
    label: str
    before: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    facts: dict[str, FactFrom] = Field(default_factory=dict)
    fields: dict[str, Shown]
    warns: bool = False

    @model_validator(mode="after")
    def _fields_are_those_of_the_model(self) -> Self:
        known = self.content.model_fields
        used = {*self.fields, *(f.field for f in self.facts.values() if f.field)}
        unknown = used - set(known)
        if unknown:
            raise ValueError(f"{self.model} has no {sorted(unknown)}")
        return self

    @property
    def content(self) -> type[Paper]:
        """Return what a message of the kind holds."""
        found = getattr(_MODELS[self.office], self.model)
        if not (isinstance(found, type) and issubclass(found, Paper)):
            raise TypeError(self.model)
        return found

    @property
    def on_paper(self) -> bool:
        """Return whether it also comes on paper, with a number and a day."""
        return {"number", "day"} <= self.fields.keys()

    def read(self, said: Mapping[str, object]) -> Paper:
        """Return the content, checked; raises pydantic's ValidationError."""
        return self.content.model_validate(said)

    def facts_of(
        self, said: Paper, sheet: Mapping[str, object]
    ) -> Iterator[tuple[str, object]]:
        """Yield the facts that the message brings; what is empty was not said."""
        told = said.model_dump(mode="json")
        words = told | {"day": f"{said.day:%d/%m/%Y}" if said.day else ""}
        for fact, source in self.facts.items():
            value = _value(source, told, words, sheet)
            if value not in (None, ""):
                yield fact, value


def _value(
    source: FactFrom,
    told: Mapping[str, object],
    words: Mapping[str, object],
    sheet: Mapping[str, object],
) -> object:
    if source.field is not None:
        return told[source.field]
    if source.text is not None:
        return source.text.format_map(words)
    if source.sheet is not None:
        return sheet[source.sheet]
    if source.line is not None:
        lines = told["lines"]
        return isinstance(lines, list) and any(
            line["kind"] == source.line for line in lines
        )
    return source.always


@cache
def kinds_of(office: str) -> Mapping[str, Kind]:
    """Return the kinds of message of an office by name; of an unknown one none."""
    path = _DATA / f"{office}.yaml"
    if office not in _MODELS or not path.exists():
        return {}
    raw = yaml.safe_load(path.read_text("utf-8"))
    return {
        name: Kind(office=raw["office"], name=name, **body)
        for name, body in raw["kinds"].items()
    }


OFFICES = tuple(_MODELS)


def paper_key(office: str, number: str, day: date | None) -> str | None:
    """Return what a paper of an office is known by; None without number and day.

    Spaces and small letters make no other paper.
    """
    bare = "".join(number.split()).casefold()
    if not bare or day is None:
        return None
    name = f"{office}|{bare}|{day.isoformat()}"
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def differences(
    one: Mapping[str, JsonValue], other: Mapping[str, JsonValue]
) -> tuple[str, ...]:
    """Return the fields in which two readings of one paper contradict each other.

    What only one of them says is no contradiction: a person types less than a system
    sends. Number and day are what the paper was known by.
    """
    shared = one.keys() & other.keys() - {"number", "day"}
    return tuple(
        name for name in one if name in shared and not _agree(one[name], other[name])
    )


def _agree(one: JsonValue, other: JsonValue) -> bool:
    if one in (None, "", []) or other in (None, "", []):
        return True
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(sorted(one, key=str), sorted(other, key=str), strict=False)
        return len(one) == len(other) and all(_agree(a, b) for a, b in pairs)
    if isinstance(one, dict) and isinstance(other, dict):
        return not differences(one, other)
    return one == other

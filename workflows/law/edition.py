"""The law of one place on one day: immutable, and named by the hash of its text.

An edition is its canonical JSON and nothing else: a case keeps that text, and
``from_json`` brings back the same edition years later. The parts are read by pydantic
when they are first asked for, so that a short command pays for what it uses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from workflows.definition import (
    Comparison,
    Condition,
    FactSpec,
    Goal,
    Instrument,
    ListItem,
    MessageTemplate,
    Migration,
    OfficeKind,
    OrdinaryCase,
    PaperSpec,
    ParameterSpec,
    Procedure,
    Question,
    Source,
    Status,
    Strict,
    Territory,
    WarningSpec,
)
from workflows.errors import UnknownNameError
from workflows.parameters import Parameter, known_by
from workflows.statechart import Chart

T = TypeVar("T")
M = TypeVar("M", bound=Strict)
Origins = Mapping[str, str]
_LEARNED = '"known_since":'


def canonical(body: Mapping[str, object]) -> str:
    """Return the one text of an edition that is hashed and kept."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _known(row: Mapping[str, Any], day: date) -> bool:
    learned = row.get("known_since")
    return known_by(None if learned is None else date.fromisoformat(learned), day)


class AppliedOverride(Strict):
    """A part of an inherited definition that a package replaced, and why.

    ``reached`` names the procedures (or the one definition) that it changed.
    """

    package: str
    of: str
    at: str
    why: str
    source: Source
    file: str
    reached: tuple[str, ...]


class EditionHead(Strict):
    """What an edition is, before any of its sections is read."""

    id: str
    title: str
    status: Status
    notice: str | None
    notices: dict[str, str]
    territory: Territory
    chain: tuple[str, ...]
    statuses: dict[str, Status]
    overrides: tuple[AppliedOverride, ...]


class Section(Mapping[str, T], Generic[T]):
    """Definitions of one kind by name, each read when it is first asked for."""

    def __init__(self, raw: Mapping[str, object], read: Callable[[object], T]) -> None:
        self._raw = raw
        self._read = read
        self._known: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._known:
            self._known[name] = self._read(self._raw[name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __repr__(self) -> str:
        return f"Section({', '.join(self._raw)})"


class Edition:
    """A consistent set of procedures, figures and words, with its digest.

    ``chain`` names the packages it was put together from, the most specific first;
    ``statuses`` says of each whether it may be shown without "chưa xác minh", and
    ``notices`` what each of them has to say to everybody.
    """

    def __init__(
        self, text: str, origins: Callable[[], Mapping[str, Origins]] = dict
    ) -> None:
        self._text = text
        self._body: dict[str, dict[str, Any]] = json.loads(text)
        self._origins = origins
        self._charts: dict[str, Chart] = {}
        head = EditionHead.model_validate(self._body["head"])
        self.id = head.id
        self.title = head.title
        self.status = head.status
        self.notice = head.notice
        self.notices = head.notices
        self.territory = head.territory
        self.chain = head.chain
        self.statuses = head.statuses
        self.overrides = head.overrides

    @classmethod
    def from_json(cls, text: str) -> Edition:
        """Restore an edition from its canonical JSON; the digest is the same."""
        return cls(text)

    def canonical_json(self) -> str:
        """Return the text that is hashed and stored with the cases that pin it."""
        return self._text

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self._text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edition) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Edition({self.id}, {self.digest[:12]})"

    # --- sections ------------------------------------------------------------------

    @cached_property
    def procedures(self) -> Mapping[str, Procedure]:
        """Return the procedures by id, written out whole."""
        return self._section("procedures", Procedure)

    @cached_property
    def parameters(self) -> Mapping[str, ParameterSpec]:
        """Return the dated figures of the law by id."""
        return self._section("parameters", ParameterSpec)

    @cached_property
    def lists(self) -> Mapping[str, dict[str, ListItem]]:
        """Return the closed lists by name, each with its items in order."""
        adapter = TypeAdapter(dict[str, ListItem])
        return Section(self._body["lists"], adapter.validate_python)

    @cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """Return the vocabulary of the journey."""
        return self._section("conditions", Condition)

    @cached_property
    def goals(self) -> Mapping[str, Goal]:
        """Return what citizens may want."""
        return self._section("goals", Goal)

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return the legal instruments that sources name."""
        return self._section("instruments", Instrument)

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions by the key of the fact they ask for."""
        return self._section("questions", Question)

    @cached_property
    def papers(self) -> Mapping[str, PaperSpec]:
        """Return the papers by id."""
        return self._section("papers", PaperSpec)

    @cached_property
    def facts(self) -> Mapping[str, FactSpec]:
        """Return the facts that are recorded or derived, by key."""
        return self._section("facts", FactSpec)

    @cached_property
    def offices(self) -> Mapping[str, OfficeKind]:
        """Return the kinds of offices by id."""
        return self._section("offices", OfficeKind)

    @cached_property
    def messages(self) -> Mapping[str, MessageTemplate]:
        """Return the message templates by id."""
        return self._section("messages", MessageTemplate)

    @cached_property
    def ordinary(self) -> Mapping[str, OrdinaryCase]:
        """Return what a plan takes to be so while a fact is not told, by fact."""
        return self._section("ordinary", OrdinaryCase)

    @cached_property
    def warnings(self) -> Mapping[str, WarningSpec]:
        """Return what plans warn of, by id."""
        return self._section("warnings", WarningSpec)

    @cached_property
    def migrations(self) -> Mapping[str, Migration]:
        """Return the transitional clauses, by id; an older edition has none."""
        return Section(self._body.get("migrations", {}), Migration.model_validate)

    def raw(self, section: str) -> Mapping[str, Any]:
        """Return the definitions of a section as the JSON data they are."""
        return self._body.get(section, {})

    @cached_property
    def comparisons(self) -> Mapping[str, Comparison]:
        """Return what a family may ask to see done otherwise, by id."""
        if "comparisons" not in self._body:
            return {}  # an edition of a case that was pinned before there were any
        return self._section("comparisons", Comparison)

    def _section(self, name: str, model: type[M]) -> Mapping[str, M]:
        return Section(self._body[name], model.model_validate)

    def known_on(self, day: date) -> Edition:
        """Return the edition without the values that were learned after the day.

        It is this edition itself when there are none.
        """
        if _LEARNED not in self._text:
            return self
        figures = {
            name: {**spec, "values": known}
            for name, spec in self._body["parameters"].items()
            if (known := [row for row in spec["values"] if _known(row, day)])
        }
        if figures == self._body["parameters"]:
            return self
        body = {**self._body, "parameters": figures}
        return Edition(canonical(body), self._origins)

    # --- single definitions ----------------------------------------------------------

    def procedure(self, procedure_id: str) -> Procedure:
        """Return a procedure; raise UnknownNameError naming those there are."""
        if procedure_id not in self.procedures:
            raise UnknownNameError("procedure", procedure_id, self.procedures)
        return self.procedures[procedure_id]

    def parameter(self, parameter_id: str) -> Parameter:
        """Return a figure by its id; raise UnknownNameError naming those there are."""
        if parameter_id not in self.parameters:
            raise UnknownNameError("parameter", parameter_id, self.parameters)
        return Parameter(parameter_id, self.parameters[parameter_id])

    def chart(self, procedure_id: str) -> Chart:
        """Return the compiled chart of a procedure; compiled once."""
        if procedure_id not in self._charts:
            procedure = self.procedure(procedure_id)
            self._charts[procedure_id] = Chart(procedure, self.lists)
        return self._charts[procedure_id]

    def origins(self, procedure_id: str) -> Origins:
        """Return ``file:line`` by address in the procedure; empty when restored."""
        return self._origins().get(procedure_id, {})

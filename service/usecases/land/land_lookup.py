"""What the land register says of a parcel, set beside what a person told of it.

It is asked by a person's press, for the land of this matter alone. Each value is a
suggestion: nothing is written that she did not tick, and what is written keeps its
source. Whose land it is comes here only as yes or no, against the names of the matter.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from forms.likeness import likeness
from integrations.errors import IntegrationError, OfficeRefusedError
from integrations.messages import Land, LandAsked, ParcelRecord
from integrations.trial_land import TrialLand, trial_land
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.auth.sessions import count_try
from service.errors import TooManyTriesError
from service.persistence.rows import FactRow, MatterRow
from service.usecases.cases.casefile import find_case, matter_target, open_case
from service.usecases.cases.moving import plain
from service.usecases.desk import Desk
from service.usecases.helpers.helping import terms
from service.usecases.land import land_sentences as say
from service.usecases.matter.answer_question import (
    Word,
    find_matter,
    read_typed,
    record_words,
)
from service.usecases.matter.read_matter import shown
from service.usecases.matter.situations import current, edition_today, situation_from
from service.usecases.outside.connections import mode_of
from service.usecases.outside.office_lines import ask
from service.usecases.outside.outgoing import land_told
from workflows.answers import accept, expected_by
from workflows.errors import Problem
from workflows.guidance import Asked, questions_about
from workflows.loader import load_data
from workflows.packages import Edition
from workflows.situation import Situation

OFFICE = "land_registry"
SOURCE = "land_database"
_DATA = Path(__file__).with_name("land_lookup.yaml")
_NAME = "full_name"

State: TypeAlias = Literal["new", "same", "differs", "refused"]
Owner: TypeAlias = Literal["", "same", "other"]


class Basis(BaseModel):
    """Where the way of the law is written, and whether we have seen ours there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instrument: str
    at: str
    status: str


class LookUp(BaseModel):
    """How the register is asked and read, as the data has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    land: Mapping[str, str]
    facts: Mapping[str, str]
    owners: str
    tries: int
    minutes: int
    basis: Basis

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the facts that the register may tell."""
        return (*self.land, *self.facts)

    def values(self, record: ParcelRecord) -> dict[str, object]:
        """Return what a record tells, by the fact that it fills."""
        of_land = {key: getattr(record.land, name) for key, name in self.land.items()}
        said = {key: record.facts.get(name) for key, name in self.facts.items()}
        told = of_land | said
        return {k: v for k, v in told.items() if v is not None and v != ""}

    def names(self, record: ParcelRecord) -> frozenset[str]:
        """Return the names on the certificate as they are compared."""
        told = record.facts.get(self.owners)
        each = told if isinstance(told, list) else [told]
        return frozenset(likeness(_NAME, name) for name in each if name)


class _Carried(BaseModel):
    """An answer on its way through the page of a person; it names no owner."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: datetime
    values: dict[str, object]
    owner: Owner


@dataclass(frozen=True, slots=True)
class LandField:
    """A fact as the register tells it beside what is known of it already."""

    key: str
    text: str
    state: State
    shown: str
    stored: str | None
    value: object


@dataclass(frozen=True, slots=True)
class LandReading:
    """What the page shows before anything is taken.

    ``owner``: whether a name of the matter stands on the certificate, empty when the
    register does not say or nobody was named; ``carried`` is the answer, signed, for
    the page to send back.
    """

    at: datetime
    about: str
    fields: tuple[LandField, ...]
    owner: Owner
    carried: str

    @property
    def ticked(self) -> frozenset[str]:
        """Return what is ticked at first: what nobody told otherwise."""
        return frozenset(each.key for each in self.fields if each.state == "new")

    @property
    def offers(self) -> bool:
        """Return whether there is anything to take."""
        return any(each.state in {"new", "differs"} for each in self.fields)


@dataclass(frozen=True, slots=True)
class Untold:
    """The register told nothing; the sentence says why. Nothing changed."""

    sentence: str


@cache
def look_up() -> LookUp:
    """Return how the register is asked, as the data has it."""
    return LookUp.model_validate(load_data(_DATA))


def is_offered(desk: Desk) -> bool:
    """Return whether there is a register here that can be asked."""
    return mode_of(desk, OFFICE) != "paper"


def land_to_try(desk: Desk) -> TrialLand | None:
    """Return the made-up land that the simulated offices of a trial know, in one."""
    return trial_land() if desk.settings.environment == "demo" else None


def may_ask(desk: Desk, actor: Actor, code: str) -> str | None:
    """Return what would be asked, in words; None when too little was told so far."""
    sheet = _of_matter(desk, actor, code)
    asked = sheet.asked({})
    return None if asked is None else sheet.about(desk, asked.land)


def ask_register(
    desk: Desk, actor: Actor, code: str, typed: Mapping[str, str] | None = None
) -> LandReading | Untold:
    """Ask about the land of a matter and set the answer beside what was told.

    ``typed`` is what stands on the page and was not sent yet; it helps to ask, and is
    not stored.
    """
    sheet = _of_matter(desk, actor, code)
    read = {
        key: value
        for key, raw in (typed or {}).items()
        if key in look_up().land
        and isinstance(value := read_typed(desk, sheet.matter, key, raw), str)
    }
    return _ask(desk, sheet, read)


def compare_at_desk(desk: Desk, clerk: Actor, case_code: str) -> LandReading | Untold:
    """Show a clerk of an office of the case the same; there is nothing to take."""
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(clerk, Action.NOTE, target)
    return _ask(desk, _sheet(desk, file.matter, file.facts, helped=False), {})


def take_from_register(
    desk: Desk, actor: Actor, code: str, carried: str, ticked: Collection[str]
) -> LandReading | Untold | None:
    """Record what was ticked of an answer; the reading again when nothing was.

    None when it was done. Untold for an answer that is old or not ours.
    """
    sheet = _of_matter(desk, actor, code)
    told = _opened(desk, sheet.matter, carried)
    if told is None:
        return Untold(say.OLD)
    reading = _reading(desk, sheet, told, carried)
    words = [
        Word(each.key, each.value, SOURCE, settles=each.state == "differs")
        for each in reading.fields
        if each.key in ticked and each.state in {"new", "differs"}
    ]
    if not words:
        return reading
    record_words(desk, actor, code, words)
    return None


def land_asked(
    matter: MatterRow, told: Mapping[str, FactRow], typed: Mapping[str, str]
) -> LandAsked | None:
    """Return the question about the land of a matter; None when too little is known.

    ``typed`` are fields of the land that stand for what was told of them.
    """
    land = land_told(told, matter.commune)
    try:
        return LandAsked(land=land.model_copy(update=typed))
    except ValidationError:
        return None


def words_of(desk: Desk, tenant: str, land: Land) -> str:
    """Say in words which land is meant."""
    words = []
    if land.certificate:
        words.append(f"{say.CERTIFICATE} {land.certificate}")
    if land.map_sheet_no and land.parcel_no and land.commune:
        name = desk.territory.commune_name(tenant, land.commune) or land.commune
        words.append(say.place(name, land.map_sheet_no, land.parcel_no))
    return "; ".join(words)


# --- what it is set beside ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What was told of the land of a matter, and who may be shown what of it."""

    matter: MatterRow
    told: Mapping[str, FactRow]
    situation: Situation
    edition: Edition
    helped: bool

    def asked(self, typed: Mapping[str, str]) -> LandAsked | None:
        """Return the question; None when neither certificate nor parcel is known."""
        fields = {look_up().land[key]: value for key, value in typed.items()}
        return land_asked(self.matter, self.told, fields)

    def about(self, desk: Desk, land: Land) -> str:
        """Say in words which land is meant."""
        return words_of(desk, self.matter.tenant_id, land)

    def questions(self) -> Iterator[Asked]:
        """Yield the questions that the register may answer for who is in front."""
        keys = look_up().keys
        found = questions_about(self.situation, self.edition, keys)
        for key in keys:
            if key in found and not (self.helped and terms().is_own(key)):
                yield found[key]

    def owner(self, names: Collection[str]) -> Owner:
        """Return whether somebody named in the matter stands on the certificate."""
        people = self.situation.parties
        told = {likeness(_NAME, each.facts.get(_NAME) or "") for each in people} - {""}
        if not names or not told:
            return ""
        return "same" if told & set(names) else "other"


def _of_matter(desk: Desk, actor: Actor, code: str) -> _Sheet:
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        authorize(actor, Action.ANSWER, matter_target(desk, uow, matter))
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    return _sheet(desk, matter, rows, helped=actor.kind == "helper")


def _sheet(
    desk: Desk, matter: MatterRow, rows: Sequence[FactRow], *, helped: bool
) -> _Sheet:
    situation = situation_from(desk, matter, rows)
    edition = edition_today(desk, matter)
    return _Sheet(matter, current(rows), situation, edition, helped)


# --- asking, and reading the answer ---------------------------------------------------


def _ask(desk: Desk, sheet: _Sheet, typed: Mapping[str, str]) -> LandReading | Untold:
    asked = sheet.asked(typed)
    if asked is None or not is_offered(desk):
        return Untold(say.TOO_LITTLE if is_offered(desk) else say.NOT_CONNECTED)
    record = _record(desk, sheet.matter, asked)
    if isinstance(record, Untold):
        return record
    known = look_up()
    told = _Carried(
        at=desk.now(),
        values=known.values(record),
        owner=sheet.owner(known.names(record)),
    )
    reading = _reading(desk, sheet, told, _signed(desk, sheet.matter, told))
    return reading if reading.fields else Untold(say.EMPTY)


def _record(desk: Desk, matter: MatterRow, asked: LandAsked) -> ParcelRecord | Untold:
    """Return what the register has of the land that is meant, or why nothing."""
    known = look_up()
    window = timedelta(minutes=known.minutes)
    port, key = desk.ports.land_registry, desk.ids.new_id()
    try:
        count_try(desk, f"land:{matter.id}", most=known.tries, window=window)
        record = ask(desk, OFFICE, lambda: port.look_up(asked, key=key)).parcel
    except TooManyTriesError as refusal:
        return Untold(say.too_often(ceil(refusal.retry_after / 60)))
    except OfficeRefusedError:
        return Untold(say.REFUSED)
    except IntegrationError:
        return Untold(say.SILENT)
    if record is None:
        return Untold(say.NOTHING)
    return record if asked.is_about(record.land) else Untold(say.OTHER_LAND)


def _reading(desk: Desk, sheet: _Sheet, told: _Carried, carried: str) -> LandReading:
    fields = (
        _field(sheet, question, told.values[question.key])
        for question in sheet.questions()
        if question.key in told.values
    )
    said = {name: str(told.values.get(key, "")) for key, name in look_up().land.items()}
    land = Land(commune=sheet.matter.commune or "", **said)
    about = sheet.about(desk, land)
    return LandReading(told.at, about, tuple(fields), told.owner, carried)


def _field(sheet: _Sheet, asked: Asked, raw: object) -> LandField:
    key, question = asked.key, asked.question
    row = sheet.told.get(key)
    stored = None if row is None or row.value is None else row.value
    said = None if stored is None else shown(question, stored)
    value = accept(key, raw, expected_by(key, question), sheet.matter.on_day)
    if isinstance(value, Problem):
        return LandField(key, asked.text, "refused", say.UNFIT, said, None)
    state: State = "new"
    if stored is not None:
        same = likeness(key, stored) == likeness(key, value)
        state = "same" if same else "differs"
    words = shown(question, value.isoformat() if isinstance(value, date) else value)
    return LandField(key, asked.text, state, words, said, plain(value))


# --- an answer on its way through the page --------------------------------------------


def _signed(desk: Desk, matter: MatterRow, told: _Carried) -> str:
    body = told.model_dump_json()
    return f"{_mark(desk, matter, body)}.{body}"


def _opened(desk: Desk, matter: MatterRow, carried: str) -> _Carried | None:
    mark, _, body = carried.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(desk, matter, body).encode()):
        return None
    told = _Carried.model_validate(json.loads(body))
    waits = timedelta(minutes=look_up().minutes)
    return told if desk.now() - told.at <= waits else None


def _mark(desk: Desk, matter: MatterRow, body: str) -> str:
    named = f"land:{matter.id}:{body}".encode()
    return hmac.new(desk.secret, named, hashlib.sha256).hexdigest()

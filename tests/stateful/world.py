"""One matter on a real desk, and everybody who may do something about it.

Every act is a call of a use case. What is refused must leave no trace, and nothing but
the refusals that the service knows may come out of an act.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from integrations.twin import Twin
from service.auth.actors import Actor
from service.auth.sessions import actor_of, citizen_of
from service.errors import AppError
from service.persistence.database import Database, connect
from service.persistence.rows import CaseRow, OfficeRow
from service.usecases.administration.office_kinds import office_kinds
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.desk import Desk
from service.usecases.helpers.give_consent import give_consent
from service.usecases.matter.start_matter import MatterOpened, start_matter
from service.usecases.matter.tell import tell_situation
from service.usecases.playing.demo import clerk_of, seed_people, superior_of
from tests.conftest import Desks, Hour
from workflows.errors import WorkflowError
from workflows.situation import Situation

PROVINCE = "66"
STEP = "it"
# What the service says when it does not do something.
KNOWN = (AppError, WorkflowError)
# Where an act of somebody would leave a trace.
TRACES = (
    "case",
    "case_assignee",
    "case_link",
    "case_move",
    "case_office",
    "case_paper",
    "condition_met",
    "consent",
    "desk_count",
    "fact",
    "fault_act",
    "help_request",
    "idempotency",
    "inbox",
    "matter",
    "notification",
    "obligation",
    "outbox",
    "payment",
    "proposal",
    "rating",
    "timer",
)
FAR_COUNTER = "far-66"

Picture = dict[str, frozenset[tuple[Any, ...]]]


class FoundError(AssertionError):
    """Something happened that must not; the sentence says what."""


class OnePage:
    """Prints every paper as the same few bytes: here nobody reads them."""

    def print(self, *sheets: object) -> bytes:
        return b"%PDF-1.7\n%%EOF\n"

    def close(self) -> None:
        """Keep nothing open."""


@dataclass
class World:
    """The desk, its clock, the matter, and the people round it."""

    desk: Desk
    hour: Hour
    procedure: str
    matter: MatterOpened
    citizen: Actor
    helper: Actor
    administrator: Actor
    numbers: int = 0
    acts: int = 0
    refusals: int = 0
    story: list[str] = field(default_factory=list)
    _picture: Picture | None = field(default=None, repr=False)
    _files: tuple[CaseFile, ...] | None = field(default=None, repr=False)
    _checked: tuple[Picture, datetime] | None = field(default=None, repr=False)

    # --- acting ---------------------------------------------------------------------

    def attempt(self, act: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do an act; return what it returns, or the refusal that left no trace."""
        before = self.picture()
        self.acts += 1
        try:
            result = act(*args, **more)
        except KNOWN as refusal:
            self.refusals += 1
            self.changed()
            changed = [
                name for name, rows in self.picture().items() if rows != before[name]
            ]
            if changed:
                raise FoundError(
                    f"refused ({refusal!r}), yet {changed} changed"
                ) from refusal
            return refusal
        self.changed()
        return result

    def must_refuse(
        self, what: str, act: Callable[..., Any], *args: Any, **more: Any
    ) -> None:
        """Do what nobody may do; raise FoundError when it is let through."""
        result = self.attempt(act, *args, **more)
        if not isinstance(result, KNOWN):
            raise FoundError(f"{what} was let through: {result!r}")

    def changed(self) -> None:
        """Say that something was done that no attempt knows of, as by the worker."""
        self._picture = self._files = None

    def is_new(self) -> bool:
        """Return whether something changed since the last time that this was asked."""
        now = (self.picture(), self.hour.now)
        new = self._checked is None or self._checked != now
        self._checked = now
        return new

    def number(self) -> int:
        """Return the next number, for what must be told apart."""
        self.numbers += 1
        return self.numbers

    def picture(self) -> Picture:
        """Return every row that an act could leave a trace in."""
        if self._picture is None:
            with self.desk.database.engine.connect() as connection:
                self._picture = {
                    name: frozenset(
                        map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))  # noqa: S608
                    )
                    for name in TRACES
                }
        return self._picture

    # --- looking --------------------------------------------------------------------

    def rows(self) -> tuple[CaseRow, ...]:
        """Return the cases of the matter, in the order in which they were opened."""
        with self.desk.database.reading() as uow:
            return uow.cases.of_matter(PROVINCE, self.matter.matter_id)

    def files(self, *, ended: bool = False) -> tuple[CaseFile, ...]:
        """Return the open cases of the matter, with those that ended when asked."""
        if self._files is None:
            with self.desk.database.reading() as uow:
                self._files = tuple(
                    open_case(self.desk, uow, row)
                    for row in uow.cases.of_matter(PROVINCE, self.matter.matter_id)
                )
        return tuple(each for each in self._files if ended or not each.row.ended_at)

    def offices(self) -> tuple[OfficeRow, ...]:
        """Return every office of the province."""
        with self.desk.database.reading() as uow:
            return uow.people.offices(PROVINCE)

    def clerk(self, office_id: str) -> Actor:
        """Return a clerk of an office who does everything there but lead."""
        if office_id == FAR_COUNTER:
            return _far_clerk()
        return clerk_of(self.desk, PROVINCE, office_id)

    def superior(self, office_id: str) -> Actor | None:
        """Return who leads an office, if anybody does."""
        try:
            return superior_of(self.desk, PROVINCE, office_id)
        except LookupError:
            return None


def _far_clerk() -> Actor:
    kinds = frozenset(office_kinds()["one_stop"].plays)
    return Actor(
        "clerk",
        "Chị Xa",
        PROVINCE,
        account_id="far",
        office_id=FAR_COUNTER,
        office_name="Một cửa xa",
        office_kinds=kinds,
    )


def people_in(database: Database, folder: Path) -> None:
    """Store the offices and the accounts that every matter begins with."""
    desk = Desks(database, folder).make()
    seed_people(desk)
    with desk.database.transaction() as uow:
        plays = list(office_kinds()["one_stop"].plays)
        uow.people.put_office(
            OfficeRow(PROVINCE, FAR_COUNTER, "one_stop", plays, "Một cửa xa", ["24169"])
        )


def copy_of(template: Path, folder: Path, number: int) -> Database:
    """Open a copy of a prepared SQLite file."""
    path = folder / f"{number}.sqlite"
    shutil.copy(template, path)
    return connect(f"sqlite:///{path}", lasting=False)


def begin(
    database: Database,
    folder: Path,
    *,
    procedure: str,
    situation: Situation,
    at: datetime,
    mode: str = "manual",
) -> World:
    """Open a matter whose one step is the procedure, and tell what is known of it."""
    hour = Hour(at)
    desk = replace(Desks(database, folder, hour).make(mode=mode), press=OnePage())
    opened = start_matter(
        desk,
        Actor("citizen", "citizen", PROVINCE),
        goal=situation.goal,
        province=PROVINCE,
        commune=situation.commune,
        on=situation.on,
    )
    citizen = citizen_of(PROVINCE, opened.matter_id)
    tell_situation(desk, citizen, opened.code, situation)
    _plan_just(desk, opened, procedure)
    return World(
        desk,
        hour,
        procedure,
        opened,
        citizen,
        _account(desk, "giupviec"),
        _account(desk, "quantri"),
    )


def _plan_just(desk: Desk, opened: MatterOpened, procedure: str) -> None:
    """Let the plan of a matter be one step, whatever would have to come before it."""
    step = {"id": STEP, "procedure": procedure, "after": [], "name": {"citizen": STEP}}
    with desk.database.transaction() as uow:
        matter = uow.matters.by_code(opened.code)
        uow.matters.touch(matter, plan={"steps": [step]})


def _account(desk: Desk, name: str) -> Actor:
    with desk.database.reading() as uow:
        return actor_of(uow, uow.people.account_by_name(name))


def let_help(world: World, scope: Collection[str], minutes: int) -> Any:
    """Let the helper do these things for the citizen, for a while."""
    return world.attempt(
        give_consent,
        world.desk,
        world.citizen,
        world.matter.code,
        helper_name="giupviec",
        scope=scope,
        minutes=minutes,
    )


def twins(world: World) -> tuple[Twin, ...]:
    """Return the simulated offices, in the same process."""
    ports = world.desk.ports
    several = (
        ports.tax,
        ports.notary,
        ports.land_registry,
        ports.payment,
        ports.portal,
    )
    return tuple(each.twin for each in several)

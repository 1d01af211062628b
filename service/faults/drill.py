"""A drill: the same few scenes every time, each death at its place.

A run under faults leaves to chance what meets what. A drill leaves nothing to chance,
takes seconds, and goes by the same checks: it is how the checks themselves are tried,
with a bug planted in the service that they must find. Every scene is played in a
process of its own, forked from this one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

from integrations import webhooks
from integrations.errors import OfficeUnavailableError
from integrations.messages import Acknowledgement, Message, OfficeMessage
from service.auth.actors import Actor
from service.auth.office_keys import office_key
from service.auth.sessions import citizen_of
from service.composition import settle
from service.errors import AppError, StaleVersionError
from service.faults import scenes
from service.faults.checks import Check, look_at
from service.faults.children import Opened, Spoil, open_matter
from service.faults.history import Attempt, Command, History
from service.faults.history import Message as Said
from service.faults.history import Told as Became
from service.faults.nursery import Plan, passing
from service.faults.people import at_the_counter, people, walk
from service.faults.rows import known, waiting
from service.faults.seeding import MOVE_KEY
from service.faults.world import Ground
from service.persistence.database import connect, upgrade
from service.persistence.rows import CaseRow
from service.usecases.cases import decide
from service.usecases.cases.casefile import ORIGINALS, open_case
from service.usecases.cases.moving import UNDO
from service.usecases.desk import Desk
from service.usecases.matter.submit_dossier import open_step, submit
from service.usecases.outside import receive
from service.usecases.outside.working import run_once, run_until_idle
from service.usecases.playing.demo import clerk_of, next_move
from workflows.errors import WorkflowError

_MATTERS, _AT_COUNTER, _AT_LAND = 8, 2, 2
_OFFICE = "notary"
_MOVE = ("opened", "moved", "written", "effects", "before commit", "committed")
_LOST_REQUEST, _LOST_ANSWER = "lost request", "lost answer"
CALLS = {
    "tax": ("send_slip",),
    "land_registry": ("record", "register"),
    "notary": ("book",),
    "payment": ("order",),
    "messenger": ("send",),
    "portal": ("synchronise",),
}
_NAMES = {"messenger": "messaging"}
# After each of the moves: where the worker dies, and how offices answer meanwhile. So
# two moves of a case wait when the first request is lost.
_PASSES: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (),
    (("", (_LOST_REQUEST,)),),
    (("", (_LOST_ANSWER,)),),
    (("sent", ()),),
    (("marked", ()),),
    (("sent", ()),),
)
_ROUNDS, _MOST = 12, 1000
# What is told of an attempt: what became of it, no status, and where it leads.
Told = tuple[Became, None, str]


@dataclass(slots=True)
class Template:
    """What every drill begins with: a database, and matters that are told already.

    ``counter`` are cases that wait at the one-stop shop, ``land`` cases whose sheet is
    about to go to the tax office.
    """

    ground: Ground
    file: Path
    opened: tuple[Opened, ...]
    before: frozenset[str]
    counter: tuple[str, ...]
    land: tuple[str, ...]

    @contextmanager
    def drill(self, spoil: Spoil | None) -> Iterator[Drill]:
        """Open a drill on a database of its own."""
        with self.ground.database() as address:
            database = connect(address, self.ground.desk.ring)
            if database.file is None:
                raise TypeError("a drill is done on SQLite")
            copyfile(self.file, database.file)
            desk = replace(self.ground.desk, database=database)
            journal = database.file.with_name(database.file.name + ".offices")
            journal.touch()
            drill = Drill(self, desk, journal, spoil)
            try:
                yield drill
            finally:
                # The next drill begins on the same day.
                self.ground.clock.step(-drill.stepped)
                database.dispose()


@contextmanager
def template(ground: Ground) -> Iterator[Template]:
    """Prepare what every drill begins with."""
    with ground.database() as address:
        database = connect(address, ground.desk.ring)
        if database.file is None:
            raise TypeError("a drill is done on SQLite")
        desk = replace(ground.desk, database=database)
        upgrade(database)
        people(desk)
        walk(desk)
        opened = tuple(open_matter(desk) for _ in range(_MATTERS))
        beside = [at_the_counter(desk) for _ in range(_AT_COUNTER + _AT_LAND)]
        land = beside[_AT_COUNTER:]
        for citizen, case in land:
            next_move(desk, citizen, case)
        run_until_idle(desk)
        for citizen, case in land:
            next_move(desk, citizen, case)
        before = known(database)
        database.forget()
        database.dispose()
        settle()
        counter = tuple(case for _, case in beside[:_AT_COUNTER])
        yield Template(
            ground,
            database.file,
            opened,
            before,
            counter,
            tuple(case for _, case in land),
        )


@dataclass(slots=True)
class Drill:
    """One drill: its desk, what was asked and answered, and what the offices saw."""

    template: Template
    desk: Desk
    journal: Path
    spoil: Spoil | None
    history: History = field(default_factory=History)
    kills: int = 0
    stepped: timedelta = timedelta(0)

    def play(self) -> tuple[Check, ...]:
        """Play all scenes, let everything be done, and look."""
        cases = self._hand_in()
        for case, point, passes in zip(cases, _MOVE, _PASSES, strict=False):
            self.move(case, 2, "accept", deaths=(point,))
            for at, conduct in passes:
                self.later(timedelta(hours=2))
                self._alone(_work, at, conduct)
        self.move(cases[-2], 2, "accept", deaths=("effects",), repeat=False)
        self.move(cases[0], 3, "ready_to_sign")
        self.move(cases[0], 3, "give_up")
        self._listen(cases[-1])
        scenes.take_back(self, *self.template.counter)
        scenes.correct(self, self.template.land[0])
        self._settle()
        scenes.pay(self)
        scenes.run_out(self, self.template.land[1])
        self._settle()
        return look_at(self.desk, self.history, self._seen(), self.template.before)

    # --- scenes -----------------------------------------------------------------------

    def _hand_in(self) -> list[str]:
        """Let every citizen hand in, and press twice."""
        cases = []
        for number, opened in enumerate(self.template.opened):
            step, key = opened.steps[0], f"submit-{number}"
            command = self.history.command(
                "submit", f"citizen:{opened.code}", case="", event="submit", key=key,
                group=f"{opened.code}/{step}",
            )  # fmt: skip

            def hand_in(
                desk: Desk, opened: Opened = opened, step: str = step, key: str = key
            ) -> Told:
                return _handed_in(desk, opened, step, key)

            for _ in range(2):
                command.attempts.append(self._attempt(hand_in))
            cases.append(command.attempts[0].where)
        return cases

    def move(
        self,
        case: str,
        version: int,
        event: str,
        *,
        facts: Mapping[str, object] | None = None,
        office: str = "",
        deaths: Sequence[str] = (),
        repeat: bool = True,
    ) -> None:
        """Let a clerk ask for a move; the service dies at each of the places.

        He sits at the ``office``, else at that on whose desk the case lies.
        """
        at = office or self.office_of(case)
        actor = clerk_of(self.desk, self.desk.settings.province, at)
        command = self.history.command(
            "move", str(actor.account_id), case=case, event=event,
            key=f"{MOVE_KEY}{len(self.history.commands)}", version=version,
        )  # fmt: skip
        for point in (*deaths, *(("", "") if repeat else ())):
            command.attempts.append(
                self._attempt(
                    lambda desk: _moved(desk, actor, command, facts or {}), point
                )
            )

    def _listen(self, case: str) -> None:
        """Let an office speak: clearly, twice, garbled, and somebody else for it."""
        told = OfficeMessage(
            id="drilled-message", case=case, event="accept", sent_at=self.desk.now()
        )
        raw = told.model_dump_json().encode()
        said = Said(_OFFICE, told.id, "true", case, "accept")
        self.history.messages.append(said)
        for point in ("message kept", "message taken in", "", ""):
            self._say(said, raw, point)
        for point in ("applied", "worked off", ""):
            self._alone(_work, point)
        self._say(said, raw)
        self._alone(_work)
        cut = raw[: len(raw) // 2]
        digest = hashlib.sha256(cut).hexdigest()
        garbage = Said(_OFFICE, "drilled-garbage", "garbage", sha256=digest)
        forged = Said(_OFFICE, "drilled-forgery", "forged")
        self.history.messages += [garbage, forged]
        self._say(garbage, cut)
        self._say(forged, raw.replace(b"drilled-message", b"drilled-forgery"))

    def _say(self, said: Said, raw: bytes, point: str = "") -> None:
        key = office_key(self.desk.settings, self.desk.secret, said.office)
        if said.kind == "forged":
            key = b"another key"

        def hear(desk: Desk) -> str:
            headers = webhooks.sign(key, webhooks.FROM_OFFICE, said.id, desk.now(), raw)
            got = receive.receive_message(desk, said.office, raw, headers)
            return got.outcome if got.signed else "refused"

        outcome = self._alone(hear, point)
        if outcome is not None:
            said.outcomes.append(outcome)

    def _settle(self) -> None:
        """Let everything be done that waits; the clock runs on."""
        for _ in range(_ROUNDS):
            self._alone(_work_on)
            if not waiting(self.desk.database):
                break
            self.later(timedelta(hours=2))
        self.desk.database.dispose()

    def hear(self, said: Said, told: OfficeMessage) -> None:
        """Let an office speak clearly, once."""
        self.history.messages.append(said)
        self._say(said, told.model_dump_json().encode())

    def later(self, length: timedelta) -> None:
        """Let time pass, and note which timers run out meanwhile."""
        self.template.ground.clock.step(length)
        self.stepped += length
        with self.desk.database.reading() as uow:
            self.history.timers += uow.queues.due_timers(self.desk.now(), _MOST)

    def work(self) -> None:
        """Let a worker do one pass."""
        self._alone(_work)

    def work_on(self) -> None:
        """Let a worker do everything that is due."""
        self._alone(_work_on)

    def row_of(self, case: str) -> CaseRow:
        """Return the row of a case as it is now."""
        with self.desk.database.reading() as uow:
            row = uow.cases.by_code(case)
        if row is None:
            raise LookupError(case)
        return row

    def office_of(self, case: str) -> str:
        """Return the office on whose desk a case lies."""
        office = self.row_of(case).office_id
        if office is None:
            raise LookupError(case)
        return office

    # --- processes --------------------------------------------------------------------

    def _attempt(self, ask: Callable[[Desk], Told], point: str = "") -> Attempt:
        told = self._alone(ask, point)
        return Attempt() if told is None else Attempt(*told)

    def _alone(
        self, work: Callable[[Desk], Any], point: str = "", conduct: Sequence[str] = ()
    ) -> Any:  # noqa: ANN401  whatever the work returns
        """Do something in a process of its own; None when it died at the point.

        What breaks otherwise is noted as a thing that is odd.
        """
        self.desk.database.dispose()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            self._as_child(work, point, conduct, write)
        os.close(write)
        with os.fdopen(read, "rb") as answer:
            raw = answer.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            self.kills += 1
            return None
        told = json.loads(raw)
        if "broken" in told:
            self.history.odd.append(told["broken"])
        return told.get("answer")

    def _as_child(
        self,
        work: Callable[[Desk], Any],
        point: str,
        conduct: Sequence[str],
        write: int,
    ) -> None:
        try:
            desk = replace(
                self.desk,
                passing=passing(Plan(point, 1)),
                ports=_badly(self.desk, self.journal, list(conduct)),
            )
            if self.spoil is not None:
                desk = self.spoil(desk)
            told = {"answer": work(desk)}
        except BaseException as error:  # noqa: BLE001  it must not run on in this copy
            told = {"broken": f"{type(error).__name__}: {error}"}
        os.write(write, json.dumps(told).encode())
        os._exit(0)

    def _seen(self) -> dict[str, dict[str, list[str]]]:
        seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for line in self.journal.read_text().splitlines():
            office, key, digest = json.loads(line)
            seen[office][key].append(digest)
        return seen


def _citizen(desk: Desk, opened: Opened) -> Actor:
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(opened.code)
    if matter is None:
        raise LookupError(opened.code)
    return citizen_of(matter.tenant_id, matter.id)


def _work(desk: Desk) -> None:
    run_once(desk)


def _work_on(desk: Desk) -> None:
    run_until_idle(desk)


def _handed_in(desk: Desk, opened: Opened, step: str, key: str) -> Told:
    citizen = _citizen(desk, opened)
    try:
        open_step(desk, citizen, opened.code, step)
        code = submit(desk, citizen, opened.code, step, idempotency_key=key)
    except (AppError, WorkflowError):
        return "refused", None, ""
    return "done", None, code


def _moved(
    desk: Desk, actor: Actor, command: Command, facts: Mapping[str, object]
) -> Told:
    """Make a move with the whole dossier; return what is told of it, and where."""
    with desk.database.reading() as uow:
        row = uow.cases.by_code(command.case)
        if row is None:
            raise LookupError(command.case)
        papers = {paper.id for paper in open_case(desk, uow, row).required()}
    try:
        if command.event == UNDO:
            result = decide.undo(
                desk, actor, command.case,
                expected_version=command.version, idempotency_key=command.key,
            )  # fmt: skip
        else:
            result = decide.raise_event(
                desk, actor, command.case, command.event,
                facts=facts, papers=papers | {ORIGINALS},
                expected_version=command.version, idempotency_key=command.key,
            )  # fmt: skip
    except StaleVersionError:
        return "stale", None, ""
    except (AppError, WorkflowError):
        return "refused", None, ""
    if result.proposal is not None:
        return "proposed", None, result.proposal
    return "done", None, str(result.version)


# --- offices --------------------------------------------------------------------------


def _badly(desk: Desk, journal: Path, conduct: list[str]) -> Any:  # noqa: ANN401  the ports
    """Return the offices, which write down what comes and answer as they are told."""
    changed = {
        name: _Listening(getattr(desk.ports, name), name, journal, conduct)
        for name in CALLS
    }
    return replace(desk.ports, **changed)


@dataclass(slots=True)
class _Listening:
    """An office that writes down what it got before it answers."""

    office: Any
    name: str
    journal: Path
    conduct: list[str]

    def __getattr__(self, call: str) -> Any:  # noqa: ANN401  whatever the office can
        asked = getattr(self.office, call)
        if call == "collect" and self.name == "tax":
            return tuple  # it says only what a scene lets it say
        if call not in CALLS[self.name]:
            return asked

        def heard(message: Message, *, key: str) -> Acknowledgement:
            name = _NAMES.get(self.name, self.name)
            conduct = self.conduct.pop(0) if self.conduct else ""
            if conduct == _LOST_REQUEST:
                raise OfficeUnavailableError(name, conduct)
            body = hashlib.sha256(message.model_dump_json().encode()).hexdigest()
            with self.journal.open("a") as file:
                file.write(json.dumps([name, key, body]) + "\n")
            if conduct == _LOST_ANSWER:
                raise OfficeUnavailableError(name, conduct)
            answer: Acknowledgement = asked(message, key=key)
            return answer

        return heard

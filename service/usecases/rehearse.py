"""The whole journey played through: every person, every office, a virtual clock.

The same use cases, store, outbox, inbox and sandbox offices as in service; only the
clock and the people are played. Every move is the one on the shortest way to an
outcome that establishes something, and every paper is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from service.auth.actors import Actor, anonymous
from service.auth.sessions import citizen_of
from service.errors import AppError
from service.persistence.rows import CaseRow, MoveRow, OfficeRow
from service.usecases import clocks, money
from service.usecases.casefile import ORIGINALS, CaseFile, open_case
from service.usecases.decide import raise_event
from service.usecases.demo import clerk_of, seed_offices
from service.usecases.desk import VIETNAM, Clock, Desk, legal_day
from service.usecases.pay import order_payment
from service.usecases.receive import faults_of
from service.usecases.rehearsal_moves import (
    Turn,
    signals_by_worth,
    way_to_end,
    way_to_signal,
)
from service.usecases.situations import situation_from
from service.usecases.start_matter import MatterOpened, start_matter
from service.usecases.submit_dossier import open_step, plan_of, submit
from service.usecases.tell import tell_situation
from service.usecases.working import run_until_idle
from workflows.errors import WorkflowError
from workflows.situation import Situation, read

DeskFactory = Callable[[Path, Clock, int], Desk]
Json = dict[str, Any]

_OPENS, _NOON, _AFTERNOON, _CLOSES = time(8), time(11, 30), time(13, 30), time(16, 30)
_PACE = timedelta(minutes=40)
_MOST_TURNS = 120


@dataclass(slots=True)
class _Play:
    """A rehearsal that is going on: the desk, the hour, who is who."""

    desk: Desk
    hour: list[datetime]
    matter: MatterOpened
    citizen: Actor
    ordered: set[tuple[str, int]] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        """Return the hour of the play."""
        return self.hour[0]

    def later(self, pace: timedelta = _PACE) -> None:
        """Go on to the next hour at which offices are open."""
        self.hour[0] = opening(self.desk, self.now + pace)

    def next_day(self) -> None:
        """Go on to the morning of the next working day."""
        day = self.desk.calendar.next_working(legal_day(self.now))
        self.hour[0] = _at(day, _OPENS)


def rehearse(
    desk_factory: DeskFactory,
    situation: Mapping[str, object] | Situation,
    seed: int,
    out_dir: Path | None,
) -> Json:
    """Play a situation up to the hand-over of the result; return what happened.

    ``outcome`` is done or failed, then with a ``reason``. Papers are written to
    ``out_dir`` when one is given. The same seed gives the same play.
    """
    with TemporaryDirectory(prefix="dat-") as folder:
        hour = [datetime(2026, 1, 1, tzinfo=UTC)]
        desk = desk_factory(Path(folder), lambda: hour[0], seed)
        try:
            return _rehearse(desk, hour, situation, out_dir)
        finally:
            desk.database.dispose()


def _rehearse(
    desk: Desk,
    hour: list[datetime],
    told: Mapping[str, object] | Situation,
    out_dir: Path | None,
) -> Json:
    situation = (
        told if isinstance(told, Situation) else read(told, desk.law, desk.territory)
    )
    hour[0] = opening(desk, _at(situation.on, _OPENS))
    seed_offices(desk, situation.province)
    opened = start_matter(
        desk,
        anonymous(situation.province),
        goal=situation.goal,
        province=situation.province,
        commune=situation.commune,
        on=situation.on,
    )
    citizen = citizen_of(situation.province, opened.matter_id)
    tell_situation(desk, citizen, opened.code, situation)
    play = _Play(desk, hour, opened, citizen)
    reason = None
    try:
        _play_steps(play)
    except (AppError, WorkflowError, _StuckError) as error:
        reason = f"{type(error).__name__}: {error}"
    moves, papers = _told(play), _papers(play, out_dir)
    with desk.database.reading() as uow:
        faults = [
            f"{fault.what}: {fault.error}"
            for fault in faults_of(uow, situation.province, None)
        ]
    return {
        "outcome": "failed" if reason else "done",
        "reason": reason,
        "moves": moves,
        "papers": papers,
        "faults": faults,
    }


class _StuckError(Exception):
    """Nobody can do anything that leads to the wanted outcome."""


def _play_steps(play: _Play) -> None:
    desk = play.desk
    with desk.database.reading() as uow:
        matter = uow.matters.by_id(play.citizen.tenant, play.citizen.matter_id or "")
        facts = uow.matters.facts(matter.tenant_id, matter.id)
    plan = plan_of(desk, matter, situation_from(desk, matter, facts))
    for step in plan.main_steps:
        code = open_step(desk, play.citizen, play.matter.code, step.id)
        play.later()
        submit(desk, play.citizen, play.matter.code, step.id, idempotency_key=None)
        _play_case(play, code, step.establishes)
        play.next_day()


def _play_case(play: _Play, code: str, wanted: Collection[str]) -> None:
    for _ in range(_MOST_TURNS):
        run_until_idle(play.desk)
        with play.desk.database.reading() as uow:
            row = uow.cases.by_code(code)
            if row is None:
                raise _StuckError(code)
            file = open_case(play.desk, uow, row)
        if row.ended_at is not None:
            final = file.chart.outcome(file.instance)
            if final is None or not final.establishes:
                raise _StuckError(f"{row.procedure} ended as {row.outcome}")
            return
        if not _play_turn(play, file, wanted):
            raise _StuckError(f"{row.procedure} stands still in {row.instance}")
    raise _StuckError(f"{code} does not come to an end")


def _play_turn(play: _Play, file: CaseFile, wanted: Collection[str]) -> bool:
    """Let the next thing happen; return False when nothing leads further."""
    if _pay(play, file):
        return True
    way = way_to_end(file, play.now, wanted)
    if way is None:
        return False
    turn = next((each for each in way if _can_do(file, each)), None)
    if turn is not None and (turn is way[0] or not way[0].is_signal):
        _do(play, file, turn)
        return True
    if turn is not None and not _waits_for_others(play, file):
        _do(play, file, turn)
        return True
    return _play_linked(play, file, wanted) or _wait(play)


def _can_do(file: CaseFile, turn: Turn) -> bool:
    if turn.is_signal or turn.role == "timer":
        return False
    offers = file.chart.offers(
        file.instance,
        {turn.role},
        lookup=file.lookup,
        papers=file.papers({paper.id for paper in file.required()} | {ORIGINALS}),
    )
    return any(offer.event == turn.event and offer.available for offer in offers)


def _waits_for_others(play: _Play, file: CaseFile) -> bool:
    del play
    return any(link.closed_at is None for link in file.children)


def _do(play: _Play, file: CaseFile, turn: Turn) -> None:
    play.later()
    desk = play.desk
    if turn.role in {"citizen", "helper"}:
        actor = play.citizen
    else:
        actor = clerk_of(desk, file.row.tenant_id, file.offices.get(turn.role, ""))
    raise_event(
        desk,
        actor,
        file.row.code,
        turn.event,
        facts=turn.facts,
        papers={paper.id for paper in file.required()} | {ORIGINALS},
        expected_version=file.row.version,
    )


def _pay(play: _Play, file: CaseFile) -> bool:
    """Let the citizen pay what a notice asks for, two working days later."""
    desk = play.desk
    with desk.database.reading() as uow:
        rows = money.rows_of(desk, uow, file)
    owed = [
        row
        for row in rows
        if row.left > 0
        and row.status in {"open", "late"}
        and (row.line, row.left) not in play.ordered
    ]
    if not owed:
        return False
    play.next_day()
    play.next_day()
    play.later()
    for row in owed:
        play.ordered.add((row.line, row.left))
        order_payment(desk, play.citizen, file.row.code, row.line)
    return True


def _play_linked(play: _Play, file: CaseFile, wanted: Collection[str]) -> bool:
    """Let the office of a linked case do what brings its parent furthest."""
    desk = play.desk
    for link in file.children:
        with desk.database.reading() as uow:
            row = uow.cases.by_id(file.row.tenant_id, link.child_id)
            child = open_case(desk, uow, row)
        if child.row.ended_at is not None:
            continue
        for name in signals_by_worth(file, play.now, link.name, wanted):
            way = way_to_signal(child, play.now, name)
            if way and _can_do(child, way[0]):
                _do(play, child, way[0])
                return True
    return False


def _wait(play: _Play) -> bool:
    """Let time pass until the next timer or the next try of an effect."""
    with play.desk.database.reading() as uow:
        moments = [uow.queues.next_timer_at(), uow.queues.next_out_at()]
    coming = [moment for moment in moments if moment is not None]
    if not coming:
        return False
    play.hour[0] = opening(play.desk, max(min(coming), play.now) + timedelta(minutes=1))
    return True


# --- hours ----------------------------------------------------------------------------


def opening(desk: Desk, at: datetime) -> datetime:
    """Return the instant, or the next one at which offices are open."""
    local = at.astimezone(VIETNAM)
    day = local.date()
    if not desk.calendar.is_working(day) or local.time() > _CLOSES:
        return _at(desk.calendar.next_working(day), _OPENS)
    if local.time() < _OPENS:
        return _at(day, _OPENS)
    if _NOON < local.time() < _AFTERNOON:
        return _at(day, _AFTERNOON)
    return at.astimezone(UTC)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, VIETNAM).astimezone(UTC)


# --- what happened --------------------------------------------------------------------


def _told(play: _Play) -> list[Json]:
    desk, tenant = play.desk, play.citizen.tenant
    told: list[tuple[datetime, int, Json]] = []
    with desk.database.reading() as uow:
        offices = {each.id: each for each in uow.people.offices(tenant)}
        for row in uow.cases.of_matter(tenant, play.citizen.matter_id or ""):
            file = open_case(desk, uow, row)
            for move in uow.cases.moves(tenant, row.id):
                told.append((move.at, len(told), _move(file, row, move, offices)))
    return [move for _, _, move in sorted(told, key=lambda each: each[:2])]


def _move(
    file: CaseFile, row: CaseRow, move: MoveRow, offices: Mapping[str, OfficeRow]
) -> Json:
    body = move.body
    office = offices.get(body["office"] or "")
    return {
        "at": move.at.astimezone(VIETNAM).isoformat(),
        "case": row.code,
        "procedure": row.procedure,
        "office": office.name if office else "",
        "office_kind": office.kind if office else None,
        "actor": body["actor"],
        "role": body["role"],
        "event": body["event"],
        "label": body["label"],
        "from": ", ".join(body["before"]["configuration"]),
        "to": ", ".join(body["after"]["configuration"]),
        "handled": body["handled"],
        "basis": [
            {"instrument": each["instrument"], "at": each["at"]}
            for each in body["basis"]
        ],
        "clock": _clock(file, row, move),
    }


def _clock(file: CaseFile, row: CaseRow, move: MoveRow) -> str:
    moves = clocks.moves_of(row.clock[: move.seq])
    ledger = clocks.main_ledger(file, moves, move.at)
    standing = ledger.at(move.at) if ledger else None
    if standing is None:
        return "not started"
    if standing.finished:
        return f"finished: {standing.used}"
    if standing.holdings:
        return "stopped: " + ", ".join(each.reason for each in standing.holdings)
    length = standing.length.n if standing.length else "?"
    return f"running: {standing.used}/{length}"


def _papers(play: _Play, out_dir: Path | None) -> list[Json]:
    """Return every paper: what the family hands in, then what the offices issue."""
    desk, tenant = play.desk, play.citizen.tenant
    papers: list[Json] = []
    with desk.database.reading() as uow:
        for row in uow.cases.of_matter(tenant, play.citizen.matter_id or ""):
            documents = uow.records.documents(tenant, row.id)
            for number, document in enumerate(documents, start=1):
                ending = "pdf" if document.media_type.endswith("pdf") else "txt"
                file_name = f"{row.procedure}-{number:02d}-{document.form}.{ending}"
                stored = uow.records.document(tenant, document.id)
                if out_dir is not None and stored is not None:
                    out_dir.mkdir(parents=True, exist_ok=True)
                    (out_dir / file_name).write_bytes(stored[1])
                papers.append(
                    {
                        "form": document.form,
                        "name": document.name,
                        "file": file_name,
                        "sha256": document.sha256,
                    }
                )
    return papers

"""The whole journey played through: every person, every office, a virtual clock.

The same use cases, store, outbox, inbox and sandbox offices as in service; only the
clock and the people are played. Every move is the one on the shortest way to an
outcome that establishes something, and every paper is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from integrations.messages import OfficeMessage
from service.auth.actors import Actor, anonymous
from service.auth.sessions import citizen_of
from service.errors import AppError
from service.persistence.rows import FAR, MoveRow, OfficeRow
from service.usecases import clocks, money, sentences
from service.usecases.casefile import ORIGINALS, CaseFile, open_case
from service.usecases.decide import raise_event
from service.usecases.deliver import deliver_outbox
from service.usecases.demo import clerk_of, seed_offices
from service.usecases.desk import VIETNAM, Clock, Desk
from service.usecases.pay import order_payment
from service.usecases.receive import (
    faults_of,
    office_secret,
    process_inbox,
    receive_message,
    sign,
)
from service.usecases.rehearsal_moves import (
    Turn,
    signals_by_worth,
    way_to_end,
    way_to_signal,
)
from service.usecases.rehearsal_time import (
    OPENS,
    Mail,
    at_hour,
    days_later,
    drawn,
    opening,
)
from service.usecases.situations import situation_from
from service.usecases.start_matter import MatterOpened, start_matter
from service.usecases.submit_dossier import open_step, plan_of, submit
from service.usecases.sweep_timers import sweep_timers
from service.usecases.tell import tell_situation
from workflows.errors import WorkflowError
from workflows.situation import Situation, read

DeskFactory = Callable[[Path, Clock, int], Desk]
Json = dict[str, Any]

_MOST_TURNS = 120
# How many working days people take, at most, over what the law sets no term for.
_QUICK, _CITIZEN = 1, 3
# A citizen goes to pay some days after the notice.
_TO_THE_BANK = 2
_DEBT = "debt.requested"


@dataclass(slots=True)
class _Play:
    """A rehearsal that is going on: the desk, the hour, who is who."""

    desk: Desk
    hour: list[datetime]
    matter: MatterOpened
    citizen: Actor
    seed: int
    ordered: set[tuple[str, int]] = field(default_factory=set)
    mail: list[Mail] = field(default_factory=list)
    posted: int = 0
    stored: list[tuple[str, int]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """Return the hour of the play."""
        return self.hour[0]

    def later(self, days: int = 0, due: date | None = None) -> None:
        """Go on so many working days, before the day that something is due."""
        self.hour[0] = days_later(self.desk, self.now, days, due)

    def note(self) -> None:
        """Note the moves that were stored since the last time, in their order."""
        tenant, matter_id = self.citizen.tenant, self.citizen.matter_id or ""
        with self.desk.database.reading() as uow:
            rows = uow.cases.of_matter(tenant, matter_id)
        for row in rows:
            seen = self.versions.get(row.id, 0)
            self.stored += [(row.id, seq) for seq in range(seen + 1, row.version + 1)]
            self.versions[row.id] = row.version


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
            return _rehearse(desk, hour, situation, seed, out_dir)
        finally:
            desk.database.dispose()


def _rehearse(
    desk: Desk,
    hour: list[datetime],
    told: Mapping[str, object] | Situation,
    seed: int,
    out_dir: Path | None,
) -> Json:
    situation = (
        told if isinstance(told, Situation) else read(told, desk.law, desk.territory)
    )
    hour[0] = opening(desk, at_hour(situation.on, OPENS))
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
    play = _Play(desk, hour, opened, citizen, seed)
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
        play.note()
        play.later()
        submit(desk, play.citizen, play.matter.code, step.id, idempotency_key=None)
        play.note()
        _play_case(play, code, step.establishes)
        play.later(1)


def _play_case(play: _Play, code: str, wanted: Collection[str]) -> None:
    for _ in range(_MOST_TURNS):
        _work(play)
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
    if _pay(play, file) or _let_it_be_owed(play, file, wanted):
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
    if play.mail:
        return _wait(play)
    return _play_linked(play, file, wanted) or _wait(play)


def _work(play: _Play) -> None:
    """Do one by one what waits in the service, until nothing does."""
    busy = True
    while busy:
        busy = bool(deliver_outbox(play.desk, limit=1))
        play.note()
        busy |= _post(play)
        busy |= bool(process_inbox(play.desk, limit=1))
        play.note()
        busy |= bool(sweep_timers(play.desk))
        play.note()


def _post(play: _Play) -> bool:
    """Let what offices say arrive in its time; return whether something arrived.

    A payment is told at once. An office that answers a sheet takes it up first, and
    then works on it, within the term of its case.
    """
    desk = play.desk
    for name, office in desk.ports.speaking().items():
        for number, raw in enumerate(office.collect()):
            told = OfficeMessage.model_validate_json(raw)
            arrives = play.now
            if told.kind == "event":
                days = number + drawn(play.seed, f"{told.case}/{told.event}", _QUICK)
                arrives = days_later(desk, play.now, days, _due_of(play, told.case))
            play.mail.append(Mail(arrives, play.posted, name, raw))
            play.posted += 1
    here = sorted(mail for mail in play.mail if mail.arrives <= play.now)
    if not here:
        return False
    play.mail.remove(here[0])
    office_name, raw = here[0].office, here[0].raw
    receive_message(desk, office_name, raw, sign(office_secret(desk, office_name), raw))
    return True


def _due_of(play: _Play, code: str) -> date | None:
    with play.desk.database.reading() as uow:
        row = uow.cases.by_code(code)
    return row.due_on if row is not None and row.due_on != FAR else None


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
    _take_time(play, file, turn)
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
    play.note()


def _take_time(play: _Play, file: CaseFile, turn: Turn) -> None:
    """Let the days pass that the move takes: an office keeps to its term."""
    key = f"{file.row.procedure}/{file.row.version}/{turn.event}"
    if turn.role in {"citizen", "helper"}:
        play.later(drawn(play.seed, key, _CITIZEN))
        return
    moves = clocks.moves_of(file.row.clock)
    ledger = clocks.main_ledger(file, moves, play.now)
    standing = ledger.at(play.now) if ledger else None
    if standing is None or not standing.running or standing.left is None:
        # Before the clock starts and after it ends: over the counter.
        most = _QUICK if standing is not None else 0
        play.later(drawn(play.seed, key, most))
        return
    play.later(drawn(play.seed, key, standing.left // 2), standing.due)


def _pay(play: _Play, file: CaseFile) -> bool:
    """Let the citizen pay what a notice asks for, some working days later."""
    desk = play.desk
    with desk.database.reading() as uow:
        rows = money.rows_of(desk, uow, file)
    owed = [
        row
        for row in rows
        if row.left > 0
        and row.status in {"open", "late"}
        and (row.line, row.left) not in play.ordered
        and not _to_be_owed(file, row.kind)
    ]
    if not owed:
        return False
    key = f"{file.row.procedure}/pay/{len(play.ordered)}"
    play.later(_TO_THE_BANK + drawn(play.seed, key, _CITIZEN), _first_due(owed))
    for row in owed:
        play.ordered.add((row.line, row.left))
        order_payment(desk, play.citizen, file.row.code, row.line, next_part=True)
    return True


def _let_it_be_owed(play: _Play, file: CaseFile, wanted: Collection[str]) -> bool:
    """Let the office that asks for money decide about what is to be owed."""
    with play.desk.database.reading() as uow:
        rows = money.rows_of(play.desk, uow, file)
    if not any(row.status == "open" and _to_be_owed(file, row.kind) for row in rows):
        return False
    return _wait(play) if play.mail else _play_linked(play, file, wanted)


def _to_be_owed(file: CaseFile, kind: str) -> bool:
    """Return whether the citizen has asked to owe this kind of money, where one may."""
    return file.lookup(_DEBT) is True and any(
        spec.deferrable
        for procedure in file.edition.procedures.values()
        for name, spec in procedure.obligations.items()
        if name == kind
    )


def _first_due(owed: Collection[money.MoneyRow]) -> date | None:
    days = [row.due for row in owed if row.due is not None]
    return min(days) if days else None


def _play_linked(play: _Play, file: CaseFile, wanted: Collection[str]) -> bool:
    """Let the office of a linked case do what brings its parent furthest."""
    desk = play.desk
    could: list[tuple[int, int, str, CaseFile]] = []
    for number, link in enumerate(file.children):
        with desk.database.reading() as uow:
            row = uow.cases.by_id(file.row.tenant_id, link.child_id)
            child = open_case(desk, uow, row)
        if child.row.ended_at is None:
            could += [
                (left, number, name, child)
                for left, name in signals_by_worth(file, play.now, link.name, wanted)
            ]
    for _, _, name, child in sorted(could, key=lambda each: each[:3]):
        way = way_to_signal(child, play.now, name)
        if way and _can_do(child, way[0]):
            _do(play, child, way[0])
            return True
    return False


def _wait(play: _Play) -> bool:
    """Let time pass until the next timer or the next try of an effect."""
    with play.desk.database.reading() as uow:
        moments = [uow.queues.next_timer_at(), uow.queues.next_out_at()]
    moments += [mail.arrives for mail in play.mail]
    coming = [moment for moment in moments if moment is not None]
    if not coming:
        return False
    play.hour[0] = opening(play.desk, max(min(coming), play.now) + timedelta(minutes=1))
    return True


# --- what happened --------------------------------------------------------------------


def _told(play: _Play) -> list[Json]:
    """Return every move in the order in which it was stored."""
    desk, tenant = play.desk, play.citizen.tenant
    with desk.database.reading() as uow:
        offices = {each.id: each for each in uow.people.offices(tenant)}
        files = {
            row.id: open_case(desk, uow, row)
            for row in uow.cases.of_matter(tenant, play.citizen.matter_id or "")
        }
        moves = {
            (move.case_id, move.seq): move
            for case_id in files
            for move in uow.cases.moves(tenant, case_id)
        }
    return [
        _move(files[case_id], moves[case_id, seq], offices)
        for case_id, seq in play.stored
    ]


def _move(file: CaseFile, move: MoveRow, offices: Mapping[str, OfficeRow]) -> Json:
    row, body = file.row, move.body
    office = offices.get(body["office"] or "")
    people = body["role"] in {"citizen", "helper"}
    return {
        "at": move.at.astimezone(VIETNAM).isoformat(),
        "case": row.code,
        "procedure": row.procedure,
        "office": office.name if office else sentences.PEOPLE if people else "",
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
        "clock": _clock(file, move),
    }


def _clock(file: CaseFile, move: MoveRow) -> str:
    moves = clocks.moves_of(file.row.clock[: move.seq])
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
            parcel = open_case(desk, uow, row).parcel
            case = row.procedure if parcel is None else f"{row.procedure}-{parcel}"
            for number, document in enumerate(documents, start=1):
                ending = "pdf" if document.media_type.endswith("pdf") else "txt"
                file_name = f"{case}-{number:02d}-{document.form}.{ending}"
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

"""A journey that is being played: the shortest way of a case, move by move.

The same use cases, store, outbox, inbox and sandbox offices as in service; only the
clock and the people are played. A rehearsal plays everybody; a practice room leaves
the moves of the family to whoever practises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from integrations.messages import OfficeMessage
from service.auth.actors import Actor
from service.persistence.rows import FAR
from service.usecases.cases import clocks, money
from service.usecases.cases.casefile import ORIGINALS, CaseFile, open_case
from service.usecases.cases.pay import order_payment
from service.usecases.cases.sweep_timers import sweep_timers
from service.usecases.desk import Desk
from service.usecases.outside.deliver import deliver_outbox
from service.usecases.outside.receive import hear, process_inbox
from service.usecases.playing.demo import both_decide, clerk_of
from service.usecases.playing.rehearsal_moves import (
    Turn,
    signals_by_worth,
    way_to_end,
    way_to_signal,
)
from service.usecases.playing.rehearsal_time import Mail, days_later, drawn, opening

_MOST_TURNS = 120
# How many working days people take, at most, over what the law sets no term for.
_QUICK, _CITIZEN = 1, 3
# A citizen goes to pay some days after the notice.
_TO_THE_BANK = 2
_DEBT = "debt.requested"
PEOPLE = frozenset({"citizen", "helper"})


class StuckError(Exception):
    """Nobody can do anything that leads to the wanted outcome."""


@dataclass(slots=True)
class Play:
    """A play that is going on: the desk, who is who, and what is on its way.

    ``wind`` sets the clock of the desk to an instant. Without ``family`` nobody makes
    the moves of the citizen; money that is asked for is paid all the same.
    """

    desk: Desk
    wind: Callable[[datetime], None]
    citizen: Actor
    seed: int
    family: bool = True
    ordered: set[tuple[str, int]] = field(default_factory=set)
    mail: list[Mail] = field(default_factory=list)
    posted: int = 0
    stored: list[tuple[str, int]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """Return the hour of the play."""
        return self.desk.now()

    def later(self, days: int = 0, due: date | None = None) -> None:
        """Go on so many working days, before the day that something is due."""
        self.wind(days_later(self.desk, self.now, days, due))

    def note(self) -> None:
        """Note the moves that were stored since the last time, in their order."""
        tenant, matter_id = self.citizen.tenant, self.citizen.matter_id or ""
        with self.desk.database.reading() as uow:
            rows = uow.cases.of_matter(tenant, matter_id)
        for row in rows:
            seen = self.versions.get(row.id, 0)
            self.stored += [(row.id, seq) for seq in range(seen + 1, row.version + 1)]
            self.versions[row.id] = row.version


def play_case(play: Play, code: str, wanted: Collection[str]) -> None:
    """Play a case up to an outcome that establishes what is wanted.

    Raises StuckError when nobody can do anything more.
    """
    for _ in range(_MOST_TURNS):
        work(play)
        with play.desk.database.reading() as uow:
            row = uow.cases.by_code(code)
            if row is None:
                raise StuckError(code)
            file = open_case(play.desk, uow, row)
        if row.ended_at is not None:
            final = file.chart.outcome(file.instance)
            if final is None or not final.establishes:
                raise StuckError(f"{row.procedure} ended as {row.outcome}")
            return
        if not play_turn(play, file, wanted):
            raise StuckError(f"{row.procedure} stands still in {row.instance}")
    raise StuckError(f"{code} does not come to an end")


def play_turn(play: Play, file: CaseFile, wanted: Collection[str]) -> bool:
    """Let the next thing happen; return False when nothing leads further."""
    if _pay(play, file) or _let_it_be_owed(play, file, wanted):
        return True
    way = way_to_end(file, play.now, wanted)
    if way is None or (way[0].role in PEOPLE and not play.family):
        return False
    turn = next((each for each in way if can_do(file, each)), None)
    if turn is not None and (turn is way[0] or not way[0].is_signal):
        _do(play, file, turn)
        return True
    if turn is not None and not _waits_for_others(play, file):
        _do(play, file, turn)
        return True
    if play.mail:
        return wait(play)
    return _play_linked(play, file, wanted) or wait(play)


def work(play: Play) -> None:
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


def _post(play: Play) -> bool:
    """Let what offices say arrive in its time; return whether something arrived.

    A payment is told at once. An office that answers a sheet takes it up first, and
    then works on it, within the term of its case.
    """
    desk = play.desk
    for name, office in desk.ports.speaking().items():
        for number, raw in enumerate(office.collect()):
            told = OfficeMessage.model_validate_json(raw)
            arrives = play.now
            if told.event:
                days = number + drawn(play.seed, f"{told.case}/{told.event}", _QUICK)
                arrives = days_later(desk, play.now, days, _due_of(play, told.case))
            play.mail.append(Mail(arrives, play.posted, name, raw))
            play.posted += 1
    here = sorted(mail for mail in play.mail if mail.arrives <= play.now)
    if not here:
        return False
    play.mail.remove(here[0])
    hear(desk, here[0].office, here[0].raw)
    return True


def _due_of(play: Play, code: str) -> date | None:
    with play.desk.database.reading() as uow:
        row = uow.cases.by_code(code)
    return row.due_on if row is not None and row.due_on != FAR else None


def can_do(file: CaseFile, turn: Turn) -> bool:
    """Return whether somebody may raise the event of a turn now."""
    if turn.is_signal or turn.role == "timer":
        return False
    offers = file.chart.offers(
        file.instance,
        {turn.role},
        lookup=file.lookup,
        papers=file.papers({paper.id for paper in file.required()} | {ORIGINALS}),
    )
    return any(offer.event == turn.event and offer.available for offer in offers)


def _waits_for_others(play: Play, file: CaseFile) -> bool:
    del play
    return any(link.closed_at is None for link in file.children)


def _do(play: Play, file: CaseFile, turn: Turn) -> None:
    _take_time(play, file, turn)
    act(play, file, turn)


def act(play: Play, file: CaseFile, turn: Turn, papers: Collection[str] = ()) -> None:
    """Raise the event of a turn now, as whoever has the role, the whole dossier in."""
    desk = play.desk
    if turn.role in PEOPLE:
        actor = play.citizen
    else:
        actor = clerk_of(desk, file.row.tenant_id, file.offices.get(turn.role, ""))
    both_decide(
        desk,
        actor,
        file.row.code,
        turn.event,
        facts=turn.facts,
        papers={paper.id for paper in file.required()} | {ORIGINALS, *papers},
        expected_version=file.row.version,
    )
    play.note()


def _take_time(play: Play, file: CaseFile, turn: Turn) -> None:
    """Let the days pass that the move takes: an office keeps to its term."""
    key = f"{file.row.procedure}/{file.row.version}/{turn.event}"
    if turn.role in PEOPLE:
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


def _pay(play: Play, file: CaseFile) -> bool:
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
        order_payment(desk, play.citizen, file.row.code, row.line)
    return True


def _let_it_be_owed(play: Play, file: CaseFile, wanted: Collection[str]) -> bool:
    """Let the office that asks for money decide about what is to be owed."""
    with play.desk.database.reading() as uow:
        rows = money.rows_of(play.desk, uow, file)
    if not any(row.status == "open" and _to_be_owed(file, row.kind) for row in rows):
        return False
    return wait(play) if play.mail else _play_linked(play, file, wanted)


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


def _play_linked(play: Play, file: CaseFile, wanted: Collection[str]) -> bool:
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
        if way and can_do(child, way[0]):
            _do(play, child, way[0])
            return True
    return False


def wait(play: Play) -> bool:
    """Let time pass until the next timer or the next try of an effect."""
    with play.desk.database.reading() as uow:
        moments = [uow.queues.next_timer_at(), uow.queues.next_out_at()]
    moments += [mail.arrives for mail in play.mail]
    coming = [moment for moment in moments if moment is not None]
    if not coming:
        return False
    play.wind(opening(play.desk, max(min(coming), play.now) + timedelta(minutes=1)))
    return True

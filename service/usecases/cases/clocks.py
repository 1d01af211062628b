"""The clock of a case: what a move adds to it, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from types import MappingProxyType

from service.persistence.rows import Json
from service.usecases import sentences
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import legal_day
from workflows.deadlines import ClockLedger, ClockMove, ledger, with_addons
from workflows.definition import (
    ClockOrder,
    Deadline,
    Length,
    ListItem,
    ParamRef,
    Stop,
)
from workflows.errors import WorkflowError
from workflows.guards import evaluate
from workflows.packages import Edition
from workflows.parameters import length as length_of
from workflows.statechart import Outcome

CUTOFF = "onestop.cutoff"
REASONS = "clock_stop_reasons"
NEW_DAY = "apology.new_day"
_LETTERS = ("document_number", "notice.number")


def clock_move(
    file: CaseFile, outcome: Outcome, at: datetime, facts: Mapping[str, object]
) -> ClockMove:
    """Return what a move means for the clocks of the case."""
    started = {
        name
        for order in outcome.clock
        for name in (order.start, *(order.replace or {}).values())
        if name is not None
    }
    deadlines = file.procedure.deadlines
    return ClockMove(
        at,
        outcome.clock,
        file.chart.stops(outcome.after),
        file.chart.owner(outcome.after),
        letter=_letter(file, facts),
        appointment=_day(facts.get(NEW_DAY)),
        lengths={
            name: term_of(file, deadlines[name], legal_day(at), facts)
            for name in sorted(started)
            if name in deadlines
        },
    )


def term_of(
    file: CaseFile,
    deadline: Deadline,
    day: date,
    told: Mapping[str, object] = MappingProxyType({}),
) -> Length | None:
    """Return a term with the days that the law adds, or None when nobody knows it.

    ``told`` are facts that come with the move itself, before the file holds them.
    """
    base = resolved(file, deadline.length, day, told)
    if base is None or deadline.addon is None:
        return base
    if evaluate(deadline.addon.if_, file.lookup) is not True:
        return base
    more = resolved(file, deadline.addon.length, day)
    return base if more is None else with_addons(base, [more])


def resolved(
    file: CaseFile,
    length: ParamRef | Length | None,
    day: date,
    told: Mapping[str, object] = MappingProxyType({}),
) -> Length | None:
    """Return a length as a figure of the day; None when it is not known.

    A figure that differs by a fact (the reason of an exchange) is the one of that fact.
    """
    if length is None or isinstance(length, Length):
        return length
    try:
        parameter = file.edition.parameter(length.param)
        branch = _branch(file, parameter.spec.by, told)
        figure = parameter.at(day, commune=file.matter.commune, branch=branch)
        return length_of(figure)
    except (ValueError, WorkflowError):
        return None


def counted_from(
    file: CaseFile,
    name: str | None,
    at: datetime,
    told: Mapping[str, object] = MappingProxyType({}),
) -> date:
    """Return the day from which a timer counts that the move at the instant armed.

    It is the day recorded by that move under the name (``told``, before the file holds
    it), else the day of the move itself.
    """
    known = next(
        (
            row.value
            for row in reversed(file.facts)
            if (row.key, row.case_id, row.at) == (name, file.row.id, at)
        ),
        None,
    )
    return _day(told.get(name or "", known)) or legal_day(at)


def _branch(
    file: CaseFile, by: Mapping[str, str] | None, told: Mapping[str, object]
) -> str | None:
    fact = None if by is None else by.get("fact")
    said = None if fact is None else told.get(fact) or file.lookup(fact)
    return said if isinstance(said, str) else None


def promised(file: CaseFile) -> tuple[str, ...]:
    """Return the deadlines of the case that are clocks of their own."""
    return tuple(
        name
        for name, deadline in file.procedure.deadlines.items()
        if deadline.per == "case" and deadline.replaces is None
    )


def ledgers(file: CaseFile, moves: Sequence[ClockMove]) -> dict[str, ClockLedger]:
    """Return the ledger of each clock, derived from the moves.

    A running case counts with the holidays that it was promised its day with.
    """
    number = file.row.counted_with if file.row.received_at else file.desk.counted_with
    calendar = file.desk.calendar_after(number)
    calendar = calendar.in_place(file.row.tenant_id, file.matter.commune)
    received = next((m.at for m in moves if any(o.start for o in m.orders)), None)
    return {
        name: ledger(
            moves,
            clock=name,
            calendar=calendar,
            cutoff=cutoff_on(file.edition, received),
            reasons=stop_reasons(file.edition),
        )
        for name in promised(file)
    }


def main_ledger(
    file: CaseFile, moves: Sequence[ClockMove], now: datetime
) -> ClockLedger | None:
    """Return the ledger that the worklist goes by: the one that runs, or ran last."""
    begun = [
        (standing.finished, each)
        for each in ledgers(file, moves).values()
        if (standing := each.at(now)) is not None
    ]
    return min(begun, key=lambda pair: pair[0])[1] if begun else None


def counting(file: CaseFile, at: datetime) -> CaseFile:
    """Return the case as it counts its days from a move on.

    It counts with the newest holidays, unless the day that was promised would not
    stay: a printed appointment is changed by an order of an administrator only.
    """
    row, newest = file.row, file.desk.counted_with
    if row.counted_with >= newest:
        return file
    same = promise_with(file, newest, at) == promise_with(file, row.counted_with, at)
    if row.received_at is not None and not same:
        return file
    return replace(file, row=replace(row, counted_with=newest))


def promise_with(file: CaseFile, number: int, at: datetime) -> tuple[object, ...]:
    """Return what is promised at the instant by the holidays up to a change.

    The appointment, the days used, and the due day where it is more than a forecast.
    """
    counted = replace(file, row=replace(file.row, counted_with=number))
    found = main_ledger(counted, moves_of(file.row.clock), at)
    standing = found.at(at) if found else None
    if standing is None:
        return ()
    due = standing.due if standing.certain else None
    return standing.appointment, standing.used, due


def stop_reasons(edition: Edition) -> Mapping[str, ListItem]:
    """Return the closed list of reasons for which a clock stands still."""
    return edition.lists.get(REASONS, {})


def cutoff_on(edition: Edition, received: datetime | None) -> time | None:
    """Return the hour of the day after which receipt counts as of the next day."""
    if received is None or CUTOFF not in edition.parameters:
        return None
    try:
        figure = edition.parameter(CUTOFF).at(legal_day(received))
    except WorkflowError:
        return None
    if figure.unknown is not None or not isinstance(figure.value, str):
        return None
    return time.fromisoformat(figure.value)


def to_json(move: ClockMove) -> Json:
    """Return a clock move as it is stored."""
    return {
        "at": move.at.isoformat(),
        "orders": [order.model_dump(exclude_none=True) for order in move.orders],
        "stops": [stop.model_dump() for stop in move.stops],
        "owner": move.owner,
        "letter": move.letter,
        "appointment": move.appointment and move.appointment.isoformat(),
        "lengths": {
            name: length and length.model_dump()
            for name, length in move.lengths.items()
        },
    }


def from_json(raw: Json) -> ClockMove:
    """Read a stored clock move."""
    day = raw["appointment"]
    return ClockMove(
        datetime.fromisoformat(raw["at"]),
        tuple(ClockOrder.model_validate(order) for order in raw["orders"]),
        tuple(Stop.model_validate(stop) for stop in raw["stops"]),
        raw["owner"],
        raw["letter"],
        date.fromisoformat(day) if day else None,
        {
            name: Length.model_validate(length) if length else None
            for name, length in raw["lengths"].items()
        },
    )


def moves_of(raw: Sequence[Json]) -> tuple[ClockMove, ...]:
    """Read the clock moves of a case row, never going back in time."""
    moves: list[ClockMove] = []
    for each in map(from_json, raw):
        last = moves[-1].at if moves else each.at
        moves.append(each if each.at >= last else replace(each, at=last))
    return tuple(moves)


def _letter(file: CaseFile, facts: Mapping[str, object]) -> str | None:
    """Return number and day of the letter that came with a move, as people cite it.

    An edition that was pinned before letters were marked is read by its names.
    """
    said: dict[str, object] = {}
    for key, value in facts.items():
        spec = file.edition.facts.get(key)
        part = spec.letter if spec is not None else None
        if part is None and key.endswith(_LETTERS):
            part = "number"
        if part is not None:
            said.setdefault(part, value)
    number, day = said.get("number"), _day(said.get("day"))
    if number is None:
        return None
    return str(number) if day is None else sentences.letter(str(number), day)


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None

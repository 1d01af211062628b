"""How the clock of a case stands, and every stretch of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import Desk
from workflows.deadlines import ClockLedger, Holding
from workflows.definition import Source


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A stretch of the clock; ``days`` of the term that it used."""

    starts: datetime
    ends: datetime | None
    kind: str
    days: int
    reason: str | None
    reason_text: str | None
    source: Source | None
    letter: str | None
    ball: str | None


@dataclass(frozen=True, slots=True)
class ClockView:
    """How the clock stands; days in the unit of the term.

    ``reason_text`` says to citizens why it stands still, ``reason_clerk`` to clerks.
    """

    used: int
    left: int | None
    allowed: int | None
    unit: str | None
    running: bool
    finished: bool
    stopped: bool
    reason: str | None
    reason_text: str | None
    reason_clerk: str | None
    due: date | None
    appointment: date | None
    certain: bool
    late: bool
    rows: tuple[ClockRow, ...]
    notes: tuple[str, ...]


def clock_view(desk: Desk, file: CaseFile) -> ClockView | None:
    """Return how the clock of a case stands now; None before it started."""
    now = desk.now()
    ledger = clocks.main_ledger(file, clocks.moves_of(file.row.clock), now)
    standing = ledger.at(now) if ledger else None
    if ledger is None or standing is None:
        return None
    holding = standing.holdings[0] if standing.holdings else None
    length = standing.length
    return ClockView(
        standing.used,
        standing.left,
        length.n if length else None,
        length.unit if length else None,
        standing.running,
        standing.finished,
        holding is not None,
        holding.reason if holding else None,
        reason_text(holding),
        holding.entry.label.clerk if holding and holding.entry else None,
        standing.due,
        standing.appointment,
        standing.certain,
        standing.late,
        clock_rows(ledger, now),
        standing.notes,
    )


def clock_rows(ledger: ClockLedger, now: datetime) -> tuple[ClockRow, ...]:
    """Return the stretches of a clock up to now."""
    rows = []
    for each in ledger.intervals:
        if each.since > now:
            continue
        holding = each.holdings[0] if each.holdings else None
        source = holding.entry.source if holding and holding.entry else None
        rows.append(
            ClockRow(
                each.since,
                each.until,
                "running" if each.running else "stopped",
                ledger.days(each, now),
                holding.reason if holding else None,
                reason_text(holding),
                source,
                holding.letter if holding else None,
                each.ball,
            )
        )
    return tuple(rows)


def reason_text(holding: Holding | None) -> str | None:
    """Return in words why a clock stands still."""
    if holding is None:
        return None
    return holding.entry.label.citizen if holding.entry else holding.reason

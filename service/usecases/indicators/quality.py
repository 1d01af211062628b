"""How offices keep their word, by the month: for everybody, and for who leads.

Everybody sees sums in which nobody small can be found (``workflows.disclosure``); a
superior sees his office, an administrator all, as they are. Nothing is counted here:
the months were summed up beside the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import NotFoundError
from service.persistence.figures import ALL, MonthRow
from service.usecases.desk import Desk
from service.usecases.indicators.figures import titles_of
from workflows.disclosure import Shown, may_show
from workflows.dossiers import month_of
from workflows.indicators import Figures, Share
from workflows.loader_indicators import load_counting

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of an office, a procedure or a month, under its name.

    ``total`` None: the number is not shown; ``split``: how many were on time is shown.
    ``over``: the month has ended. ``days``, over the ``ended`` cases, is None where
    nothing ended, or not shown.
    """

    name: str
    total: int | None
    on_time: Share
    days: float | None
    ended: int = 0
    split: bool = True
    over: bool = True

    @property
    def late(self) -> int:
        """Return how many were not on time."""
        return self.on_time.whole - self.on_time.part


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of one month and of the months up to now, newest month first.

    A share is None where it is not shown or nothing is known; ``returns`` has a label
    and a number, None where it is not shown. ``careful``: small numbers are left out.
    """

    month: date
    counted_at: datetime
    whole: Line
    months: tuple[tuple[date, Line], ...]
    offices: tuple[Line, ...]
    procedures: tuple[Line, ...]
    online: Share | None
    digitised: Share | None
    paid_online: Share | None
    returns: tuple[tuple[str, int | None], ...]
    careful: bool


def public_board(desk: Desk, month: date | None) -> Board | None:
    """Return the board for everybody; None while nothing was counted.

    Raises NotFoundError for a month that has no figures.
    """
    board = _board(desk, month, ALL)
    return _carefully(board) if board else None


def board_of(desk: Desk, actor: Actor, month: date | None) -> Board | None:
    """Return the figures of a superior's own office, or of all for an administrator."""
    authorize(actor, Action.FIGURES, Installation(actor.tenant))
    board = _board(desk, month, actor.office_id or ALL)
    return board.plain if board else None


@dataclass(frozen=True, slots=True)
class _Counted:
    """A board with the cells it is made of."""

    plain: Board
    cells: Mapping[tuple[str, str], Figures]
    offices: Mapping[str, Line]
    procedures: Mapping[str, Line]
    figures: Figures


def _board(desk: Desk, month: date | None, office: str) -> _Counted | None:
    tenant = desk.settings.province
    with desk.database.reading() as uow:
        trend = uow.figures.months(tenant, MONTHS, office)
        if not trend:
            return None
        day = month_of(month or trend[0].month).first
        rows = uow.figures.of_month(tenant, day)
        names = {each.id: each.name for each in uow.people.offices(tenant)}
    found = {(row.office_id, row.procedure): row for row in rows}
    if (office, ALL) not in found:
        raise NotFoundError("month", f"{day:%Y-%m}")
    titles = {
        key: label.citizen if office == ALL else label.clerk
        for key, label in titles_of(desk).items()
    }
    whole = found[office, ALL]
    figures = {key: Figures.from_json(row.body) for key, row in found.items()}
    own = figures[office, ALL]
    by_office = _lines(figures, lambda at: at[0] if at[1] == ALL else ALL, names)
    by_procedure = _lines(figures, lambda at: at[1] if at[0] == office else ALL, titles)
    board = Board(
        day,
        whole.counted_at,
        _line(desk, whole),
        tuple((row.month, _line(desk, row)) for row in trend),
        tuple(by_office.values()) if office == ALL else (),
        tuple(by_procedure.values()),
        own.online if own.online.whole else None,
        own.digitised if own.digitised.whole else None,
        own.paid_online if own.paid_online.whole else None,
        tuple(
            (kind.label, own.returns[kind.kind])
            for kind in load_counting().returns
            if kind.kind in own.returns
        ),
        careful=False,
    )
    cells = {at: each for at, each in figures.items() if ALL not in at}
    return _Counted(board, cells, by_office, by_procedure, own)


def _lines(
    figures: Mapping[tuple[str, str], Figures],
    key: Callable[[tuple[str, str]], str],
    names: Mapping[str, str],
) -> dict[str, Line]:
    """Return a line for each name that the key gives, those with most cases first."""
    lines = {
        name: _told(names.get(name, name), each)
        for at, each in figures.items()
        if (name := key(at)) != ALL
    }
    return dict(sorted(lines.items(), key=lambda pair: -(pair[1].total or 0)))


def _line(desk: Desk, row: MonthRow) -> Line:
    """Return the line of a month; of one that is not over, the day it has come to."""
    period = month_of(row.month)
    line = _told(f"{row.month:%m/%Y}", Figures.from_json(row.body))
    return replace(line, over=period.last < desk.today())


def _told(name: str, figures: Figures) -> Line:
    return Line(
        name,
        figures.on_time.whole,
        figures.on_time,
        figures.average_days,
        figures.ended,
    )


# --- for everybody --------------------------------------------------------------------


def _carefully(counted: _Counted) -> Board:
    """Return the board without what is small, and without what would tell it."""
    least, board = load_counting().least_shown, counted.plain
    totals = {at: each.on_time.whole for at, each in counted.cells.items()}
    lates = {at: each.late for at, each in counted.cells.items()}
    shown = may_show(totals, least)
    lines = {
        **{("office", name): line for name, line in counted.offices.items()},
        **{("procedure", name): line for name, line in counted.procedures.items()},
    }
    unsplit = [
        row
        for row, line in lines.items()
        if row not in shown.rows or _small(line.on_time, least)
    ]
    splits = may_show(
        lates,
        least,
        unsplit,
        whole=shown.whole and not _small(counted.figures.on_time, least),
    )
    return replace(
        board,
        whole=_masked(board.whole, shown.whole, splits.whole, least),
        months=tuple((day, _safe(line, least)) for day, line in board.months),
        offices=_rows("office", counted.offices, shown, splits, least),
        procedures=_rows("procedure", counted.procedures, shown, splits, least),
        online=_large(board.online, least),
        digitised=_large(board.digitised, least),
        paid_online=_large(board.paid_online, least),
        returns=tuple(
            (label, n if n is None or n >= least else None)
            for label, n in board.returns
        ),
        careful=True,
    )


def _rows(
    side: str, lines: Mapping[str, Line], shown: Shown, splits: Shown, least: int
) -> tuple[Line, ...]:
    masked = (
        _masked(line, shown.has(side, name), splits.has(side, name), least)
        for name, line in lines.items()
    )
    # The order of what is not shown must not tell which is the larger one.
    return tuple(sorted(masked, key=lambda line: (-(line.total or 0), line.name)))


def _masked(line: Line, total: bool, split: bool, least: int) -> Line:  # noqa: FBT001  two answers of the same kind
    return replace(
        line,
        total=line.total if total else None,
        split=total and split,
        days=line.days if total and line.ended >= least else None,
    )


def _safe(line: Line, least: int) -> Line:
    """Return a line that stands for itself, beside no others that add up with it."""
    total = not 0 < line.on_time.whole < least
    return _masked(line, total, not _small(line.on_time, least), least)


def _small(share: Share, least: int) -> bool:
    return any(0 < n < least for n in (share.part, share.whole - share.part))


def _large(share: Share | None, least: int) -> Share | None:
    return None if share is None or _small(share, least) else share

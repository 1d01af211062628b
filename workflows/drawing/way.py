"""Where one case is on its way: lanes of offices, time from left to right.

Of the ordinary way, and of side ways that the case took, it shows what was done last,
where the case is, and what comes next. The whole procedure is ``lanes``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from workflows.definition import Procedure
from workflows.drawing import sentences
from workflows.drawing.flow import Flow, Place, flow_of
from workflows.drawing.lanes import DONE, END, NOW, lanes_of
from workflows.drawing.svg import box, drawing, head, number, path, text, wrapped
from workflows.law.edition import Edition

NAMES, COLUMN, BOX, LANE = 150, 172, 150, 84
LETTERS, LINES, LINE_HEIGHT = 15, 3, 18
# So many states are shown before the case and after it.
BEFORE, AFTER = 3, 4


@dataclass(frozen=True, slots=True)
class _Spot:
    """A state in its place: its column from the left, its lane from the top."""

    place: Place
    column: int
    lane: int
    kind: str

    @property
    def left(self) -> float:
        return NAMES + COLUMN * self.column + (COLUMN - BOX) / 2

    @property
    def middle(self) -> float:
        return LANE * (self.lane + 0.5)

    @property
    def lines(self) -> tuple[str, ...]:
        mark = {"done": DONE, "run": NOW}.get(self.kind, "")
        end = END if self.place.final else ""
        return wrapped(f"{mark}{self.place.label}{end}", LETTERS, LINES)


def case_way_svg(
    procedure: Procedure,
    edition: Edition,
    *,
    active: Collection[str],
    done: Collection[str],
) -> str:
    """Return the drawing of the way of a case; ``active`` and ``done`` name states.

    Names of states that are not drawn (groups, choices) are passed over.
    """
    flow = flow_of(procedure)
    names, lanes = lanes_of(flow, procedure, edition)
    shown = _near(flow, active, done)
    used = [name for name in names if any(names[lanes[p.name]] == name for p in shown)]
    spots = {
        place.name: _Spot(
            place,
            column,
            used.index(names[lanes[place.name]]),
            _kind(place.name, active, done),
        )
        for column, place in enumerate(shown)
    }
    size = (NAMES + COLUMN * len(shown), LANE * len(used))
    parts = [*_lanes(used, size[0]), *_arrows(flow, spots)]
    parts += [part for spot in spots.values() for part in _node(spot)]
    return drawing(
        f"way-{procedure.procedure}",
        size,
        sentences.way_title(procedure.title.citizen),
        _said(spots.values()),
        "".join(parts),
    )


def _kind(name: str, active: Collection[str], done: Collection[str]) -> str:
    return "run" if name in active else "done" if name in done else "later"


def _near(
    flow: Flow, active: Collection[str], done: Collection[str]
) -> Sequence[Place]:
    """Return what is near the case: the last done, where it is, and the next."""
    touched = {*active, *done}
    known = [p for p in flow.places if p.usual or not flow.usual or p.name in touched]
    here = [place for place, each in enumerate(known) if each.name in active]
    first, last = (min(here), max(here)) if here else (0, 0)
    return known[max(0, first - BEFORE) : last + 1 + AFTER]


def _said(spots: Collection[_Spot]) -> str:
    """Say in words what the drawing shows, for who does not see it."""
    kinds = {
        kind: ", ".join(spot.place.label for spot in spots if spot.kind == kind)
        for kind in ("done", "run", "later")
    }
    return sentences.way_said(kinds["done"], kinds["run"], kinds["later"])


def _lanes(names: Sequence[str], width: float) -> Iterator[str]:
    for lane, name in enumerate(names):
        lines = wrapped(name, LETTERS, LINES)
        top = LANE * (lane + 0.5) - LINE_HEIGHT * (len(lines) - 1) / 2 + 5
        for row, line in enumerate(lines):
            yield text(0, top + LINE_HEIGHT * row, line, "b")
        if lane:
            yield path(f"M0 {number(LANE * lane)}H{number(width)}", "grid")


def _node(spot: _Spot) -> Iterator[str]:
    lines = spot.lines
    height = 14 + LINE_HEIGHT * len(lines)
    top = spot.middle - height / 2
    yield box(spot.left, top, (BOX, height), spot.kind, tip=spot.place.label)
    kind = "b" if spot.kind == "later" else "w"
    for row, line in enumerate(lines):
        x, y = spot.left + BOX / 2, top + 20 + LINE_HEIGHT * row
        yield text(x, y, line, kind, "middle")


def _arrows(flow: Flow, spots: dict[str, _Spot]) -> Iterator[str]:
    """Draw the moves between states that are shown; one that goes back is left out.

    A longer one runs along the edge of a lane, where nothing stands.
    """
    for origin, target in flow.arrows:
        if origin not in spots or target not in spots:
            continue
        one, other = spots[origin], spots[target]
        if other.column <= one.column:
            continue
        start, end = one.left + BOX, other.left
        out, into = start + (COLUMN - BOX) / 2, end - (COLUMN - BOX) / 2
        way = f"M{number(start)} {number(one.middle)}H{number(out)}"
        if other.column > one.column + 1:
            edge = LANE * max(one.lane, other.lane)
            edge = edge or LANE - 2
            way += f"V{number(edge)}H{number(into)}"
        way += f"V{number(other.middle)}H{number(end)}"
        yield path(way, "flow", dashed=other.kind == "later")
        yield head(end, other.middle, towards="right")

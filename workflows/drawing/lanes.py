"""A procedure as swim lanes: who has the ball, from the door to the ends.

Columns are offices and people; time runs downwards along the ordinary way. Solid: done
or now. Dashed: later, or perhaps never. Every state also has its mark in text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from workflows.definition import Procedure, StateSpec, Unknown
from workflows.drawing import sentences
from workflows.drawing.flow import Flow, Place, flow_of
from workflows.drawing.svg import (
    LETTER,
    box,
    drawing,
    head,
    number,
    path,
    text,
    wrapped,
)
from workflows.law.edition import Edition

CALENDAR, CITIZEN = "calendar", "citizen"
LANE, BOX, ROW = 250, 204, 94
SIDE = 176
LETTERS, SIDE_LETTERS, LINES = 21, 19, 3
TOP, LINE_HEIGHT, FRAME = 56, 18, 9
DONE, NOW, BACK, END = "✓\u00a0", "●\u00a0", "\u00a0↩", "\u00a0■"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A state in its place on the sheet; side ways are smaller, and to the right."""

    place: Place
    column: int
    row: int
    lines: tuple[str, ...]

    @property
    def width(self) -> float:
        return BOX if self.place.usual else SIDE

    @property
    def height(self) -> float:
        return 14 + LINE_HEIGHT * len(self.lines)

    @property
    def x(self) -> float:
        """The middle of the box."""
        right = (self.column + 1) * LANE - (LANE - BOX) / 2
        return right - self.width / 2

    @property
    def y(self) -> float:
        return TOP + ROW * (self.row + 0.5)

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2


def swim_lane_svg(
    procedure: Procedure,
    edition: Edition,
    *,
    active: Collection[str] = (),
    done: Collection[str] = (),
) -> str:
    """Return the drawing of a procedure; ``active`` and ``done`` are state names.

    Names of states that are not drawn (groups, choices) are passed over.
    """
    flow = flow_of(procedure)
    names, columns = lanes_of(flow, procedure, edition)
    marks = dict.fromkeys(done, DONE) | dict.fromkeys(active, NOW)
    cells = _cells(flow, columns, marks)
    rows = 1 + max((cell.row for cell in cells.values()), default=0)
    bottom = TOP + ROW * rows
    shown = {**dict.fromkeys(done, "done"), **dict.fromkeys(active, "run")}
    if not shown:
        # Nobody's case: the ordinary way is drawn through, the side ways dashed.
        shown = dict.fromkeys((place.name for place in flow.usual), "way")
    parts = [_lane(place, name, bottom) for place, name in enumerate(names)]
    frames = [frame for group in flow.together if (frame := _frame(group, cells))]
    parts += frames
    parts += _arrows(flow, cells, shown)
    parts += [_node(cell, shown.get(name, "later")) for name, cell in cells.items()]
    legend = _legend(procedure, flow, LANE * len(names), framed=bool(frames))
    parts += [
        text(8, bottom + 22 + LINE_HEIGHT * row, line)
        for row, line in enumerate(legend)
    ]
    return drawing(
        f"lanes-{procedure.procedure}",
        (LANE * len(names), bottom + 16 + LINE_HEIGHT * len(legend)),
        sentences.lanes_title(procedure.title.citizen),
        _said(flow, active),
        "".join(parts),
    )


def _said(flow: Flow, active: Collection[str]) -> str:
    label = {place.name: place.label for place in flow.places}
    parts = [sentences.order(", ".join(place.label for place in flow.usual))]
    now = [label[name] for name in label if name in active]
    if now:
        parts.insert(0, sentences.now_at(", ".join(now)))
    if flow.anywhere:
        ends = ", ".join(label[name] for name in flow.anywhere)
        parts.append(sentences.from_anywhere(ends))
    return " ".join(parts)


def _legend(
    procedure: Procedure, flow: Flow, width: float, *, framed: bool
) -> list[str]:
    """Return what the signs mean, and in words what no arrow shows."""
    label = {place.name: place.label for place in flow.places}
    said = [sentences.LANES_KEY]
    if framed:
        said.append(sentences.TOGETHER)
    if flow.anywhere:
        said.append(sentences.from_anywhere(", ".join(label[n] for n in flow.anywhere)))
    states = list(_every(procedure.chart.states.values()))
    if any(state.record for state in states):
        said.append(sentences.RECORDED)
    if any(state.defer for state in states):
        said.append(sentences.DEFERRED)
    if procedure.chart.late.record:
        said.append(sentences.LATE)
    letters = int((width - 16) / LETTER)
    return [line for each in said for line in wrapped(each, letters, LINES)]


def _every(states: Iterable[StateSpec]) -> Iterator[StateSpec]:
    for state in states:
        yield state
        yield from _every(state.states.values())


def _frame(group: Collection[str], cells: Mapping[str, _Cell]) -> str:
    """Draw a ground under what runs at the same time; empty where it would mislead.

    That is where only one state of the group is drawn, or another one lies between.
    """
    own = [cell for name, cell in cells.items() if name in group]
    if len({cell.column for cell in own}) == 1 or not own:
        return ""
    left = min(cell.x - cell.width / 2 for cell in own) - FRAME
    right = max(cell.x + cell.width / 2 for cell in own) + FRAME
    top = min(cell.top for cell in own) - FRAME
    bottom = max(cell.bottom for cell in own) + FRAME
    strangers = (cell for name, cell in cells.items() if name not in group)
    if any(left < c.x < right and top < c.y < bottom for c in strangers):
        return ""
    across, down = f"{number(left)} {number(top)}", f"{number(bottom)}"
    return path(f"M{across}H{number(right)}V{down}H{number(left)}Z", "group")


# --- lanes ----------------------------------------------------------------------------


def lanes_of(
    flow: Flow, procedure: Procedure, edition: Edition
) -> tuple[list[str], dict[str, int]]:
    """Return the names of the lanes, and the lane of each state.

    A state that nobody has in hand, such as an end, or one that only waits for days to
    pass, stands in the lane that leads to it.
    """
    before = {target: origin for origin, target in flow.arrows}
    owners = {
        place.name: None if place.owner == CALENDAR else place.owner
        for place in flow.places
    }
    lanes: dict[str, str] = {}
    for name in owners:
        asked, seen = name, {name}
        while owners[asked] is None and before.get(asked, name) not in seen:
            asked = before[asked]
            seen.add(asked)
        owner = owners[asked] or next(iter(owners.values())) or CITIZEN
        lanes[name] = _lane_name(owner, procedure, edition)
    names = list(dict.fromkeys(lanes.values()))
    return names, {name: names.index(lane) for name, lane in lanes.items()}


def _lane_name(owner: str, procedure: Procedure, edition: Edition) -> str:
    if owner in sentences.LANE_NAMES:
        return sentences.LANE_NAMES[owner]
    competence = procedure.competence.get(owner)
    if competence is not None and isinstance(competence.office, Unknown):
        return sentences.OFFICE_UNKNOWN
    kind = owner if competence is None else str(competence.office)
    office = edition.offices.get(kind)
    return sentences.OTHER_OFFICE if office is None else office.citizen


def _lane(place: int, name: str, bottom: float) -> str:
    x = LANE * (place + 0.5)
    title = "".join(
        text(x, 20 + LINE_HEIGHT * row, line, "b", "middle")
        for row, line in enumerate(wrapped(name, LETTERS, LINES))
    )
    edge = path(f"M{LANE * place} 0V{number(bottom)}", "grid") if place else ""
    return title + edge


# --- states ---------------------------------------------------------------------------


def _cells(
    flow: Flow, columns: Mapping[str, int], marks: Mapping[str, str]
) -> dict[str, _Cell]:
    """Give every state its cell: the usual ones downwards, the others beside them."""
    rows = {place.name: row for row, place in enumerate(flow.usual)}
    ranked = {place.name: flow.ranks[place.name] for place in flow.usual}
    if len({(columns[name], row) for name, row in ranked.items()}) == len(ranked):
        rows = ranked  # else two that run at the same time would share one cell
    taken = {(columns[name], row) for name, row in rows.items()}
    before = {target: origin for origin, target in flow.arrows}
    last = max(rows.values(), default=0)
    for place in flow.places:
        if place.name in rows:
            continue
        row = rows.get(before.get(place.name, ""), last)
        while (columns[place.name], row) in taken:
            row += 1
        rows[place.name] = row
        taken.add((columns[place.name], row))
    return {
        place.name: _Cell(
            place,
            columns[place.name],
            rows[place.name],
            _words(place, marks.get(place.name, "")),
        )
        for place in flow.places
    }


def _words(place: Place, mark: str) -> tuple[str, ...]:
    sign = END if place.final else BACK if place.returns else ""
    letters = LETTERS if place.usual else SIDE_LETTERS
    return wrapped(f"{mark}{place.label}{sign}", letters, LINES)


def _node(cell: _Cell, kind: str) -> str:
    usual = "b" if cell.place.usual else ""
    words = usual if kind in {"later", "way"} else "w"
    lines = "".join(
        text(cell.x, cell.top + 20 + LINE_HEIGHT * row, line, words, "middle")
        for row, line in enumerate(cell.lines)
    )
    size = (cell.width, cell.height)
    shape = box(cell.x - cell.width / 2, cell.top, size, kind, tip=cell.place.label)
    return shape + lines


# --- arrows ---------------------------------------------------------------------------


def _arrows(
    flow: Flow, cells: Mapping[str, _Cell], shown: Mapping[str, str]
) -> list[str]:
    full = {(cell.column, cell.row) for cell in cells.values()}
    lines = []
    for origin, target in flow.arrows:
        dashed = origin not in shown or target not in shown
        points, towards = _corners(cells[origin], cells[target], full)
        d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        x, y = points[-1]
        lines.append(path(d, "flow", dashed=dashed) + head(x, y, towards=towards))
    return lines


def _corners(
    origin: _Cell, target: _Cell, full: Collection[tuple[int, int]]
) -> tuple[list[tuple[float, float]], str]:
    """Return the corners of an arrow and where its head points.

    Beside: straight over. Below: down, over, down. When something stands between, the
    arrow keeps to the left edge of the lane and comes in from there.
    """
    if origin.row == target.row and abs(origin.column - target.column) == 1:
        side = 1 if target.column > origin.column else -1
        start = (origin.x + side * origin.width / 2, origin.y)
        end = (target.x - side * target.width / 2, origin.y)
        return [start, end], "right" if side > 0 else "left"
    turn = TOP + ROW * (origin.row + 1) - 4 + 4 * (origin.column % 3)
    between = range(origin.row + 1, target.row)
    clear = all((target.column, row) not in full for row in between)
    if target.row > origin.row and clear:
        start = (origin.x, origin.bottom)
        if origin.column == target.column:
            return [(target.x, origin.bottom), (target.x, target.top)], "down"
        return [start, (origin.x, turn), (target.x, turn), (target.x, target.top)], (
            "down"
        )
    edge = LANE * target.column + 10 + 4 * (origin.row % 3)
    into = (target.x - target.width / 2, target.y)
    if origin.column == target.column:
        start = (origin.x - origin.width / 2, origin.y + 6)
        return [start, (edge, start[1]), (edge, into[1]), into], "right"
    start = (origin.x, origin.bottom)
    return [start, (origin.x, turn), (edge, turn), (edge, into[1]), into], "right"

"""Which sums of a table with two sides may be published, so that no small one is told.

A small number of cases could tell about a person. So a small row is not shown, and with
it as many others as it takes that nobody can reckon it from what is shown: the sums of
the rows of one side (offices), of the other (procedures), and of everything.

Who knows which row of the one side meets which of the other sees a graph. A hidden row
can be reckoned when it is the only hidden one of its side in its part of the graph and
either nothing of the other side is hidden there, or the sum of everything is shown and
no other part hides something of both sides: then the sums of the one side, less those
of the other, leave just that row. (A test holds this against linear algebra.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

Row = tuple[str, str]  # the side, and the name of the row in it
SIDES = ("office", "procedure")


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows whose sums may be published; ``whole``: the sum of everything too."""

    rows: frozenset[Row]
    whole: bool

    def has(self, side: str, name: str) -> bool:
        """Return whether the row of a side may be shown."""
        return (side, name) in self.rows


def may_show(
    cells: Mapping[tuple[str, str], int],
    least: int,
    hidden: Collection[Row] = (),
    *,
    whole: bool = True,
) -> Shown:
    """Choose what to publish of cells by office and procedure.

    A sum from 1 to ``least - 1`` is small; ``hidden`` rows are hidden in any case, and
    the sum of everything unless ``whole``. What is hidden of a side is never small
    together, unless all of the side is hidden.
    """
    sums = _sums(cells)
    whole = whole and not 0 < sum(cells.values()) < least
    away = {row for row, n in sums.items() if 0 < n < least} | (
        set(hidden) & sums.keys()
    )
    parts = _parts(cells)
    while True:
        more = _to_hide(sums, parts, away, least, whole=whole)
        if more is None:
            return Shown(frozenset(sums.keys() - away), whole)
        away.add(more)


def _to_hide(
    sums: Mapping[Row, int],
    parts: Mapping[Row, int],
    away: Collection[Row],
    least: int,
    *,
    whole: bool,
) -> Row | None:
    """Return the smallest row that must be hidden too, None when all is well."""
    told = next(_told(parts, away, whole=whole), None)
    if told is not None:
        left = [row for row in sums if row not in away]
        return min(left, key=lambda row: (parts[row] != parts[told], sums[row], row))
    for side in SIDES:
        together = sum(sums[row] for row in away if row[0] == side)
        left = [row for row in sums if row[0] == side and row not in away]
        if whole and 0 < together < least and left:
            return min(left, key=lambda row: (sums[row], row))
    return None


def _told(
    parts: Mapping[Row, int], away: Collection[Row], *, whole: bool
) -> Iterator[Row]:
    """Yield the hidden rows that can be reckoned, while others are shown."""
    if len(away) == len(parts):
        return
    sides: dict[int, list[str]] = {}
    for side, name in away:
        sides.setdefault(parts[side, name], []).append(side)
    both = {part for part, each in sides.items() if len(set(each)) == len(SIDES)}
    for row in sorted(away):
        here = sides[parts[row]]
        alone = here.count(row[0]) == 1
        across = len(here) > here.count(row[0])
        if alone and (not across or (whole and not both - {parts[row]})):
            yield row


def _sums(cells: Mapping[tuple[str, str], int]) -> dict[Row, int]:
    sums: dict[Row, int] = {}
    for names, n in cells.items():
        for row in zip(SIDES, names, strict=True):
            sums[row] = sums.get(row, 0) + n
    return sums


def _parts(cells: Mapping[tuple[str, str], int]) -> dict[Row, int]:
    """Return in which connected part of the graph each row is."""
    parts = {row: n for n, row in enumerate(sorted(_sums(cells)))}
    before: dict[Row, int] = {}
    while parts != before:
        before = dict(parts)
        for office, procedure in cells:
            one, other = ("office", office), ("procedure", procedure)
            parts[one] = parts[other] = min(parts[one], parts[other])
    return parts

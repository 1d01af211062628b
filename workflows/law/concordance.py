"""A concordance: what a newer text says where what is inherited cites an older one.

A province that writes its own procedures leaves most steps as they were; it is the
article that changes. A concordance says so once, in a table, and every source that
cites the older text is written anew in the procedures of the package built upon:

- an article that the table of the procedure names, or the table for ``everywhere``,
  becomes the article beside it, as seen in the text; ``part*`` names a part whole;
- what was only modelled on the newer text is now that text itself;
- under ``"*"`` the table of a procedure names the article that governs the rest: those
  steps are inferred, and modelled on the older article;
- what the newer text is silent about says so, and is modelled on the older article;
- articles that are ``still_in_force``, and sources from memory, stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.law.located import (
    LocatedList,
    LocatedMap,
    Node,
    Place,
    copied,
    copied_map,
)

REST = "*"
_ENDS = ("", ".", ",", ";")
_INFERRED = "INF"
_REMEMBERED = "R"
_DERIVED = "D"


@dataclass(slots=True)
class Concordance:
    """The tables of one package, and which of their rows were met so far."""

    package: str
    extends: str
    node: LocatedMap
    _met: set[tuple[str, str]] = field(default_factory=set)

    @property
    def place(self) -> Place:
        """Return where the concordance was written."""
        return self.node.place

    def applied(self, name: str, procedure: LocatedMap) -> LocatedMap | None:
        """Return a copy of the procedure with its sources anew, or None if none are."""
        if not any(self._cites(node) for node in _maps(procedure)):
            return None
        whole = copied_map(procedure)
        self._rewrite(name, whole)
        return whole

    def unmet(self) -> Iterator[tuple[Place, str]]:
        """Yield the rows that no inherited source has any more."""
        for table, rows in self._tables():
            for row in rows:
                if (table, row) not in self._met:
                    where = table or "everywhere"
                    yield rows.place_of(row), f"{where}: {row!r} is cited nowhere"

    def _tables(self) -> Iterator[tuple[str, LocatedMap]]:
        yield "", self.node.submap("everywhere")
        procedures = self.node.submap("procedures")
        for name in procedures:
            yield name, procedures.submap(name)

    def _cites(self, node: LocatedMap) -> bool:
        article = node.text("at")
        return (
            node.text("instrument") == self.node.text("of")
            and bool(article)
            and node.text("mark") != _REMEMBERED
            and not any(
                isinstance(kept, str) and article.startswith(kept)
                for kept in self.node.sublist("still_in_force")
            )
        )

    def _rewrite(self, name: str, node: Node) -> None:
        if isinstance(node, LocatedMap):
            for key, value in node.items():
                if isinstance(value, LocatedMap) and self._cites(value):
                    node.put(key, *self._newer(name, value))
                else:
                    self._rewrite(name, value)
        elif isinstance(node, LocatedList):
            for index, value in enumerate(node):
                if isinstance(value, LocatedMap) and self._cites(value):
                    node[index], node.places[index] = self._newer(name, value)
                else:
                    self._rewrite(name, value)

    def _newer(self, name: str, older: LocatedMap) -> tuple[Node, Place]:
        article = older.text("at")
        own = self.node.submap("procedures").submap(name)
        if row := _row_for(own, article):
            return self._row(name, own, row, older)
        model = older.submap("modelled_on")
        if model.text("instrument") == self.node.text("by"):
            place = self.node.place_of("by")
            seen = LocatedMap(place)
            for key, value in model.items():
                seen.put(key, value, place)
            return seen, place
        everywhere = self.node.submap("everywhere")
        if row := _row_for(everywhere, article):
            return self._row("", everywhere, row, older)
        rest = own.text(REST) or self.node.text("silent")
        place = own.place_of(REST) if REST in own else self.node.place_of("silent")
        self._met.add((name, REST))
        newer = self._source(rest, _INFERRED, place)
        newer.put("modelled_on", copied(older), older.place)
        return newer, place

    def _row(
        self, table: str, rows: LocatedMap, row: str, older: LocatedMap
    ) -> tuple[Node, Place]:
        self._met.add((table, row))
        place = rows.place_of(row)
        mark = _DERIVED if older.text("mark") == _DERIVED else "V"
        return self._source(rows.text(row), mark, place), place

    def _source(self, article: str, mark: str, place: Place) -> LocatedMap:
        source = LocatedMap(place)
        source.put("instrument", self.node.text("by"), place)
        source.put("at", article, place)
        source.put("mark", mark, place)
        return source


def _row_for(rows: LocatedMap, article: str) -> str:
    """Return the row that names the article, or the longest ``part*`` it belongs to."""
    if article in rows:
        return article
    wide = [
        row
        for row in rows
        if row.endswith("*") and row != REST and _belongs(article, row[:-1])
    ]
    return max(wide, key=len, default="")


def _belongs(article: str, part: str) -> bool:
    return article.startswith(part) and article[len(part) : len(part) + 1] in _ENDS


def _maps(node: Node) -> Iterator[LocatedMap]:
    if isinstance(node, LocatedMap):
        yield node
        for value in node.values():
            yield from _maps(value)
    elif isinstance(node, LocatedList):
        for value in node:
            yield from _maps(value)

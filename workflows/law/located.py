"""Plain data that remembers the file and the line on which each part was written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; the file is named from the folder of the packages."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class LocatedMap(dict[str, "Node"]):
    """A mapping that knows its own place and the place of each of its keys.

    ``slotless`` is set once nothing in it was found to be a slot.
    """

    __slots__ = ("place", "places", "slotless")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}
        self.slotless = False

    def put(self, key: str, value: Node, place: Place) -> None:
        """Set a key together with its place."""
        self[key] = value
        self.places[key] = place

    def place_of(self, key: str) -> Place:
        """Return where the key was written, or where the mapping begins."""
        return self.places.get(key, self.place)

    def submap(self, key: str) -> LocatedMap:
        """Return the mapping under a key, or an empty one in its place."""
        value = self.get(key)
        return value if isinstance(value, LocatedMap) else LocatedMap(self.place)

    def sublist(self, key: str) -> LocatedList:
        """Return the list under a key; a single value is a list of one."""
        value = self.get(key)
        if isinstance(value, LocatedList):
            return value
        items = LocatedList(self.place_of(key))
        if value is not None:
            items.add(value, self.place_of(key))
        return items

    def text(self, key: str) -> str:
        """Return the text under a key, or the empty text."""
        value = self.get(key)
        return value if isinstance(value, str) else ""


class LocatedList(list["Node"]):
    """A list that knows its own place and the place of each of its items."""

    __slots__ = ("place", "places", "slotless")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []
        self.slotless = False

    def add(self, value: Node, place: Place) -> None:
        """Append an item together with its place."""
        self.append(value)
        self.places.append(place)

    def placed(self) -> Iterable[tuple[Node, Place]]:
        """Return the items, each with its place."""
        return zip(self, self.places, strict=True)

    def maps(self) -> Iterable[LocatedMap]:
        """Return those items that are mappings."""
        return (item for item in self if isinstance(item, LocatedMap))


Scalar: TypeAlias = str | int | bool | date | None
Node: TypeAlias = LocatedMap | LocatedList | Scalar


def copied(node: Node) -> Node:
    """Return a deep copy that keeps every place."""
    if isinstance(node, LocatedMap):
        return copied_map(node)
    if isinstance(node, LocatedList):
        items = LocatedList(node.place)
        for item, place in node.placed():
            items.add(copied(item), place)
        return items
    return node


def copied_map(node: LocatedMap) -> LocatedMap:
    """Return a deep copy of a mapping that keeps every place."""
    entries = LocatedMap(node.place)
    for key, value in node.items():
        entries.put(key, copied(value), node.place_of(key))
    return entries


def shallow(node: LocatedMap) -> LocatedMap:
    """Return a copy of the mapping itself; its parts are shared."""
    copy = LocatedMap(node.place)
    copy.update(node)
    copy.places.update(node.places)
    return copy


def plain(node: Node) -> object:
    """Return the data as JSON knows it: no places, dates as ISO text."""
    # Most parts are text, which is asked for before the call for speed.
    if isinstance(node, LocatedMap):
        return {
            key: value if type(value) is str else plain(value)
            for key, value in node.items()
        }
    if isinstance(node, LocatedList):
        return [item if type(item) is str else plain(item) for item in node]
    return node.isoformat() if isinstance(node, date) else node


def locate(node: Node, path: Iterable[str | int], default: Place) -> Place:
    """Return the place of a part, or of the nearest part above it that exists.

    A path from pydantic counts a single value as a list of one, and names the models
    it tried; steps that do not fit are therefore passed over.
    """
    place = default
    for step in path:
        if isinstance(node, LocatedMap) and step in node and isinstance(step, str):
            place, node = node.place_of(step), node[step]
        elif isinstance(node, LocatedList) and isinstance(step, int):
            if step >= len(node):
                break
            place, node = node.places[step], node[step]
    return place


def files_of(node: Node) -> dict[str, None]:
    """Return the files from which the parts came, in the order they are met."""
    found: dict[str, None] = {}
    _note_files(node, found)
    return found


def _note_files(node: Node, found: dict[str, None]) -> None:
    if isinstance(node, LocatedMap):
        for key, value in node.items():
            found[node.place_of(key).file] = None
            if type(value) is not str:
                _note_files(value, found)
    elif isinstance(node, LocatedList):
        for item, place in node.placed():
            found[place.file] = None
            if type(item) is not str:
                _note_files(item, found)

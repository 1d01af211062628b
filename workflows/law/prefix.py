"""The prefix of ``as``: the only place where names are put together."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.law.located import LocatedList, LocatedMap, Node


class Prefix:
    """Renames what a fragment brings: its states, the events of its timers, mentions.

    A timer's event is its state's own. If two regions shared it, the timer of one would
    end the wait of the other.
    """

    def __init__(self, prefix: str, body: LocatedMap) -> None:
        self._prefix = prefix
        self._names = {
            name
            for part in ("inside", "beside")
            for name in _states_in(body.submap(part))
        }
        self._timers = {
            event
            for part in ("inside", "beside")
            for event in _timers_in(body.submap(part))
        }

    def apply(self, body: LocatedMap) -> LocatedMap:
        """Return the body with each of its own states renamed."""
        renamed = LocatedMap(body.place)
        for key, value in body.items():
            renamed.put(key, self._node(key, value), body.place_of(key))
        return renamed

    def _node(self, key: str, value: Node) -> Node:
        if isinstance(value, LocatedMap):
            return self._map(key, value)
        if isinstance(value, LocatedList):
            items = LocatedList(value.place)
            for item, place in value.placed():
                items.add(self._node(key, item), place)
            if key == "include":
                self._prefix_includes(items)
            return items
        return self._name(value) if key in {"to", "initial", "default"} else value

    def _map(self, key: str, value: LocatedMap) -> LocatedMap:
        renamed = LocatedMap(value.place)
        for name, part in value.items():
            place = value.place_of(name)
            if key == "states":
                renamed.put(str(self._name(name)), self._node(name, part), place)
            elif key == "events" and name in self._timers:
                renamed.put(self._prefixed(name), self._node(name, part), place)
            elif key == "after" and name == "event" and part in self._timers:
                renamed.put(name, self._prefixed(str(part)), place)
            elif key == "events" and name.startswith("done."):
                state = str(self._name(name.removeprefix("done.")))
                renamed.put(f"done.{state}", self._node(name, part), place)
            elif key == "fill" and isinstance(part, str):
                renamed.put(name, self._name(part), place)
            else:
                renamed.put(name, self._node(name, part), place)
        return renamed

    def _name(self, value: Node) -> Node:
        return self._prefixed(str(value)) if value in self._names else value

    def _prefixed(self, name: str) -> str:
        return f"{self._prefix}_{name}"

    def _prefix_includes(self, items: LocatedList) -> None:
        for item in items.maps():
            own = item.text("as")
            prefix = f"{self._prefix}_{own}" if own else self._prefix
            item.put("as", prefix, item.place_of("as"))


def _states_in(node: LocatedMap) -> Iterator[str]:
    for name, state in node.submap("states").items():
        yield name
        if isinstance(state, LocatedMap):
            yield from _states_in(state)


def _timers_in(node: LocatedMap) -> Iterator[str]:
    if event := node.submap("after").text("event"):
        yield event
    states = node.submap("states")
    for name in states:
        yield from _timers_in(states.submap(name))

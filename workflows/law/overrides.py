"""Parts of an inherited definition replaced by address, each with its reason.

An address is keys with dots between them, and ``[key=value]`` picks from a list:
``papers_in[form=F-CHANGE].edition``. Several picks in a row must all be so; an empty
value is a key that is not there: ``values[since=2026-01-01][known_since=]``. Keys may
hold dots themselves, so the longest key that leads on is taken. ``replace: null`` takes
the part away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TypeAlias

from workflows.law.located import (
    LocatedList,
    LocatedMap,
    Node,
    Place,
    shallow,
)

_STEP = re.compile(r"\[([^\]=]+)=([^\]]*)\]|([^.\[\]]+)")
_KINDS = {
    "procedure": "procedures",
    "template": "templates",
    "fragment": "fragments",
    "list": "lists",
    "parameter": "parameters",
    "question": "questions",
    "paper": "papers",
    "fact": "facts",
    "condition": "conditions",
    "goal": "goals",
    "office": "offices",
    "message": "messages",
    "ordinary": "ordinary",
    "warning": "warnings",
    "comparison": "comparisons",
    "instrument": "instruments",
    "migration": "migrations",
}
_BARE = ("procedures", "templates", "fragments", "lists")


@dataclass(frozen=True, slots=True)
class Pick:
    """``[key=value]``: the item of a list whose key has this value."""

    key: str
    value: str


Address: TypeAlias = tuple[str | Pick, ...]


# The keys and indices that lead from a definition to the addressed part.
Route: TypeAlias = tuple[str | int, ...]


@dataclass(slots=True)
class PendingOverride:
    """An override as a package wrote it, and what it has reached so far."""

    package: str
    of: str
    at: str
    node: LocatedMap
    reached: list[str] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Return where the override was written."""
        return self.node.place

    def apply(self, target: LocatedMap) -> LocatedMap | str:
        """Return the definition with the addressed part replaced, or what is wrong.

        The definition itself stays as it is; the other parts are shared with it.
        """
        routes = list(find(target, parse_address(self.at)))
        if len(routes) != 1:
            how = "no longer exists" if not routes else f"means {len(routes)} parts"
            return f"address {self.at!r} of {self.of!r} {how}"
        return _in_map(
            target, routes[0], self.node.get("replace"), self.node.place_of("replace")
        )


def parse_address(text: str) -> Address:
    """Return the steps of an address."""
    return tuple(
        Pick(key.strip(), value.strip().strip("\"'")) if key else name
        for key, value, name in _STEP.findall(text)
    )


def find(node: Node, address: Address) -> Iterator[Route]:
    """Yield the route to each part that is meant; the longest key is tried first."""
    step = address[0] if address else ""
    if isinstance(node, LocatedMap) and isinstance(step, str):
        for length in range(_keys_ahead(address), 0, -1):
            key = ".".join(str(part) for part in address[:length])
            if key not in node:
                continue
            found = list(_onward(key, node[key], address[length:]))
            if found:
                yield from found
                return
    elif isinstance(node, LocatedList) and isinstance(step, Pick):
        picks = list(takewhile(lambda each: isinstance(each, Pick), address))
        for index, item in enumerate(node):
            if isinstance(item, LocatedMap) and all(_fits(item, p) for p in picks):
                yield from _onward(index, item, address[len(picks) :])


def _fits(item: LocatedMap, pick: str | Pick) -> bool:
    return isinstance(pick, Pick) and str(item.get(pick.key, "")) == pick.value


def _onward(key: str | int, node: Node, rest: Address) -> Iterator[Route]:
    if rest:
        yield from ((key, *route) for route in find(node, rest))
    else:
        yield (key,)


# --- a part put in place of another ------------------------------------------------


def _in_map(node: LocatedMap, route: Route, value: Node, place: Place) -> LocatedMap:
    """Return the mapping with the part at the route replaced; None takes it away."""
    copy, key = shallow(node), str(route[0])
    if len(route) > 1:
        copy.put(key, _in_part(node[key], route[1:], value, place), node.place_of(key))
    elif value is None:
        del copy[key]
    else:
        copy.put(key, value, place)
    return copy


def _in_part(node: Node, route: Route, value: Node, place: Place) -> Node:
    if isinstance(node, LocatedMap):
        return _in_map(node, route, value, place)
    if not isinstance(node, LocatedList):
        return node
    copy = LocatedList(node.place)
    for index, (item, written) in enumerate(node.placed()):
        if index != route[0]:
            copy.add(item, written)
        elif len(route) > 1:
            copy.add(_in_part(item, route[1:], value, place), written)
        elif value is not None:
            copy.add(value, place)
    return copy


def _keys_ahead(address: Address) -> int:
    ahead = 0
    for step in address:
        if isinstance(step, Pick):
            break
        ahead += 1
    return ahead


def target_of(of: str, sections: dict[str, LocatedMap]) -> tuple[str, str] | None:
    """Return the section and name that ``of`` means, or None when nothing has it."""
    kind, slash, name = of.partition("/")
    if slash:
        section = _KINDS.get(kind, "")
        return (section, name) if name in sections.get(section, {}) else None
    return next(
        ((section, of) for section in _BARE if of in sections[section]),
        None,
    )

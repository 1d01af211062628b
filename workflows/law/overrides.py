"""Parts of an inherited definition replaced by address, each with its reason.

An address is keys with dots between them, and ``[key=value]`` picks from a list:
``papers_in[form=F-CHANGE].edition``. Keys may hold dots themselves, so the longest key
that leads on is taken. ``replace: null`` takes the part away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from workflows.law.located import LocatedList, LocatedMap, Node, Place, copied

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


@dataclass(frozen=True, slots=True)
class Spot:
    """A part found by its address: the container and the key or index in it."""

    container: LocatedMap | LocatedList
    key: str | int

    def replace(self, value: Node, place: Place) -> None:
        """Put a copy of the value here; None takes the part away."""
        if isinstance(self.container, LocatedMap):
            if value is None:
                self.container.pop(str(self.key), None)
            else:
                self.container.put(str(self.key), copied(value), place)
        elif isinstance(self.key, int):
            if value is None:
                del self.container[self.key], self.container.places[self.key]
            else:
                self.container[self.key] = copied(value)
                self.container.places[self.key] = place


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

    def apply(self, target: LocatedMap) -> str | None:
        """Replace the addressed part; return what is wrong, or None when done."""
        spots = list(find(target, parse_address(self.at)))
        if len(spots) != 1:
            how = "no longer exists" if not spots else f"means {len(spots)} parts"
            return f"address {self.at!r} of {self.of!r} {how}"
        spots[0].replace(self.node.get("replace"), self.node.place_of("replace"))
        return None


def parse_address(text: str) -> Address:
    """Return the steps of an address."""
    return tuple(
        Pick(key.strip(), value.strip().strip("\"'")) if key else name
        for key, value, name in _STEP.findall(text)
    )


def find(node: Node, address: Address) -> Iterator[Spot]:
    """Yield each spot that the address means; the longest key is tried first."""
    step = address[0] if address else ""
    if isinstance(node, LocatedMap) and isinstance(step, str):
        for length in range(_keys_ahead(address), 0, -1):
            key = ".".join(str(part) for part in address[:length])
            if key not in node:
                continue
            found = list(_onward(Spot(node, key), node[key], address[length:]))
            if found:
                yield from found
                return
    elif isinstance(node, LocatedList) and isinstance(step, Pick):
        for index, item in enumerate(node):
            if isinstance(item, LocatedMap) and str(item.get(step.key)) == step.value:
                yield from _onward(Spot(node, index), item, address[1:])


def _onward(spot: Spot, node: Node, rest: Address) -> Iterator[Spot]:
    if rest:
        yield from find(node, rest)
    else:
        yield spot


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

"""Slots of templates and fragments: what kind of value fills each, and the filling."""

from __future__ import annotations

from collections.abc import Callable

from workflows import guards
from workflows.law.findings import Finding, at
from workflows.law.located import LocatedList, LocatedMap, Node, Place, plain


def _is_name(value: Node) -> bool:
    return isinstance(value, str) and bool(value)


def _is_list(value: Node) -> bool:
    return isinstance(value, LocatedList)


def _is_map(value: Node) -> bool:
    return isinstance(value, LocatedMap)


def _is_list_or_name(value: Node) -> bool:
    return _is_list(value) or _is_name(value)


def _has(*keys: str) -> Callable[[Node], bool]:
    def check(value: Node) -> bool:
        return isinstance(value, LocatedMap) and all(key in value for key in keys)

    return check


def _is_source(value: Node) -> bool:
    sources = value if isinstance(value, LocatedList) else [value]
    return all(_has("instrument", "at")(source) for source in sources)


def _is_length(value: Node) -> bool:
    return _has("param")(value) or _has("n", "unit")(value)


def _is_guard(value: Node) -> bool:
    try:
        guards.parse(plain(value))
    except ValueError:
        return False
    return True


def _is_outcome(value: Node) -> bool:
    return _is_name(value) or _has("name")(value)


# A slot of a kind takes a value of this shape, and nothing else.
KINDS: dict[str, Callable[[Node], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "clock": _is_map,
    "competence": _has("office", "source"),
    "competences": _is_map,
    "conditions": _is_list,
    "deadline": _has("length", "owner"),
    "duty": _has("length", "owner"),
    "effects": _is_list,
    "event": _is_name,
    "events": _is_map,
    "fact": _is_name,
    "facts": _is_list,
    "fees": _is_list,
    "final": _is_outcome,
    "flag": _is_name,
    "form": _is_name,
    "guard": _is_guard,
    "label": _has("citizen", "clerk"),
    "length": _is_length,
    "list_ref": _has("list"),
    "message": _is_name,
    "name": _is_outcome,
    "names": _is_list,
    "needs": _is_map,
    "obligations": _is_map,
    "office": _is_name,
    "outcome": _is_outcome,
    "paper": _is_name,
    "papers": _is_list,
    "procedure": _is_name,
    "records": _is_list_or_name,
    "roles": _is_list_or_name,
    "signal": _is_name,
    "signals": _is_map,
    "source": _is_source,
    "state": _is_name,
    "states": _is_map,
    "stop": _has("clock", "reason"),
    "text": _is_name,
    "transitions": lambda value: _is_map(value) or _is_list(value),
}


class Filling:
    """The values for the slots of one template or fragment, used or not."""

    def __init__(
        self, owner: str, slots: LocatedMap, fill: LocatedMap, findings: list[Finding]
    ) -> None:
        self._owner = owner
        self._slots = slots
        self._fill = fill
        self._findings = findings
        self._used: set[str] = set()
        self._check_kinds()
        for name in fill:
            if name not in slots:
                self._note(
                    fill.place_of(name), "slot-unknown", f"{owner} has no slot {name!r}"
                )

    def apply(self, body: LocatedMap) -> LocatedMap:
        """Return the body with every slot replaced; note the slots never used."""
        filled = self._fill_map(body)
        for name in self._slots:
            if name not in self._used:
                self._note(
                    self._slots.place_of(name),
                    "slot-unused",
                    f"{self._owner} declares the slot {name!r} and never uses it",
                )
        return filled

    def _check_kinds(self) -> None:
        for name, spec in self._slots.items():
            place = self._slots.place_of(name)
            kind = spec.text("kind") if isinstance(spec, LocatedMap) else ""
            if kind not in KINDS:
                self._note(
                    place,
                    "slot-kind-unknown",
                    f"{self._owner}: slot {name!r} has the unknown kind {kind!r}; "
                    f"there are: {', '.join(KINDS)}",
                )
                continue
            value = self._fill.get(name)
            if value is not None and not KINDS[kind](value):
                self._note(
                    self._fill.place_of(name),
                    "slot-kind",
                    f"{self._owner}: slot {name!r} takes a {kind}, "
                    f"found {plain(value)!r}",
                )

    def _fill_map(self, body: LocatedMap) -> LocatedMap:
        """Return the mapping filled; one without a slot is returned as it is."""
        if body.slotless:
            return body
        filled, slotless = LocatedMap(body.place), True
        for key, value in body.items():
            place = body.place_of(key)
            name = slot_name(value)
            if name is None:
                part = self._fill_node(value)
                slotless = slotless and part is value
                filled.put(key, part, place)
                continue
            slotless = False
            given, written = self._value(name, place)
            if given is not None or not self._may_be_absent(name):
                filled.put(key, given, written)
        body.slotless = slotless
        return body if slotless else filled

    def _may_be_absent(self, name: str) -> bool:
        """Return whether a slot left empty takes its key away: its default is null."""
        spec = self._slots.submap(name)
        return "default" in spec and spec["default"] is None

    def _fill_node(self, node: Node) -> Node:
        if isinstance(node, LocatedMap):
            return self._fill_map(node)
        if isinstance(node, LocatedList):
            return self._fill_list(node)
        return node

    def _fill_list(self, body: LocatedList) -> LocatedList:
        if body.slotless:
            return body
        filled, slotless = LocatedList(body.place), True
        for item, place in body.placed():
            name = slot_name(item)
            if name is None:
                part = self._fill_node(item)
                slotless = slotless and part is item
                filled.add(part, place)
                continue
            slotless = False
            value, written = self._value(name, place)
            if isinstance(value, LocatedList):
                for part, part_place in value.placed():
                    filled.add(part, part_place)
            elif value is not None:
                filled.add(value, written)
        body.slotless = slotless
        return body if slotless else filled

    def _value(self, name: str, place: Place) -> tuple[Node, Place]:
        """Return the value of a slot and the place where that value was written."""
        self._used.add(name)
        if name not in self._slots:
            self._note(
                place, "slot-unknown", f"{self._owner} does not declare slot {name!r}"
            )
            return None, place
        if name in self._fill:
            value, written = self._fill[name], self._fill.place_of(name)
            return value, written
        spec = self._slots.submap(name)
        if "default" not in spec:
            self._note(
                self._fill.place,
                "slot-unfilled",
                f"{self._owner}: slot {name!r} is not filled",
            )
            return None, place
        return spec["default"], place

    def _note(self, place: Place, rule: str, text: str) -> None:
        self._findings.append(at(place, rule, text))


def slot_name(node: Node) -> str | None:
    """Return the name in ``{slot: name}``, or None for anything else."""
    if isinstance(node, LocatedMap) and len(node) == 1:
        name = node.get("slot")
        return name if isinstance(name, str) else None
    return None

"""Rules about packages as a whole: what they build on, and when they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from workflows.definition import PackageHead
from workflows.law.findings import Finding, at
from workflows.law.located import LocatedMap, Place


def check(
    heads: Mapping[str, PackageHead], nodes: Mapping[str, LocatedMap]
) -> Iterator[Finding]:
    """Yield packages that build on nothing, on themselves, or hold twice."""
    for name, head in heads.items():
        yield from _references(heads, head, nodes[name])
        if _loops(heads, name):
            text = f"package {name!r} extends itself in a circle"
            yield at(nodes[name].place_of("extends"), "package-loop", text)
        yield from _knowledge(heads, head, nodes[name])
    for one, other in combinations(heads.values(), 2):
        if _same_place(one, other) and _both_hold(one, other):
            text = f"{one.package!r} and {other.package!r} hold on the same days"
            place = nodes[other.package].place_of("in_force")
            yield at(place, "packages-overlap", text)


def _references(
    heads: Mapping[str, PackageHead], head: PackageHead, node: LocatedMap
) -> Iterator[Finding]:
    for key, names in (
        ("extends", (head.extends,)),
        ("uses", head.uses),
        ("replaces", (head.replaces,)),
    ):
        for name in names:
            if name is not None and name not in heads:
                text = f"package {head.package!r} {key} {name!r}, which is not there"
                yield at(_place(node, key), "unknown-package", text)


def _place(node: LocatedMap, key: str) -> Place:
    return node.place_of(key)


def _loops(heads: Mapping[str, PackageHead], name: str) -> bool:
    seen: set[str] = set()
    current: str | None = name
    while current is not None and current in heads:
        if current in seen:
            return True
        seen.add(current)
        current = heads[current].extends
    return False


def _same_place(one: PackageHead, other: PackageHead) -> bool:
    """Return whether both speak for the same province, or take each other's place."""
    if other.package == one.replaces or one.package == other.replaces:
        return True
    if one.replaces is not None and one.replaces == other.replaces:
        return True
    if one.territory.province is None or other.territory.province is None:
        return False
    mine, theirs = set(one.territory.communes), set(other.territory.communes)
    return one.territory.province == other.territory.province and (
        mine == theirs or not mine.isdisjoint(theirs)
    )


def _knowledge(
    heads: Mapping[str, PackageHead], head: PackageHead, node: LocatedMap
) -> Iterator[Finding]:
    """Yield what was learned before, or without, what it rests on."""
    known = head.known_since or date.min
    for key, names in (("extends", (head.extends,)), ("uses", head.uses)):
        for name in names:
            below = None if name is None else heads.get(name)
            if below is not None and (below.known_since or date.min) > known:
                text = (
                    f"{name!r} was learned on {below.known_since}, after this package"
                )
                yield at(node.place_of(key), "known-since", text)
    written = node.sublist("overrides").maps()
    for override, part in zip(head.overrides, written, strict=True):
        if override.known_since is not None and override.known_since < known:
            text = f"its package was learned only on {known}"
            yield at(part.place_of("known_since"), "known-since", text)


def _both_hold(one: PackageHead, other: PackageHead) -> bool:
    """Return whether they share a day, and neither corrects the other.

    One that was learned later, and replaces the other, prevails where both hold.
    """
    first, second = sorted((one, other), key=lambda h: h.known_since or date.min)
    later = (second.known_since or date.min) > (first.known_since or date.min)
    corrects = later and second.replaces == first.package
    return _share_a_day(one, other) and not corrects


def _share_a_day(one: PackageHead, other: PackageHead) -> bool:
    return one.in_force.from_ <= _last(other) and other.in_force.from_ <= _last(one)


def _last(head: PackageHead) -> date:
    return head.in_force.to or date.max

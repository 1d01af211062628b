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
    for one, other in combinations(heads.values(), 2):
        if _same_place(one, other) and _share_a_day(one, other):
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
    if one.territory.province is None or other.territory.province is None:
        return False
    mine, theirs = set(one.territory.communes), set(other.territory.communes)
    return one.territory.province == other.territory.province and (
        mine == theirs or not mine.isdisjoint(theirs)
    )


def _share_a_day(one: PackageHead, other: PackageHead) -> bool:
    return one.in_force.from_ <= _last(other) and other.in_force.from_ <= _last(one)


def _last(head: PackageHead) -> date:
    return head.in_force.to or date.max

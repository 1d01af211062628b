"""An edition's body put together from the packages of its chain.

Names are global in an edition. An override is sought first in the definition as it is
written, then in the procedure written out; so one of a template reaches every procedure
made from it, and one may address what a fragment brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from workflows.expansion import Expansion
from workflows.law.concordance import Concordance
from workflows.law.findings import Finding, at
from workflows.law.located import (
    LocatedList,
    LocatedMap,
    files_of,
    shallow,
)
from workflows.law.memory import Memory
from workflows.law.overrides import PendingOverride, find, parse_address, target_of
from workflows.law.sections import SECTIONS, PackageSource

_EXPANDED = ("fragments", "templates")


@dataclass(slots=True)
class Assembly:
    """The sections of an edition, written out, and what was wrong on the way."""

    sections: dict[str, LocatedMap]
    overrides: LocatedList
    memory: Memory
    findings: list[Finding] = field(default_factory=list)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    included: frozenset[str] = frozenset()
    unmet: list[str] = field(default_factory=list)

    def override(
        self, override: PendingOverride, section: str, name: str
    ) -> str | None:
        """Apply an override to a definition; return what is wrong, or None."""
        definitions = self.sections[section]
        node = definitions.submap(name)
        changed = self.memory.of(
            f"override {id(override.node)}",
            node,
            partial(_changed, override, section, node),
        )
        if isinstance(changed, str):
            return changed
        definitions.put(name, changed, definitions.place_of(name))
        return None


def assemble(
    chain: Sequence[PackageSource],
    memory: Memory | None = None,
    *,
    known_on: date | None = None,
) -> Assembly:
    """Put the packages together; the chain begins with the most specific one.

    With ``known_on`` the overrides that were learned after that day are left aside.

    Definitions that no override touches are shared with the packages, and with other
    editions that were put together with the same ``memory``.
    """
    start = chain[0].head.place
    assembly = Assembly(
        {section: LocatedMap(start) for section in SECTIONS},
        LocatedList(start),
        memory or Memory(),
    )
    for package in reversed(chain):
        _add(assembly, package)
    pending = [
        (override, target)
        for package in reversed(chain)
        for override, target in _overrides(assembly, package, known_on)
    ]
    origins = _written_from(assembly)
    late = [
        (override, target)
        for override, target in pending
        if not _applied_as_written(assembly, override, target, origins)
    ]
    _expand(assembly)
    for override, target in late:
        _apply_expanded(assembly, override, target, origins)
    for package in reversed(chain):
        _cite_anew(assembly, package)
    for override, _ in pending:
        assembly.overrides.add(_remembered(override), override.place)
    for name in assembly.sections["procedures"]:
        _sign(assembly, name)
    return assembly


def _add(assembly: Assembly, package: PackageSource) -> None:
    for section, definitions in package.sections.items():
        present = assembly.sections[section]
        for name, value in definitions.items():
            place = definitions.place_of(name)
            if name in present:
                assembly.findings.append(
                    at(
                        place,
                        "duplicate-name",
                        f"{section}: {name!r} is defined already at "
                        f"{present.place_of(name)}; a package changes what it "
                        "inherits by an override only",
                    )
                )
            elif isinstance(value, LocatedMap):
                present.put(name, value, place)
                assembly.owners[section, name] = package.id


# --- overrides --------------------------------------------------------------------


def _overrides(
    assembly: Assembly, package: PackageSource, known_on: date | None
) -> list[tuple[PendingOverride, tuple[str, str]]]:
    found = []
    for node in package.head.sublist("overrides").maps():
        learned = node.get("known_since")
        if isinstance(learned, date) and known_on is not None and learned > known_on:
            continue
        override = PendingOverride(package.id, node.text("of"), node.text("at"), node)
        target = target_of(override.of, assembly.sections)
        if target is None:
            _lost(assembly, override, f"there is nothing named {override.of!r}")
        else:
            found.append((override, target))
    return found


def _applied_as_written(
    assembly: Assembly,
    override: PendingOverride,
    target: tuple[str, str],
    origins: dict[str, list[str]],
) -> bool:
    """Apply the override to the definition as written, when the address is there."""
    section, name = target
    written = assembly.sections[section].submap(name)
    can_wait = section in {"templates", "procedures"}
    sought = written.submap("body") if section == "templates" else written
    if can_wait and not any(find(sought, parse_address(override.at))):
        return False
    problem = assembly.override(override, section, name)
    if problem:
        _lost(assembly, override, problem)
    else:
        override.reached.extend(origins.get("/".join(target), [name]))
    return True


def _changed(
    override: PendingOverride, section: str, node: LocatedMap
) -> LocatedMap | str:
    """Return the definition after the override; of a template, its body changes."""
    if section != "templates":
        return override.apply(node)
    body = override.apply(node.submap("body"))
    if isinstance(body, str):
        return body
    changed = shallow(node)
    changed.put("body", body, node.place_of("body"))
    return changed


def _written_from(assembly: Assembly) -> dict[str, list[str]]:
    """Return, for each template and procedure, the procedures written from it."""
    origins: dict[str, list[str]] = {}
    procedures = assembly.sections["procedures"]
    for name in procedures:
        origins.setdefault(f"procedures/{name}", []).append(name)
        template = procedures.submap(name).text("template")
        if template:
            origins.setdefault(f"templates/{template}", []).append(name)
    return origins


def _apply_expanded(
    assembly: Assembly,
    override: PendingOverride,
    target: tuple[str, str],
    origins: dict[str, list[str]],
) -> None:
    names = origins.get("/".join(target), [])
    if not names:
        _lost(assembly, override, f"no procedure is made from {override.of!r}")
    for name in names:
        problem = assembly.override(override, "procedures", name)
        if problem:
            _lost(assembly, override, f"{problem} (in procedure {name!r})")
        else:
            override.reached.append(name)


def _lost(assembly: Assembly, override: PendingOverride, problem: str) -> None:
    assembly.findings.append(at(override.place, "override-lost", problem))


def _remembered(override: PendingOverride) -> LocatedMap:
    """Return what an edition keeps of an override: what, by whom, why, and where."""
    kept = LocatedMap(override.place)
    kept.put("package", override.package, override.place)
    for key in ("of", "at", "why", "source"):
        if key in override.node:
            kept.put(key, override.node[key], override.node.place_of(key))
    kept.put("file", override.place.file, override.place)
    reached = LocatedList(override.place)
    for name in override.reached:
        reached.add(name, override.place)
    kept.put("reached", reached, override.place)
    return kept


# --- concordances -----------------------------------------------------------------


def _cite_anew(assembly: Assembly, package: PackageSource) -> None:
    """Cite the package's own text in what it inherits from the one it extends."""
    node = package.head.submap("concordance")
    if not node:
        return
    concordance = Concordance(package.id, package.head.text("extends"), node)
    procedures = assembly.sections["procedures"]
    reached = LocatedList(node.place)
    for name in procedures:
        if assembly.owners["procedures", name] != concordance.extends:
            continue
        whole = concordance.applied(name, procedures.submap(name))
        if whole is not None:
            procedures.put(name, whole, procedures.place_of(name))
            reached.add(name, node.place)
    assembly.unmet.extend(f"{place}: {text}" for place, text in concordance.unmet())
    kept = LocatedMap(node.place)
    kept.put("package", package.id, node.place)
    kept.put("of", node.text("of"), node.place)
    kept.put("at", "concordance", node.place)
    for key in ("why", "source"):
        if key in node:
            kept.put(key, node[key], node.place_of(key))
    kept.put("file", node.place.file, node.place)
    kept.put("reached", reached, node.place)
    assembly.overrides.add(kept, node.place)


# --- expansion --------------------------------------------------------------------


def _expand(assembly: Assembly) -> None:
    sections = assembly.sections
    expansion = Expansion(
        {name: sections["templates"].submap(name) for name in sections["templates"]},
        {name: sections["fragments"].submap(name) for name in sections["fragments"]},
        assembly.memory,
    )
    written = sections["procedures"]
    whole = LocatedMap(written.place)
    for name in sorted(written):
        whole.put(
            name, expansion.procedure(written.submap(name)), written.place_of(name)
        )
    sections["procedures"] = whole
    assembly.findings.extend(expansion.findings)
    assembly.included = frozenset(expansion.included)


def _sign(assembly: Assembly, name: str) -> None:
    """Write into a procedure which package and which files it came from."""
    procedures = assembly.sections["procedures"]
    procedure = procedures.submap(name)
    place = procedures.place_of(name)
    owner = assembly.owners["procedures", name]

    def signed() -> LocatedMap:
        files = LocatedList(place)
        for file in files_of(procedure):
            files.add(file, place)
        whole = shallow(procedure)
        whole.put("package", owner, place)
        whole.put("files", files, place)
        return whole

    whole = assembly.memory.of("signed", procedure, signed)
    procedures.put(name, whole, place)


def body_sections(assembly: Assembly) -> dict[str, LocatedMap]:
    """Return the sections that an edition keeps, names in order."""
    kept: dict[str, LocatedMap] = {}
    for section, definitions in assembly.sections.items():
        if section in _EXPANDED:
            continue
        kept[section] = LocatedMap(definitions.place)
        for name in sorted(definitions):
            kept[section].put(name, definitions[name], definitions.place_of(name))
    return kept

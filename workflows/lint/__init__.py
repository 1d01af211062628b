"""The gate before packages are loaded: every rule over every edition they can make."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from workflows.definition import PackageHead, Status
from workflows.errors import NoPackageInForceError
from workflows.law.edition import Edition
from workflows.law.findings import Finding, at
from workflows.law.located import LocatedMap
from workflows.law.writing import read_definitions
from workflows.lint import (
    bindings,
    charts,
    decisions,
    effects,
    instruments,
    knowledge,
    migrations,
    names,
    packages,
    papers,
    signals,
    sources,
    waits,
    words,
)
from workflows.lint.catalogue import ERRORS, WARNINGS
from workflows.lint.subject import Binding, CheckedProcedure, Forms, Kept, Subject
from workflows.loader import Sources, packages_folder
from workflows.packages import Law, Selection
from workflows.rules import RULES

__all__ = ["ERRORS", "WARNINGS", "Binding", "Finding", "Forms", "Report", "check"]

_NO_FORMS = Forms()
_OF_PROCEDURES = (
    charts,
    waits,
    decisions,
    signals,
    effects,
    names,
    words,
    papers,
)
_HOPELESS = frozenset(
    {"package-head", "unknown-package", "package-loop", "known-since"}
)
_OF_EDITIONS = (
    names,
    words,
    papers,
    sources,
    instruments,
    knowledge,
    migrations,
    bindings,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the linter found. ``packages`` says of each where and when it holds."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    packages: tuple[dict[str, object], ...]

    @property
    def unverified(self) -> tuple[str, ...]:
        """Return the ids of the packages that are shown as "chưa xác minh"."""
        return tuple(
            str(row["id"])
            for row in self.packages
            if row["status"] == Status.UNVERIFIED.value
        )

    @property
    def broken(self) -> dict[str, tuple[str, ...]]:
        """Return the packages that have an error, each with its lines."""
        found: dict[str, tuple[str, ...]] = {}
        for finding in self.errors:
            name = finding.file.partition("/")[0]
            found[name] = (*found.get(name, ()), str(finding))
        return found

    def to_json(self) -> dict[str, list[Any]]:
        """Return the answer of ``dat packs check --json``."""
        return {
            "errors": [finding.to_json() for finding in self.errors],
            "warnings": [finding.to_json() for finding in self.warnings],
            "packages": list(self.packages),
            "unverified": list(self.unverified),
        }


def check(
    root: Path | None = None,
    forms: Forms = _NO_FORMS,
    *,
    own: Path | None = None,
) -> Report:
    """Check every package below ``root``, in every edition that they can make.

    ``own`` is a folder of further packages, of which one stands in the place of that of
    the same id below ``root``.

    ``forms`` are the forms and sheets that are printed, and the facts to which they
    are bound; without them neither is checked. Never raises for what stands in the
    data: each fault is a finding.
    """
    with _without_collecting():
        return _checked(root, forms, own)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the collector of cycles away: all that is built here stays to the end."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _checked(root: Path | None, forms: Forms, own: Path | None) -> Report:
    written = Sources(packages_folder(root), own)
    heads, findings = written.heads()
    nodes = {name: written.packages[name].head for name in heads}
    found = {*findings, *packages.check(heads, nodes)}
    offered = {
        name: set(written.packages[name].sections["procedures"]) for name in heads
    }
    figures = {name: written.packages[name].sections["parameters"] for name in heads}
    if not _HOPELESS.intersection(finding.rule for finding in found):
        law = Law(heads, _no_edition)
        included: set[str] = set()
        kept = Kept()
        for name in _beginnings(law):
            editions, gaps = _editions(law, name, nodes[name])
            found.update(gaps)
            for day, selection in editions:
                subject = _subject(written, heads, day, selection, forms)
                subject.kept = kept
                found.update(_of_edition(subject))
                offered[name].update(subject.assembly.sections["procedures"])
                figures[name] = subject.assembly.sections["parameters"]
                included.update(subject.assembly.included)
        found.update(_never_included(written, included))
    return Report(
        errors=tuple(sorted(f for f in found if f.rule not in WARNINGS)),
        warnings=tuple(sorted(f for f in found if f.rule in WARNINGS)),
        packages=tuple(
            _row(head, sorted(offered[name]), counted(figures[name]))
            for name, head in heads.items()
        ),
    )


def _subject(
    written: Sources,
    heads: Mapping[str, PackageHead],
    day: date,
    selection: Selection,
    forms: Forms,
) -> Subject:
    assembly = written.assemble(selection)
    return Subject(
        heads[selection.chain[0]],
        heads,
        assembly,
        read_definitions(assembly),
        chain=selection.chain,
        forms=forms,
        derived={rule.fact for rule in RULES.on(day)},
    )


def _beginnings(law: Law) -> list[str]:
    """Return the packages that a case may be opened under, then those left over."""
    chosen = {head.package for head in law.national_packages()}
    chosen |= {p.package for p in law.packages.values() if p.kind == "province"}
    reached: set[str] = set()
    for name in chosen:
        reached |= law.everything_used(name)
    return sorted(chosen) + sorted(
        name
        for name, head in law.packages.items()
        if name not in reached and head.kind != "shared"
    )


def _editions(
    law: Law, name: str, node: LocatedMap
) -> tuple[list[tuple[date, Selection]], list[Finding]]:
    """Return each edition that begins with the package, and the days without one."""
    found: dict[Selection, date] = {}
    gaps: list[Finding] = []
    for known in (law, *(law.known_on(day) for day in law.days_before_learning())):
        if name not in known.packages:
            continue
        for day in known.days_of_change(name):
            try:
                found.setdefault(known.select(name, day), day)
            except NoPackageInForceError as error:
                if known is law:
                    place = node.place_of("in_force")
                    gaps.append(at(place, "package-gap", str(error)))
    return [(day, selection) for selection, day in found.items()], gaps


def _of_edition(subject: Subject) -> Iterator[Finding]:
    yield from subject.assembly.findings
    yield from subject.definitions.findings
    for rules in _OF_EDITIONS:
        yield from rules.check_edition(subject)
    for procedure in subject.procedures.values():
        yield from subject.found_in(
            "procedure", procedure.node, partial(_of_procedure, subject, procedure)
        )


def _of_procedure(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    for rules in _OF_PROCEDURES:
        yield from rules.check(subject, procedure)


def _never_included(written: Sources, included: Collection[str]) -> Iterator[Finding]:
    for package in written.packages.values():
        fragments = package.sections["fragments"]
        for name in fragments:
            if name not in included:
                text = f"no procedure includes the fragment {name!r}"
                yield at(fragments.place_of(name), "fragment-unused", text)


def counted(parameters: LocatedMap) -> dict[str, int]:
    """Count the dated values of figures by how well they are known."""
    counts = {"verified": 0, "unverified": 0, "unknown": 0}
    for name in parameters:
        for dated in parameters.submap(name).sublist("values").maps():
            if "unknown" in dated.submap("value"):
                counts["unknown"] += 1
            elif dated.text("status") in counts:
                counts[dated.text("status")] += 1
    return counts


def _row(
    head: PackageHead, procedures: list[str], figures: dict[str, int]
) -> dict[str, object]:
    territory = head.territory
    until = head.in_force.to
    return {
        "id": head.package,
        "title": head.title,
        "kind": head.kind,
        "territory": territory.province or territory.country or "",
        "communes": list(territory.communes),
        "from": head.in_force.from_.isoformat(),
        "to": None if until is None else until.isoformat(),
        "status": head.status.value,
        "procedures": procedures,
        "figures": figures,
    }


def _no_edition(selection: Selection) -> Edition:
    raise NotImplementedError(f"the linter makes no edition of {selection.chain}")

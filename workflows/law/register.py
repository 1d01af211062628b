"""The register of legal instruments: in force on a day, what replaced what, who rests.

It is gathered from every edition that can be chosen on the day, so that an instrument
which only one province cites is there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.definition import Instrument
from workflows.errors import NoPackageInForceError
from workflows.law.edition import Edition
from workflows.packages import Law


@dataclass(slots=True)
class Entry:
    """One instrument, with both ends of its relations and what rests on it."""

    id: str
    instrument: Instrument
    in_force: bool
    replaced_by: set[str]
    replaces: set[str]
    amended_by: set[str]
    packages: set[str] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)
    figures: set[str] = field(default_factory=set)

    def to_json(self) -> dict[str, object]:
        """Return the entry as ``dat packs instruments --json`` prints it."""
        spec = self.instrument
        return {
            "id": self.id,
            "title": spec.title,
            "kind": spec.kind,
            "territory": spec.territory,
            "issued": _iso(spec.issued),
            "from": _iso(spec.in_force_from),
            "to": _iso(spec.in_force_to),
            "in_force": self.in_force,
            "status": None if spec.status is None else spec.status.value,
            "replaces": sorted(self.replaces),
            "replaced_by": sorted(self.replaced_by),
            "amends": sorted(spec.amends),
            "amended_by": sorted(self.amended_by),
            "packages": sorted(self.packages),
            "procedures": sorted(self.procedures),
            "figures": sorted(self.figures),
            "note": spec.note,
        }


def register(law: Law, day: date) -> tuple[Entry, ...]:
    """Return every instrument that the packages of the day know, by its first day.

    An instrument that has ended or has not begun is listed too, and says so.
    """
    editions = list(_editions(law, day))
    known = {
        name: spec for edition in editions for name, spec in edition.instruments.items()
    }
    entries = {name: _entry(known, name, day) for name in known}
    for head in law.packages.values():
        if isinstance(head.instrument, str) and head.instrument in entries:
            entries[head.instrument].packages.add(head.package)
    for edition in editions:
        _note_who_rests(entries, edition)
    return tuple(
        sorted(entries.values(), key=lambda e: (e.instrument.in_force_from, e.id))
    )


def _editions(law: Law, day: date) -> Iterator[Edition]:
    for name, head in law.packages.items():
        if head.kind != "shared":
            try:
                yield law.package_edition(name, day)
            except NoPackageInForceError:
                continue


def _entry(known: Mapping[str, Instrument], name: str, day: date) -> Entry:
    spec = known[name]
    return Entry(
        name,
        spec,
        spec.holds_on(day),
        {*spec.replaced_by, *(o for o, s in known.items() if name in s.replaces)},
        {*spec.replaces, *(o for o, s in known.items() if name in s.replaced_by)},
        {other for other, each in known.items() if name in each.amends},
    )


def _note_who_rests(entries: Mapping[str, Entry], edition: Edition) -> None:
    for name, raw in edition.raw("procedures").items():
        for instrument in entries.keys() & set(_cited(raw)):
            entries[instrument].procedures.add(name)
            entries[instrument].packages.add(str(raw["package"]))
    for name, raw in edition.raw("parameters").items():
        for instrument in entries.keys() & set(_cited(raw)):
            entries[instrument].figures.add(name)
    for override in edition.overrides:
        if override.source.instrument in entries:
            entries[override.source.instrument].packages.add(override.package)


def _cited(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if {"instrument", "at"} <= value.keys():
            yield str(value["instrument"])
        yield from _inside(value.values())
    elif isinstance(value, list):
        yield from _inside(value)


def _inside(parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        yield from _cited(part)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

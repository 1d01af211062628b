"""Rules about sources: the instrument is listed, in force, and of this territory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from workflows.definition import Instrument, PackageHead
from workflows.law.findings import Finding, at
from workflows.law.located import LocatedList, LocatedMap, Node, Place
from workflows.lint.subject import Subject

_PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class _Cited:
    """A source as written: where, what it names, and the day its figure begins."""

    place: Place
    instrument: str
    since: date | None
    by_analogy: bool


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield sources that cannot carry what rests on them."""
    for section in subject.assembly.sections.values():
        for name in section:
            node = section.submap(name)
            yield from subject.found_in("sources", node, partial(_all, subject, node))
    yield from _all(subject, subject.assembly.overrides)
    named = subject.head.instrument
    if isinstance(named, str) and named not in subject.instruments:
        place = Place(f"{subject.head.package}/package.yaml", 1)
        text = f"the package names the unknown instrument {named!r}"
        yield at(place, "unknown-instrument", text)


def _all(subject: Subject, node: Node) -> Iterator[Finding]:
    found: list[_Cited] = []
    _gather(node, None, found, by_analogy=False)
    for cited in found:
        yield from _judged(subject, cited)


def _gather(
    node: Node, since: date | None, found: list[_Cited], *, by_analogy: bool
) -> None:
    if isinstance(node, LocatedList):
        for item in node:
            _gather(item, since, found, by_analogy=by_analogy)
    if not isinstance(node, LocatedMap):
        return
    if "instrument" in node and "at" in node:
        name = node.text("instrument")
        found.append(_Cited(node.place_of("instrument"), name, since, by_analogy))
    begins = node.get("since")
    if ("value" in node or "label" in node) and isinstance(begins, date):
        since = begins
    for key, value in node.items():
        if isinstance(value, LocatedMap | LocatedList):
            analogy = by_analogy or key == "modelled_on"
            _gather(value, since, found, by_analogy=analogy)


def _judged(subject: Subject, cited: _Cited) -> Iterator[Finding]:
    if not subject.defines("instruments", cited.instrument):
        text = f"there is no instrument {cited.instrument!r}"
        yield at(cited.place, "unknown-instrument", text)
        return
    instrument = subject.instrument(cited.instrument)
    package = subject.heads.get(cited.place.file.partition("/")[0])
    if instrument is None or package is None or cited.by_analogy:
        return
    if cited.instrument == _PRODUCT:
        if cited.since is not None:
            text = "a figure may not rest on a choice of the program"
            yield at(cited.place, "product-figure", text)
        return
    yield from _in_force(subject, cited, instrument, package)
    yield from _of_the_territory(cited, instrument, package)


def _in_force(
    subject: Subject, cited: _Cited, instrument: Instrument, package: PackageHead
) -> Iterator[Finding]:
    needed = cited.since or package.in_force.from_
    ended = instrument.in_force_to
    if ended is not None and ended < needed and not _continued(subject, ended):
        text = (
            f"{cited.instrument!r} was in force until {ended}, before {needed}, "
            "on which this holds"
        )
        yield at(cited.place, "instrument-not-in-force", text)
    last = package.in_force.to
    if last is not None and instrument.in_force_from > last:
        text = f"{cited.instrument!r} is in force only after the package, from "
        text += f"{instrument.in_force_from}"
        yield at(cited.place, "instrument-not-in-force", text)
    elif cited.since is not None and cited.since < instrument.in_force_from:
        text = (
            f"the figure holds from {cited.since}, {cited.instrument!r} is in force "
            f"from {instrument.in_force_from}"
        )
        yield at(cited.place, "instrument-later", text)


def _continued(subject: Subject, ended: date) -> bool:
    """Return whether a package says by which rule an ended instrument goes on."""
    return any(
        head.after_own_instrument is not None
        and head.after_own_instrument.ends == ended
        for head in subject.heads.values()
    )


def _of_the_territory(
    cited: _Cited, instrument: Instrument, package: PackageHead
) -> Iterator[Finding]:
    territory = instrument.territory
    if territory is not None and territory not in {
        package.territory.province,
        package.territory.country,
    }:
        text = (
            f"{cited.instrument!r} is the text of territory {territory!r}; "
            "say 'modelled_on' when it only serves as a model"
        )
        yield at(cited.place, "foreign-instrument", text)

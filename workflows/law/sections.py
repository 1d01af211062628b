"""The files of one package sorted into sections by their first key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflows.law.findings import Finding, at
from workflows.law.located import LocatedList, LocatedMap, Place

VOCABULARIES = frozenset(
    {
        "instruments",
        "conditions",
        "goals",
        "offices",
        "papers",
        "messages",
        "ordinary",
        "warnings",
        "comparisons",
        "migrations",
    }
)
GROUPS = frozenset({"parameters", "facts", "questions"})
SINGLES = {
    "list": "lists",
    "fragment": "fragments",
    "template": "templates",
    "procedure": "procedures",
}
TO_THE_HEAD = ("overrides", "concordance")
SECTIONS = (
    "instruments",
    "conditions",
    "goals",
    "offices",
    "papers",
    "messages",
    "ordinary",
    "warnings",
    "comparisons",
    "migrations",
    "lists",
    "parameters",
    "facts",
    "questions",
    "fragments",
    "templates",
    "procedures",
)


@dataclass(slots=True)
class PackageSource:
    """One package as written: its head, and each section as name to definition."""

    id: str
    head: LocatedMap
    sections: dict[str, LocatedMap]
    findings: list[Finding] = field(default_factory=list)


def gather(
    folder: str, files: Mapping[str, LocatedMap], findings: Iterable[Finding] = ()
) -> PackageSource:
    """Sort the files of a package; what cannot be placed becomes a finding."""
    start = Place(f"{folder}/package.yaml", 1)
    package = PackageSource(
        folder,
        LocatedMap(start),
        {name: LocatedMap(start) for name in SECTIONS},
        list(findings),
    )
    for content in files.values():
        _sort_in(package, content)
    for content in files.values():
        if next(iter(content), "") in TO_THE_HEAD:
            _add_to_head(package, content)
    if not package.head and not package.findings:
        package.findings.append(at(start, "package-head", "the package has no head"))
    elif package.head and package.head.text("package") != folder:
        package.findings.append(
            at(
                package.head.place_of("package"),
                "package-head",
                f"package {package.head.text('package')!r} lies in folder {folder!r}",
            )
        )
    return package


def _sort_in(package: PackageSource, content: LocatedMap) -> None:
    first = next(iter(content), "")
    if first == "package":
        package.head = content
    elif first in SINGLES:
        section, name = SINGLES[first], content.text(first)
        value = content.submap("items") if section == "lists" else content
        _define(package, section, name, value, content.place_of(first))
    elif first in GROUPS:
        _define_all(package, first, content.submap("items"))
    elif first in TO_THE_HEAD:
        return  # once the head is known
    elif VOCABULARIES.issuperset(content):
        for section in content:
            _define_all(package, section, content.submap(section))
    else:
        package.findings.append(
            at(content.place, "file-kind", f"no kind of file begins with {first!r}")
        )


def _add_to_head(package: PackageSource, content: LocatedMap) -> None:
    """Put what a file of its own says into the head, behind what stands there."""
    for key, value in content.items():
        place = content.place_of(key)
        if key == "overrides":
            merged = LocatedList(package.head.place_of(key))
            for items in (package.head.sublist(key), content.sublist(key)):
                for item, where in items.placed():
                    merged.add(item, where)
            package.head.put(key, merged, merged.place)
        elif key in TO_THE_HEAD and key not in package.head:
            package.head.put(key, value, place)
        else:
            text = f"the head of the package has no room for {key!r} from here"
            package.findings.append(at(place, "file-kind", text))


def _define_all(package: PackageSource, section: str, items: LocatedMap) -> None:
    for name, value in items.items():
        if isinstance(value, LocatedMap):
            _define(package, section, name, value, items.place_of(name))
        else:
            package.findings.append(
                at(items.place_of(name), "format", f"{section} {name!r}: not a mapping")
            )


def _define(
    package: PackageSource, section: str, name: str, value: LocatedMap, place: Place
) -> None:
    definitions = package.sections[section]
    if name in definitions:
        package.findings.append(
            at(
                place,
                "duplicate-name",
                f"{section}: {name!r} is defined already at "
                f"{definitions.place_of(name)}",
            )
        )
        return
    definitions.put(name, value, place)

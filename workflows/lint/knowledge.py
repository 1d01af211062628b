"""Rules about corrections: what stood before stays, and why it was wrong is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from workflows.law.findings import Finding, at
from workflows.law.located import LocatedMap, Node
from workflows.lint.subject import Subject


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield values of figures whose ``known_since`` cannot be."""
    figures = subject.assembly.sections["parameters"]
    for name in figures:
        node = figures.submap(name)
        yield from subject.assembly.memory.of("known", node, partial(_among, node))
        for row in node.sublist("values").maps():
            yield from _after_its_package(subject, row)


def _among(node: LocatedMap) -> list[Finding]:
    rows = list(node.sublist("values").maps())
    found: list[Finding] = []
    seen: set[tuple[Node, Node, str]] = set()
    for row in rows:
        key = row.get("since"), row.get("known_since"), str(row.get("communes"))
        if key in seen:
            text = (
                f"there are two values since {row.get('since')}; one that corrects "
                "the other says 'known_since'"
            )
            found.append(at(row.place_of("since"), "value-twice", text))
        seen.add(key)
        if "known_since" in row and not row.text("note"):
            text = (
                "a value that was learned later needs a 'note': what was wrong before"
            )
            found.append(
                at(row.place_of("known_since"), "correction-unexplained", text)
            )
    if rows and all("known_since" in row for row in rows):
        text = (
            "no value is known from the start: keep the one that stood before, or "
            "'{unknown: ...}'"
        )
        found.append(at(rows[0].place_of("known_since"), "known-since", text))
    return found


def _after_its_package(subject: Subject, row: LocatedMap) -> Iterator[Finding]:
    """Yield a value that was learned before the package in which it is written."""
    learned = row.get("known_since")
    package = subject.heads.get(row.place.file.partition("/")[0])
    if package is None or package.known_since is None or not isinstance(learned, date):
        return
    if learned < package.known_since:
        text = f"its package was learned only on {package.known_since}"
        yield at(row.place_of("known_since"), "known-since", text)

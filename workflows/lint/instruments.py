"""Rules about the register of instruments: what replaced what, and on which days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import Instrument
from workflows.law.findings import Finding
from workflows.lint.subject import Subject

_RELATIONS = ("replaces", "replaced_by", "amends")


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield relations to instruments that are not listed, or whose days do not fit."""
    known = subject.instruments
    for name, instrument in known.items():
        if instrument.kind is None or instrument.status is None:
            text = f"{name!r} does not say its kind, or whether its days were read"
            yield _at(subject, name, "title", "instrument-incomplete", text)
        yield from _own_days(subject, name, instrument)
        for relation in _RELATIONS:
            for other in getattr(instrument, relation):
                if other == name or not subject.defines("instruments", other):
                    text = f"{name!r} {relation} {other!r}, which is not listed"
                    yield _at(subject, name, relation, "unknown-instrument", text)
                elif other in known:
                    yield from _fits(subject, relation, name, other)
        if _replaces_itself(known, name):
            text = f"{name!r} replaces itself in a circle"
            yield _at(subject, name, "replaces", "instrument-loop", text)


def _own_days(subject: Subject, name: str, instrument: Instrument) -> Iterator[Finding]:
    begins, ends = instrument.in_force_from, instrument.in_force_to
    if ends is not None and ends < begins:
        text = f"{name!r} ends on {ends}, before it begins on {begins}"
        yield _at(subject, name, "to", "instrument-relation", text)
    if instrument.issued is not None and instrument.issued > begins:
        text = f"{name!r} was issued on {instrument.issued}, in force from {begins}"
        yield _at(subject, name, "issued", "instrument-relation", text)


def _fits(subject: Subject, relation: str, name: str, other: str) -> Iterator[Finding]:
    """Yield a relation whose days cannot be: the newer one must be the newer one."""
    newer, older = (other, name) if relation == "replaced_by" else (name, other)
    new, old = subject.instruments[newer], subject.instruments[older]
    starts, ended = new.in_force_from, old.in_force_to
    if starts < old.in_force_from:
        text = f"{newer!r} is in force from {starts}, before {older!r}"
    elif relation == "amends" and ended is not None and ended < starts:
        text = f"{newer!r} amends {older!r}, which had ended on {ended}"
    elif relation != "amends" and (ended is None or ended >= starts):
        text = (
            f"{newer!r} replaces {older!r} from {starts}; "
            f"{older!r} must end before that day, it ends on {ended or 'no day'}"
        )
    else:
        return
    yield _at(subject, name, relation, "instrument-relation", text)


def _replaces_itself(known: Mapping[str, Instrument], start: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for other in _replaced(known, waiting.pop()):
            if other == start:
                return True
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return False


def _replaced(known: Mapping[str, Instrument], name: str) -> set[str]:
    """Return what the instrument replaces, said from either end."""
    own = known[name].replaces if name in known else ()
    return {*own, *(o for o, each in known.items() if name in each.replaced_by)}


def _at(subject: Subject, name: str, key: str, rule: str, text: str) -> Finding:
    return subject.finding("instruments", name, (key,), rule, text)

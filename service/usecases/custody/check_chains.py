"""The histories of many cases against their sums, as fast as they can be read.

Nothing here makes a move again: each line is summed with the one before it as it
stands, and the last one is compared with the row of its case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from service.persistence.audit import FIRST, canonical, chained_text
from service.persistence.chains import Known, Line, Span
from service.persistence.database import Database
from workflows.statechart import Instance

_Fault = tuple[int, str, str]
_GONE = (0, "deleted", "the row of the case is gone")


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """The first line of a case that does not hold, and what is wrong with it."""

    case_code: str
    seq: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many cases and lines of a span were looked at, and what was found."""

    cases: int
    moves: int
    findings: tuple[AuditFinding, ...]


def check_span(database: Database, span: Span) -> Checked:
    """Check the histories of neighbouring cases at one moment, a few at a time."""
    cases = moves = 0
    findings = []
    with database.snapshot() as uow:
        for id_, known, lines in uow.chains.histories(span):
            if known is None:
                findings.append(AuditFinding(id_, *_GONE))
                continue
            count, fault = _checked(id_, known, lines)
            cases += 1
            moves += count
            if fault is not None:
                findings.append(AuditFinding(known.code, *fault))
    return Checked(cases, moves, tuple(findings))


def _checked(
    id_: str, known: Known, lines: Iterable[Line]
) -> tuple[int, _Fault | None]:
    """Return how many lines a history has, and its first fault."""
    place, before = 0, FIRST
    last: Line | None = None
    fault: _Fault | None = None
    for place, line in enumerate(lines, start=1):
        fault = fault or _fault(id_, place, before, line)
        last, before = line, line[2]
    if fault is None and (before, place) != (known.head_hash, known.version):
        text = f"the case knows {known.version} lines, the history has {place}"
        fault = (place, "cut", text)
    if fault is None and last is not None and not _leads_to(known, last[3]):
        text = "the row of the case is not where its history leads"
        fault = (known.version, "row", text)
    return place, fault


def _fault(id_: str, place: int, before: str, line: Line) -> _Fault | None:
    seq, prev_hash, hash_, body = line
    if seq != place:
        return place, "missing", f"line {place} is missing, {seq} stands there"
    if prev_hash != before:
        return seq, "order", "the line does not follow the one before it"
    if body is None or not _sums_to(hash_, before, id_, seq, body):
        return seq, "changed", "the line is not what was written"
    return None


def _sums_to(hash_: str, before: str, id_: str, seq: int, body: bytes) -> bool:
    """Return whether a line has its sum; older lines stand in another order of keys."""
    if chained_text(before, id_, seq, body) == hash_:
        return True
    try:
        written = canonical(json.loads(body)).encode()
    except ValueError:
        return False
    return chained_text(before, id_, seq, written) == hash_


def _leads_to(known: Known, body: bytes | None) -> bool:
    """Return whether the last line leads to where the row of the case is."""
    told = body or b""
    # As it stands in nearly every line; no text in JSON has quotes of its own.
    if f'"after":{canonical(known.instance)},'.encode() in told:
        return True
    try:
        after = Instance.from_json(json.loads(told)["after"])
        return after.to_json() == Instance.from_json(known.instance).to_json()
    except (KeyError, TypeError, ValueError):
        return False

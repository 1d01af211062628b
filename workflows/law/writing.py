"""An assembly written out: checked against the format, and as canonical JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import TypeAdapter, ValidationError

from workflows.definition import (
    Comparison,
    Condition,
    FactSpec,
    Goal,
    Instrument,
    ListItem,
    MessageTemplate,
    Migration,
    OfficeKind,
    OrdinaryCase,
    PackageHead,
    PaperSpec,
    ParameterSpec,
    Procedure,
    Question,
    Status,
    WarningSpec,
)
from workflows.law.assembly import Assembly, body_sections
from workflows.law.edition import canonical
from workflows.law.findings import Finding, at
from workflows.law.located import LocatedList, LocatedMap, Place, locate, plain

_SHAPES: Mapping[str, TypeAdapter[object]] = {
    "procedures": TypeAdapter(Procedure),
    "parameters": TypeAdapter(ParameterSpec),
    "lists": TypeAdapter(dict[str, ListItem]),
    "conditions": TypeAdapter(Condition),
    "goals": TypeAdapter(Goal),
    "instruments": TypeAdapter(Instrument),
    "questions": TypeAdapter(Question),
    "papers": TypeAdapter(PaperSpec),
    "facts": TypeAdapter(FactSpec),
    "offices": TypeAdapter(OfficeKind),
    "messages": TypeAdapter(MessageTemplate),
    "ordinary": TypeAdapter(OrdinaryCase),
    "warnings": TypeAdapter(WarningSpec),
    "migrations": TypeAdapter(Migration),
    "comparisons": TypeAdapter(Comparison),
}


def written(
    heads: Sequence[PackageHead],
    statuses: Mapping[str, Status],
    assembly: Assembly,
) -> str:
    """Return the canonical JSON of an edition: one text for one law.

    Sections and names have a fixed order; inside a definition the order is the
    author's, for it means something (states, closed lists). ``heads`` are those of the
    chain, the most specific first.
    """
    head = heads[0]
    notices = {each.package: each.notice for each in heads}
    body: dict[str, object] = {
        "head": {
            "id": head.package,
            "title": head.title,
            "status": str(statuses[head.package]),
            "notice": head.notice,
            "notices": {
                name: notice for name, notice in notices.items() if notice is not None
            },
            "territory": head.territory.model_dump(mode="json"),
            "chain": [each.package for each in heads],
            "statuses": {name: str(status) for name, status in statuses.items()},
            "overrides": plain(assembly.overrides),
        }
    }
    for section, definitions in body_sections(assembly).items():
        body[section] = plain(definitions)
    return canonical(body)


@dataclass(slots=True)
class Definitions:
    """Every definition that fits the format, by section and name; and the misfits."""

    read: dict[str, dict[str, object]]
    findings: list[Finding]


def read_definitions(assembly: Assembly) -> Definitions:
    """Read every definition as the format wants it."""
    definitions = Definitions({}, [])
    for section, nodes in body_sections(assembly).items():
        read = definitions.read.setdefault(section, {})
        for name in nodes:
            node, start = nodes.submap(name), nodes.place_of(name)
            made, findings = assembly.memory.of(
                "read", node, partial(_read, section, name, node, start)
            )
            definitions.findings.extend(findings)
            if not findings:
                read[name] = made
    return definitions


def _read(
    section: str, name: str, node: LocatedMap, start: Place
) -> tuple[object, Sequence[Finding]]:
    try:
        return _SHAPES[section].validate_python(plain(node)), ()
    except ValidationError as error:
        return None, tuple(misfits(f"{section} {name!r}", error, node, start))


def misfits(
    what: str, error: ValidationError, node: LocatedMap, start: Place
) -> Iterator[Finding]:
    """Yield one finding for each thing that pydantic refused, at its line."""
    for problem in error.errors(include_url=False, include_context=False):
        path, given = problem["loc"], problem["input"]
        rule = _rule(problem["type"], path, given)
        text = problem["msg"]
        if rule == "code-unquoted":
            text = f'YAML reads {given} as a number: put the code in quotes, "{given}"'
        yield at(
            locate(node, path, start),
            rule,
            f"{what}: {'.'.join(map(str, path))}: {text}",
        )


def _rule(kind: str, path: Sequence[str | int], given: object) -> str:
    """Name the rule behind a misfit; most are simply the format."""
    last = str(path[-1]) if path else ""
    if kind == "string_type" and type(given) is int:
        return "code-unquoted"
    if kind == "missing" and last == "source":
        return "source-missing"
    if last == "status" and kind in {"greater_than_equal", "less_than_equal"}:
        return "status-range"
    if kind == "extra_forbidden" and len(path) > 2 and path[-3] == "do":
        return "effect-without-performer"
    return "format"


def origins_of(assembly: Assembly) -> dict[str, dict[str, str]]:
    """Return where each part of each procedure was written, by its address."""
    procedures = assembly.sections["procedures"]
    return {name: dict(_origins(procedures.submap(name))) for name in procedures}


def _origins(procedure: LocatedMap) -> Iterator[tuple[str, str]]:
    for key, part in procedure.items():
        if key == "chart":
            chart = procedure.submap(key)
            yield from _below("chart.entries", chart.submap("entries"))
            yield from _state_origins("chart.states", chart.submap("states"))
        else:
            yield key, str(procedure.place_of(key))
            yield from _below(key, part)


def _below(address: str, part: object) -> Iterator[tuple[str, str]]:
    if isinstance(part, LocatedMap):
        for key in part:
            yield f"{address}.{key}", str(part.place_of(key))
        # A single definition may stand for a list of one.
        yield f"{address}.0", str(part.place)
    elif isinstance(part, LocatedList):
        for index, place in enumerate(part.places):
            yield f"{address}.{index}", str(place)


def _state_origins(above: str, states: LocatedMap) -> Iterator[tuple[str, str]]:
    for name in states:
        address, state = f"{above}.{name}", states.submap(name)
        yield address, str(states.place_of(name))
        yield from _below(f"{address}.always", state.get("always"))
        events = state.submap("events")
        for event in events:
            place = str(events.place_of(event))
            for index, line in enumerate(events.sublist(event)):
                where = line.place if isinstance(line, LocatedMap) else place
                yield f"{address}.events.{event}.{index}", str(where)
        yield from _state_origins(f"{address}.states", state.submap("states"))

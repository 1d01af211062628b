"""A procedure printed for a jurist: each line with its file, each source marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflows.definition import (
    Effect,
    Length,
    PaperIn,
    PaperOut,
    ParamRef,
    Procedure,
    Record,
    Requirement,
    Source,
    StateSpec,
    Transition,
)
from workflows.guards import Guard, describe
from workflows.law.edition import Edition

_WIDTH = 100
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of ``packs show``, with ``file:line`` of where it was written."""

    text: str
    origin: str = ""

    def __str__(self) -> str:
        if not self.origin:
            return self.text
        return f"{self.text:<{_WIDTH}}  {self.origin}"


def show(edition: Edition, procedure_id: str) -> list[ShownLine]:
    """Return the procedure written out, its moves in the order of the articles.

    Each line says where it was written; a source carries its mark, so that what was
    not seen in the text is plain. Raises UnknownNameError.
    """
    procedure = edition.procedure(procedure_id)
    origins = edition.origins(procedure_id)
    lines = [
        ShownLine(f"{procedure.procedure}: {procedure.title.citizen}"),
        ShownLine(f"  {procedure.title.clerk}"),
        ShownLine(f"  package {procedure.package}; edition {edition.id}"),
    ]
    for heading, rows in (
        ("basis", _basis(procedure)),
        ("requires", _requirements(procedure)),
        ("papers in", _papers_in(procedure)),
        ("papers out", _papers_out(procedure)),
        ("offices", _offices(procedure)),
        ("deadlines", _deadlines(procedure)),
        ("money", _money(procedure)),
        ("states", _states(procedure.chart.states, "chart.states", 1)),
        ("moves, in the order of the articles", _moves(procedure)),
    ):
        written = list(rows)
        if written:
            lines.append(ShownLine(f"\n{heading}"))
            lines.extend(
                ShownLine(f"  {text}", origins.get(address, ""))
                for address, text in written
            )
    lines.extend(_replaced(edition, procedure_id))
    return lines


Rows = Iterator[tuple[str, str]]


def _basis(procedure: Procedure) -> Rows:
    for index, source in enumerate(procedure.basis):
        yield f"basis.{index}", cited(source)


def _requirements(procedure: Procedure) -> Rows:
    for index, need in enumerate(procedure.requires):
        yield f"requires.{index}", _requirement(need)
    for index, condition in enumerate(procedure.ends):
        yield f"ends.{index}", f"ends {condition}"


def _requirement(need: Requirement) -> str:
    text = " or ".join(need.alternatives) + _when(need.when)
    return text if need.source is None else f"{text}  {cited(need.source)}"


def _papers_in(procedure: Procedure) -> Rows:
    for index, paper in enumerate(procedure.papers_in):
        yield f"papers_in.{index}", _paper(paper)


def _papers_out(procedure: Procedure) -> Rows:
    for index, paper in enumerate(procedure.papers_out):
        outcome = f" on {paper.outcome}" if paper.outcome else ""
        yield f"papers_out.{index}", _paper(paper) + outcome


def _paper(paper: PaperIn | PaperOut) -> str:
    text = f"{paper.id} ({' or '.join(paper.copy_)}){_when(paper.when)}"
    if isinstance(paper, PaperIn) and paper.edition is not None:
        shown = f": {paper.edition.show}" if paper.edition.show else ""
        text = f"{text} {paper.edition.number}{shown}"
    if isinstance(paper, PaperIn) and paper.made_by:
        text = f"{text} from {' or '.join(paper.made_by)}"
    return text if paper.source is None else f"{text}  {cited(paper.source)}"


def _offices(procedure: Procedure) -> Rows:
    for role, competence in procedure.competence.items():
        office = competence.office
        named = office if isinstance(office, str) else f"unknown: {office.unknown}"
        rule = f", {competence.rule}" if competence.rule else ""
        yield f"competence.{role}", f"{role}: {named}{rule}  {cited(competence.source)}"


def _deadlines(procedure: Procedure) -> Rows:
    for name, deadline in procedure.deadlines.items():
        length = _length(deadline.length)
        text = f"{name}: {length} per {deadline.per}, {deadline.owner}"
        yield f"deadlines.{name}", f"{text}  {cited(deadline.source)}"


def _length(length: ParamRef | Length) -> str:
    if isinstance(length, ParamRef):
        return length.param
    return f"{length.n} {length.unit}"


def _money(procedure: Procedure) -> Rows:
    for name, line in procedure.obligations.items():
        yield f"obligations.{name}", f"{name}: {line.payer}  {cited(line.source)}"
    for index, fee in enumerate(procedure.fees):
        text = f"{fee.kind}: {fee.payer}, {fee.amount.param}{_when(fee.when)}"
        yield f"fees.{index}", f"{text}  {cited(fee.source)}"


def _states(states: Mapping[str, StateSpec], above: str, depth: int) -> Rows:
    for name, state in states.items():
        address = f"{above}.{name}"
        words = [f"{'  ' * (depth - 1)}{name}"]
        if state.type is not None:
            words.append(f"[{state.type}]")
        if state.owner is not None:
            words.append(f"ball: {state.owner}")
        if state.status is not None:
            words.append(f"status {state.status}")
        if state.stops is not None:
            words.append(f"stops {state.stops.clock} ({state.stops.reason})")
        if state.after is not None:
            words.append(f"timer {state.after.event}")
        if state.label is not None:
            words.append(f"“{state.label.citizen}”")
        yield address, " ".join(words)
        yield from _states(state.states, f"{address}.states", depth + 1)


def _moves(procedure: Procedure) -> Rows:
    found = list(_arrows(procedure.chart.states, "chart.states"))
    ranks = {
        source.instrument: rank
        for rank, source in reversed(list(enumerate(procedure.basis)))
    }
    found.sort(key=lambda move: _rank(move[2], ranks))
    for address, name, transition in found:
        yield address, _move(name, transition)


def _arrows(
    states: Mapping[str, StateSpec], above: str
) -> Iterator[tuple[str, str, Transition]]:
    for name, state in states.items():
        address = f"{above}.{name}"
        for index, line in enumerate(state.always):
            yield f"{address}.always.{index}", f"{name}: (choice)", line
        for event, lines in state.events.items():
            for index, line in enumerate(lines):
                yield f"{address}.events.{event}.{index}", f"{name}: {event}", line
        yield from _arrows(state.states, f"{address}.states")


def _rank(
    transition: Transition, ranks: Mapping[str, int]
) -> tuple[int, str, list[tuple[int, str]]]:
    """Order by instrument, those of the basis first, then by article and clause."""
    if not transition.source:
        return len(ranks) + 1, "", []
    source = transition.source[0]
    rank = ranks.get(source.instrument, len(ranks))
    parts = _NUMBERS.split(source.at)
    natural = [(int(p), "") if p.isdigit() else (-1, p) for p in parts]
    return rank, source.instrument, natural


def _move(name: str, transition: Transition) -> str:
    words = ["; ".join(cited(source) for source in transition.source), name]
    if transition.to is not None:
        words.append(f"→ {transition.to}")
    if transition.by:
        words.append(f"by {', '.join(transition.by)}")
    if transition.if_ is not None:
        words.append(f"if {describe(transition.if_)}")
    if transition.records:
        words.append(f"records {', '.join(map(_recorded, transition.records))}")
    if transition.do:
        words.append(f"does {', '.join(_effect(effect) for effect in transition.do)}")
    return " ".join(words)


def _recorded(record: Record) -> str:
    return f"{record.fact}, if there is one" if record.optional else record.fact


def _effect(effect: Effect) -> str:
    match effect:
        case Effect(notify=notify) if notify is not None:
            return f"notify {notify.who} ({notify.template})"
        case Effect(start=start) if start is not None:
            return f"start {start.procedure} as {start.as_}"
        case Effect(signal=signal) if signal is not None:
            return f"signal {signal.name} to {signal.to}"
        case Effect(issue=issue) if issue is not None:
            return f"issue {issue}"
        case Effect(sync=sync) if sync is not None:
            return f"sync {sync.what} to {sync.to}"
        case _:
            return "obligation"


def _replaced(edition: Edition, procedure_id: str) -> Iterator[ShownLine]:
    reached = [o for o in edition.overrides if procedure_id in o.reached]
    if reached:
        yield ShownLine("\nreplaced in what is inherited")
    for override in reached:
        yield ShownLine(
            f"  {override.package}: {override.of} {override.at}: {override.why}"
            f"  {cited(override.source)}",
            override.file,
        )


def _when(guard: Guard | None) -> str:
    return "" if guard is None else f" when {describe(guard)}"


def cited(source: Source) -> str:
    """Return a source in one line, with its mark: ``nd101-2024 Đ19.3 [V]``."""
    text = f"{source.instrument} {source.at} [{source.mark.value}]"
    if source.modelled_on is None:
        return text
    return f"{text} modelled on {cited(source.modelled_on)}"

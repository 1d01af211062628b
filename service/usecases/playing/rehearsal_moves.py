"""Which event comes next on the shortest way of a case to a good end.

The chart itself is asked: from where the case is, every event that the active states
know is tried with example facts, the least costly way first, until an outcome is
reached that establishes something. A word of another office costs more than a person's
move, and a move against which the law warns costs more than waiting.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, count
from typing import Any

from service.usecases.cases.casefile import ORIGINALS, CaseFile
from service.usecases.cases.entering import choices_of, spec_of
from service.usecases.outside.notice_qr import QR
from workflows.chart.values import Offer, Outcome
from workflows.definition import Record
from workflows.errors import MoveRefusedError
from workflows.guards import Lookup, evaluate
from workflows.liabilities import estimate_of
from workflows.statechart import Event, Instance, Papers
from workflows.vietqr import trial_code

_SIGNALS = {"child": "child", "parent": "parent", "ledger": "ledger"}
_MOST_PLACES = 4000
_MOST_CHOICES = 3
# The other way round only where no way of the examples leads to what is wanted.
_AGAINST_EXAMPLE = 100
# An answer of another case is taken to answer the newest sheet.
_NEWEST = 10**6


@dataclass(frozen=True, slots=True)
class Turn:
    """An event that somebody has to raise, in which role and with which facts."""

    event: str
    role: str
    facts: Mapping[str, object]
    cost: int = 1

    @property
    def is_signal(self) -> bool:
        """Return whether another case or the ledger says it, not a person."""
        return self.role in _SIGNALS.values()


@dataclass(frozen=True, slots=True)
class _Place:
    instance: Instance
    facts: Mapping[str, object]
    way: tuple[Turn, ...]


def way_to_end(
    file: CaseFile, at: datetime, wanted: Collection[str] = ()
) -> tuple[Turn, ...] | None:
    """Return the events up to an outcome that establishes what is wanted, or None.

    Without ``wanted`` any outcome that establishes something will do.
    """
    return _search(file, at, _establishing(file, wanted))


def way_to_signal(file: CaseFile, at: datetime, name: str) -> tuple[Turn, ...] | None:
    """Return the events after which a linked case tells its parent this."""
    return _search(file, at, lambda _: False, tells=name)


def signals_by_worth(
    file: CaseFile, at: datetime, link: str, wanted: Collection[str] = ()
) -> list[tuple[int, str]]:
    """Return what a linked case could say now, that which helps most first.

    Before each stands how much is left to be done after it. What would only be noted
    is left out: another linked case is waited for.
    """
    prefix = f"child.{link}."
    start = _start(file)
    worth: list[tuple[int, str]] = []
    for turn in turns_at(file, file.instance):
        if not turn.event.startswith(prefix):
            continue
        outcome = _tried(file, start, turn, at, everything(file))
        if outcome is None or outcome.after == start.instance:
            continue
        good = _establishing(file, wanted)
        way = _search(file, at, good, begin=outcome.after)
        if way is not None:
            cost = sum(each.cost for each in way)
            worth.append((cost, turn.event.removeprefix(prefix)))
    return sorted(worth)


def _establishing(file: CaseFile, wanted: Collection[str]) -> Callable[[_Place], bool]:
    def good(place: _Place) -> bool:
        final = file.chart.outcome(place.instance)
        if final is None:
            return False
        lookup = _looking(file, place.facts)
        expected = final.expected_if
        if expected is not None and evaluate(expected, lookup) is not True:
            return False
        got = {
            result.condition
            for result in final.establishes
            if result.when is None or evaluate(result.when, lookup) is not False
        }
        return bool(got & set(wanted)) if wanted else bool(got)

    return good


def _looking(file: CaseFile, facts: Mapping[str, object]) -> Lookup:
    def lookup(key: str) -> object:
        return facts[key] if key in facts else file.lookup(key)

    return lookup


def _start(file: CaseFile, begin: Instance | None = None) -> _Place:
    own = {key: row.value for key, row in file.own_facts.items()}
    return _Place(begin or file.instance, own, ())


def turns_at(file: CaseFile, instance: Instance) -> list[Turn]:
    """Return what could happen in an instance: signals first, then what people do."""
    names = dict.fromkeys(
        name
        for state in file.chart.active(instance)
        for name in file.chart.state(state).events
    )
    signals = [
        Turn(name, _SIGNALS[name.partition(".")[0]], {}, 2)
        for name in names
        if name.partition(".")[0] in _SIGNALS and not name.endswith(".ended")
    ]
    return [*signals, *_offered(file, instance)]


def _offered(file: CaseFile, instance: Instance) -> list[Turn]:
    roles = frozenset({*file.procedure.competence, "citizen", "timer"})
    offers = file.chart.offers(
        instance, roles, lookup=file.lookup, papers=everything(file)
    )
    turns = []
    for offer in offers:
        role = _role(offer)
        cost = 6 if offer.warn else 3 if role == "timer" else 1
        turns += [
            Turn(offer.event, role, facts, cost + changed * _AGAINST_EXAMPLE)
            for changed, facts in _examples(file, offer)
        ]
    return turns


def _role(offer: Offer) -> str:
    """Return who raises it: an office rather than the citizen at its counter."""
    return offer.by[0] if offer.by else "system"


def everything(file: CaseFile) -> Papers:
    """Return the papers as if the whole dossier were in."""
    required = frozenset(paper.id for paper in file.required())
    return Papers(file.ticked | required | {ORIGINALS}, required, originals_in=True)


def _examples(file: CaseFile, offer: Offer) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield facts to enter: what is known, else the example of the law's data.

    A yes or no that is only an example may also be the other way round; the number
    says how many are.
    """
    facts = {record.fact: _example(file, record) for record in offer.records}
    key = next((fact for fact in facts if spec_of(file, fact).type == "lines"), None)
    told: dict[str, object] = {}
    if key is not None:
        lines = _as_estimated(file, facts[key])
        kinds = {str(line["kind"]) for line in lines}
        told = {
            record.fact: record.of_line in kinds
            for record in offer.records
            if record.of_line is not None
        }
        facts |= {key: lines, **told}
        if QR in facts:
            facts[QR] = trial_code(sum(int(line["amount"]) for line in lines))
    open_choices = [
        key
        for key, value in facts.items()
        if isinstance(value, bool) and key not in told and file.lookup(key) is None
    ][:_MOST_CHOICES]
    for changed in range(len(open_choices) + 1):
        for keys in combinations(open_choices, changed):
            yield changed, facts | {key: not facts[key] for key in keys}


def _as_estimated(file: CaseFile, example: object) -> list[dict[str, Any]]:
    """Return the lines of a notice as our rules estimate them.

    A sum that nobody can reckon is that of the example; kinds that the rules know
    nothing of, and everything where no rule reckons a line, stay as in the example.
    """
    if not isinstance(example, list):
        return []
    sums: dict[str, int | None] = {}
    for line in estimate_of(file.graph, file.edition).lines:
        known = sums.get(str(line.kind), 0)
        more = line.amount
        sums[str(line.kind)] = None if known is None or more is None else known + more
    kinds = {str(each["kind"]) for each in example}
    if not any(sums.get(kind, 0) != 0 for kind in kinds):
        return example
    return [
        {**each, "amount": sums[each["kind"]] or each["amount"]}
        for each in example
        if sums.get(each["kind"], 0) != 0
    ]


def _example(file: CaseFile, record: Record) -> object:
    choices = choices_of(file, record)
    spec = spec_of(file, record.fact)
    if choices:
        return spec.example if spec.example in choices else next(iter(choices))
    known = file.lookup(record.fact)
    if known is not None and (spec.example is None or isinstance(known, bool)):
        return known
    if spec.type == "date":
        # What is dated with a move is dated today, as it is in an office.
        return file.desk.today().isoformat()
    if spec.example is not None:
        return spec.example
    return spec.label.clerk


def _search(
    file: CaseFile,
    at: datetime,
    good: Callable[[_Place], bool],
    tells: str | None = None,
    begin: Instance | None = None,
) -> tuple[Turn, ...] | None:
    papers = everything(file)
    start = _start(file, begin)
    tie = count()
    waiting = [(0, next(tie), start)]
    seen: set[tuple[object, ...]] = set()
    while waiting and len(seen) < _MOST_PLACES:
        cost, _, place = heapq.heappop(waiting)
        if good(place):
            return place.way
        if _mark(place) in seen:
            continue
        seen.add(_mark(place))
        for turn in turns_at(file, place.instance):
            outcome = _tried(file, place, turn, at, papers)
            if outcome is None:
                continue
            way = (*place.way, turn)
            if tells is not None and tells in _said(outcome):
                return way
            reached = _Place(outcome.after, {**place.facts, **turn.facts}, way)
            heapq.heappush(waiting, (cost + turn.cost, next(tie), reached))
    return None


def _tried(
    file: CaseFile, place: _Place, turn: Turn, at: datetime, papers: Papers
) -> Outcome | None:
    lookup = _looking(file, {**place.facts, **turn.facts})
    event = Event(turn.event, at, "", turn.role, turn.facts, _NEWEST, second="")
    try:
        return file.chart.step(place.instance, event, lookup=lookup, papers=papers)
    except MoveRefusedError:
        return None


def _said(outcome: Outcome) -> frozenset[str]:
    return frozenset(
        effect.signal.name
        for effect in outcome.effects
        if effect.signal is not None and effect.signal.to == "parent"
    )


def _mark(place: _Place) -> tuple[object, ...]:
    return (place.instance.configuration, place.instance.flags, place.instance.seen)

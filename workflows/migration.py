"""A running case carried over from one edition of the law to another, or refused.

By default a case stays under the edition that it pins. A transitional clause may order
it over; then every state, flag, link, fact and clock that the case stands on must have
a counterpart in the newer edition. Where one has none the case is refused: nothing is
guessed. ``carried`` is a pure function of what is written into the history, so that
folding the history gives the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, TypeAlias

from workflows.definition import Migration, Procedure, ProcedureMigration
from workflows.law.edition import Edition
from workflows.law.sentences import MIGRATION_GAPS
from workflows.statechart import Chart, Instance

Part: TypeAlias = Literal[
    "procedure",
    "state",
    "configuration",
    "flag",
    "new_flag",
    "link",
    "child",
    "fact",
    "clock",
    "history",
    "event",
    "timer",
]
_NO_CHANGE = ProcedureMigration()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of the older edition without a counterpart in the newer one."""

    procedure: str
    part: Part
    name: str

    def __str__(self) -> str:
        return MIGRATION_GAPS[self.part].format(name=self.name)

    def to_json(self) -> dict[str, str]:
        """Return the gap as ``dat packs migrate --json`` prints it."""
        return {
            "procedure": self.procedure,
            "part": self.part,
            "name": self.name,
            "text": str(self),
        }


@dataclass(frozen=True, slots=True)
class Carry:
    """How one case is carried over: what the history keeps, and all ``carried`` needs.

    ``seen`` are the events of its history that guards of the newer chart ask for.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    begin: Mapping[str, bool] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return JSON data from which ``from_json`` makes an equal one."""
        return {
            "states": dict(self.states),
            "flags": dict(self.flags),
            "begin": dict(self.begin),
            "links": dict(self.links),
            "seen": list(self.seen),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, object]) -> Self:
        """Read it back; raise ValueError when a part is missing."""
        match raw:
            case {
                "states": dict(states),
                "flags": dict(flags),
                "begin": dict(begin),
                "links": dict(links),
                "seen": list(seen),
            }:
                return cls(states, flags, begin, links, tuple(seen))
            case _:
                raise ValueError(f"not a stored migration: {raw!r}")


def carried(instance: Instance, carry: Carry, chart: Chart) -> Instance:
    """Return the instance under the newer chart; the chart must know its states.

    Flags of the newer chart that the older one had keep their value; the others begin
    as ``carry`` says, else as the chart declares.
    """
    flags = {carry.flags.get(name, name): value for name, value in instance.flags}
    return Instance(
        chart.in_order(_renamed(instance.configuration, carry.states)),
        tuple(
            (carry.states.get(name, name), _renamed(leaves, carry.states))
            for name, leaves in instance.history
        ),
        tuple(
            (name, flags.get(name, carry.begin.get(name, first)))
            for name, first in chart.procedure.flags.items()
        ),
        carry.seen,
        instance.deferred,
        tuple((carry.links.get(k, k), count) for k, count in instance.revisions),
    )


def _renamed(names: Iterable[str], mapping: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(mapping.get(name, name) for name in names)


# --- what the two editions say, before any case is looked at -------------------------


def clause(one: Edition, other: Edition) -> Migration | None:
    """Return the transitional clause of the newer edition for cases of the older."""
    found = [each for each in other.migrations.values() if each.from_ == one.id]
    return found[0] if found else None


def rules_for(migration: Migration | None, procedure: str) -> ProcedureMigration:
    """Return what a clause says of a procedure; without a clause, nothing changes."""
    if migration is None:
        return _NO_CHANGE
    return migration.procedures.get(procedure, _NO_CHANGE)


def gaps(one: Edition, other: Edition, procedure: str) -> tuple[Gap, ...]:
    """Return everything of a procedure that has no counterpart in the newer edition."""
    rules = rules_for(clause(one, other), procedure)
    target = rules.procedure or procedure
    if target not in other.procedures:
        return (Gap(procedure, "procedure", target),)
    if one.raw("procedures")[procedure] == other.raw("procedures")[target]:
        return ()
    return tuple(
        dict.fromkeys(_gaps(other, one.chart(procedure), other.chart(target), rules))
    )


def _gaps(
    other: Edition, old: Chart, new: Chart, rules: ProcedureMigration
) -> Iterator[Gap]:
    before, after = old.procedure, new.procedure
    yield from _states_without(old, new, rules)
    yield from _flags_without(before.procedure, before.flags, rules, after)
    for link in links_of(before):
        if rules.links.get(link, link) not in links_of(after):
            yield Gap(before.procedure, "link", link)
    yield from _facts_without(before.procedure, recorded(before), rules, other)
    for clock in before.deadlines:
        if clock not in after.deadlines:
            yield Gap(before.procedure, "clock", clock)


def _states_without(old: Chart, new: Chart, rules: ProcedureMigration) -> Iterator[Gap]:
    name = old.procedure.procedure
    for configuration in old.analyse().configurations:
        instance = Instance(configuration)
        if not stays(rules, old, instance) and not old.is_over(instance):
            yield from _unplaced(name, configuration, rules, new)


def _unplaced(
    name: str, configuration: Sequence[str], rules: ProcedureMigration, new: Chart
) -> Iterator[Gap]:
    """Yield the leaves without counterpart; else whether they may stand together."""
    moved = _renamed(configuration, rules.states)
    missing = [
        leaf
        for leaf, there in zip(configuration, moved, strict=True)
        if new.kind_of(there) is None
    ]
    yield from (Gap(name, "state", leaf) for leaf in missing)
    if not missing and new.fault_of(new.in_order(moved)) is not None:
        yield Gap(name, "configuration", ", ".join(configuration))


def _flags_without(
    name: str, flags: Iterable[str], rules: ProcedureMigration, after: Procedure
) -> Iterator[Gap]:
    had = {flag: rules.flags.get(flag, flag) for flag in flags}
    for flag, there in had.items():
        if there not in after.flags:
            yield Gap(name, "flag", flag)
    for flag in after.flags:
        if flag not in had.values() and flag not in rules.begin:
            yield Gap(name, "new_flag", flag)


def _facts_without(
    name: str, facts: Iterable[str], rules: ProcedureMigration, other: Edition
) -> Iterator[Gap]:
    for fact in sorted(facts):
        if rules.facts.get(fact, fact) not in other.facts:
            yield Gap(name, "fact", fact)


def links_of(procedure: Procedure) -> Mapping[str, str]:
    """Return the linked procedures by the name under which they are started."""
    found: dict[str, str] = {}
    waiting = list(procedure.chart.states.values())
    while waiting:
        state = waiting.pop()
        waiting.extend(state.states.values())
        lines = [*state.always, *(x for each in state.events.values() for x in each)]
        effects = [*state.entry, *state.exit, *(do for line in lines for do in line.do)]
        for effect in effects:
            if effect.start is not None:
                found[effect.start.as_] = effect.start.procedure
    return found


def recorded(procedure: Procedure) -> frozenset[str]:
    """Return the facts that somebody enters with a move of the procedure."""
    found: set[str] = set()
    waiting = list(procedure.chart.states.values())
    while waiting:
        state = waiting.pop()
        waiting.extend(state.states.values())
        for line in (*state.always, *(x for e in state.events.values() for x in e)):
            found.update(record.fact for record in line.records)
    return frozenset(found)


# --- one case -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What a case stands on: its instance, and what its history left behind.

    ``clocks`` are the deadlines that were begun, ``happened`` the events of its
    history, ``children`` the names of its open linked cases with their procedures.
    """

    procedure: str
    instance: Instance
    facts: Collection[str] = ()
    clocks: Collection[str] = ()
    happened: Collection[str] = ()
    children: Mapping[str, str] = field(default_factory=dict)


def stays(rules: ProcedureMigration, chart: Chart, instance: Instance) -> bool:
    """Return whether the clause leaves a case in this state under its own edition."""
    return bool(set(rules.stay) & set(chart.active(instance)))


def judge(
    standing: Standing, rules: ProcedureMigration, other: Edition
) -> tuple[Carry, tuple[Gap, ...]]:
    """Return how a case would be carried over, and what keeps it from being so."""
    target = rules.procedure or standing.procedure
    carry = Carry(rules.states, rules.flags, rules.begin, rules.links)
    if target not in other.procedures:
        return carry, (Gap(standing.procedure, "procedure", target),)
    chart = other.chart(target)
    asked = sorted(chart.asked_of_history & set(standing.happened))
    carry = Carry(rules.states, rules.flags, rules.begin, rules.links, tuple(asked))
    found = dict.fromkeys(_lacking(standing, rules, other, chart))
    return carry, tuple(found)


def _lacking(
    standing: Standing, rules: ProcedureMigration, other: Edition, chart: Chart
) -> Iterator[Gap]:
    instance, name = standing.instance, standing.procedure
    yield from _unplaced(name, instance.configuration, rules, chart)
    yield from _memories_without(name, instance, rules, chart)
    flags = [flag for flag, _ in instance.flags]
    yield from _flags_without(name, flags, rules, chart.procedure)
    links = links_of(chart.procedure)
    for link, child in standing.children.items():
        there = rules.links.get(link, link)
        if there not in links:
            yield Gap(name, "link", link)
        elif links[there] != child:
            yield Gap(name, "child", child)
    yield from _facts_without(name, standing.facts, rules, other)
    for clock in sorted(set(standing.clocks) - chart.procedure.deadlines.keys()):
        yield Gap(name, "clock", clock)


def _memories_without(
    name: str, instance: Instance, rules: ProcedureMigration, chart: Chart
) -> Iterator[Gap]:
    """Yield what the case remembers or keeps for later and the chart cannot take."""
    for history, leaves in instance.history:
        there = rules.states.get(history, history)
        known = all(chart.kind_of(x) for x in _renamed(leaves, rules.states))
        if chart.kind_of(there) not in {"shallow", "deep"} or not known:
            yield Gap(name, "history", history)
    for event in instance.deferred:
        if event.name not in chart.events:
            yield Gap(name, "event", event.name)

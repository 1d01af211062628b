"""What the rules look at: an edition and its procedures, with files and lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeAlias, TypeVar

from workflows.definition import (
    Comparison,
    Condition,
    Effect,
    FactSpec,
    Goal,
    Instrument,
    ListItem,
    Migration,
    OrdinaryCase,
    PackageHead,
    PaperSpec,
    ParameterSpec,
    Procedure,
    Question,
    StateSpec,
    Strict,
    Transition,
    WarningSpec,
)
from workflows.law.assembly import Assembly
from workflows.law.findings import Finding, at
from workflows.law.located import LocatedMap, Place, locate
from workflows.law.writing import Definitions
from workflows.parties import PartyRole
from workflows.statechart import Analysis

M = TypeVar("M", bound=Strict)
Path: TypeAlias = tuple[str | int, ...]

# Who may raise an event or hold the ball beside the offices that a procedure names.
PEOPLE = frozenset({"citizen", "helper", "supervisor", "anyone", *PartyRole})
MACHINES = frozenset({"timer", "system", "parent", "child", "ledger"})
ELSEWHERE = frozenset({"calendar", "parent", "other_office"})


@dataclass(frozen=True, slots=True, eq=False)
class StateAt:
    """A state of a chart with its address and the states around it."""

    name: str
    spec: StateSpec
    path: Path
    around: tuple[StateAt, ...] = ()

    @property
    def chain(self) -> tuple[StateAt, ...]:
        """Return the state and those around it, innermost first."""
        return (self, *reversed(self.around))

    @property
    def parent(self) -> StateAt | None:
        """Return the state around it."""
        return self.around[-1] if self.around else None

    @property
    def is_wait(self) -> bool:
        """Return whether a case may rest here: a leaf, no end, no choice."""
        spec = self.spec
        return not (spec.states or spec.always or spec.final or spec.type is not None)

    @property
    def is_end(self) -> bool:
        """Return whether it is final, of the case or of a region."""
        return self.spec.final is not None or self.spec.type == "final"


@dataclass(frozen=True, slots=True, eq=False)
class ArrowAt:
    """A transition with its address; ``event`` is empty for the line of a choice."""

    state: StateAt
    event: str
    line: int
    transition: Transition
    path: Path

    @property
    def named(self) -> str:
        """Return the arrow as a sentence names it."""
        return f"{self.event or 'choice'!r} of state {self.state.name!r}"


@dataclass(frozen=True, slots=True, eq=False)
class EffectAt:
    """An effect with its address, and the state that is active once it was done."""

    effect: Effect
    path: Path
    then: StateAt


class CheckedProcedure:
    """A procedure under check: its states and arrows, each with its place."""

    def __init__(self, spec: Procedure, node: LocatedMap, start: Place) -> None:
        self.spec = spec
        self.id = spec.procedure
        self.node = node
        self._start = start

    def place(self, path: Path) -> Place:
        """Return where the part at the address was written."""
        return locate(self.node, path, self._start)

    def finding(self, path: Path, rule: str, text: str) -> Finding:
        """Return a finding at the address."""
        return at(self.place(path), rule, f"{self.id}: {text}")

    @cached_property
    def states(self) -> tuple[StateAt, ...]:
        """Return every state in document order."""
        return tuple(_states(self.spec.chart.states, ("chart", "states"), ()))

    @cached_property
    def by_name(self) -> Mapping[str, StateAt]:
        """Return the states by name."""
        return {state.name: state for state in self.states}

    @cached_property
    def arrows(self) -> tuple[ArrowAt, ...]:
        """Return every transition in document order."""
        return tuple(
            arrow for arrows in self._arrows_by_state.values() for arrow in arrows
        )

    @cached_property
    def _arrows_by_state(self) -> Mapping[StateAt, tuple[ArrowAt, ...]]:
        return {state: tuple(_arrows(state)) for state in self.states}

    def arrows_of(self, state: StateAt) -> tuple[ArrowAt, ...]:
        """Return the transitions written on one state."""
        return self._arrows_by_state[state]

    @cached_property
    def recorded(self) -> frozenset[str]:
        """Return the facts that actors enter with events."""
        return frozenset(
            record.fact for arrow in self.arrows for record in arrow.transition.records
        )

    @cached_property
    def supplied(self) -> frozenset[str]:
        """Return the facts that a case of the procedure brings forth."""
        return self.recorded | self.spec.flags.keys() | self.spec.facts.keys()

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Return the linked procedures by the name under which they are started."""
        return {
            placed.effect.start.as_: placed.effect.start.procedure
            for placed in self.effects
            if placed.effect.start is not None
        }

    @cached_property
    def effects(self) -> tuple[EffectAt, ...]:
        """Return every effect of transitions, entries and exits, with its address."""
        return (
            *(
                EffectAt(effect, (*arrow.path, "do", index), self._after(arrow))
                for arrow in self.arrows
                for index, effect in enumerate(arrow.transition.do)
            ),
            *(
                EffectAt(effect, (*state.path, "entry", index), state)
                for state in self.states
                for index, effect in enumerate(state.spec.entry)
            ),
            *(
                EffectAt(effect, (*state.path, "exit", index), state.parent or state)
                for state in self.states
                for index, effect in enumerate(state.spec.exit)
            ),
        )

    @cached_property
    def shape(self) -> str:
        """Return what a walk depends on: states, arrows, who raises them, the lists."""
        chart = self.spec.chart
        entries = [(name, entry.to) for name, entry in chart.entries.items()]
        states = [
            (s.spec.type, s.spec.deep, s.spec.default, s.spec.initial, s.is_end, s.path)
            for s in self.states
        ]
        arrows = [
            (a.path, line.to, line.by, line.if_ is None, line.external)
            for a in self.arrows
            for line in [a.transition]
        ]
        answers = [(s.spec.record, s.spec.defer) for s in self.states]
        return repr((entries, states, arrows, answers, self.spec.facts))

    def _after(self, arrow: ArrowAt) -> StateAt:
        return self.by_name.get(arrow.transition.to or "", arrow.state)


@dataclass(frozen=True, slots=True)
class Binding:
    """A fact that the edition of a form for a package names, and where it does so.

    An attribute of a person is named as questions name it (``party[{party}].phone``).
    """

    form: str
    package: str
    fact: str
    place: Place


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms and sheets that are printed; without ``ids`` none are checked.

    ``case_facts`` are what papers print of a case beside the facts of the law.
    """

    ids: Collection[str] = ()
    bindings: Collection[Binding] = ()
    case_facts: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What rules found in a definition, and the answers on which that rests."""

    findings: tuple[Finding, ...]
    answers: Mapping[tuple[str, str], object]


@dataclass(slots=True)
class Kept:
    """What was found in one edition and holds in others that share definitions.

    ``walks`` are walks over charts, by the shape of the chart; ``found`` is by the
    rules and the identity of the definition that they looked at.
    """

    walks: dict[str, Analysis] = field(default_factory=dict)
    found: dict[tuple[str, int], list[_Found]] = field(default_factory=dict)


@dataclass(eq=False)
class Subject:
    """One edition under check, as far as its definitions fit the format.

    ``chain`` are its packages, ``derived`` the facts that rules derive. Whatever
    a rule about one definition asks of the rest of the edition, it asks by a method
    that notes the answer, so that ``found_in`` knows when the findings hold again.
    """

    head: PackageHead
    heads: Mapping[str, PackageHead]
    assembly: Assembly
    definitions: Definitions
    chain: Collection[str] = ()
    forms: Forms = Forms()
    derived: Collection[str] = ()
    kept: Kept = field(default_factory=Kept)
    _sorted: dict[str, Any] = field(default_factory=dict)
    _noted: dict[tuple[str, str], object] = field(default_factory=dict)

    # --- what was found before -------------------------------------------------------

    def found_in(
        self, what: str, node: LocatedMap, look: Callable[[], Iterable[Finding]]
    ) -> tuple[Finding, ...]:
        """Return what ``look`` finds in a definition of the edition.

        It looks anew only when the edition answers otherwise than one before.
        """
        before = self.kept.found.setdefault((what, id(node)), [])
        for found in before:
            if all(self._answer(*q) == was for q, was in found.answers.items()):
                return found.findings
        self._noted = {}
        found = _Found(tuple(look()), self._noted)
        self._noted = {}
        before.append(found)
        return found.findings

    def _answer(self, kind: str, name: str) -> object:
        """Answer for comparison: whether, who, or which definition by identity."""
        match kind:
            case "derives":
                return name in self.derived
            case "supplies":
                return name in self._supplied
            case "starts":
                return name in self._started
            case "roles":
                return self._offices
            case section:
                return id(self.assembly.sections[section].get(name))

    def _note(self, kind: str, name: str) -> None:
        self._noted[kind, name] = self._answer(kind, name)

    # --- what a rule about one definition may ask ------------------------------------

    def defines(self, section: str, name: str) -> bool:
        """Return whether the edition has the name, even if it breaks the format."""
        self._note(section, name)
        return name in self.assembly.sections[section]

    def procedure(self, name: str) -> CheckedProcedure | None:
        """Return a procedure, unless there is none that fits the format."""
        self._note("procedures", name)
        return self.procedures.get(name)

    def parameter(self, name: str) -> ParameterSpec | None:
        """Return a figure, unless there is none that fits the format."""
        self._note("parameters", name)
        return self._read("parameters", ParameterSpec).get(name)

    def paper(self, name: str) -> PaperSpec | None:
        """Return the words of a paper, unless there are none that fit the format."""
        self._note("papers", name)
        return self._read("papers", PaperSpec).get(name)

    def fact(self, name: str) -> FactSpec | None:
        """Return what a fact is, unless nothing that fits the format says so."""
        self._note("facts", name)
        return self._read("facts", FactSpec).get(name)

    def instrument(self, name: str) -> Instrument | None:
        """Return an instrument, unless there is none that fits the format."""
        self._note("instruments", name)
        return self.instruments.get(name)

    def closed_list(self, name: str) -> Mapping[str, ListItem]:
        """Return the items of a closed list, none when there is no such list."""
        self._note("lists", name)
        return self.lists.get(name, {})

    def derives(self, fact: str) -> bool:
        """Return whether a rule derives the fact."""
        self._note("derives", fact)
        return fact in self.derived

    def supplies(self, fact: str) -> bool:
        """Return whether a case brings the fact forth."""
        self._note("supplies", fact)
        return fact in self._supplied

    def starts(self, procedure: str) -> bool:
        """Return whether a procedure opens this one as a linked case."""
        self._note("starts", procedure)
        return procedure in self._started

    def roles_of(self, procedure: CheckedProcedure) -> frozenset[str]:
        """Return everybody a chart of the procedure may name."""
        self._note("roles", "")
        return self._offices | PEOPLE | MACHINES | procedure.spec.competence.keys()

    # --- the edition -----------------------------------------------------------------

    @cached_property
    def procedures(self) -> Mapping[str, CheckedProcedure]:
        """Return the procedures, each with its places."""
        nodes, memory = self.assembly.sections["procedures"], self.assembly.memory
        found: dict[str, CheckedProcedure] = {}
        for name, spec in self._read("procedures", Procedure).items():
            node, start = nodes.submap(name), nodes.place_of(name)
            found[name] = memory.of(
                "checked", node, partial(CheckedProcedure, spec, node, start)
            )
        return found

    @cached_property
    def _offices(self) -> frozenset[str]:
        return frozenset(self.assembly.sections["offices"])

    @cached_property
    def _started(self) -> frozenset[str]:
        return frozenset(
            linked
            for each in self.procedures.values()
            for linked in each.links.values()
        )

    @cached_property
    def _supplied(self) -> frozenset[str]:
        # The end of a case makes its condition true.
        return frozenset(self.conditions).union(
            *(procedure.supplied for procedure in self.procedures.values())
        )

    def _read(self, section: str, model: type[M]) -> dict[str, M]:
        if section not in self._sorted:
            read = self.definitions.read.get(section, {})
            self._sorted[section] = {
                name: spec for name, spec in read.items() if isinstance(spec, model)
            }
        kept: dict[str, M] = self._sorted[section]
        return kept

    def finding(
        self, section: str, name: str, path: Path, rule: str, text: str
    ) -> Finding:
        """Return a finding in a definition of the edition."""
        nodes = self.assembly.sections[section]
        place = locate(nodes.submap(name), path, nodes.place_of(name))
        return at(place, rule, text)

    @property
    def conditions(self) -> dict[str, Condition]:
        """Return the vocabulary of the journey."""
        return self._read("conditions", Condition)

    @property
    def goals(self) -> dict[str, Goal]:
        """Return the goals."""
        return self._read("goals", Goal)

    @property
    def instruments(self) -> dict[str, Instrument]:
        """Return the instruments."""
        return self._read("instruments", Instrument)

    @property
    def questions(self) -> dict[str, Question]:
        """Return the questions."""
        return self._read("questions", Question)

    @property
    def ordinary(self) -> dict[str, OrdinaryCase]:
        """Return what plans assume."""
        return self._read("ordinary", OrdinaryCase)

    @property
    def migrations(self) -> dict[str, Migration]:
        """Return the transitional clauses."""
        return self._read("migrations", Migration)

    @property
    def warnings(self) -> dict[str, WarningSpec]:
        """Return what plans warn of."""
        return self._read("warnings", WarningSpec)

    @property
    def comparisons(self) -> dict[str, Comparison]:
        """Return what may be planned otherwise."""
        return self._read("comparisons", Comparison)

    @property
    def lists(self) -> dict[str, dict[str, ListItem]]:
        """Return the closed lists."""
        read = self.definitions.read.get("lists", {})
        return {name: items for name, items in read.items() if isinstance(items, dict)}


def _states(
    states: Mapping[str, StateSpec], path: Path, around: tuple[StateAt, ...]
) -> Iterator[StateAt]:
    for name, spec in states.items():
        state = StateAt(name, spec, (*path, name), around)
        yield state
        yield from _states(spec.states, (*path, name, "states"), (*around, state))


def _arrows(state: StateAt) -> Iterator[ArrowAt]:
    for line, transition in enumerate(state.spec.always):
        yield ArrowAt(state, "", line, transition, (*state.path, "always", line))
    for event, lines in state.spec.events.items():
        for line, transition in enumerate(lines):
            path = (*state.path, "events", event, line)
            yield ArrowAt(state, event, line, transition, path)

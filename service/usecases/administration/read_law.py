"""The law of the installation as its administrator reads it, as of any day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from forms.words import money
from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.usecases.administration import law_sentences as sentences
from service.usecases.desk import Desk
from service.usecases.papers.printed_forms import printed_forms
from workflows import lint
from workflows.definition import (
    PackageHead,
    Procedure,
    Source,
    StateSpec,
    Status,
    Strict,
    Transition,
    Unknown,
    WarningSpec,
)
from workflows.errors import FigureNotYetSetError, NoPackageInForceError
from workflows.guards import Guard, describe
from workflows.law.comparison import Comparison
from workflows.law.register import Entry, register
from workflows.law.telling import in_words
from workflows.packages import Edition, compare, holds_on


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package in the list; counts of the day, None when not in force."""

    head: PackageHead
    in_force: bool
    status: Status
    procedures: int | None
    figures: int | None
    unknown: int | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of the law on the day: what it says, since when, on what."""

    id: str
    title: str
    value: str
    since: date | None
    until: date | None
    source: Source | None
    status: Status | None
    unknown: str | None
    note: str | None
    history: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a procedure: its words, the places it rests on, where it is written."""

    words: str
    sources: tuple[Source, ...]
    file: str
    name: str = ""
    more: tuple[str, ...] = ()
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that nobody has found, and where the question stands."""

    what: str
    ask: str
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A procedure in the list of its package."""

    id: str
    procedure: Procedure
    doubts: int
    own: bool


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package on a day: the edition that begins with it."""

    row: PackageRow
    edition: Edition
    day: date


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure written out for a jurist, part by part."""

    package: PackageView
    procedure: Procedure
    parts: Mapping[str, tuple[Line, ...]]
    states: tuple[Line, ...]
    moves: tuple[Line, ...]
    replaced: tuple[Line, ...]


def packages(desk: Desk, actor: Actor, day: date) -> tuple[PackageRow, ...]:
    """Return every package of the installation, with what it holds on the day."""
    _may_read(desk, actor)
    return tuple(_row(desk, head, day) for head in desk.law.packages.values())


def package(desk: Desk, actor: Actor, package_id: str, day: date) -> PackageView:
    """Return a package; raise UnknownNameError or NoPackageInForceError."""
    _may_read(desk, actor)
    edition = desk.law.package_edition(package_id, day)
    return PackageView(_row(desk, desk.law.packages[package_id], day), edition, day)


def procedures(view: PackageView) -> tuple[ProcedureRow, ...]:
    """Return the procedures, each with how many of its places nobody has seen."""
    rows = [
        ProcedureRow(
            name,
            procedure,
            sum(not source.mark.verified for source in _sources_of(procedure)),
            procedure.package == view.row.head.package,
        )
        for name, procedure in view.edition.procedures.items()
    ]
    return tuple(sorted(rows, key=lambda row: row.procedure.title.clerk))


def figures(view: PackageView) -> tuple[FigureRow, ...]:
    """Return the figures as they stand on the day, by title."""
    rows = (_figure(view.edition, name, view.day) for name in view.edition.parameters)
    return tuple(sorted(rows, key=lambda row: row.title))


def instruments(desk: Desk, view: PackageView) -> tuple[Entry, ...]:
    """Return every instrument that the edition cites, by its first day."""
    cited = view.edition.instruments
    return tuple(entry for entry in register(desk.law, view.day) if entry.id in cited)


def gaps(view: PackageView) -> tuple[Gap, ...]:
    """Return what nobody has found, in words that can be read aloud at an office."""
    found = [
        Gap(row.title, row.unknown) for row in figures(view) if row.unknown is not None
    ]
    if isinstance(view.row.head.instrument, Unknown):
        found.insert(0, Gap(view.row.head.title, view.row.head.instrument.unknown))
    for name, procedure in view.edition.procedures.items():
        found += [
            Gap(procedure.title.clerk, competence.office.unknown, name)
            for competence in procedure.competence.values()
            if isinstance(competence.office, Unknown)
        ]
    return tuple(dict.fromkeys(found))


def warnings(view: PackageView) -> tuple[WarningSpec, ...]:
    """Return what plans under the package warn of."""
    return tuple(view.edition.warnings.values())


def procedure(view: PackageView, procedure_id: str) -> ProcedureView:
    """Return a procedure written out; raise UnknownNameError."""
    found = view.edition.procedure(procedure_id)
    reader = _Reader(view.edition, found, view.edition.origins(procedure_id), view.day)
    return ProcedureView(
        view,
        found,
        {
            part: lines
            for part, lines in (
                ("requires", tuple(reader.requires())),
                ("papers_in", tuple(reader.papers_in())),
                ("papers_out", tuple(reader.papers_out())),
                ("days", tuple(reader.days())),
                ("money", tuple(reader.money())),
                ("offices", tuple(reader.offices())),
            )
            if lines
        },
        tuple(reader.states()),
        tuple(reader.moves()),
        tuple(
            Line(f"{each.of} {each.at}: {each.why}", (each.source,), each.file)
            for each in view.edition.overrides
            if procedure_id in each.reached
        ),
    )


def difference(
    desk: Desk, actor: Actor, one: str, other: str, day: date, other_day: date
) -> Comparison:
    """Return what differs between two packages, each on a day of its own."""
    _may_read(desk, actor)
    return compare(
        desk.law.package_edition(one, day),
        desk.law.package_edition(other, other_day),
        day,
        other_day,
    )


def findings(desk: Desk, actor: Actor) -> lint.Report:
    """Return what the linter says of the packages, those left out included."""
    _may_read(desk, actor)
    return _checked(desk.settings.own_packages)


_checked = lru_cache(maxsize=2)(lambda own: lint.check(forms=printed_forms(), own=own))


def _may_read(desk: Desk, actor: Actor) -> None:
    authorize(actor, Action.READ_LAW, Installation(desk.settings.province))


def _row(desk: Desk, head: PackageHead, day: date) -> PackageRow:
    faults = desk.law.faults.get(head.package, ())
    try:
        edition = desk.law.package_edition(head.package, day)
    except NoPackageInForceError:
        edition = None
    if edition is None or head.kind == "shared":
        in_force = holds_on(head, day)
        return PackageRow(head, in_force, head.status, None, None, None, faults)
    return PackageRow(
        head,
        holds_on(head, day),
        edition.statuses[head.package],
        len(edition.procedures),
        len(edition.parameters),
        sum(
            _figure(edition, name, day).unknown is not None
            for name in edition.parameters
        ),
        faults,
    )


def _figure(edition: Edition, name: str, day: date) -> FigureRow:
    spec = edition.parameters[name]
    title = spec.title or name
    later = sorted(dated.since for dated in spec.values if dated.since > day)
    until = later[0] if later else None
    try:
        figure = edition.parameter(name).at(day)
    except FigureNotYetSetError as error:
        words = sentences.not_yet(error.first)
        return FigureRow(
            name, title, words, None, until, None, None, None, None, len(spec.values)
        )
    return FigureRow(
        name,
        title,
        _value(figure.value, spec.unit) if figure.value is not None else "",
        figure.since,
        until,
        figure.source,
        figure.status,
        figure.unknown,
        figure.note,
        len(spec.values),
    )


def _value(value: object, unit: str | None) -> str:
    if unit == sentences.DONG and isinstance(value, int):
        return money(value)
    return in_words(value)


def _sources_of(value: object) -> Iterator[Source]:
    """Yield every place that a definition rests on."""
    if isinstance(value, Source):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _sources_of(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _sources_of(part)
    elif isinstance(value, Strict):
        for name in type(value).model_fields:
            yield from _sources_of(getattr(value, name))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a procedure line by line, each with its places and its file."""

    edition: Edition
    spec: Procedure
    origins: Mapping[str, str]
    day: date

    def requires(self) -> Iterator[Line]:
        for index, need in enumerate(self.spec.requires):
            names = (self._condition(name) for name in need.alternatives)
            yield self._line(
                f"requires.{index}",
                sentences.either(names),
                need.source,
                _when(need.when),
            )

    def papers_in(self) -> Iterator[Line]:
        for index, paper in enumerate(self.spec.papers_in):
            form = paper.edition
            more = [sentences.copies(paper.copy_)]
            if form is not None:
                more.append(f"{form.number}. {form.show or ''}".rstrip(". "))
            more += _when(paper.when)
            yield self._line(
                f"papers_in.{index}", self._paper(paper.id), paper.source, more
            )

    def papers_out(self) -> Iterator[Line]:
        for index, paper in enumerate(self.spec.papers_out):
            more = [sentences.copies(paper.copy_), *_when(paper.when)]
            yield self._line(
                f"papers_out.{index}", self._paper(paper.id), paper.source, more
            )

    def days(self) -> Iterator[Line]:
        for name, deadline in self.spec.deadlines.items():
            param = getattr(deadline.length, "param", None)
            if param is None:
                words = in_words(deadline.length.model_dump())
                more: list[str] = []
            else:
                words, more = self._of_day(param)
            owner = self._role(deadline.owner)
            yield self._line(
                f"deadlines.{name}", words, deadline.source, [owner, *more], name
            )

    def money(self) -> Iterator[Line]:
        for name, line in self.spec.obligations.items():
            label = sentences.money_kind(name)
            payer = sentences.payer(line.payer)
            yield self._line(f"obligations.{name}", label, line.source, [payer])
        for index, fee in enumerate(self.spec.fees):
            words, more = self._of_day(fee.amount.param)
            label = sentences.money_kind(fee.kind)
            payer = sentences.payer(fee.payer)
            yield self._line(
                f"fees.{index}",
                f"{label}: {words}",
                fee.source,
                [payer, *more, *_when(fee.when)],
            )

    def offices(self) -> Iterator[Line]:
        for role, competence in self.spec.competence.items():
            more = [competence.rule] if competence.rule else []
            yield self._line(
                f"competence.{role}", self._role(role), competence.source, more, role
            )

    def states(self) -> Iterator[Line]:
        for address, name, state, depth in _states(self.spec.chart.states, "", 0):
            if state.type == "history" or (state.always and state.label is None):
                continue
            label = state.label.clerk if state.label else name
            more = []
            if state.owner:
                more.append(sentences.holder(self._role(state.owner)))
            if state.type == "parallel":
                more.append(sentences.PARALLEL)
            if state.stops is not None:
                reason = self._reason(state.stops.reason)
                more.append(sentences.stops(reason))
            more += self._without_moving(state)
            if state.final is not None:
                more.append(sentences.END)
            yield Line(label, (), self._file(address), name, tuple(more), depth)

    def moves(self) -> Iterator[Line]:
        found = list(_moves(self.spec.chart.states, ""))
        ranks = {source.instrument: i for i, source in enumerate(self.spec.basis)}
        found.sort(key=lambda each: _rank(each[3], ranks))
        labels = {
            name: state.label.clerk if state.label else name
            for _, name, state, _ in _states(self.spec.chart.states, "", 0)
        }
        for address, name, event, line in found:
            words = line.label.clerk if line.label else sentences.event(event)
            where = labels.get(name, name)
            to = labels.get(line.to or "", line.to)
            more = [f"{where} → {to}" if to else sentences.stays(where)]
            if line.by:
                more.append(sentences.done_by(self._role(role) for role in line.by))
            more += _when(line.if_)
            if line.records:
                more.append(
                    sentences.recorded(self._fact(r.fact) for r in line.records)
                )
            yield Line(words, line.source, self._file(address), event, tuple(more))

    def _without_moving(self, state: StateSpec) -> Iterator[str]:
        if state.record:
            yield sentences.only_recorded(state.record)
        if state.defer:
            yield sentences.put_off(state.defer)

    # --- words ---

    def _line(
        self,
        address: str,
        words: str,
        source: Source | None,
        more: list[str],
        name: str = "",
    ) -> Line:
        sources = () if source is None else (source,)
        return Line(words, sources, self._file(address), name, tuple(more))

    def _file(self, address: str) -> str:
        return self.origins.get(address.strip("."), "")

    def _of_day(self, param: str) -> tuple[str, list[str]]:
        figure = _figure(self.edition, param, self.day)
        if figure.unknown is not None and not figure.value:
            return sentences.NOT_FOUND, [figure.unknown]
        return figure.value, [figure.unknown] if figure.unknown else []

    def _condition(self, name: str) -> str:
        known = self.edition.conditions.get(name)
        return name if known is None else known.label

    def _paper(self, name: str) -> str:
        known = self.edition.papers.get(name)
        return name if known is None else f"{known.name} ({known.official})"

    def _role(self, role: str) -> str:
        competence = self.spec.competence.get(role)
        if competence is None:
            return sentences.role(role)
        if isinstance(competence.office, Unknown):
            return sentences.OFFICE_UNKNOWN
        known = self.edition.offices.get(competence.office)
        return sentences.role(competence.office) if known is None else known.name

    def _fact(self, key: str) -> str:
        spec = self.edition.facts.get(key)
        return key if spec is None else spec.label.clerk

    def _reason(self, name: str) -> str:
        for items in self.edition.lists.values():
            if name in items:
                return items[name].label.clerk
        return name


def _states(
    states: Mapping[str, StateSpec], above: str, depth: int
) -> Iterator[tuple[str, str, StateSpec, int]]:
    prefix = above or "chart.states"
    for name, state in states.items():
        address = f"{prefix}.{name}"
        yield address, name, state, depth
        yield from _states(state.states, f"{address}.states", depth + 1)


def _moves(
    states: Mapping[str, StateSpec], above: str
) -> Iterator[tuple[str, str, str, Transition]]:
    for address, name, state, _ in _states(states, above, 0):
        for index, line in enumerate(state.always):
            yield f"{address}.always.{index}", name, "", line
        for event, lines in state.events.items():
            for index, line in enumerate(lines):
                yield f"{address}.events.{event}.{index}", name, event, line


def _rank(line: Transition, ranks: Mapping[str, int]) -> tuple[int, str, str]:
    if not line.source:
        return len(ranks) + 1, "", ""
    first = line.source[0]
    return ranks.get(first.instrument, len(ranks)), first.instrument, first.at


def _when(guard: Guard | None) -> list[str]:
    return [] if guard is None else [sentences.when(describe(guard))]

"""What a paper may print: every value with who said it and when, or why there is none.

A paper is filled as things stood when it was asked for: facts that came later, the
office that holds the case now and the clerk who moved it last do not matter to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from forms.bindings import Where
from forms.catalog import Catalog
from forms.definition import FormEdition
from forms.errors import NoEditionInForceError
from forms.likeness import likeness
from forms.sentences import several_sources
from service.persistence.rows import FactRow, LinkRow, MoveRow, OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import clocks
from service.usecases import paper_sentences as say
from service.usecases.casefile import CaseFile
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.situations import PARTIES, PARTY, about, current
from service.usecases.voices import DECISION, PEOPLE, differ, pattern_of, said_now
from workflows.deadlines import Standing
from workflows.definition import PaperIn, Procedure, Source
from workflows.factgraph import FactGraph
from workflows.guidance import forms_to_file
from workflows.journey import Step
from workflows.packages import Edition
from workflows.rules.law import Basis
from workflows.situation import Situation
from workflows.statechart import Instance

# The role of the counter in every chart: where a dossier is taken and handed out.
RECEIVING = "receiving_office"
HANDLING = "handling_office"
# What an earlier case of the matter found out and later papers still say.
_KEPT = "contract."
_CONTRACT_NUMBER = "contract.number"
_NOTARY = "contract.notary"
_NOTICE_NUMBER, _WITHDRAWN = "notice.number", "notice.withdrawal_reason"
# Why kinship frees a person of the income tax: of all of them, and of each.
_REASONS, _FREED = "exemption.reasons_of_payers", "exemption_reason"
# What a case is in its matter: it reaches the goal, or prepares it.
_REACHES, _PREPARES = "reaches", "prepares"
# Facts that name an office, by the kind of the office.
_NAMED = {
    "land_branch": "land_office.name",
    "tax": "tax_office.name",
    "notary": "notary_office.name",
    "commune": "commune_office.name",
}
_CASE = (
    "appointment", "code", "counter", "days", "days_unit", "handling", "handovers",
    "legal_basis", "office", "officer", "papers", "partners", "phrase", "place",
    "procedure_title", "promised", "received_at", "results", "stage",
)  # fmt: skip
# What is told of a case itself; whatever else a paper prints is a fact of the law.
OF_CASES = frozenset(
    {
        *(f"case.{key}" for key in _CASE),
        *_NAMED.values(),
        _NOTARY,
        "move.label",
        "notice.kind",
        "slip.date",
    }
)
# How many sheets of paper are one original, one certified copy: what the law asks for.
_COPIES = {"original": "original", "certified": "certified", "photocopy": "copy"}
_WHOLE = {"parties", "relationships"}

Item: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """Values by key, in a few words where each comes from, and why others are blank."""

    values: dict[str, object] = field(default_factory=dict)
    where: dict[str, Where] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    def add(
        self, key: str, value: object, where: str, unknown: str | None = None
    ) -> None:
        """Take a value; without one, keep the reason that there is none."""
        if value is not None:
            self.values[key] = value
            self.where[key] = where
            self.unknown.pop(key, None)
        elif unknown is not None and key not in self.values:
            self.unknown[key] = unknown


def printed(catalog: Catalog, situation: Situation, edition: Edition) -> frozenset[str]:
    """Return the facts that the forms of a matter print, as questions name them."""
    forms = filter(catalog.has, forms_to_file(situation, edition))
    keys: set[str] = set()
    for form in forms:
        with suppress(NoEditionInForceError):
            keys |= catalog.edition(form, edition.chain, situation.on).asked()
    return frozenset(keys)


# --- of a matter ----------------------------------------------------------------------


def matter_facts(
    graph: FactGraph,
    edition: Edition,
    form: FormEdition,
    rows: Iterable[FactRow] = (),
    unsaid: str = say.AT_OPENING,
) -> PaperFacts:
    """Return what is known of a matter, and what follows from it and the form prints.

    ``rows`` is the ledger that the facts came from, for who said what; ``unsaid`` is
    where a fact comes from that stands in no row of it.
    """
    rows = tuple(rows)
    found = _gathered(graph, edition, form, current(rows), unsaid)
    _settle(found, edition, rows)
    return found


def _gathered(
    graph: FactGraph,
    edition: Edition,
    form: FormEdition,
    newest: Mapping[str, FactRow],
    unsaid: str = say.AT_OPENING,
) -> PaperFacts:
    found = PaperFacts()
    for key, value in graph.facts.items():
        if key not in _WHOLE:
            row = newest.get(_told_in(key))
            found.values[key] = value
            found.where[key] = unsaid if row is None else said(row)
    for key in form.keys() & graph.derivable() - found.values.keys():
        value = graph.value(key)
        if isinstance(value, str | bool | int | Decimal | Fraction | date):
            found.add(key, value, _derived(graph, edition, key))
    _free_of_tax(graph, edition, form, found)
    for key in _NAMED.values():
        found.add(key, None, "", say.WITHOUT_CASE)
    return found


def _free_of_tax(
    graph: FactGraph, edition: Edition, form: FormEdition, found: PaperFacts
) -> None:
    """Say of each person whom kinship frees of the income tax why, if it is printed."""
    wanted = {f".{_FREED}"} & form.keys()
    if not wanted or _REASONS not in graph.derivable():
        return
    reasons = graph.value(_REASONS)
    if isinstance(reasons, Mapping):
        where = _derived(graph, edition, _REASONS)
        for party, reason in reasons.items():
            found.add(f"party[{party}].{_FREED}", reason, where)


def _told_in(key: str) -> str:
    """Return the key of the statement that tells a fact: who takes part is one."""
    in_list = key.startswith(PARTY) and key.endswith(("].role", "].share"))
    return PARTIES if in_list else key


def _derived(graph: FactGraph, edition: Edition, key: str) -> str:
    """Say by which articles and from which facts a fact was derived."""
    basis = _places(edition, graph.explain(key).basis)
    return say.derived(basis, _grounds(graph, edition, key))


def _grounds(graph: FactGraph, edition: Edition, key: str) -> tuple[str, ...]:
    """Return what people call the facts that a derived one rests on, in a fixed order.

    What has no name for people (the list of persons, the day) is not among them.
    """
    rests_on = graph.depends_on(key) & graph.facts.keys()
    names = (name_of(edition, name) for name in sorted(rests_on))
    return tuple(dict.fromkeys(name for name in names if name))


def name_of(edition: Edition, key: str) -> str:
    """Return what people call a fact: its label, else the words of its question."""
    spec = edition.facts.get(pattern_of(key))
    if spec is not None:
        return spec.label.citizen
    question = edition.questions.get(pattern_of(key))
    if question is None:
        return ""
    return question.legal or question.text.rstrip("?").replace(" {name}", "").strip()


def _settle(
    found: PaperFacts,
    edition: Edition,
    rows: Iterable[FactRow],
    cases: Collection[str] = (),
) -> None:
    """Put the words that differ side by side, and name all sources that agree.

    A paper about a part of the matter has values of its own; nobody disputes those.
    """
    people = {
        one for key in found.values if key.startswith(PARTY) for one in about(key)
    }
    for key, words in said_now(rows, edition, cases).items():
        if not words or not about(key) <= people or not _known(edition, key):
            continue
        printed_ = found.values.setdefault(key, words[0].value)
        alike = {likeness(key, row.value) for row in words}
        if isinstance(printed_, list) or likeness(key, printed_) not in alike:
            continue
        sources = [said(row) for row in words]
        if differ(words):
            found.values[key] = [row.value for row in words]
            found.where[key] = sources
        else:
            found.where[key] = several_sources(sources)


def _known(edition: Edition, key: str) -> bool:
    name = pattern_of(key)
    return name in edition.facts or name in edition.questions


def said(row: FactRow) -> str:
    """Return in a few words who said a fact, how, and when."""
    stamp = say.said_by(row.said_by, row.on_behalf_of, row.at)
    if row.source == DECISION:
        return say.decided(stamp, row.detail or "")
    if row.source in PEOPLE:
        return say.answered(row.said_by, row.on_behalf_of, row.at)
    if row.case_id is not None:
        return stamp
    if row.detail:
        return say.in_case(stamp, row.detail)
    return say.looked_up(row.source, row.said_by, row.on_behalf_of, row.at)


def _places(edition: Edition, basis: Iterable[Basis | Source]) -> tuple[str, ...]:
    return tuple(
        f"{known.title if known else each.instrument}, {each.at}"
        for each in basis
        for known in (edition.instruments.get(each.instrument),)
    )


# --- of a case ------------------------------------------------------------------------


def case_facts(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    form: FormEdition,
    move: MoveRow | None = None,
) -> PaperFacts:
    """Return what the form may print of a case, as it was after ``move``.

    Without a move it is the case as it stands, and the sheet is one of the office that
    acted last.
    """
    moves = uow.cases.moves(file.row.tenant_id, file.row.id)
    if move is not None:
        moves = tuple(each for each in moves if each.seq <= move.seq)
        facts = tuple(row for row in file.facts if row.at <= move.at)
        file = replace(file, facts=facts)
    acting = move or next((each for each in reversed(moves) if _office(each)), None)
    offices = {each.id: each for each in uow.people.offices(file.row.tenant_id)}
    found = _gathered(file.graph, file.edition, form, current(file.facts))
    paper = _Paper(desk, uow, file, form, moves, acting, offices)
    for gather in _GATHERING:
        gather(paper, found)
    _settle(found, file.edition, file.facts, cases_of(file))
    return found


def cases_of(file: CaseFile) -> frozenset[str]:
    """Return the case and those beside it, whose findings count on its papers."""
    return frozenset({file.row.id, *(_other(link, file.row.id) for link in file.links)})


@dataclass(frozen=True, slots=True)
class _Paper:
    """A paper that is being filled: the case up to the move that asked for it."""

    desk: Desk
    uow: UnitOfWork
    file: CaseFile
    form: FormEdition
    moves: Sequence[MoveRow]
    acting: MoveRow | None
    offices: Mapping[str, OfficeRow]

    @property
    def at(self) -> datetime:
        """Return the instant of the last move that counts."""
        return self.moves[-1].at if self.moves else self.file.row.opened_at

    @property
    def opened(self) -> str:
        """Return in words when the case was opened."""
        return say.said_by("system", None, self.file.row.opened_at)


def _earlier(paper: _Paper, found: PaperFacts) -> None:
    """Take what an earlier case found out about the contract and where it was signed.

    The law's vocabulary may not know such a fact, so the situation does not hold it.
    """
    file = paper.file
    for key, row in current(file.facts).items():
        if key.startswith(_KEPT) and row.source in file.edition.procedures:
            found.add(key, found.values.get(key, row.value), said(row))
    for row in file.facts:
        office = paper.offices.get(row.source)
        if row.key == _CONTRACT_NUMBER and office and _NOTARY not in found.values:
            found.add(_NOTARY, office.name, said(row))


def _linked(paper: _Paper, found: PaperFacts) -> None:
    """Take what the cases beside this one recorded."""
    others = {_other(link, paper.file.row.id) for link in paper.file.links}
    _take(found, (row for row in paper.file.facts if row.case_id in others))


def _own(paper: _Paper, found: PaperFacts) -> None:
    _take(found, paper.file.own_facts.values())


def _take(found: PaperFacts, rows: Iterable[FactRow]) -> None:
    for row in rows:
        found.add(row.key, row.value, said(row))


def _other(link: LinkRow, case_id: str) -> str:
    return link.parent_id if link.child_id == case_id else link.child_id


def _about_case(paper: _Paper, found: PaperFacts) -> None:
    file, row = paper.file, paper.file.row
    basis = _places(file.edition, file.procedure.basis)
    by_law = say.by_law(basis[0]) if basis else file.edition.title
    found.add("case.code", row.code, paper.opened)
    found.add("case.legal_basis", "; ".join(basis) or None, by_law)
    about_step(found, file.edition, file.matter.goal, file.procedure, paper.form.form)
    items = _items(paper)
    received = paper.acting if paper.form.made_by == "office" else None
    where = _stamp(received) if received else by_law
    found.add("case.papers", items or None, where)
    taken = next((each for each in paper.moves if _office(each)), None)
    at = row.received_at or (taken.at if taken else None)
    if at is not None and at <= paper.at:
        stamp = next((each for each in paper.moves if each.at == at), taken)
        local = at.astimezone(VIETNAM)
        found.add("case.received_at", local, _stamp(stamp) if stamp else paper.opened)
    results = [{"name": official_name(file, each.id)} for each in file.results()]
    found.add("case.results", results or None, by_law)
    for key in ("case.book_no", "case.seq_no", "case.copies"):
        found.add(key, None, "", say.BOOK)
    for key in ("slip.number", "stop.number"):
        found.add(key, None, "", say.NUMBER)


def about_step(
    found: PaperFacts, edition: Edition, goal: str, procedure: Procedure, form: str
) -> None:
    """Say what a step of the matter is: its procedure, and whether it reaches the goal.

    One that only prepares it is for who has the land: a lost certificate is issued
    again for the giver, though the gift that follows is registered for the receiver.
    """
    basis = _places(edition, procedure.basis)
    by_law = say.by_law(basis[0]) if basis else edition.title
    reached = {
        result.condition
        for state in procedure.chart.states.values()
        if state.final is not None
        for result in state.final.establishes
    }
    stage = _REACHES if reached & set(edition.goals[goal].reach) else _PREPARES
    phrase = next(
        (line.phrase for line in procedure.papers_in if line.id == form), None
    )
    found.add("case.procedure_title", procedure.title.clerk, by_law)
    found.add("case.stage", stage, by_law)
    found.add("case.phrase", phrase, by_law)


def about_plan_step(
    found: PaperFacts, edition: Edition, goal: str, step: Step, form: str
) -> None:
    """Say of a step whose case is not open yet what it is and what goes with its form.

    What is only needed in some cases is left for the person to add.
    """
    if step.procedure in edition.procedures:
        about_step(found, edition, goal, edition.procedure(step.procedure), form)
    items = [
        {"id": paper.id, "name": _official(edition, paper.id)}
        for paper in step.papers
        if not paper.optional
    ]
    found.add("case.papers", items or None, say.BY_STEP)


def _items(paper: _Paper) -> list[Item]:
    """Return the papers of the dossier: with an application those beside it.

    A sheet of an office lists what was there when the office acted.
    """
    file = paper.file
    lines = [line for line in file.required() if line.id != paper.form.form]
    if paper.form.made_by == "citizen":
        lines = [line for line in lines if line.paper is not None]
    elif paper.acting is not None:
        noted = paper.acting.body["papers"]
        there = set(noted["present"]) & set(noted["required"]) or set(noted["present"])
        lines = [line for line in lines if line.id in there]
    return [_item(paper, line) for line in lines]


def _item(paper: _Paper, line: PaperIn) -> Item:
    item: Item = {"id": line.id, "name": official_name(paper.file, line.id)}
    if len(line.copy_) == 1 and line.copy_[0] in _COPIES:
        item[_COPIES[line.copy_[0]]] = 1
    return item


def official_name(file: CaseFile, paper_id: str) -> str:
    """Return what official papers call a paper or a form."""
    return _official(file.edition, paper_id)


def _official(edition: Edition, paper_id: str) -> str:
    spec = edition.papers.get(paper_id)
    return (spec.official or spec.name) if spec else paper_id


def _term(paper: _Paper, found: PaperFacts) -> None:
    """Say how many days the law gives, and the day that was promised."""
    file = paper.file
    standing = _standing(paper, len(paper.moves))
    names = clocks.promised(file)
    name = standing.clock if standing else (names[0] if names else None)
    deadline = file.procedure.deadlines.get(name or "")
    length = standing.length if standing else None
    if length is None and deadline is not None:
        length = clocks.term_of(file, deadline, legal_day(paper.at))
    source = _places(file.edition, [deadline.source]) if deadline else ()
    where = say.by_law(source[0]) if source else paper.opened
    found.add("case.days", length and length.n, where, say.TERM_UNKNOWN)
    found.add("case.days_unit", length and say.UNITS[length.unit], where)
    day = standing and (standing.appointment or standing.due)
    found.add("case.appointment", day, where, say.TERM_NOT_BEGUN)
    before = _standing(paper, len(paper.moves) - 1)
    promised = before and (before.appointment or before.due)
    found.add("case.promised", promised, where, say.TERM_NOT_BEGUN)


def _standing(paper: _Paper, moves: int) -> Standing | None:
    raw = paper.file.row.clock[: max(moves, 0)]
    if not raw:
        return None
    at = clocks.moves_of(raw)[-1].at
    ledger = clocks.main_ledger(paper.file, clocks.moves_of(raw), at)
    return ledger.at(at) if ledger else None


def _offices(paper: _Paper, found: PaperFacts) -> None:
    """Name the counter, the office whose paper it is, and the offices of the case."""
    file = paper.file
    first = next((each for each in paper.moves if _office(each)), None)
    counter = paper.offices.get(file.offices.get(RECEIVING, ""))
    if first is not None:
        found.add("case.counter", first.body["office_name"], _stamp(first))
    elif counter is not None:
        found.add("case.counter", counter.name, _pinned(paper))
    office = _issuing(paper)
    if office is not None:
        where = _stamp(paper.acting) if paper.acting else _pinned(paper)
        found.add("case.office", office.name, where)
    _place(paper, found, office)
    pinned = [file.offices[role] for role in (HANDLING,) if role in file.offices]
    pinned += file.offices.values()
    for link in file.links:
        other = _other(link, file.row.id)
        pinned += paper.uow.cases.offices(file.row.tenant_id, other).values()
    kinds: dict[str, OfficeRow] = {}
    for name in pinned:
        kinds.setdefault(paper.offices[name].kind, paper.offices[name])
    _route(paper, found)
    for kind, key in _NAMED.items():
        known = kinds.get(kind)
        found.add(key, known and known.name, _pinned(paper), say.NO_SUCH_OFFICE)


def _route(paper: _Paper, found: PaperFacts) -> None:
    """Say who works on the case, with whom, and each time it went to another office."""
    file = paper.file
    name = file.offices.get(HANDLING)
    handling = paper.offices.get(name or "")
    found.add("case.handling", handling and handling.name, _pinned(paper))
    others = {
        office.name
        for role, each in file.offices.items()
        for office in (paper.offices[each],)
        if role not in {HANDLING, RECEIVING} and each != name
    }
    found.add("case.partners", "; ".join(sorted(others)) or None, _pinned(paper))
    rows: list[Item] = []
    for move in paper.moves:
        giver, taker = (_holder(paper, move, side) for side in ("before", "after"))
        if giver and taker and giver != taker:
            offices = say.handed(paper.offices[giver].name, paper.offices[taker].name)
            rows.append({"offices": offices, "at": say.hour(move.at)})
    found.add("case.handovers", rows or None, paper.opened)


def _holder(paper: _Paper, move: MoveRow, side: str) -> str | None:
    """Return the office that has the ball before or after a move, if one has."""
    instance = Instance.from_json(move.body[side])
    # A move under an earlier edition may tell of states that the chart no longer has.
    known = instance.configuration and paper.file.chart.knows(instance)
    owner = paper.file.chart.owner(instance) if known else None
    return paper.file.offices.get(owner or "")


def _issuing(paper: _Paper) -> OfficeRow | None:
    """Return the office of the move; when nobody made it, the one with the ball."""
    file, acting = paper.file, paper.acting
    if acting is None:
        return paper.offices.get(file.offices.get(HANDLING, ""))
    name = _office(acting)
    if name is None:
        name = _holder(paper, acting, "before") or file.offices.get(HANDLING)
    return paper.offices.get(name or "")


def _place(paper: _Paper, found: PaperFacts, office: OfficeRow | None) -> None:
    """Name the commune of an office that serves only one, else that of the land."""
    file = paper.file
    code, where = file.matter.commune, say.PLACE_OF_LAND
    if office is not None and office.communes and len(office.communes) == 1:
        code, where = office.communes[0], say.PLACE_OF_OFFICE
    if code is not None:
        name = paper.desk.territory.commune_name(file.row.tenant_id, code)
        found.add("case.place", name, where)


def _issued(paper: _Paper, found: PaperFacts) -> None:
    """Say of a sheet when it was asked for, by whom, and in the words of the move."""
    acting = paper.acting
    if acting is None:
        return
    stamp, body = _stamp(acting), acting.body
    officer = body["actor"] if _office(acting) and body["actor_id"] else None
    found.add("case.officer", officer, stamp, say.NO_CLERK)
    found.add("move.label", (body["label"] or {}).get("clerk"), stamp)
    dated = paper.form.header.place_date
    # The day of a sheet is the day of the move that asked for it.
    key = dated.bind if dated else None
    if isinstance(key, str) and key not in found.values:
        found.add(key, legal_day(acting.at), stamp)
    link = paper.file.parent
    if link is not None and link.revision == 0:
        sent = say.said_by("parent", None, link.opened_at)
        found.add("slip.date", legal_day(link.opened_at), sent)


def _notice(paper: _Paper, found: PaperFacts) -> None:
    """Say whether a notice of the tax office is its first, or corrects another one.

    After a notice was withdrawn the next one is a first one again.
    """
    numbers: list[FactRow] = []
    for row in paper.file.facts:
        if row.case_id == paper.file.row.id and row.key == _WITHDRAWN:
            numbers.clear()
        elif row.case_id == paper.file.row.id and row.key == _NOTICE_NUMBER:
            numbers.append(row)
    if numbers:
        kind = "first" if len(numbers) == 1 else "adjusted"
        found.add("notice.kind", kind, said(numbers[-1]))


_GATHERING = (
    _earlier, _linked, _own, _about_case, _term, _offices, _issued, _notice,
)  # fmt: skip


def _office(move: MoveRow) -> str | None:
    name = move.body["office"]
    return str(name) if name else None


def _stamp(move: MoveRow) -> str:
    body = move.body
    return say.said_by(body["actor"], body["on_behalf_of"], move.at)


def _pinned(paper: _Paper) -> str:
    return f"{say.OFFICE_OF_CASE}, {paper.opened}"

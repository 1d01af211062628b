"""What a paper may print of a case: its offices, days and papers beside the matter.

A paper is filled as things stood when it was asked for: facts that came later, the
office that holds the case now and the clerk who moved it last do not matter to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from forms.definition import FormEdition
from service.persistence.rows import FactRow, LinkRow, MoveRow, OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.matter.situations import current
from service.usecases.papers import paper_sentences as say
from service.usecases.papers.paper_facts import (
    NAMED,
    NOTARY,
    PaperFacts,
    about_step,
    gathered,
    official_name,
    places,
    said,
    settle,
    take_deed,
)
from workflows.deadlines import Standing
from workflows.definition import PaperIn
from workflows.statechart import Instance

# The role of the counter in every chart: where a dossier is taken and handed out.
RECEIVING = "receiving_office"
HANDLING = "handling_office"
# What an earlier case of the matter found out and later papers still say.
_KEPT = ("contract.", "estate.")
# The number that whoever certified a document gave it.
_NUMBERED = {"contract.number", "estate.document_number"}
_NOTICE_NUMBER, _WITHDRAWN = "notice.number", "notice.withdrawal_reason"
# How many sheets of paper are one original, one certified copy: what the law asks for.
_COPIES = {"original": "original", "certified": "certified", "photocopy": "copy"}

Item: TypeAlias = dict[str, object]


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
    found = gathered(file.graph, file.edition, form, current(file.facts))
    paper = _Paper(desk, uow, file, form, moves, acting, offices)
    for gather in _GATHERING:
        gather(paper, found)
    settle(found, file.edition, file.facts, cases_of(file))
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
        if row.key in _NUMBERED and office and NOTARY not in found.values:
            found.add(NOTARY, office.name, said(row))
    take_deed(found)


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
    basis = places(file.edition, file.procedure.basis)
    by_law = say.by_law(basis[0]) if basis else file.edition.title
    found.add("case.code", row.code, paper.opened)
    found.add("case.legal_basis", "; ".join(basis) or None, by_law)
    about_step(found, file.edition, file.matter.goal, file.procedure, paper.form.form)
    items = _items(paper)
    received = paper.acting if paper.form.made_by == "office" else None
    where = _stamp(received) if received else by_law
    found.add("case.papers", items or None, where)
    taken = next((each for each in paper.moves if _office(each)), None)
    at = row.received_at
    if at is None or at > paper.at:
        # Whoever took it sends it on: the office in charge has not received it yet.
        at = taken.at if taken else None
    if at is not None and at <= paper.at:
        stamp = next((each for each in paper.moves if each.at == at), taken)
        local = at.astimezone(VIETNAM)
        found.add("case.received_at", local, _stamp(stamp) if stamp else paper.opened)
    results = [
        {"name": official_name(file.edition, each.id)} for each in file.results()
    ]
    found.add("case.results", results or None, by_law)
    for key in ("case.book_no", "case.seq_no", "case.copies"):
        found.add(key, None, "", say.BOOK)
    for key in ("slip.number", "stop.number"):
        found.add(key, None, "", say.NUMBER)


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
    item: Item = {"id": line.id, "name": official_name(paper.file.edition, line.id)}
    if len(line.copy_) == 1 and line.copy_[0] in _COPIES:
        item[_COPIES[line.copy_[0]]] = 1
    return item


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
    source = places(file.edition, [deadline.source]) if deadline else ()
    where = say.by_law(source[0]) if source else paper.opened
    days = length and (length.n or say.SAME_DAY)
    found.add("case.days", days, where, say.TERM_UNKNOWN)
    unit = say.UNITS[length.unit] if length else None
    if standing is None and file.filed_elsewhere:
        unit = say.counted_from_receipt(unit)
    found.add("case.days_unit", unit, where)
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
    for kind, key in NAMED.items():
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
    row = file.row
    signed = {
        each.version: each
        for each in paper.uow.hand_overs.of_case(row.tenant_id, row.id)
    }
    rows: list[Item] = []
    for move in paper.moves:
        giver, taker = (_holder(paper, move, side) for side in ("before", "after"))
        if giver and taker and giver != taker:
            offices = say.handed(paper.offices[giver].name, paper.offices[taker].name)
            way = signed.get(move.seq)
            at = way.given_at or way.taken_at if way is not None else None
            item: Item = {"offices": offices, "at": say.hour(at or move.at)}
            if way is not None and way.given_by is not None:
                item["giver"] = way.given_by
            if way is not None and way.taken_by is not None:
                item["taker"] = way.taken_by
            rows.append(item)
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
    letter = paper.file.own_facts.get("letter.number")
    if letter is not None:
        # The sheet prints what comes after the first stroke itself.
        number, _, _ = str(letter.value).partition("/")
        found.add("supplement.number", number, said(letter))
    link = paper.file.parent
    if link is not None and link.revision == 0:
        sent = say.said_by("parent", None, link.opened_at)
        found.add("slip.date", legal_day(link.opened_at), sent)
    if link is not None:
        # A sheet, and what answers it, names the dossier that the citizen handed in.
        sender = paper.uow.cases.by_id(paper.file.row.tenant_id, link.parent_id)
        opened = say.said_by("parent", None, sender.opened_at)
        found.add("slip.case_code", sender.code, opened)


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
